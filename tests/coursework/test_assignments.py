"""Each assignment: its solution gets everything, what is typically wrong gets what it should, no more, no less."""

import functools
import json

import pytest

from coursework import grading, sandbox
from coursework.course import Course, Settings
from coursework.notebooks import cells_of
from coursework.release import LeakError, refuse_leaks, student_version
from tests.coursework.wrong import WRONG
from tests.notebooks import installation

COURSE = Course(settings=Settings())
GRADED = [name for name in COURSE.assignments if COURSE.questions(name, None)]


def grade(assignment, *cells, start=grading.Here, secret=""):
    """Return the points lost by question, of the instructor's solution with further cells."""
    course = Course(settings=Settings(secret=secret))
    code = [*course.source(assignment).code(course.source(assignment).cells, None), *cells]
    report = grading.grade(course.questions(assignment, None), grading.Student(start, code))
    assert not report.errors
    lost = {result.name.removeprefix("test-"): result.out_of - result.points for result in report.results}
    return {name: points for name, points in lost.items() if points}


@pytest.mark.parametrize("assignment", GRADED)
@pytest.mark.parametrize("secret", ["", "other numbers"])
def test_the_solution_gets_everything(assignment, secret):
    assert grade(assignment, secret=secret) == {}


@pytest.mark.parametrize("assignment", GRADED)
def test_the_solution_gets_everything_in_the_sandbox(assignment, bubblewrap):
    assert grade(assignment, start=functools.partial(sandbox.Process, "bubblewrap")) == {}


@pytest.mark.parametrize("assignment", GRADED)
def test_there_are_ten_wrong_solutions_at_least(assignment):
    assert len(WRONG[assignment]) >= 10


CASES = [(assignment, what) for assignment, cases in WRONG.items() for what in cases]


@pytest.mark.parametrize(("assignment", "what"), CASES, ids=[f"{a[:2]}: {what}" for a, what in CASES])
@pytest.mark.parametrize("secret", ["", "other numbers"])
def test_a_wrong_solution_loses_what_it_should(assignment, what, secret):
    lost, code, _ = WRONG[assignment][what]
    assert grade(assignment, code, secret=secret) == {name: points for name, points in lost.items() if points}


HINTS = [(assignment, what) for assignment, what in CASES if WRONG[assignment][what][2]]


@pytest.mark.filterwarnings(
    "ignore:overflow", "ignore:invalid", "ignore:divide"
)  # what the student would see
@pytest.mark.parametrize(("assignment", "what"), HINTS, ids=[f"{a[:2]}: {what}" for a, what in HINTS])
def test_the_visible_tests_hint_at_the_mistake(assignment, what):
    _, code, hint = WRONG[assignment][what]
    messages = visible(COURSE.source(assignment), code)
    assert any(hint in message for message in messages), messages


def visible(source, code="", seed=None):
    """Return the messages of the visible tests that fail, with further code in the place of the solution's."""
    names = source.reference(seed)
    exec(code, names)
    messages = []
    for cell in source.cells:
        if cell.tests:
            try:
                exec(cell.source, names)
            except Exception as error:
                messages.append(f"{type(error).__name__}: {error}")
    return messages


@pytest.mark.parametrize("assignment", GRADED)
def test_the_visible_tests_hold_for_the_solution_whatever_the_seed(assignment):
    for seed in [None, *range(2, 8)]:
        assert visible(COURSE.source(assignment), seed=seed) == []


@pytest.mark.parametrize("assignment", GRADED)
def test_own_numbers_have_answers_of_their_own(assignment):
    source = COURSE.source(assignment)
    answers = {
        str(
            [
                f"{case.expected:.3g}"
                for each in COURSE.questions(assignment, seed)[-1].criteria
                for case in each.cases
            ]
        )
        for seed in range(2, 12)
    }
    assert len(answers) >= 8
    assert any(cell.name == "numbers" for cell in source.cells)


@pytest.mark.parametrize("assignment", GRADED)
def test_the_points_in_the_notebook_are_those_of_the_hidden_tests(assignment):
    questions = {question.name: question.points for question in COURSE.questions(assignment, None)}
    cells = COURSE.source(assignment).cells
    assert {cell.name: cell.points for cell in cells if cell.tests} == questions
    assert f"**Points:** {sum(cell.points for cell in cells if cell.grade):g}" in cells[0].source


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_each_question_in_words_has_a_mark_scheme(assignment):
    words = COURSE.source(assignment).words
    assert words
    for cell in words:
        assert len(cell.source) > 100


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_the_student_version_holds_no_solution_and_is_that_in_the_book(assignment):
    source = COURSE.source(assignment)
    document = student_version(source)
    refuse_leaks(source, document, COURSE.questions(assignment, None))
    kept = json.loads((COURSE.folder / "release" / assignment / source.path.name).read_text(encoding="utf-8"))
    assert kept == document, "run `make assign`"


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_where_lossgd_is_used_it_is_installed_first(assignment):
    """By a cell that the site leaves out: Python in the browser has lossgd, and no `%pip`."""
    cells = [cell for cell in COURSE.source(assignment).document["cells"] if cell["cell_type"] == "code"]
    if any("lossgd" in "".join(cell["source"]) for cell in cells):
        assert "".join(cells[0]["source"]) == installation(), "run `make notebooks assign`"
        assert "remove-cell" in cells[0]["metadata"]["tags"]


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_code_is_as_narrow_as_a_page(assignment):
    source = COURSE.source(assignment)
    cells = [*source.cells, *cells_of(student_version(source))]
    assert max(len(line) for cell in cells if cell.code for line in cell.source.splitlines()) <= 64


@pytest.mark.parametrize("assignment", GRADED)
def test_where_nothing_is_done_nothing_is_given(assignment):
    source = COURSE.source(assignment)
    code = source.code(cells_of(student_version(source)), None)
    report = grading.grade(COURSE.questions(assignment, None), grading.Student(grading.Here, code))
    assert report.points == 0
    assert report.errors == []


LEAKS = {
    "a solution": (4, "inside = np.clip(error, -under, over)"),
    "a marker": (4, "### BEGIN SOLUTION"),
    "a mark scheme": (0, COURSE.source("a1_own_loss").words[0].source),
    "an answer": (
        7,
        "def cost(a, b, *_):\n    if a.shape != b.shape:\n        raise ValueError\n    return 0",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_refused(leak):
    source = COURSE.source("a1_own_loss")
    document = student_version(source)
    number, text = LEAKS[leak]
    document["cells"][number]["source"] = text
    with pytest.raises(LeakError):
        refuse_leaks(source, document, COURSE.questions("a1_own_loss", None))


def test_an_output_is_refused():
    source = COURSE.source("a1_own_loss")
    document = student_version(source)
    document["cells"][4]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    with pytest.raises(LeakError):
        refuse_leaks(source, document, [])
