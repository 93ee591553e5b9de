"""Student versions: the instructor's notebooks without solutions, and proof that nothing of them is left."""

import copy
import json
import re
from pathlib import Path

from coursework import notebooks
from coursework.checks import Question
from coursework.course import Course
from coursework.files import write
from coursework.grading import Here, Student, grade
from coursework.notebooks import SOLUTION, WORDS, Source

STUB = "# YOUR CODE HERE\n{indent}raise NotImplementedError()"  # as nbgrader writes it


class LeakError(Exception):
    """A student version shows what it must not."""


def student_version(source: Source, seed: int | None = None) -> dict:
    """Return the JSON of the notebook that students are given."""
    document = copy.deepcopy(source.document)
    for cell, read in zip(document["cells"], source.cells, strict=True):
        text = read.source
        if read.code:
            cell["outputs"], cell["execution_count"] = [], None
            text = SOLUTION.sub(lambda match: match[1] + STUB.format(indent=match[1]), text)
        if read.words:
            text = WORDS
        if read.name == notebooks.NUMBERS:
            text = notebooks.with_seed(text, seed)
        cell["source"] = text.splitlines(keepends=True)
    return document


def refuse_leaks(source: Source, document: dict, questions: list[Question]) -> None:
    """Raise LeakError if a line of a solution or mark scheme is left, or if a hidden test is answered."""
    cells = notebooks.cells_of(document)
    text = "\n".join(re.sub(r"\s+", "", cell.source) for cell in cells)
    for line in secret_lines(source):
        if re.sub(r"\s+", "", line) in text:
            raise LeakError(f"{source.path.name}: the student version shows {line.strip()!r}")
    if re.search(r"BEGINSOLUTION|ENDSOLUTION|HIDDENTESTS", text):
        raise LeakError(f"{source.path.name}: a marker of the instructor's is left")
    if any(cell.get("outputs") for cell in document["cells"]):
        raise LeakError(f"{source.path.name}: outputs are left")
    report = grade(questions, Student(Here, source.code(cells, None)))
    for result in report.results:
        if result.points:
            raise LeakError(
                f"{source.path.name}: the student version gets {result.points:g} for {result.name!r}"
            )


def secret_lines(source: Source) -> list[str]:
    """Return the lines of the solutions and mark schemes that are long enough to tell something."""
    secrets = [match[2] for cell in source.cells if cell.code for match in SOLUTION.finditer(cell.source)]
    secrets += [cell.source for cell in source.words]
    return [line for text in secrets for line in text.splitlines() if len(line.strip()) >= 24]


def as_json(document: dict) -> str:
    """Return a notebook's file."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def assign(course: Course) -> list[Path]:
    """Write the student versions into `release/`, and `personal/` if each has own numbers."""
    written = []
    for assignment in course.assignments:
        source = course.source(assignment)
        document = student_version(source)
        refuse_leaks(source, document, course.questions(assignment, None))
        path = course.folder / "release" / assignment / source.path.name
        write(path, as_json(document))
        written.append(path)
        if course.settings.own_numbers:
            for student in course.students():
                path = course.folder / "personal" / student.id / assignment / source.path.name
                write(path, as_json(student_version(source, course.seed(student.id, assignment))))
                written.append(path)
    return written
