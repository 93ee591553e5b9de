"""What the gradebook holds, as CSV for the instructor and as a page of feedback for each student."""

import csv
import html
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from coursework import files
from coursework.course import Course, Student
from coursework.gradebook import Gradebook, Graded, Mark, fingerprint

TO_DO = ("to mark", "changed")
MARK_COLUMNS = ["status", "student", "assignment", "question", "out_of", "answer", "points", "comment"]
Marks = dict[tuple[str, str, str], Mark]

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
li {{ margin: .3rem 0 }}
pre {{ white-space: pre-wrap }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def write(course: Course, book: Gradebook) -> None:
    """Write the CSV files and all feedback."""
    graded, marks = book.graded(), book.marks()
    roster = {student.id: student for student in course.students()}
    for each in graded:
        roster.setdefault(each.student, Student(each.student))
    students = sorted(roster.values(), key=lambda student: student.id)
    totals = {(each.student, each.assignment): total(each, marks) for each in graded}

    write_csv(course.folder / "grades.csv", wide(course, students, totals))
    write_csv(course.folder / "marks.csv", mark_sheet(course, graded, marks))
    if course.settings.export:
        table = {"canvas": canvas, "moodle": moodle}[course.settings.export](course, students, totals)
        write_csv(course.folder / f"{course.settings.export}.csv", table)
    for each in graded:
        path = course.folder / "feedback" / each.student / f"{each.assignment}.html"
        files.write(path, feedback(course, each, marks))


def out_of(course: Course, assignment: str) -> float:
    """Return what an assignment is worth."""
    return sum(cell.points for cell in course.source(assignment).cells if cell.grade)


def total(graded: Graded, marks: Marks) -> float:
    """Return a submission's points, those given by hand with them."""
    by_hand = (
        mark.points
        for (student, assignment, _), mark in marks.items()
        if (student, assignment) == (graded.student, graded.assignment)
    )
    return graded.report.points + sum(by_hand)


def wide(course: Course, students: list[Student], totals: dict) -> list[list]:
    """Return a row a student and a column an assignment; what is empty was not handed in."""
    names = course.assignments
    rows: list[list] = [["student", "name", *names, "total"]]
    rows.append(["", "Points possible", *(out_of(course, name) for name in names)])
    rows[1].append(sum(rows[1][2:]))
    for student in students:
        points = [totals.get((student.id, name), "") for name in names]
        rows.append([student.id, student.name, *points, sum(each for each in points if each != "")])
    return rows


def canvas(course: Course, students: list[Student], totals: dict) -> list[list]:
    """Return the table that Canvas imports; it matches students by their SIS ID."""
    names = course.assignments
    rows: list[list] = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]]
    rows.append(["    Points Possible", "", "", "", "", *(out_of(course, name) for name in names)])
    for student in students:
        points = [totals.get((student.id, name), "") for name in names]
        rows.append([student.name, "", student.id, student.email, "", *points])
    return rows


def moodle(course: Course, students: list[Student], totals: dict) -> list[list]:
    """Return the table that Moodle imports; it matches students by ID number or e-mail address."""
    names = course.assignments
    rows: list[list] = [["ID number", "Full name", "Email address", *names]]
    for student in students:
        points = [totals.get((student.id, name), "") for name in names]
        rows.append([student.id, student.name, student.email, *points])
    return rows


def mark_sheet(course: Course, graded: list[Graded], marks: Marks) -> list[list]:
    """Return the answers in words, each with the mark and the comment that it has, or a place for them.

    What there is to do stands first, assignment by assignment.
    """
    rows: list[list] = []
    for each in graded:
        answers = json.loads(each.answers)
        for cell in course.source(each.assignment).words:
            mark = marks.get((each.student, each.assignment, cell.name))
            answer = answers.get(cell.name, "")
            given = mark[:2] if mark else ("", "")
            rows.append(
                [status(answer, mark), each.student, each.assignment, cell.name, cell.points, answer, *given]
            )
    rows.sort(key=lambda row: (row[0] not in TO_DO, row[2]))
    return [MARK_COLUMNS, *rows]


