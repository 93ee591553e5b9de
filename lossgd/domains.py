"""Which values a truth or a prediction may have: plain data that checks itself, stated on each loss."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from lossgd import checks

ROW_SUM = 1e-3  # how far from 1 a row of probabilities may sum: room for float32 and for finite differences


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A set of legal values.

    Parameters
    ----------
    low, high : float
        Between what all values are.
    closed : str
        The ends that count: "[", "]", both, or none.
    values : tuple of float
        The labels, where a value is usually one of a few.
    soft : bool
        Whether what lies between the labels is legal too.
    rows : bool
        Whether an example is a row of k classes rather than one number; of class indices, whether that of its
        prediction is.
    check : callable
        `check(name, block)` raises unless all values of a block are legal.
    """

    low: float = -math.inf
    high: float = math.inf
    closed: str = ""
    values: tuple[float, ...] = ()
    soft: bool = False
    rows: bool = False
    check: Callable[..., None] = field(default=checks.finite, repr=False, compare=False)

    def advising(self, hint: str) -> Domain:
        """Return the same domain; what it refuses, it refuses with this advice."""
        return replace(self, check=functools.partial(self.check, hint=hint))

    @property
    def scores(self) -> Domain:
        """The domain of the scores that a link makes such values of: real numbers, in rows if these are."""
        return REAL_ROWS if self.rows else REALS


def interval(low: float, high: float, closed: str) -> Domain:
    """Return the domain of the numbers from `low` to `high`; `closed` names the ends that count."""
    check = functools.partial(checks.within, low=low, high=high, closed=closed)
    return Domain(low=low, high=high, closed=closed, check=check)


def one_of(values: tuple[float, ...]) -> Domain:
    """Return the domain of some values."""
    check = functools.partial(checks.one_of, values=values)
    return Domain(low=min(values), high=max(values), closed="[]", values=values, check=check)


def _check_signs(_name: str, block: Any) -> None:
    checks.labels(block, -1, "Turn labels 0 and 1 into −1 and 1 with 2 * y - 1.")


REALS = Domain()
REAL_ROWS = Domain(rows=True)
NONNEGATIVE = interval(0, math.inf, "[")
POSITIVE = interval(0, math.inf, "")
PROBABILITIES = Domain(low=0, high=1, closed="[]", check=checks.probabilities)
# The labels 0 and 1; a soft one, in between, is the share of class 1.
SHARES = replace(PROBABILITIES, values=(0, 1), soft=True).advising(
    ". Turn labels −1 and 1 into 0 and 1 with (y + 1) / 2"
)
SIGNS = replace(one_of((-1, 1)), check=_check_signs)
DISTRIBUTIONS = Domain(
    low=0,
    high=1,
    closed="[]",
    rows=True,
    check=functools.partial(checks.distributions, tolerance=ROW_SUM),
)
# How many classes there are, the prediction says: `SparseCategoricalCrossEntropy` checks that.
CLASS_INDICES = Domain(low=0, closed="[", rows=True)
