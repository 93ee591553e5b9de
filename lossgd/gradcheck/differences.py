"""Numeric slopes by differences: central ones, and one-sided ones, which show a kink.

A difference (f(x + h) − f(x − h))/2h is wrong by about h² where h is large, and by rounding where it is
small. So it is taken at a ladder of steps, and two neighbours on the ladder together cancel the h². How far
each result can be trusted is seen from how it changes along the ladder; the best is taken. That finds the
step that suits the precision of f and the scale of x.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks

FIRST_STEP, RATIO, RUNGS = 1 / 8, 4, 25  # steps of 1/8, 1/32, … 4e-16 of the scale
NOISY_RUNGS = 4  # at steps so small, below 1e-13 of x, what does not look like a line is rounding
ERROR_MARGIN = 10  # a slope may be wrong by so many times its estimated error
MIN_KINK = 1e-5  # a jump of the slope by more than this part of it is a kink
MAX_DOUBT = 0.1  # a slope with an error of more than this part of it was not measured,
NEGLIGIBLE_SLOPE = 1e-6  # unless it is nothing beside |f|/h, and how the slope changes along x
EPS, SINGLE_EPS = np.finfo(float).eps, np.finfo(np.float32).eps


@dataclass(frozen=True)
class Slopes:
    """Slopes at several places: central, their estimated errors, and from either side. All are arrays.

    `error` is the larger one of both sides at a kink. `rounding` is what the rounding of x makes of a slope.
    """

    slope: np.ndarray
    error: np.ndarray
    rounding: np.ndarray
    left: np.ndarray
    right: np.ndarray
    kinked: np.ndarray
    unsure: np.ndarray


def central_differences(function: Callable[[np.ndarray], Any], x: ArrayLike) -> np.ndarray:
    """Return the gradient of `function` at `x` by central differences.

    Parameters
    ----------
    function : callable
        A function of an array that returns one number.
    x : array_like
        Where.

    Returns
    -------
    ndarray
        The gradient, of the shape of `x`. At a kink it is the mean of the slopes at both sides.

    Examples
    --------
    >>> central_differences(lambda x: np.sum(x**2), [1.0, 3.0]).round(9)
    array([2., 6.])

    References
    ----------
    Ridders, C. (1982). Accurate computation of F′(x) and F′(x)F″(x). Advances in Engineering Software 4.
    """
    return slopes(function, checks.real_array("x", x).astype(float)).slope


def slopes(function: Callable[[np.ndarray], Any], x: np.ndarray) -> Slopes:
    """Return the `Slopes` of a function of the array `x` along each coordinate."""
    parts = [_along(function, x, i) for i in np.ndindex(x.shape)]
    names = [field.name for field in fields(Slopes)]
    return Slopes(*(np.reshape([getattr(part, name) for part in parts], x.shape) for name in names))


def _along(function, x, i):
    @cache
    def moved(value):
        point = x.copy()
        point[i] = value
        try:
            return function(point)
        except (ValueError, ArithmeticError):  # outside the domain
            return np.nan

    with np.errstate(all="ignore"):
        return entrywise_slopes(np.vectorize(moved, otypes=[float]), x[i].reshape(1))


def entrywise_slopes(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> Slopes:
    """Return the `Slopes` at each entry of `x`; the function maps arrays (…, n) entry by entry."""
    # Beyond the domain, and at steps too large, there may be no numbers: they are left out.
    with np.errstate(all="ignore"):
        here = f(x)
        steps = np.concatenate([_ladder(np.ones(x.shape)), _ladder(_power_of_2(x))])
        up, down = x + steps, x - steps
        f_up, f_down = f(up), f(down)
        centrals = (f_up - f_down) / (up - down)
        rights, lefts = (f_up - here) / (up - x), (here - f_down) / (x - down)
        sizes = np.fmax(np.fmax(abs(f_up), abs(f_down)), abs(here)) / steps
        bends = abs(rights - lefts)
        precision, coarseness = _rounding(np.concatenate([here[None], f_up, f_down]), centrals)
        coarseness = np.fmax(coarseness, _tread(f_up[-RUNGS:] - here, f_down[-RUNGS:] - here))
        uneven = np.nan_to_num(np.fmax.reduce((bends * steps)[-NOISY_RUNGS:]))
        rounding = np.nan_to_num(EPS * abs(x) * bends / steps)
        noise = np.fmax(precision * sizes, np.fmax(coarseness, uneven) / steps) + rounding
        slope, error, best = _best(centrals, RATIO**2, noise, steps)
        right, right_error, right_best = _best(rights, RATIO, noise, steps)
        left, left_error, left_best = _best(lefts, RATIO, noise, steps)
        jump, doubt = abs(right - left), ERROR_MARGIN * (right_error + left_error)
        kinked = jump > MIN_KINK * np.maximum(abs(right), abs(left)) + doubt
        # At the edge of the domain, all there is may be one side.
        agree = np.isfinite(doubt) & (jump <= doubt)
        sides = ((right, right_error, right_best, lefts), (left, left_error, left_best, rights))
        for side, side_error, side_best, other in sides:
            better = (side_error < error) & (agree | ~np.isfinite(other).any(axis=0))
            slope, error = np.where(better, (side, side_error), (slope, error))
            best = np.where(better, side_best, best)
        values = sizes * steps
        step, rounding = (np.take_along_axis(a, best, 0)[0] for a in (steps, rounding))
        size = np.where(np.isfinite(values), values, 0).max(axis=0) / step
        nothing = np.maximum(NEGLIGIBLE_SLOPE, 1e3 * precision) * (size + rounding / EPS)
        unsure = ~(ERROR_MARGIN * error <= np.maximum(MAX_DOUBT * abs(slope), nothing))
        error = np.where(kinked, np.maximum(right_error, left_error), error)
    return Slopes(slope, error, rounding, left, right, kinked, unsure)


def _power_of_2(x):
    """Return the power of 2 nearest to the size of x, so that steps are exact in binary; 1 for 0."""
    return 2.0 ** np.round(np.log2(np.where(x == 0, 1, abs(x))))


def _ladder(scale):
    return scale * FIRST_STEP / RATIO ** np.arange(float(RUNGS)).reshape(-1, *(1,) * scale.ndim)


def _rounding(values, differences):
    """Return to which part of them values are rounded, and of which number all changes are multiples.

    The changes are those from the first. The part is that of float32 if they are all numbers of float32. The
    number is large if the function has lost digits, as x² + 10⁸ − 10⁸ has.
    """
    single = np.all((values.astype(np.float32) == values) | np.isnan(values), axis=0)
    uneven = np.fmax.reduce(differences) > np.fmin.reduce(differences)  # not a line, which is exact anyhow
    changes = values - values[0]  # of a constant, such as 1, there are none: that it is round says nothing
    mantissas, exponents = np.frexp(np.where(np.isfinite(changes), changes, 0))
    digits = (mantissas * 2.0**53).astype(np.int64)
    lowest = np.ldexp((digits & -digits).astype(float), exponents - 53)
    coarseness = np.where(lowest > 0, lowest, np.inf).min(axis=0)
    coarseness[np.isinf(coarseness)] = 0
    return np.where(single & uneven, SINGLE_EPS, EPS), coarseness


def _tread(up, down):
    """Return the first change seen, up on one side and down on the other, where there was none before.

    So a function looks that has lost digits: a stair.
    """
    flat = (up[-1] == 0) & (down[-1] == 0)
    first = np.where(np.sign(up) * np.sign(down) < 0, np.minimum(abs(up), abs(down)), np.inf).min(axis=0)
    return np.where(flat & np.isfinite(first), first, 0)


def _best(differences, power, noise, steps):
    """Cancel the leading error of neighbours on each ladder; return the best results, their errors and rungs.

    An error of f that is seen at a step is there at larger steps too, where it is divided by more. A result
    that those at smaller steps contradict is not believed: of a narrow well, large steps see nothing.
    """
    ladders = differences.reshape(-1, RUNGS, *differences.shape[1:])
    better, change = ladders.copy(), np.full(ladders.shape, np.nan)
    better[:, 1:] = (power * ladders[:, 1:] - ladders[:, :-1]) / (power - 1)
    change[:, 2:] = abs(np.diff(better[:, 1:], axis=1))
    better, change = better.reshape(differences.shape), change.reshape(differences.shape)
    upwards = steps.argsort(axis=0)
    arrays = (better, change, noise, steps)
    better, change, noise, steps = (np.take_along_axis(a, upwards, 0) for a in arrays)
    error = noise + np.fmax.accumulate(change * steps, axis=0) / steps
    error[np.isnan(change + error)] = np.inf
    low = np.fmax.accumulate(better - ERROR_MARGIN * error, axis=0)
    high = np.fmin.accumulate(better + ERROR_MARGIN * error, axis=0)
    error[(better + ERROR_MARGIN * error < low) | (better - ERROR_MARGIN * error > high)] = np.inf
    best = error.argmin(axis=0)[None]
    better, error, best = (np.take_along_axis(a, best, 0) for a in (better, error, upwards))
    return better[0], error[0], best
