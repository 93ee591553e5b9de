"""A class is graded: what is new alone, in any order of accidents, and told in tables and pages."""

import builtins
import contextlib
import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coursework import grade, reports
from coursework.checks import Case
from coursework.course import Course, Settings, Student
from coursework.gradebook import Gradebook
from coursework.grading import Report, told
from tests.coursework.conftest import A1, hand_in

ROOT = Path(__file__).parents[2]
WORDS = "words"


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def graded(course):
    book = Gradebook(grade.address(course))
    try:
        return {each.student: each for each in book.graded()}
    finally:
        book.close()


def test_only_what_is_new_is_graded(course, bubblewrap):
    hand_in(course, "ada")
    hand_in(course, "bo", "def cost(*a):\n    return 0")
    assert grade.grade_all(course, quiet=True) == (2, [])
    assert grade.grade_all(course, quiet=True) == (0, [])
    hand_in(course, "bo")
    assert grade.grade_all(course, quiet=True) == (1, [])
    assert {name: each.report.points for name, each in graded(course).items()} == {"ada": 20, "bo": 20}


def test_a_changed_assignment_or_secret_is_graded_anew(course, bubblewrap):
    hand_in(course, "ada")
    grade.grade_all(course, quiet=True)
    source = course.source(A1).path
    source.write_text(source.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert grade.grade_all(course, quiet=True) == (1, [])
    assert grade.grade_all(Course(course.folder, Settings(secret="other numbers")), quiet=True) == (1, [])


@pytest.mark.slow
def test_a_kill_in_the_middle_loses_no_grade(course, bubblewrap):
    for number in range(6):
        hand_in(course, f"s{number}", "import time; time.sleep(0.3)")
    command = [sys.executable, "-m", "coursework", "grade", "--course", str(course.folder)]
    (course.folder / "course.toml").write_text("workers = 1\n", encoding="utf-8")
    run = subprocess.Popen(command, cwd=ROOT, stdout=-3, stderr=-3, start_new_session=True)
    deadline = time.monotonic() + 60
    while count(course) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    done = graded(course)
    assert 2 <= len(done) < 6
    assert all(each.report.points == 20 and len(each.report.results) == 5 for each in done.values())

    assert grade.grade_all(course, quiet=True) == (6 - len(done), [])
    assert {name: each.report.points for name, each in graded(course).items()} == {
        f"s{n}": 20 for n in range(6)
    }
    assert len(table(course.folder / "grades.csv")) == 2 + 6


def count(course):
    """Return how many are graded, without a change to the gradebook that another is making."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"file:{course.folder / 'gradebook.db'}?mode=ro", uri=True)
        ) as connection:
            return connection.execute("SELECT count(*) FROM graded").fetchone()[0]
    except sqlite3.OperationalError:
        return 0  # not made yet


def test_one_that_cannot_be_graded_keeps_nobody_back(course, bubblewrap, monkeypatch):
    hand_in(course, "ada")
    hand_in(course, "bo")
    whole = grade.grade_one

    def fails(course, submission, *rest):
        if submission.student == "ada":
            raise RuntimeError("a fault of the grader's")
        return whole(course, submission, *rest)

    monkeypatch.setattr(grade, "grade_one", fails)
    number, failures = grade.grade_all(course, quiet=True)
    assert number == 1
    assert "ada" in failures[0]
    assert set(graded(course)) == {"bo"}
    monkeypatch.undo()
    assert grade.grade_all(course, quiet=True) == (1, [])


def test_a_renamed_notebook_is_found(course, bubblewrap):
    path = hand_in(course, "ada")
    path.rename(path.with_name("a1_own_loss (1).ipynb"))
    assert grade.grade_all(course, quiet=True) == (1, [])
    path.with_name("another.ipynb").write_text("{}", encoding="utf-8")
    count, failures = grade.grade_all(course, quiet=True)
    assert count == 0
    assert "2 notebooks, none of them a1_own_loss.ipynb" in failures[0]
    (course.folder / "submitted" / "bo" / A1).mkdir(parents=True)  # who handed in nothing
    assert len(grade.grade_all(course, quiet=True)[1]) == 1
    assert set(graded(course)) == {"ada"}


def test_a_folder_that_is_no_assignment_is_told(course, bubblewrap):
    path = hand_in(course, "ada")
    path.parent.rename(path.parent.with_name("A1_own_loss"))
    count, failures = grade.grade_all(course, quiet=True)
    assert count == 0
    assert "ada/A1_own_loss: not graded" in failures[0]


ROSTER = 'id,name,email\nada,"Lovelace, Ada ""the countess""",ada@example.org\nli,李明,li@example.org\n=1+1,Ünal Ğ,\n'


def put(course, student, points=2.0):
    """Put a grade without running anything."""
    question = {
        "name": "test-loss",
        "title": "1. The loss",
        "outcomes": [{"title": "a", "points": points, "out_of": 5, "note": ""}],
    }
    report = Report.from_json(json.dumps({"results": [question], "errors": []}))
    book = Gradebook(grade.address(course))
    book.put(grade.Graded(student, A1, "key", report, json.dumps({WORDS: "Above,\nit is."})))
    book.close()


def write(course):
    book = Gradebook(grade.address(course))
    book.mark(reports.read_marks(course))
    reports.write(course, book)
    book.close()


def test_names_with_commas_quotes_and_other_alphabets_stand_in_the_table(course):
    (course.folder / "students.csv").write_text(ROSTER, encoding="utf-8")
    put(course, "ada")
    put(course, "not in the list")
    write(course)
    rows = table(course.folder / "grades.csv")
    assert rows[0] == ["student", "name", A1, "total"]
    assert rows[1] == ["", "Points possible", "24.0", "24.0"]
    assert rows[2:] == [
        ["'=1+1", "Ünal Ğ", "", "0"],
        ["ada", 'Lovelace, Ada "the countess"', "2.0", "2.0"],
        ["li", "李明", "", "0"],
        ["not in the list", "", "2.0", "2.0"],
    ]


@pytest.mark.parametrize(
    ("form", "first", "line"),
    [
        (
            "canvas",
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", A1],
            ['Lovelace, Ada "the countess"', "", "ada", "ada@example.org", "", "2.0"],
        ),
        (
            "moodle",
            ["ID number", "Full name", "Email address", A1],
            ["ada", 'Lovelace, Ada "the countess"', "ada@example.org", "2.0"],
        ),
    ],
)
def test_a_table_that_canvas_or_moodle_imports(course, form, first, line):
    course = Course(course.folder, Settings(export=form))
    (course.folder / "students.csv").write_text(ROSTER, encoding="utf-8")
    put(course, "ada")
    write(course)
    rows = table(course.folder / f"{form}.csv")
    assert rows[0] == first
    assert line in rows
    if form == "canvas":
        assert rows[1][0].strip() == "Points Possible"


def test_answers_in_words_are_marked_in_a_table_that_keeps_the_marks(course):
    put(course, "ada")
    put(course, "-bo")
    write(course)
    path = course.folder / "marks.csv"
    rows = table(path)
    assert rows[0] == reports.MARK_COLUMNS
    assert rows[2] == ["to mark", "ada", A1, WORDS, "4.0", "Above,\nit is.", "", ""]
    enter(course, **{name: ["3.5", "=good"] for name in ("ada", "'-bo")})
    write(course)
    write(course)
    assert [row[6:] for row in table(path)[1:]] == [["3.5", "'=good"]] * 2
    assert [row[-1] for row in table(course.folder / "grades.csv")[2:]] == ["5.5", "5.5"]
    path.unlink()  # the gradebook has them
    write(course)
    assert [row[6] for row in table(path)[1:]] == ["3.5", "3.5"]
    assert "3.5 of 4" in (course.folder / "feedback" / "ada" / f"{A1}.html").read_text(encoding="utf-8")


def with_words(course, text):
    """Return assignment 1 with an answer in words."""
    document = course.source(A1).document
    for cell in document["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == WORDS:
            cell["source"] = text
    return document


@pytest.mark.parametrize("text", ["YOUR ANSWER HERE", "YOUR ANSWER HERE\n", "", " \n"])
def test_a_question_in_words_that_is_left_as_it_was_gives_nothing_without_a_mark(course, bubblewrap, text):
    hand_in(course, "ada", document=with_words(course, text))
    hand_in(course, "bo", document=with_words(course, "YOUR ANSWER HERE: it is above."))
    assert grade.grade_all(course, quiet=True) == (2, [])
    rows = {row[1]: row for row in table(course.folder / "marks.csv")[1:]}
    assert (rows["ada"][0], rows["ada"][5]) == ("no answer", "")
    assert (rows["bo"][0], rows["bo"][5]) == ("to mark", "YOUR ANSWER HERE: it is above.")
    pages = [
        (course.folder / "feedback" / name / f"{A1}.html").read_text(encoding="utf-8")
        for name in ("ada", "bo")
    ]
    assert [("words: 0 of 4" in page, "not marked yet" in page) for page in pages] == [
        (True, False),
        (False, True),
    ]


def states(course):
    """Return what the table of marks says of each student's answer, in its order."""
    return [(row[1], row[0]) for row in table(course.folder / "marks.csv")[1:]]


def enter(course, **points):
    """Enter points, and comments if they are given as well."""
    path = course.folder / "marks.csv"
    rows = table(path)
    for row in rows[1:]:
        row[6:] = points.get(row[1], row[6:])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_what_is_to_be_marked_stands_first_and_what_changed_since_its_mark(course, bubblewrap):
    for name in ("ada", "bo", "li"):
        hand_in(course, name, document=with_words(course, f"By {name}."))
    grade.grade_all(course, quiet=True)
    assert states(course) == [("ada", "to mark"), ("bo", "to mark"), ("li", "to mark")]
    enter(course, ada=["3", ""], bo=["2", ""])
    hand_in(course, "bo", document=with_words(course, "Another."))  # before the marks are read
    hand_in(course, "zoe", document=with_words(course, ""))
    for _ in range(2):
        grade.grade_all(course, quiet=True)
        assert states(course) == [("bo", "changed"), ("li", "to mark"), ("ada", ""), ("zoe", "no answer")]
    enter(course, bo=["2", "Still right."], li=["4", ""])
    grade.grade_all(course, quiet=True)
    assert states(course) == [("ada", ""), ("bo", ""), ("li", ""), ("zoe", "no answer")]
    assert [row[6] for row in table(course.folder / "marks.csv")[1:]] == ["3.0", "2.0", "4.0", ""]
    hand_in(course, "zoe", document=with_words(course, "At last."))
    grade.grade_all(course, quiet=True)
    assert states(course)[0] == ("zoe", "to mark")


def test_marks_outlive_a_gradebook_that_is_lost(course, bubblewrap):
    hand_in(course, "ada")
    grade.grade_all(course, quiet=True)
    enter(course, ada=["3", "Good."])
    (course.folder / "gradebook.db").unlink()
    assert grade.grade_all(course, quiet=True) == (1, [])
    assert table(course.folder / "marks.csv")[1][6:] == ["3.0", "Good."]


@pytest.mark.parametrize("points", ["5", "-1", "nan", "four"])
def test_a_mark_that_cannot_be_is_refused_with_its_row(course, points):
    (course.folder / "marks.csv").write_text(
        f"student,assignment,question,points,comment\nada,{A1},{WORDS},{points},\n", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="row 2"):
        reports.read_marks(course)


def test_own_numbers_differ_by_student_and_are_graded_as_such(course, bubblewrap):
    course = Course(course.folder, Settings(own_numbers=True, secret="for us alone"))
    ada, bo = (course.seed(name, A1) for name in ("ada", "bo"))
    assert ada != bo
    solution = course.source(A1).document
    hand_in(course, "ada", document=solution)  # the numbers of the student's own are put in
    best = course.source(A1).reference(ada)["best"]
    hand_in(course, "bo", f"best = {best!r}", document=solution)  # copied from Ada
    grade.grade_all(course, quiet=True)
    assert {name: each.report.points for name, each in graded(course).items()} == {"ada": 20, "bo": 17}


def test_feedback_shows_criteria_and_hints_alone(course, bubblewrap):
    hand_in(course, "ada", "def cost(*a):\n    return 0")
    grade.grade_all(course, quiet=True)
    page = (course.folder / "feedback" / "ada" / f"{A1}.html").read_text(encoding="utf-8")
    assert "2. The cost of all days: 0 of 3" in page
    assert "The mean of the losses, as one number." in page
    solution = [
        line.strip() for cell in course.source(A1).cells for line in cell.source.splitlines() if "np." in line
    ]
    assert not any(line in page for line in solution)
    assert "test-" not in page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 1", "colour"),
        ('workers = "2"', "workers"),
        ("own_numbers = true", "secret"),
        ('export = "blackboard"', "canvas"),
    ],
)
def test_a_setting_that_is_not_known_is_refused(tmp_path, text, message):
    path = tmp_path / "course.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        Settings.read(path)


