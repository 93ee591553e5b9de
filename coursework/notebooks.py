"""Notebooks: the instructor's source, and what a student hands in, which is believed in nothing."""

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from coursework import wire

LARGEST = 10_000_000  # bytes of a notebook, with its figures
LONGEST_ANSWER = 20_000  # characters
LARGEST_CODE = 400_000  # bytes on the wire; fewer than `wire.MOST_PARTS`, whatever they are
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n(.*?)^ *### END SOLUTION$", re.MULTILINE | re.DOTALL)
NUMBERS = "numbers"  # the cell that sets SEED
WORDS = "YOUR ANSWER HERE"  # what students are given to replace, as nbgrader writes it


class UnreadableError(Exception):
    """A submission is not a notebook that can be read."""


@dataclass(frozen=True)
class Cell:
    """A cell, and its role in nbgrader's format."""

    code: bool
    source: str
    name: str = ""
    locked: bool = False
    grade: bool = False
    solution: bool = False
    points: float = 0

    @property
    def tests(self) -> bool:
        """Return whether this cell holds the visible tests of a question."""
        return self.code and self.grade and self.locked

    @property
    def words(self) -> bool:
        """Return whether this cell is answered in words, and marked by hand."""
        return self.grade and self.solution


def cells_of(document: object) -> list[Cell]:
    """Return the cells of a notebook's JSON; raise UnreadableError if it is no notebook."""
    try:
        return [cell_of(cell) for cell in document["cells"]]  # type: ignore[index]
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, RecursionError) as error:
        raise UnreadableError("this is not a notebook") from error


def cell_of(cell: dict) -> Cell:
    """Return a cell of a notebook's JSON."""
    source = cell["source"]
    source = source if isinstance(source, str) else "".join(source)
    roles = cell.get("metadata", {}).get("nbgrader", {})
    return Cell(
        code=cell["cell_type"] == "code",
        source=source,
        name=str(roles.get("grade_id", "")),
        locked=roles.get("locked") is True,
        grade=roles.get("grade") is True,
        solution=roles.get("solution") is True,
        points=float(roles.get("points") or 0),
    )


@dataclass(frozen=True)
class Source:
    """The instructor's notebook of an assignment."""

    path: Path

    @property
    def document(self) -> dict:
        """Return the notebook's JSON."""
        return json.loads(self.path.read_text(encoding="utf-8"))

    @property
    def cells(self) -> list[Cell]:
        """Return the notebook's cells."""
        return cells_of(self.document)

    @property
    def words(self) -> list[Cell]:
        """Return the cells that are answered in words; in the source, they hold the mark schemes."""
        return [cell for cell in self.cells if cell.words]

    def given(self, seed: int | None) -> list[str]:
        """Return the code that students are given, with a student's own seed."""
        given = [cell for cell in self.cells if cell.code and cell.locked and not cell.tests]
        return [with_seed(cell.source, seed) if cell.name == NUMBERS else cell.source for cell in given]

    def reference(self, seed: int | None = None) -> dict:
        """Return the names that the instructor's notebook defines."""
        names: dict = {"__name__": "__main__"}
        for source in self.given(seed) + [
            cell.source for cell in self.cells if cell.code and not cell.locked
        ]:
            exec(source, names)
        return names

    def code(self, submission: list[Cell], seed: int | None) -> list[str]:
        """Return the code to run: what all were given, as it was given, then the student's own."""
        locked = {cell.name for cell in self.cells if cell.locked}
        own = [cell.source for cell in submission if cell.code and cell.name not in locked]
        if len(json.dumps(own)) > LARGEST_CODE:
            raise UnreadableError("it holds more code than can be run")
        return self.given(seed) + own


def answer(text: str) -> str:
    """Return a student's answer in words: none, if the cell is as it was given."""
    return "" if text.strip() in ("", WORDS) else text[:LONGEST_ANSWER]


def with_seed(source: str, seed: int | None) -> str:
    """Return the cell that sets SEED, with a student's own."""
    return source if seed is None else re.sub(r"^SEED = \d+$", f"SEED = {seed}", source, flags=re.MULTILINE)


def find(folder: Path, name: str) -> Path | None:
    """Return the notebook in a student's folder of an assignment: of its name, or the only one there."""
    if (folder / name).exists():
        return folder / name
    others = [path for path in folder.glob("*.ipynb") if not path.name.startswith(".")]
    return others[0] if len(others) == 1 else None


def read(path: Path, root: Path) -> bytes:
    """Return the bytes of a file that a student handed in; raise UnreadableError if it is not one.

    A link could lead to another's work, and a pipe would be waited for without end.
    """
    if any(part.is_symlink() for part in (path, *path.parents) if part.is_relative_to(root) and part != root):
        raise UnreadableError("it is a link to another file")
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("it is not a file")
    if status.st_size > LARGEST:
        raise UnreadableError("it is too large; clear the outputs and hand it in again")
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        return file.read(LARGEST)


def parse(data: bytes) -> list[Cell]:
    """Return the cells of a notebook that a student handed in."""
    try:
        document = wire.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("this is not a notebook, or its outputs hold too much: clear them") from error
    return cells_of(document)
