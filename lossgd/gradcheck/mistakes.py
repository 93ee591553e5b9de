"""The likely mistake: each function below knows one, and returns a sentence if it explains what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

TINY = np.finfo(float).tiny
NEAR = 1e-3  # a gradient that is right to this is not a wrong formula, but a wrong number in it


@dataclass(frozen=True)
class Evidence:
    """What a gradient under test looks like beside the slopes measured.

    `counts` are pairs of a number that may be n and what it counts; `swapped` returns the slopes measured
    with the labels swapped, or None if the data have no two labels. `kinked` says where the slope jumps.
    """

    yours: np.ndarray
    numeric: np.ndarray
    allowed: np.ndarray
    wrong: Any  # an array; None if the shapes differ, which is then what is named
    counts: tuple[tuple[int, str], ...]
    swapped: Callable[[], np.ndarray | None]
    kinked: np.ndarray | bool = False

    def is_near(self, guess: np.ndarray, where: Any = ...) -> bool:
        """Whether a guess equals the gradient under test, at all coordinates or at some."""
        magnified = np.divide(guess, self.numeric, out=np.ones_like(self.numeric), where=self.numeric != 0)
        close = abs(self.yours - guess) <= self.allowed * np.maximum(1, abs(magnified))
        return bool(close[where].all())

    def ratio(self, where: Any = ...) -> float | None:
        """Return the number that every entry of the gradient is multiplied by, at all or some; or None."""
        yours, right = self.yours[where], self.numeric[where]
        i = abs(right).argmax()
        if not right.any() or not yours.flat[i]:
            return None
        ratio = yours.flat[i] / right.flat[i]
        return ratio if self.is_near(ratio * self.numeric, where) else None


def likely(evidence: Evidence) -> str:
    """Return the first sentence that explains the evidence."""
    with np.errstate(all="ignore"):  # a wrong gradient may be of any size
        return next(filter(None, (mistake(evidence) for mistake in MISTAKES)))


def shape(e: Evidence) -> str | None:
    """Say that the gradient is transposed, flattened, or broadcast."""
    right, yours = e.numeric, e.yours
    if yours.shape == right.shape:
        return None
    if yours.shape == right.T.shape and np.allclose(yours.T, right):
        return "transposed. The numbers are right after .T."
    if yours.size == right.size:
        same = np.allclose(yours.ravel(), right.ravel())
        return f"the shape{', but not the numbers' if same else ''}. A gradient has its variable's shape."
    if yours.size > right.size:
        return "broadcast. Shapes such as (n,) and (n, 1) met, and NumPy made all pairs of their entries."
    return "a sum too many. The slopes of several coordinates were made one number."


def not_finite(e: Evidence) -> str | None:
    """Say that there are numbers which are none."""
    bad = e.yours[~np.isfinite(e.yours)]
    return f"log 0, 0/0 or an overflow. It gives {bad[0]} where the slope is finite." if bad.size else None


def kink(e: Evidence) -> str | None:
    """Say that the slopes at kinks are none of those between the two sides."""
    if np.all(e.kinked | ~e.wrong):
        return f"a kink. {_only(e)} the slope jumps, and this is none of the slopes between its two sides."
    return None


def zero(e: Evidence) -> str | None:
    """Say that there is no gradient."""
    return None if e.yours.any() else "detached. Every entry is 0: the gradient was never filled in."


def factor(e: Evidence) -> str | None:
    """Say that the sign is wrong, or that every entry is multiplied by a number."""
    ratio = e.ratio()
    if ratio is None or abs(ratio - 1) < NEAR:
        return None
    reason = _reason(ratio, e.counts)
    if not reason and np.count_nonzero(e.numeric) < 2:
        return None  # one number is always some multiple of another
    return f"{reason or 'a factor.'} Every entry is {ratio:.6g} times the right one."


def swapped_labels(e: Evidence) -> str | None:
    """Say that it is the gradient for the other labels."""
    other = e.swapped()
    if other is not None and e.is_near(other):
        return "swapped labels. It is the gradient of the other label: of 1 − y for y, or of −y."
    return None


def spread(e: Evidence) -> str | None:
    """Say that one number was given to all coordinates."""
    if e.yours.size == 1 or np.ptp(e.yours) > e.allowed.max():
        return None
    for value, name in ((e.numeric.mean(), "mean"), (e.numeric.sum(), "sum")):
        if e.is_near(np.full(e.yours.shape, value)):
            return f"broadcast. Every entry is the {name} of the right ones."
    return None


def misplaced(e: Evidence) -> str | None:
    """Say that the right numbers stand at wrong places."""
    if e.yours.ndim == 2 and e.yours.shape[0] == e.yours.shape[1] and e.is_near(e.numeric.T):
        return "transposed. The numbers are right after .T."
    sorted_in = np.empty(e.yours.size)
    sorted_in[np.argsort(e.yours, axis=None)] = np.sort(e.numeric, axis=None)
    if e.is_near(sorted_in.reshape(e.yours.shape)):
        return "transposed, or in another order. These are the right numbers, at wrong places."
    return None


def offset(e: Evidence) -> str | None:
    """Say that every entry is off by the same amount."""
    amount = (e.yours - e.numeric).flat[0]
    if e.yours.size > 1 and e.is_near(e.numeric + amount):
        return f"a term too many or too few. Every entry is off by the same amount, {amount:.6g}."
    return None


def nearly(e: Evidence) -> str | None:
    """Say that only a number is wrong."""
    part = (abs(e.yours - e.numeric)[e.wrong] / np.maximum(abs(e.numeric[e.wrong]), TINY)).max()
    if part < NEAR:
        return f"a number. Right but for a part of {part:.1g}: a rounded constant, or a small ε added."
    return None


def clipped(e: Evidence) -> str | None:
    """Say that one of loss and gradient stops where the other goes on."""
    if (abs(e.numeric) <= e.allowed)[e.wrong].all():
        return f"a clip in the loss. {_only(e)} the loss is flat, and the gradient does not know it."
    if not e.yours[e.wrong].any():
        return f"a clip in the gradient. {_only(e)} it is 0, but the loss is not flat."
    return None


def branch(e: Evidence) -> str | None:
    """Say that only some coordinates are wrong."""
    if e.wrong.all():
        return None
    ratio = e.ratio(e.wrong)
    reason = ratio is not None and _reason(ratio, e.counts)
    if reason:
        return f"{reason} {_only(e)} it is {ratio:.6g} times the right one."
    return f"a branch. {_only(e)} it is wrong: look at the if, where or clip that these go through."


def unknown(e: Evidence) -> str:
    """Say that none of the mistakes above explains it."""
    return "none of the usual ones. Check the terms of the loss one at a time."


MISTAKES = (
    shape,
    not_finite,
    kink,
    zero,
    factor,
    swapped_labels,
    spread,
    misplaced,
    offset,
    nearly,
    clipped,
    branch,
    unknown,
)


def _reason(ratio, counts):
    """Say what multiplies a gradient by this number, if it is one of the usual ones."""
    size = abs(ratio)
    if np.isclose(ratio, -1):
        return "the sign. Is it y − ŷ where ŷ − y belongs?"
    reason = ""
    if np.isclose(size, [2, 0.5]).any():
        reason = "a factor of 2. The slope of a² is 2a, that of ½a² is a."
    for count, what in counts:
        if count > 1 and np.isclose(size, count):
            reason = f"a factor of n. There are {count} {what}: is the division by n missing?"
        elif count > 1 and np.isclose(size, 1 / count):
            reason = f"a factor of n. There are {count} {what}: is it divided by n once too often?"
    return f"the sign, and {reason}" if reason and ratio < 0 else reason


def _only(e):
    return f"At {e.wrong.sum()} of {e.wrong.size} coordinates"
