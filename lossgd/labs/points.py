"""The data of a lab in which a reader may put their own."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lossgd import checks

LEAST = 3  # points


class Points(NamedTuple):
    """Points, how much of the plane is seen of them, and where the lab's sliders can stand.

    Attributes
    ----------
    x, y : ndarray of shape (n,)
    xlim, ylim : (float, float)
    sliders : dict of str to ndarray
        The values of each control.
    levels : sequence of float, optional
        The heights of contours, if the lab draws a map.
    """

    x: np.ndarray
    y: np.ndarray
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    sliders: Mapping[str, np.ndarray]
    levels: Sequence[float] | None = None

    def moved(self, i: int, x: float, y: float) -> "Points":
        """Return points of which one is elsewhere: with digits that can be seen, and not out of sight."""
        xs, ys = self.x.astype(float), self.y.astype(float)
        for values, value, (low, high) in ((xs, x, self.xlim), (ys, y, self.ylim)):
            values[i] = round(float(np.clip(value, low, high)), decimals((high - low) / 100))
        return self._replace(x=xs, y=ys) if np.ptp(xs) else self


def checked(x, y):
    """Return a reader's data as arrays; raise if there can be no line through them."""
    x, y = (checks.real_array(name, values).astype(float) for name, values in (("x", x), ("y", y)))
    if x.ndim != 1 or x.shape != y.shape or x.size < LEAST:
        raise ValueError(
            f"x and y must have the same shape (n,) with n at least {LEAST}; got {x.shape} and {y.shape}"
        )
    checks.finite("x", x)
    checks.finite("y", y)
    if np.ptp(x) == 0:
        raise ValueError(
            f"x must hold two different values at least, or no line is the best; got {x[0]:g} only"
        )
    return x, y


def decimals(step: float) -> int:
    """Return how many decimals tell values apart that differ by so much; none for 1, −1 for 10."""
    return -math.floor(math.log10(step))


def form(step: float) -> str:
    """Return how values are written that differ by so much."""
    return f"{{:.{max(decimals(step), 0)}f}}"


def spread(low: float, high: float, count: int) -> np.ndarray:
    """Return values from `low` to `high`, with few digits."""
    values = np.linspace(low, high, count)
    return values.round(decimals((high - low) / count) + 1)


def widened(values: np.ndarray, below: float, above: float) -> tuple[float, float]:
    """Return the range of values, made wider by these shares of it."""
    span = np.ptp(values) or 1.0
    return float(values.min() - below * span), float(values.max() + above * span)
