"""Numeric slopes by differences: central ones, and one-sided ones, which show a kink.

A difference (f(x + h) − f(x − h))/2h is wrong by about h² where h is large, and by rounding where it is
small. So it is taken at a ladder of steps; two neighbours on the ladder together cancel the h², and the best
of these is the one that differs least from the next. That finds the step that suits the precision of f and
the scale of x, and says how far the result can be trusted.
"""

from dataclasses import dataclass, fields
from functools import cache

import numpy as np

FIRST, RATIO, RUNGS = 1 / 8, 4, 16  # steps of 1/8, 1/32, … 1e-10 of the scale
SURE = 10  # a slope is trusted to so many times its estimated error
NOTHING = 1e-6  # a slope that is nothing beside others of this function
KINK = 1e-5  # a jump of the slope by more than this part of it is a kink


@dataclass(frozen=True)
class Slopes:
    """Slopes at several places: central, their estimated errors, and from either side. All are arrays."""

    slope: np.ndarray
    error: np.ndarray
    left: np.ndarray
    right: np.ndarray
    kinked: np.ndarray
    unsure: np.ndarray


def central_differences(function, x):
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
    return slopes(function, np.asarray(x, dtype=float)).slope


def slopes(function, x):
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


def entrywise_slopes(f, x):
    """Return the `Slopes` at each entry of `x`; the function maps arrays (…, n) entry by entry."""
    # Beyond the domain, and at steps too large, there may be no numbers: they are left out.
    with np.errstate(all="ignore"):
        here = f(x)
        steps = np.concatenate([_ladder(np.ones(x.shape)), _ladder(_power_of_2(x))])
        up, down = x + steps, x - steps
        f_up, f_down = f(up), f(down)
        centrals = (f_up - f_down) / (up - down)
        rights, lefts = (f_up - here) / (up - x), (here - f_down) / (x - down)
        noise = np.fmax(np.fmax(abs(f_up), abs(f_down)), abs(here)) / steps
        precision = _precision(np.concatenate([here[None], f_up, f_down]), centrals)
        noise *= precision
        sizes = np.fmax(abs(rights), abs(lefts))
        slope, error = _best(centrals, RATIO**2, noise, sizes)
        right, right_error = _best(rights, RATIO, noise, sizes)
        left, left_error = _best(lefts, RATIO, noise, sizes)
        jump, doubt = abs(right - left), SURE * (right_error + left_error)
        kinked = jump > KINK * np.maximum(abs(right), abs(left)) + doubt
        # At the edge of the domain, all there is may be one side.
        agree = np.isfinite(doubt) & (jump <= doubt)
        for side, side_error, other in ((right, right_error, lefts), (left, left_error, rights)):
            better = (side_error < error) & (agree | ~np.isfinite(other).any(axis=0))
            slope, error = np.where(better, (side, side_error), (slope, error))
        size = np.fmax(np.fmax.reduce(sizes), abs(here) / FIRST)
        unsure = ~(SURE * error <= np.maximum(0.1 * abs(slope), np.maximum(NOTHING, 1e3 * precision) * size))
    return Slopes(slope, error, left, right, kinked, unsure)


def _power_of_2(x):
    """Return the power of 2 nearest to the size of x, so that steps are exact in binary; 1 for 0."""
    return 2.0 ** np.round(np.log2(np.where(x == 0, 1, abs(x))))


def _ladder(scale):
    return scale * FIRST / RATIO ** np.arange(RUNGS).reshape(-1, *(1,) * scale.ndim)


def _precision(values, differences):
    """Return the rounding of a function's values: that of float32 if they are all numbers of float32."""
    single = np.all((values.astype(np.float32) == values) | np.isnan(values), axis=0)
    uneven = np.fmax.reduce(differences) > np.fmin.reduce(differences)  # not a line, which is exact anyhow
    return np.where(single & uneven, np.finfo(np.float32).eps, np.finfo(float).eps)


def _best(differences, power, noise, sizes):
    """Cancel the leading error of neighbours on each ladder; return the best results and their errors."""
    ladders = differences.reshape(-1, RUNGS, *differences.shape[1:])
    better = (power * ladders[:, 1:] - ladders[:, :-1]) / (power - 1)
    change = abs(np.diff(better, axis=1))
    noise, sizes = (a.reshape(ladders.shape)[:, 2:] for a in (noise, sizes))
    error = change + noise
    # Steps that are too large to see what happens show by changes that are large and do not shrink.
    large = (change > 0.1 * abs(better[:, 1:])) & (change > SURE * noise) & (change > NOTHING * sizes)
    before = np.concatenate([np.zeros_like(change[:, :1]), change[:, :-1]], axis=1)
    error[(large & (change > before / RATIO)) | ~np.isfinite(error)] = np.inf
    better, error = (a.reshape(-1, *differences.shape[1:]) for a in (better[:, 1:], error))
    best = error.argmin(axis=0)[None]
    return np.take_along_axis(better, best, 0)[0], np.take_along_axis(error, best, 0)[0]
