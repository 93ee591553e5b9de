"""Grade one submission: ask the student's process for answers, and compare them out here."""

import builtins
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from coursework import wire
from coursework.checks import Case, Criterion, Question
from coursework.sandbox import DiedError, Process, evaluate
from coursework.worker import Worker

LOAD, CALL, WHOLE = 20, 5, 40  # seconds: to run the notebook, for one call, for all that is waited for
TOO_SLOW = "The time for the whole notebook was used up before."


@dataclass
class Outcome:
    """What a criterion gave, and why."""

    title: str
    points: float
    out_of: float
    note: str = ""


@dataclass
class Result:
    """What a question gave, criterion by criterion."""

    name: str
    title: str
    outcomes: list[Outcome]

    @property
    def points(self) -> float:
        """Return the points of all criteria."""
        return sum(outcome.points for outcome in self.outcomes)

    @property
    def out_of(self) -> float:
        """Return the points that could be had."""
        return sum(outcome.out_of for outcome in self.outcomes)


@dataclass
class Report:
    """What a submission gave."""

    results: list[Result] = field(default_factory=list)
    errors: list[str] = field(
        default_factory=list
    )  # of the student's own cells, before any hidden input came in

    @property
    def points(self) -> float:
        """Return the points of all questions."""
        return sum(result.points for result in self.results)

    def to_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Report":
        """Return the report that `to_json` wrote."""
        data = json.loads(text)
        results = [
            Result(each["name"], each["title"], [Outcome(**outcome) for outcome in each["outcomes"]])
            for each in data["results"]
        ]
        return cls(results, data["errors"])


class Here:
    """The worker in this very process, for code that is our own: the same messages, and no protection."""

    def __init__(self):
        self.functions: Iterable[Callable[..., Any]] = ()
        self.worker = Worker(self._call)

    def ask(self, message, seconds, functions=()):
        """Return the reply to a message, after both have been bytes."""
        self.functions = functions
        return wire.decode(wire.encode(self.worker.answer(wire.decode(wire.encode(message)[4:])))[4:])

    def close(self):
        """Do nothing: there is no process to end."""

    def _call(self, number, arguments):
        reply = evaluate(self.functions, {"remote": number, "arguments": wire.pack(tuple(arguments))})
        if "refused" in reply:
            raise ValueError(reply["refused"])
        return wire.unpack(reply["value"])


class Student:
    """A student's code, loaded in a process that is started again where it has died."""

    def __init__(self, start: Callable[[], Process | Here], cells: list[str]):
        self.start = start
        self.cells = cells
        self.process: Process | Here | None = None
        self.left: float = WHOLE
        self.errors: list[str] = []

    def load(self) -> None:
        """Run the notebook's cells in a new process; raise DiedError if it does not survive that."""
        self.close()
        self.process = self.start()
        errors = self._ask({"cells": self.cells}, LOAD).get("errors")
        plain = isinstance(errors, list) and all(isinstance(error, str) for error in errors)
        self.errors = [error[:300] for error in errors[:20]] if plain else []

    def reply(self, case: Case) -> dict[str, Any]:
        """Return the reply to a case; raise DiedError if the process does not survive it."""
        if self.process is None:
            self.load()
        functions: list[Callable[..., Any]] = []
        message = {"name": case.name, "writeable": not case.frozen, "strict": case.strict}
        if case.arguments is not None:
            message["arguments"] = wire.pack(case.arguments, functions)
            message["options"] = wire.pack(case.options)
        return self._ask(message, CALL, functions)

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.close()
            self.process = None

    def _ask(self, message, seconds, functions=()):
        if self.left <= 0:
            self.close()
            raise DiedError(TOO_SLOW)
        assert self.process is not None
        start = time.monotonic()
        try:
            return self.process.ask(message, min(seconds, self.left), functions)
        except DiedError:
            self.close()
            raise
        finally:
            self.left -= time.monotonic() - start


def grade(questions: list[Question], student: Student) -> Report:
    """Return the report on a student's code. A process that dies costs its question, and no other."""
    report = Report()
    try:
        student.load()
        report.errors = student.errors
    except DiedError as error:
        note = f"Your notebook could not be run from top to bottom: {error}."
        report.errors = [note]
        report.results = [lost(question, note) for question in questions]
        return report
    try:
        report.results = [grade_question(question, student) for question in questions]
    finally:
        student.close()
    return report


def grade_question(question: Question, student: Student) -> Result:
    """Return the result of a question."""
    outcomes: list[Outcome] = []
    for criterion in question.criteria:
        try:
            outcomes.append(grade_criterion(criterion, student))
        except DiedError as error:
            rest = lost(question, f"Your code was stopped here: {error}.").outcomes[len(outcomes) :]
            outcomes.extend(rest)
            break
    return Result(question.name, question.title, outcomes)


def grade_criterion(criterion: Criterion, student: Student) -> Outcome:
    """Return the outcome of a criterion: the first case that is not right decides."""
    for case in criterion.cases:
        reply = student.reply(case)
        answer, note = None, ""
        if "answer" in reply:
            try:
                answer = wire.unpack(reply["answer"])
            except wire.NotPlainError as error:
                reply = {"refused": str(error)}
        if not case.right(reply, answer):
            note = told(case, reply)
            return Outcome(criterion.title, 0, criterion.points, f"{note} {criterion.hint}".strip())
    return Outcome(criterion.title, criterion.points, criterion.points)


def told(case: Case, reply: dict[str, Any]) -> str:
    """Return what may be told of a wrong reply: not which error came up, which could tell hidden numbers."""
    kind = getattr(builtins, str(reply.get("raised")), None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return "Not done yet." if kind is NotImplementedError else "An error came up."
    if "missing" in reply:
        return f"There is no {case.name} in your notebook."
    if "refused" in reply:
        return "The answer is not plain numbers, text, arrays or lists of these."
    return ""


def lost(question: Question, note: str) -> Result:
    """Return the result of a question that could not be asked."""
    return Result(
        question.name,
        question.title,
        [Outcome(each.title, 0, each.points, note) for each in question.criteria],
    )