ADDRESSES = {"SQLite": "sqlite:///gradebook.db"}
if "LOSSGD_POSTGRESQL" in os.environ:
    ADDRESSES["PostgreSQL"] = os.environ["LOSSGD_POSTGRESQL"]


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_a_gradebook_keeps_what_is_put_in_last(course, address):
    """A server to try is named by LOSSGD_POSTGRESQL=postgresql+psycopg://…; its tables are written to."""
    course = Course(course.folder, Settings(gradebook=address))
    put(course, "李明", 3.0)
    put(course, "李明", 2.5)
    book = Gradebook(grade.address(course))
    mark = {"student": "李明", "assignment": A1, "question": WORDS, "points": 3.5, "comment": "Ünal, “gut”"}
    book.mark([mark])
    book.mark([mark])
    assert book.keys()["李明", A1] == "key"
    assert [each.report.points for each in book.graded() if each.student == "李明"] == [2.5]
    assert {which: mark[:2] for which, mark in book.marks().items()} == {
        ("李明", A1, WORDS): (3.5, "Ünal, “gut”")
    }
    book.close()


def test_students_are_read(course):
    assert course.students() == []
    (course.folder / "students.csv").write_text(ROSTER, encoding="utf-8")
    assert course.students()[1] == Student("li", "李明", "li@example.org")


@pytest.mark.parametrize("name", ["x_1_5", "ValueError: 1.5", "print", "", None, 3, "a" * 10**6])
def test_an_error_that_python_does_not_have_is_not_told(name):
    """A process may say what it likes, hidden numbers too."""
    case = Case("cost", (), 0)
    assert told(case, {"raised": name}) == ""


def test_which_error_came_up_is_not_told():
    """A name among Python's seventy would tell six bits of a hidden number at each hand-in."""
    case = Case("cost", (), 0)
    kinds = [
        name
        for name, kind in vars(builtins).items()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    ]
    assert len(kinds) > 60
    assert {told(case, {"raised": name}) for name in kinds} == {"An error came up.", "Not done yet."}
