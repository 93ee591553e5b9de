"""What the rules read: a notebook in pieces, and what its links may lead to."""

import posixpath
import re
from dataclasses import dataclass

import nbformat
import yaml

from tests.notebooks import ROOT

CLINICS = range(17, 27)
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^]\[]*)\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Piece:
    """A cell, or the part of a text below one of its second-level headings."""

    cell: str
    section: str
    source: str
    code: bool
    tags: frozenset[str]

    @property
    def visible(self):
        """Return whether a page shows the code."""
        return not self.tags & {"hide-cell", "hide-input", "remove-cell"}


@dataclass(frozen=True)
class Page:
    """A page of the book, and the anchors that a link to it may name."""

    title: str
    anchors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chapter:
    """A notebook by its path in the repository, cut at its second-level headings."""

    name: str
    cells: int
    pieces: tuple[Piece, ...]

    @property
    def number(self):
        """Return the number of a chapter; a derivation has none, nor has the welcome page."""
        return number_of(self.name)

    @property
    def code(self):
        """Return the source of each code cell by the cell's name."""
        return {piece.cell: piece.source for piece in self.pieces if piece.code}

    @property
    def texts(self):
        return [piece for piece in self.pieces if not piece.code]

    @property
    def visible_code(self):
        return [piece for piece in self.pieces if piece.code and piece.visible]

    def section(self, title):
        return [piece for piece in self.pieces if piece.section == title]

    def resolve(self, link):
        """Return the path in the repository and the anchor that a link leads to."""
        path, _, anchor = link.partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), path))
        return name if path else self.name, anchor

    def link_to(self, name):
        """Return the address of a link to another file of the repository."""
        return posixpath.relpath(name, posixpath.dirname(self.name))


def number_of(name):
    """Return the number of the chapter at this path, or None if it is of something else."""
    match = re.match(r"notebooks/(\d\d)_", name)
    return int(match[1]) if match else None


def chapter(name, notebook):
    """Cut a notebook into pieces."""
    pieces, section = [], ""
    for cell in notebook.cells:
        code, tags = cell.cell_type == "code", frozenset(cell.metadata.get("tags", ()))
        parts = [cell.source] if code else re.split("^(?=## )", cell.source, flags=re.MULTILINE)
        for part in filter(None, parts):
            if not code and part.startswith("## "):
                section = part.partition("\n")[0].removeprefix("## ").strip()
            pieces.append(Piece(cell.id, section, part, code, tags))
    return Chapter(name, len(notebook.cells), tuple(pieces))


def read(path):
    """Read a notebook of the repository."""
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    return chapter(path.resolve().relative_to(ROOT).as_posix(), notebook)


def book():
    """Return all pages by their path in the repository, in the order of the Next buttons."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    paths = [next(ROOT.glob(f"{name}.*")) for name in _files(contents)]
    return {path.relative_to(ROOT).as_posix(): page(path) for path in paths}


def _files(contents):
    """Yield the names in a table of contents, however deep they stand."""
    if isinstance(contents, list):
        for each in contents:
            yield from _files(each)
    elif isinstance(contents, dict):
        for key, value in contents.items():
            yield from [value] if key in ("root", "file") else _files(value)


def page(path):
    """Return the title and the anchors of a notebook or a Markdown file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(source, as_version=4).cells
        source = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", source), re.MULTILINE)
    anchors = {slug(heading) for heading in headings}
    anchors |= {f"term-{slug(term)}" for term in terms(source)}
    if "{bibliography}" in source:
        anchors |= set(entries())
    return Page(headings[0].strip(), frozenset(anchors))


def slug(heading):
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", LINK.sub(r"\1", heading).strip().lower()).replace(" ", "-")


def terms(source):
    """Return the terms that a page explains in glossaries."""
    glossaries = re.findall(r"^```\{glossary\}\n(.*?)^```", source, re.MULTILINE | re.DOTALL)
    return [line for glossary in glossaries for line in glossary.splitlines() if re.match(r"\S", line)]


def entries():
    """Return the keys of the bibliography."""
    source = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    return re.findall(r"^@\w+\{([^,]+),", source, re.MULTILINE)
