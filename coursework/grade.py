"""Grade all that was handed in and is new: resumable, two at a time, each in processes of its own."""

import functools
import itertools
import json
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from coursework import notebooks, reports, sandbox
from coursework.course import Course
from coursework.gradebook import Gradebook, Graded
from coursework.grading import Report, Student, grade, lost
from coursework.notebooks import UnreadableError


@dataclass(frozen=True)
class Submission:
    """A student's notebook of an assignment."""

    student: str
    assignment: str
    path: Path


def submissions(course: Course) -> Iterator[Submission]:
    """Yield what was handed in: `submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb`."""
    for folder in sorted((course.folder / "submitted").glob("*/*")):
        if folder.name in course.assignments and folder.is_dir():
            path = notebooks.find(folder, f"{folder.name}.ipynb")
            if path is not None:
                yield Submission(folder.parent.name, folder.name, path)


def misplaced(course: Course) -> Iterator[str]:
    """Yield a line for each folder that was handed in and is no submission, unless it is empty."""
    for folder in sorted((course.folder / "submitted").glob("*/*/")):
        if folder.name.startswith("."):
            continue  # such as Jupyter's own
        found = list(folder.glob("*.ipynb"))
        if folder.name not in course.assignments:
            yield f"{folder}: not graded: there is no assignment of this name"
        elif found and notebooks.find(folder, f"{folder.name}.ipynb") is None:
            yield f"{folder}: not graded: {len(found)} notebooks, none of them {folder.name}.ipynb"


def grade_one(course: Course, submission: Submission, key: str, data: bytes | str) -> Graded:
    """Return the grades of a submission: of its bytes, or of the reason why it cannot be read."""
    source = course.source(submission.assignment)
    seed = course.seed(submission.student, submission.assignment)
    questions = course.questions(submission.assignment, seed)
    answers = {}
    try:
        if isinstance(data, str):
            raise UnreadableError(data)
        cells = notebooks.parse(data)
        code = source.code(cells, seed)
    except UnreadableError as error:
        note = f"Your notebook cannot be read: {error}."
        report = Report([lost(question, note) for question in questions], [note])
    else:
        given = {cell.name: notebooks.answer(cell.source) for cell in cells}
        answers = {cell.name: given.get(cell.name, "") for cell in source.words}
        start = functools.partial(sandbox.Process, course.settings.sandbox)
        report = grade(questions, Student(start, code)) if questions else Report()
    return Graded(submission.student, submission.assignment, key, report, json.dumps(answers))


def content(course: Course, submission: Submission) -> bytes | str:
    """Return the bytes of a submission, or the reason why it cannot be read."""
    try:
        return notebooks.read(submission.path, course.folder / "submitted")
    except (UnreadableError, OSError) as error:
        return str(error)


def read(course: Course, submission: Submission) -> tuple[bytes | str, str]:
    """Return a submission's content, and the key that tells whether it has been graded as it is now."""
    data = content(course, submission)
    raw = data if isinstance(data, bytes) else data.encode()
    return data, course.key(submission.student, submission.assignment, raw)


def grade_all(course: Course, *, quiet: bool = False) -> tuple[int, list[str]]:
    """Grade what is new, then write the CSV files and the feedback.

    Returns how many were graded, and a line for each that could not be, for no fault of the student's.
    """
    sandbox.require(course.settings.sandbox, course.folder)
    failures = list(misplaced(course))
    book = Gradebook(address(course))
    try:
        known, count = book.keys(), 0
        # What is wrong there is told before anything is graded. Marks are of the answers as they are so far.
        marks = reports.read_marks(course)
        book.mark([mark for mark in marks if (mark["student"], mark["assignment"]) in known])
        new = [
            each
            for each in submissions(course)
            if known.get((each.student, each.assignment)) != read(course, each)[1]
        ]
        with (
            ThreadPoolExecutor(course.settings.workers) as pool,
            tqdm(total=len(new), desc="graded", unit=" submissions", disable=quiet) as bar,
        ):
            for submission, future in in_turn(pool, course, new):
                try:
                    book.put(future.result())
                    count += 1
                except Exception as error:  # one that cannot be graded keeps nobody else's grade back
                    failures.append(f"{submission.path}: not graded: {type(error).__name__}: {error}")
                bar.update()
        book.mark(reports.read_marks(course))  # more may have been marked meanwhile
        reports.write(course, book)
    finally:
        book.close()
    return count, failures


def in_turn(
    pool: ThreadPoolExecutor, course: Course, new: list[Submission]
) -> Iterator[tuple[Submission, "Future[Graded]"]]:
    """Yield each when it is done. Few are read ahead, so that a class does not fill the memory."""
    waiting: dict[Future[Graded], Submission] = {}
    rest = iter(new)
    while True:
        for submission in itertools.islice(rest, 2 * course.settings.workers - len(waiting)):
            data, key = read(course, submission)
            waiting[pool.submit(grade_one, course, submission, key, data)] = submission
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            yield waiting.pop(future), future


def address(course: Course) -> str:
    """Return the gradebook's address; a file without a folder is in the course's."""
    given = course.settings.gradebook
    name = given.removeprefix("sqlite:///")
    return f"sqlite:///{course.folder / name}" if given.startswith("sqlite:///") else given
