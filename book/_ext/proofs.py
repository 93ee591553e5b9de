"""The directive `proofs`: all that ships is proved and verified afresh, and the results become a table.

What fails stops the build, but for what `proofs.NOT_PROVED` says cannot be proved.
"""

import re
from itertools import groupby
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.errors import ExtensionError

import lossgd
from lossgd import proofs

HEADINGS = {
    "value": "Value",
    "gradient": "Gradient",
    "complex step": "Complex step",
    "central differences": "Central differences",
}
CAPTION = "What is proved, and the largest error of each method at the points where it is verified"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def label(thing):
    """Return what a row is called: parameters are left out, but for those that choose another formula."""
    words = re.sub("(?<=[a-z])(?=[A-Z])", "<wbr>", _name(thing))  # where a narrow column may break it
    name = f"<code>{words}</code>"
    if getattr(thing, "from_logits", False):
        name += " from logits"
    if hasattr(thing, "averaged"):
        name += " averaged" if thing.averaged else " heavy ball"
    return name


def number(error):
    """Return an error in one digit: 2·10⁻¹⁶."""
    if error == 0:
        return "0"
    digit, power = f"{error:.0e}".split("e")
    return f"{digit}·10{str(int(power)).translate(SUPERSCRIPTS)}"


def _name(thing):
    return getattr(thing, "__name__", type(thing).__name__)


def proved(things):
    """Prove things of one kind, and return the cell of the table: exact, or within what bound; or why not."""
    results = [proofs.prove(thing) for thing in proofs.one_of_each_form(things)]
    reason = proofs.NOT_PROVED.get(_name(things[0]))
    for result in results:
        if not result.ok and reason is None:
            raise ExtensionError(f"a proof fails:\n{result}")
    if not all(result.ok for result in results):
        return f"no: {reason}"
    bound = max(result.bound for result in results)
    return f"yes, within {number(1.5 * bound)}" if bound else "yes"  # more than the bound, in one digit


def row(name, things):
    """Return the table's row for things of one kind with several parameters."""
    results = [proofs.verify(thing) for thing in things]
    for result in results:
        if not result.ok:
            raise ExtensionError(f"a verification fails:\n{result}")
    cells = [proved(things), str(sum(result.points for result in results))]
    for method in HEADINGS:
        errors = [result.errors[method].largest for result in results if method in result.errors]
        cells.append(number(max(errors)) if errors else "–")
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def table():
    """Prove and verify everything, and return the table as HTML."""
    names = ["Formula", "Proved", "Verified at points", *HEADINGS.values()]
    columns = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = ""
    for kind, things in proofs.SHIPPED.items():
        rows = [row(name, list(group)) for name, group in groupby(things, key=label)]
        heading = f'<th scope="rowgroup">{kind}</th><td colspan="{2 + len(HEADINGS)}"></td>'
        body += f"<tbody><tr>{heading}</tr>{''.join(rows)}</tbody>"
    return (
        '<div class="proofs" role="region" aria-labelledby="proofs-caption" tabindex="0">'
        f'<table><caption id="proofs-caption">{CAPTION}</caption>'
        f"<thead><tr>{columns}</tr></thead>{body}</table></div>"
    )


class Proofs(Directive):
    """The table of proofs."""

    def run(self):
        """Return the table; it is made again when the package has changed."""
        environment = self.state.document.settings.env
        for path in Path(lossgd.__file__).parent.rglob("*.py"):
            environment.note_dependency(str(path))
        return [nodes.raw("", table(), format="html")]


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("proofs", Proofs)
    app.add_css_file("proofs.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
