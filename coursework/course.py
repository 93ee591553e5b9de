"""A course's folder and its settings."""

import hashlib
import hmac
import importlib.util
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType

import numpy as np

from coursework import files
from coursework.checks import Question
from coursework.notebooks import Source

FOLDER = Path(__file__).parents[1] / "notebooks" / "assignments"


@dataclass(frozen=True)
class Settings:
    """What `course.toml` may set; it says there what each is for."""

    gradebook: str = "sqlite:///gradebook.db"
    sandbox: str = "bubblewrap"
    workers: int = 2
    export: str = ""
    secret: str = ""
    own_numbers: bool = False

    @classmethod
    def read(cls, path: Path) -> "Settings":
        """Return the settings in a file, if there is one; raise ValueError if one cannot be."""
        if not path.exists():
            return cls()
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        known = {field.name: type(field.default) for field in fields(cls)}
        for name, value in given.items():
            if type(value) is not known.get(name):
                raise ValueError(
                    f"{path.name}: {name} = {value!r} is not one of the settings {', '.join(known)}"
                )
        settings = cls(**given)
        if settings.own_numbers and not settings.secret:
            raise ValueError(f"{path.name}: own_numbers needs a secret, or students could draw each other's")
        if settings.export not in ("", "canvas", "moodle"):
            raise ValueError(f'{path.name}: export must be "canvas" or "moodle"; got {settings.export!r}')
        return settings


@dataclass(frozen=True)
class Student:
    """A line of `students.csv`."""

    id: str
    name: str = ""
    email: str = ""


class Course:
    """A folder with `source/`, and what comes of it: `release/`, `submitted/`, `feedback/`, the grades."""

    def __init__(self, folder: Path = FOLDER, settings: Settings | None = None):
        self.folder = folder
        self.settings = Settings.read(folder / "course.toml") if settings is None else settings

    @property
    def assignments(self) -> list[str]:
        """Return the names of the assignments."""
        return sorted(path.parent.name for path in self.folder.glob("source/*/*.ipynb"))

    def source(self, assignment: str) -> Source:
        """Return the instructor's notebook."""
        return Source(self.folder / "source" / assignment / f"{assignment}.ipynb")

    def questions(self, assignment: str, seed: int | None) -> list[Question]:
        """Return the hidden tests of an assignment, their numbers drawn from the course's secret."""
        module = hidden_tests(assignment)
        if module is None:
            return []  # all of it is marked by hand
        draw = int.from_bytes(
            hashlib.sha256(f"{self.settings.secret} {assignment}".encode()).digest()[:8], "big"
        )
        names = self.source(assignment).reference(seed)
        return module.questions(names, np.random.default_rng(draw))

    def seed(self, student: str, assignment: str) -> int | None:
        """Return a student's own SEED, which only who knows the secret can tell, or None."""
        if not self.settings.own_numbers:
            return None
        message = f"{student}\n{assignment}".encode(errors="surrogateescape")
        return int.from_bytes(hmac.digest(self.settings.secret.encode(), message, "sha256")[:3], "big")

    def key(self, student: str, assignment: str, data: bytes) -> str:
        """Return what tells whether a submission has been graded as it would be now."""
        module = hidden_tests(assignment)
        parts = [
            data,
            self.source(assignment).path.read_bytes(),
            Path(str(module.__file__)).read_bytes() if module else b"",
            self.settings.secret.encode(),
            str(self.seed(student, assignment)).encode(),
        ]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()

    def students(self) -> list[Student]:
        """Return the students of `students.csv`, if there is one; its columns are id, name, email."""
        path = self.folder / "students.csv"
        if not path.exists():
            return []
        return [
            Student(row["id"], row.get("name", ""), row.get("email", "")) for row in files.rows(path, ["id"])
        ]


def hidden_tests(assignment: str) -> ModuleType | None:
    """Return the module with an assignment's hidden tests, if it has one."""
    name = f"coursework.assignments.{assignment}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None
