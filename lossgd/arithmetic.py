"""Differences and means that are right wherever float64 can hold the answer, whatever stands on the way.

Squares of 1e200 and of 1e-200 are beyond float64, their ratio is not. So numbers are first multiplied by a
power of 2, which rounds nothing.
"""

import math
from typing import Any

import numpy as np

from lossgd.typing import Numbers


def times_power(values: Numbers, e: int | np.ndarray) -> Any:
    """Return values · 2ᵉ, without a warning where that is beyond float64."""
    with np.errstate(over="ignore"):
        return np.ldexp(values, e)


def scaled(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return float64 values and a whole number e: the given values are theirs times 2ᵉ.

    Their products and squares are far from the ends of float64. In the ordinary range e is 0.
    """
    values = values.astype(float, copy=False)
    _, e = math.frexp(max(values.max(), -values.min()))
    return (values, 0) if abs(e) < 256 else (times_power(values, -e), e)


def difference(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, int | np.ndarray]:
    """Return d and e with a − b = d · 2ᵉ in float64; e is 0, but 1 where a − b itself is beyond float64.

    Of integers it is the exact difference, rounded once.
    """
    (a, a_low), (b, b_low) = _exact(a), _exact(b)
    with np.errstate(over="ignore"):
        d = (a - b) + (a_low - b_low)
    beyond = ~np.isfinite(d)
    if not beyond.any():
        return d, 0
    return np.where(beyond, a / 2 - b / 2, d), beyond.astype(int)


def scaled_difference(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, int]:
    """Return d and e with a − b = d · 2ᵉ: no square of d is beyond float64."""
    d, e = difference(a, b)
    highest = int(np.max(e))
    d, e = scaled(times_power(d, e - highest) if highest else d)
    return d, e + highest


def total(values: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return Σ wᵢ vᵢ; without weights, Σ vᵢ."""
    return (values if weights is None else weights * values).sum()


def mean(values: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return Σ wᵢ vᵢ / Σ wᵢ, with weights that are `scaled`; without weights, the mean."""
    values, e = scaled(values)
    return float(times_power(total(values, weights) / (len(values) if weights is None else weights.sum()), e))


def _exact(values):
    """Return two parts in float64 whose sum is exactly `values`: it does not hold all integers beyond 2⁵³."""
    if values.dtype.kind not in "iu" or values.dtype.itemsize < 8:
        return values.astype(float), 0.0
    low = values & 0xFFFFFFFF
    return (values - low).astype(float), low.astype(float)
