"""The tables of `book/map_of_names.md`, read: which library calls an idea what, and with which defaults.

A cell is a dash, or names in code. In brackets stand arguments, with their default or without; after "with",
what is not the default.
"""

import ast
import importlib
import inspect
import re
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).parents[1] / "book" / "map_of_names.md"
NOWHERE = "–"
TABLE = re.compile(r"^\| Idea \|(.+)\|\n\|[-|]+\|\n((?:\|.+\n)+)", re.MULTILINE)
HEADING = re.compile(r"([\w-]+)[^`]*`([\w.]+)`(?P<unchecked> \(not checked\))?")
NAME = re.compile(r"`([\w.]+)`(?: \((`[^`]+`(?:, `[^`]+`)*)\))?(?: with `([^`]+)`)?")


@dataclass(frozen=True)
class Name:
    """A name as a library has it, in full."""

    path: str
    exists: tuple[str, ...] = ()  # arguments of which no value is said
    defaults: dict = field(default_factory=dict)
    not_defaults: dict = field(default_factory=dict)

    @property
    def last(self):
        return self.path.rpartition(".")[2]

    def look_up(self):
        """Hold the name against the library."""
        thing = find(self.path)
        said = {**self.defaults, **self.not_defaults, **dict.fromkeys(self.exists)}
        parameters = inspect.signature(thing).parameters if said else {}
        assert said.keys() <= parameters.keys(), f"{self.path} has no such argument"
        for argument, value in self.defaults.items():
            default = parameters[argument].default
            assert default == value, f"{self.path}: {argument} is {default}"
            assert isinstance(default, bool) == isinstance(value, bool), f"{self.path}: {argument}"
        for argument, value in self.not_defaults.items():
            assert parameters[argument].default != value, f"{self.path}: {argument} need not be said"


@dataclass(frozen=True)
class Cell:
    """What one library has for one idea: no name, one, or some."""

    idea: str
    library: str
    place: str
    checked: bool
    names: tuple[Name, ...]


def find(path):
    """Return what has this name; a function before a module of the same name, as in `torch.autograd`."""
    top, *parts = path.split(".")
    thing = importlib.import_module(top)
    for part in parts:
        top += f".{part}"
        thing = getattr(thing, part) if hasattr(thing, part) else importlib.import_module(top)
    return thing


def name(place, path, inside="", said=""):
    """Return the name that is written in a column for a place."""
    exists, defaults = arguments(inside.replace("`", ""))
    top = place.partition(".")[0]
    first, dot, _ = path.partition(".")
    if first in {top, "jax", "scipy"}:
        full = path
    elif dot and first.islower():  # a place of its own in the library
        full = f"{top}.{path}"
    else:
        full = f"{place}.{path}"
    return Name(full, exists, defaults, arguments(said)[1])


def arguments(source):
    """Return the arguments that are only named, and those with a value."""
    call = ast.parse(f"f({source})", mode="eval").body
    values = {each.arg: eval(ast.unparse(each.value), {"__builtins__": {}}) for each in call.keywords}
    return tuple(each.id for each in call.args), values


def cell(idea, heading, text):
    """Read a cell; what is neither a dash nor names in code is refused."""
    rest = re.sub(" (?:or|and) ", "", NAME.sub("", text))
    if text != NOWHERE and rest:
        raise ValueError(f"{idea}: what is {text!r}?")
    library, place, unchecked = HEADING.fullmatch(heading).groups()
    names = tuple(name(place, *found) for found in NAME.findall(text))
    return Cell(idea, library, place, not unchecked, names)


def rows():
    """Return each row of each table of names as its cells."""
    found = []
    for head, body in TABLE.findall(FILE.read_text(encoding="utf-8")):
        headings = [each.strip() for each in head.split("|")]
        for line in body.splitlines():
            idea, *texts = (each.strip() for each in line.strip("|").split("|"))
            found.append([cell(idea, *pair) for pair in zip(headings, texts, strict=True)])
    return found


ROWS = rows()
CELLS = [cell for row in ROWS for cell in row]
