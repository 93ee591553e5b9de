"""Tables of a notebook: one call, which reads well as text, in JupyterLab and on a page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any


def write(form: str, *values: Any) -> str:
    """Return `form.format(*values)` with true minus signs, and none before a number that is rounded to 0."""
    text = re.sub(r"[-+](?=0(\.0+)?(?![\d.]*\d))", "", form.format(*values))
    return re.sub(r"-(?=\d)", "−", text)


@dataclass(frozen=True)
class Table:
    """Rows of text below their headings; made by `table`."""

    headings: list[str]
    rows: list[list[str]]
    numeric: list[bool]

    def __repr__(self):
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        lines = []
        for row in [self.headings, *self.rows]:
            cells = zip(row, widths, self.numeric, strict=True)
            lines.append("  ".join(cell.rjust(w) if right else cell.ljust(w) for cell, w, right in cells))
        return "\n".join(line.rstrip() for line in lines)

    def _repr_html_(self):
        aligned = [' style="text-align: right"' if right else "" for right in self.numeric]
        head = "".join(
            f'<th scope="col"{align}>{escape(cell)}</th>' if cell else "<td></td>"  # it heads nothing
            for cell, align in zip(self.headings, aligned, strict=True)
        )
        body = ""
        for first, *others in self.rows:
            cells = zip(others, aligned[1:], strict=True)
            body += f'<tr><th scope="row"{aligned[0]}>{escape(first)}</th>'
            body += "".join(f"<td{align}>{escape(cell)}</td>" for cell, align in cells) + "</tr>"
        return f'<table class="table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def table(columns: Mapping[str, Sequence[Any]], *, form: Mapping[str, str] | None = None) -> Table:
    """Return a table that a notebook displays.

    Parameters
    ----------
    columns : dict of str to sequence
        The cells of each column below its heading, all of one length; the first column names the rows.
        None is written as a dash.
    form : dict of str to str, optional
        How the values of a column are written, such as "{:.2f}". A column with a form, or of numbers, is
        set to the right.

    Returns
    -------
    Table
        With a text and an HTML form.

    Raises
    ------
    ValueError
        If the columns differ in length, or a form is of a column that is not there.

    Examples
    --------
    >>> table({"loss": ["MSE", "MAE"], "cost": [2.25, -1.5]}, form={"cost": "{:.1f}"})
    loss  cost
    MSE    2.2
    MAE   −1.5
    """
    form = form or {}
    if unknown := form.keys() - columns.keys():
        raise ValueError(f"form must name columns of the table ({', '.join(columns)}); got {sorted(unknown)}")
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"columns must have the same length, at least one of them; got {lengths}")
    numeric = [name in form or all(_is_number(one) for one in values) for name, values in columns.items()]
    texts = [
        ["–" if value is None else write(form.get(name, "{}"), value) for value in values]
        for name, values in columns.items()
    ]
    return Table(list(columns), [list(row) for row in zip(*texts, strict=True)], numeric)


def _is_number(value):
    return value is None or (not isinstance(value, str | bool) and hasattr(value, "__float__"))
