"""The gradebook: an SQL database, in which a submission's grades stand all or not at all."""

import hashlib
import json
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Float,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    select,
)

from coursework.grading import Report


def primary(*names: str) -> list[Column]:
    """Return the columns that tell a table's rows apart."""
    return [Column(name, String(200), primary_key=True) for name in names]


METADATA = MetaData()
GRADED = Table(
    "graded",
    METADATA,
    *primary("student", "assignment"),
    Column("key", String(64), nullable=False),  # of what was handed in, and of what it was graded by
    Column("report", Text, nullable=False),
    Column("answers", Text, nullable=False),  # in words, as JSON
)
GRADES = Table(
    "grades",
    METADATA,
    *primary("student", "assignment", "question"),
    Column("points", Float, nullable=False),
    Column("out_of", Float, nullable=False),
)
MARKS = Table(
    "marks",
    METADATA,
    *primary("student", "assignment", "question"),
    Column("points", Float, nullable=False),
    Column("comment", Text, nullable=False),
    Column("answer", String(64), nullable=False),  # the fingerprint of that which was marked
)


class Mark(NamedTuple):
    """What an instructor gave for an answer in words."""

    points: float
    comment: str
    answer: str


def fingerprint(answer: str) -> str:
    """Return what tells an answer from another."""
    return hashlib.sha256(answer.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Graded:
    """A graded submission."""

    student: str
    assignment: str
    key: str
    report: Report
    answers: str


class Gradebook:
    """Grades by student, assignment and question, at any address that SQLAlchemy knows.

    `sqlite:///FILE` needs nothing more, `postgresql+psycopg://USER@HOST/NAME` the package psycopg.
    """

    def __init__(self, address: str):
        self.engine = create_engine(address)
        if self.engine.dialect.name == "sqlite":
            event.listen(
                self.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=FULL")
            )
        METADATA.create_all(self.engine)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def keys(self) -> dict[tuple[str, str], str]:
        """Return the key of each graded submission, by student and assignment."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(GRADED.c.student, GRADED.c.assignment, GRADED.c.key))
            return {(row.student, row.assignment): row.key for row in rows}

    def put(self, graded: Graded) -> None:
        """Put a submission's grades in the place of those it had before, in one transaction."""
        who = {"student": graded.student, "assignment": graded.assignment}
        grades = [
            {**who, "question": result.name, "points": result.points, "out_of": result.out_of}
            for result in graded.report.results
        ]
        row = {**who, "key": graded.key, "report": graded.report.to_json(), "answers": graded.answers}
        with self.engine.begin() as connection:
            for table in (GRADED, GRADES):
                connection.execute(
                    delete(table).where(
                        table.c.student == graded.student, table.c.assignment == graded.assignment
                    )
                )
            connection.execute(insert(GRADED), row)
            if grades:
                connection.execute(insert(GRADES), grades)

    def mark(self, marks: list[dict]) -> None:
        """Put the instructor's marks in the place of those that were there; without points, take them back.

        A mark that is as it was stays a mark of the answer that it was given for.
        Raise ValueError if one is of who has not handed in.
        """
        given = [mark for mark in marks if mark["points"] is not None]
        before = self.marks()
        answers = {(each.student, each.assignment): json.loads(each.answers) for each in self.graded()}
        for mark in given:
            who = mark["student"], mark["assignment"]
            if who not in answers:
                raise ValueError(
                    f"marks.csv: {mark['student']} has not handed in {mark['assignment']}; "
                    "has a spreadsheet changed the name, as 007 to 7?"
                )
            old = before.get((*who, mark["question"]))
            if old and old[:2] == (mark["points"], mark["comment"]):
                mark["answer"] = old.answer
            else:
                mark["answer"] = fingerprint(answers[who].get(mark["question"], ""))
        with self.engine.begin() as connection:
            for mark in marks:
                which = [MARKS.c[name] == mark[name] for name in ("student", "assignment", "question")]
                connection.execute(delete(MARKS).where(*which))
            if given:
                connection.execute(insert(MARKS), given)

    def graded(self) -> list[Graded]:
        """Return all graded submissions, by student and assignment."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(GRADED).order_by(GRADED.c.student, GRADED.c.assignment)).all()
        return [
            Graded(row.student, row.assignment, row.key, Report.from_json(row.report), row.answers)
            for row in rows
        ]

    def marks(self) -> dict[tuple[str, str, str], Mark]:
        """Return the instructor's marks, by student, assignment and question."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(MARKS)).all()
        return {
            (row.student, row.assignment, row.question): Mark(row.points, row.comment, row.answer)
            for row in rows
        }
