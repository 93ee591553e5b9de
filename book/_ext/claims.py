"""The directives `claims-of`, a list of the chapters with claims, and `claims`, all with links to the tests.

A claim is a quotation of a notebook that begins with `**Holds.**` or `**Often said.**`.
"""

import functools
import posixpath
import re
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from myst_parser.mdit_to_docutils.base import default_slugify
from sphinx.errors import ExtensionError

CLAIM = re.compile(r"^> \*\*(Holds|Often said)\.\*\*.*(?:\n>.*)*", re.MULTILINE)
CLAIM_OR_HEADING = re.compile(rf"{CLAIM.pattern}|^#+ .*", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)")


def claims_of(notebook):
    """Return a notebook's title, and its claims: each with the heading that it stands below."""
    source = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    title, heading, claims = "", "", []
    for found in CLAIM_OR_HEADING.finditer(source):
        if found[1]:
            claims.append((heading, re.sub(r"\n> ?", " ", found[0].removeprefix("> "))))
        else:
            heading = found[0].lstrip("#").strip()
            title = title or heading
    return title, claims


def moved(text, old, new):
    """Return a text of one folder as it stands in another: its links lead to where they led."""

    def link(found):
        return f"]({posixpath.relpath(posixpath.join(old, found[1]), new)}"

    return LINK.sub(link, text)


@functools.cache  # both directives ask
def markdown(path, folder):
    """Return a chapter's line in a list and its part, as Markdown; None if it claims nothing."""
    title, claims = claims_of(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4))
    if not claims:
        return None
    link = f"../notebooks/{path.name}"
    items = [
        f"- {moved(text, 'notebooks', folder)} *See* [{heading}]({link}#{default_slugify(heading)})"
        for heading, text in claims
    ]
    line = f"- [{title}](#{default_slugify(title)}): {len(claims)}"
    return line, "\n".join([f"## {title}", "", *items, ""])


class Chapters(Directive):
    """A list of the chapters with claims."""

    part = 0

    def run(self):
        """Put it into the page, which is made again when a notebook has changed."""
        environment = self.state.document.settings.env
        paths = sorted(Path(environment.srcdir, "notebooks").glob("*.ipynb"))
        for path in paths:
            environment.note_dependency(str(path))
        folder = posixpath.dirname(environment.docname)
        found = [chapter for path in paths if (chapter := markdown(path, folder))]
        if not found:
            raise ExtensionError("no notebook claims anything")
        text = "\n".join(chapter[self.part] for chapter in found)
        holder = nodes.section()
        self.state.nested_parse(StringList(text.splitlines(), "claims"), self.content_offset, holder, True)
        return holder.children


class Claims(Chapters):
    """The claims of each chapter."""

    part = 1


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("claims-of", Chapters)
    app.add_directive("claims", Claims)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