def status(answer: str, mark: Mark | None) -> str:
    """Return what is to be done about an answer, if anything."""
    if mark is None:
        return "to mark" if answer else "no answer"
    return "" if fingerprint(answer) == mark.answer else "changed"


def read_marks(course: Course) -> list[dict]:
    """Return the marks that stand in `marks.csv`, none if there is no such file; raise if one is wrong.

    Where no points stand, there is no mark, and none that was there before.
    """
    path = course.folder / "marks.csv"
    if not path.exists():
        return []
    possible = {
        (name, cell.name): cell.points for name in course.assignments for cell in course.source(name).words
    }
    marks = {}
    columns = ["student", "assignment", "question", "points", "comment"]
    for number, row in enumerate(files.rows(path, columns), start=2):
        question = (row["assignment"], row["question"])
        points = None
        if row["points"].strip():
            try:
                points = float(row["points"])
            except ValueError:
                points = -1
            if not 0 <= points <= possible.get(question, -1):
                raise ValueError(f"marks.csv, row {number}: {row['points']} points for {' '.join(question)}")
        student = unguarded(row["student"])
        marks[student, *question] = {
            "student": student,
            "assignment": question[0],
            "question": question[1],
            "points": points,
            "comment": unguarded(row["comment"]),
        }
    return list(marks.values())


# Where a spreadsheet would find a formula: where a cell begins, also for one that splits at semicolons or
# tabs and then takes quotes for text. The last four signs are those of Chinese and Japanese keyboards.
BEGINS, FORMULA = r'((?:^|[;\t\r\n])[ "\0]*)', r"('*[=+\-@\uff1d\uff0b\uff0d\uff20])"


def guarded(value: object) -> object:
    """Return a value for a CSV file, such that no spreadsheet takes a student's text for a formula."""
    return re.sub(BEGINS + FORMULA, r"\1'\2", value) if isinstance(value, str) else value


def unguarded(text: str) -> str:
    """Return a text of a CSV file as it was before `guarded`."""
    return re.sub(f"{BEGINS}'{FORMULA}", r"\1\2", text)


def write_csv(path: Path, rows: Iterable[Sequence]) -> None:
    """Write a table. The mark at its start tells spreadsheets the encoding."""
    table = io.StringIO(newline="")
    csv.writer(table).writerows([guarded(value) for value in row] for row in rows)
    files.write(path, table.getvalue(), encoding="utf-8-sig")


def feedback(course: Course, graded: Graded, marks: Marks) -> str:
    """Return a student's page: what each criterion is about and gave; no hidden test, no solution."""
    parts = [
        f"<p><strong>{total(graded, marks):g} of {out_of(course, graded.assignment):g} points</strong></p>"
    ]
    for result in graded.report.results:
        parts.append(f"<h2>{html.escape(result.title)}: {result.points:g} of {result.out_of:g}</h2>\n<ul>")
        for outcome in result.outcomes:
            note = f"<br>{html.escape(outcome.note)}" if outcome.note else ""
            points = f"{outcome.points:g} of {outcome.out_of:g}"
            parts.append(f"<li>{html.escape(outcome.title)}: {points}{note}</li>")
        parts.append("</ul>")
    answers = json.loads(graded.answers)
    for cell in course.source(graded.assignment).words:
        mark = marks.get((graded.student, graded.assignment, cell.name))
        if mark is None and not answers.get(cell.name):
            mark = Mark(0, "There is no answer.", "")
        said = f"{mark.points:g} of {cell.points:g}" if mark else "not marked yet"
        parts.append(f"<h2>Marked by hand, {html.escape(cell.name)}: {said}</h2>")
        parts.append(f"<p>{html.escape(mark.comment)}</p>" if mark and mark.comment else "")
    if graded.report.errors:
        errors = html.escape("\n".join(graded.report.errors))
        parts.append(f"<h2>When your notebook was run from top to bottom</h2>\n<pre>{errors}</pre>")
    title = f"{graded.assignment}: {graded.student}"
    return PAGE.format(title=html.escape(title), body="\n".join(filter(None, parts)))
