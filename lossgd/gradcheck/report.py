"""The result of a check, as a table that can be read."""

import textwrap
from dataclasses import dataclass
from typing import Literal

import numpy as np

DIGITS = 6
ROWS = 8  # of a long gradient, only so many coordinates are shown
WIDTH = 72  # of the sentences: as much as a page shows without scrolling


@dataclass(frozen=True, eq=False)
class Report:
    """What a check found. Printed, it is a table; of a long gradient the table shows the worst coordinates.

    Attributes
    ----------
    name : str
        What was checked.
    x, yours, numeric : ndarray
        Where; the gradient under test; and the slopes measured.
    low, high : ndarray
        The slopes from either side, in order: at a kink the interval of subgradients, elsewhere `numeric`.
    allowed : ndarray
        How far a coordinate may be from the interval.
    method : str
        How slopes were measured, "complex step" or "central differences".
    coordinates : list of str
        The coordinates' names.
    unsure : ndarray of bool
        Where slopes cannot be measured: at a jump, or under too much noise.
    mistake : str
        The likely mistake; empty if the gradient is right.
    """

    name: str
    x: np.ndarray
    yours: np.ndarray
    numeric: np.ndarray
    low: np.ndarray
    high: np.ndarray
    allowed: np.ndarray
    method: Literal["complex step", "central differences"]
    coordinates: list[str]
    unsure: np.ndarray
    mistake: str = ""

    @property
    def difference(self) -> np.ndarray:
        """Yours less numeric; at a kink, the distance from the interval; NaN if the shapes differ."""
        if self.yours.shape != self.x.shape:
            return np.full(self.x.shape, np.nan)
        return self.yours - np.clip(self.yours, self.low, self.high)

    @property
    def wrong(self) -> np.ndarray:
        """Which coordinates are wrong."""
        return ~(abs(self.difference) <= self.allowed)

    @property
    def worst(self) -> tuple[int, ...]:
        """The index of the coordinate that is most wrong."""
        return tuple(map(int, np.unravel_index(self._excess.argmax(), self.x.shape)))

    @property
    def _excess(self):
        """How wrong each coordinate is, flat: 0 if it is right, infinite if there is no number."""
        size = np.nan_to_num(abs(self.difference), nan=np.inf)
        return np.where(self.wrong, size, 0).ravel()

    @property
    def ok(self) -> bool:
        """Whether every coordinate is right, and could be measured."""
        return not (self.wrong.any() or self.unsure.any())

    def __repr__(self):
        lines = [self._headline()]
        if self.yours.shape == self.x.shape:
            lines += self._table()
        if self.mistake:
            lines += textwrap.wrap(f"Likely mistake: {self.mistake}", WIDTH)
        return "\n".join(lines)

    def _headline(self):
        n, wrong, unsure = self.x.size, self.wrong.sum(), self.unsure.sum()
        if self.yours.shape != self.x.shape:
            return f"{self.name}: the gradient has shape {self.yours.shape}, not {self.x.shape}"
        if wrong:
            i = self._excess.argmax()
            amount = _number(self._excess[i], self.allowed.flat[i])
            by = f", by {amount}" if np.isfinite(self.difference.flat[i]) else ""
            where = (
                f"{wrong} of {n} coordinates, most at {self.coordinates[i]}" if n > 1 else self.coordinates[0]
            )
            return f"{self.name}: the gradient is wrong at {where}{by}"
        if unsure:
            return f"{self.name}: there is no slope to be measured at {unsure} of {n} coordinates"
        where = f"all {n} coordinates" if n > 1 else self.coordinates[0]
        return f"{self.name}: the gradient is right at {where} ({self.method})"

    def _table(self):
        rows = [["coordinate", "yours", "numeric", "difference", ""]]
        shown = self._shown()
        for i in shown:
            yours, low, high, difference, allowed = (
                a.flat[i] for a in (self.yours, self.low, self.high, self.difference, self.allowed)
            )
            ends = [_number(value, allowed) for value in dict.fromkeys((low, high))]
            numeric = f"[{', '.join(ends)}]" if len(ends) > 1 else ends[0]
            mark = "  ✗" if self.wrong.flat[i] else "  ?" if self.unsure.flat[i] else ""
            rows.append(
                [self.coordinates[i], _number(yours, allowed), numeric, _number(difference, allowed), mark]
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for first, *cells, mark in rows:
            right = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=False))
            yield f"{first.ljust(widths[0])}  {right}{mark}"
        if len(shown) < self.x.size:
            rest = self.x.size - len(shown)
            yield f"… and {rest} more" + (", none worse" if self.wrong.any() else "")

    def _shown(self):
        """Return the indices of the coordinates to show: the first, or where any is wrong, the worst."""
        if self.x.size <= ROWS or not self.wrong.any():
            return range(min(self.x.size, ROWS))
        return sorted(np.argsort(-self._excess, kind="stable")[:ROWS])


def _number(value, allowed):
    """Return a number with the digits that are certain, six at most; what cannot be told from 0 is 0."""
    if abs(value) <= allowed:
        return "0"
    certain = np.log10(abs(value) / allowed) if np.isfinite(value) and allowed > 0 else DIGITS
    return f"{value:.{int(np.clip(certain, 1, DIGITS))}g}"
