"""Check a gradient: of a loss, a model, an objective or a function."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.gradcheck import mistakes
from lossgd.gradcheck.complex_safe import complex_safe, weighted_predictions
from lossgd.gradcheck.complex_step import along, steps
from lossgd.gradcheck.differences import EPS, ERROR_MARGIN, slopes
from lossgd.gradcheck.report import Report
from lossgd.models import Cost, Model

ROUNDINGS = 8  # of x, to see what they make of its slopes


def check(
    what: Callable[..., Any] | Model, *at: ArrayLike, gradient: Callable[..., ArrayLike] | None = None
) -> Report:
    """Compare a gradient with slopes measured numerically, and name the likely mistake.

    Slopes are measured by central differences, whose step suits the precision of the function and the scale
    of the coordinate, and where the function allows it by a complex step. At a kink, any slope between those
    of the two sides is right. A coordinate is right if it differs by no more than the square root of the
    precision of its dtype (1.5e-8 for float64; half precision is taken to be computed in float32) relative to
    the slope, and what rounding makes of the slopes and the method cannot see: at a minimiser the right
    gradient is rarely 0 to the last digit.

    Parameters
    ----------
    what : callable or model
        A loss, called as `what(y_true, y_pred)`; an objective, `what(theta)`; any function that returns one
        number; or a model, whose `vjp(theta, X, g)` is checked for a random g.
    *at : array_like
        The arguments. The gradient is by the last one, for a model by the first; integers become float64.
        Functions are handed copies.
    gradient : callable, optional
        The gradient under test, a function of the same arguments; `what.gradient` if it is not given.

    Returns
    -------
    Report
        What was found: a table, `ok`, and the likely `mistake`.

    Raises
    ------
    TypeError, ValueError
        If there is no gradient to check, a gradient or a point is not real numbers, or the function is not
        one finite number there.

    Examples
    --------
    >>> from lossgd import losses
    >>> check(losses.MeanAbsoluteError(), [1.0, 2.0, 3.0], [1.0, 2.5, 1.0])
    MeanAbsoluteError: the gradient is right at all 3 coordinates (complex step)
    coordinate      yours                numeric  difference
    ŷ[0]                0  [-0.333333, 0.333333]           0
    ŷ[1]         0.333333               0.333333           0
    ŷ[2]        -0.333333              -0.333333           0
    >>> check(np.prod, [3.0, 4.0], gradient=lambda x: x)
    prod: the gradient is wrong at 2 of 2 coordinates, most at x[0], by 1
    coordinate  yours  numeric  difference
    x[0]            3        4          -1  ✗
    x[1]            4        3           1  ✗
    Likely mistake: transposed, or in another order. These are the right
    numbers, at wrong places.

    References
    ----------
    Squire, W. and Trapp, G. (1998). Using complex variables to estimate derivatives of real functions. SIAM
    Review 40.
    """
    subject = _model(what, *at) if hasattr(what, "vjp") else _function(what, at, gradient)
    here = subject.value(subject.x)
    if not np.isfinite(here):
        raise ValueError(f"{subject.name} is {here} there: it has no slope")
    measured = slopes(subject.value, subject.x)
    kinked, sides = measured.kinked, (measured.left, measured.right)
    precision = _precision(checks.working(subject.yours.dtype))
    tolerance = max(np.sqrt(precision), 4 * _precision(subject.yours.dtype))
    slope = _by_complex_step(subject, subject.x)
    trusted = slope is not None and _agree(slope, measured)  # else the code is not fit for it
    if trusted:
        error = np.where(kinked, measured.error, _rounding(subject, slope, precision))
        slope = np.where(kinked, measured.slope, slope)
    else:
        slope, error = measured.slope, measured.error + precision / EPS * measured.rounding.max()
    low, high = (np.where(kinked, end(*sides), slope) for end in (np.minimum, np.maximum))
    size = np.maximum(abs(low), abs(high))
    smallest = np.finfo(subject.yours.dtype).smallest_subnormal
    report = Report(
        name=subject.name,
        x=subject.x,
        yours=subject.yours,
        numeric=slope,
        low=low,
        high=high,
        allowed=tolerance * size + ERROR_MARGIN * error + 8 * precision * size.max() + smallest,
        method="complex step" if trusted else "central differences",
        coordinates=subject.coordinates,
        unsure=measured.unsure,
    )
    return replace(report, mistake=_mistake(report, subject)) if report.wrong.any() else report


def assert_gradient(
    what: Callable[..., Any] | Model, *at: ArrayLike, gradient: Callable[..., ArrayLike] | None = None
) -> None:
    """Raise an AssertionError that shows the table unless the gradient is right; see `check`."""
    report = check(what, *at, gradient=gradient)
    if not report.ok:
        raise AssertionError(str(report))


@dataclass(frozen=True)
class _Subject:
    """What is checked, as functions of the variable alone."""

    name: str
    value: Callable[[np.ndarray], float]
    complex_safe: Callable[..., Any]  # the same, where a complex step can follow it
    x: np.ndarray
    yours: np.ndarray
    coordinates: list[str]
    counts: dict[int, str]
    swapped: Callable[[np.ndarray], float] | None = None  # the value with the labels swapped


def _function(what, at, gradient):
    *fixed, x = at
    x = _point("the last argument", x)
    gradient = gradient or getattr(what, "gradient", None)
    if gradient is None:
        raise TypeError(f"{_name(what)} has no gradient: give one, check(function, x, gradient=…)")
    letter = "ŷ" if fixed else "θ" if hasattr(what, "gradient") else "x"
    names = [f"{letter}{_index(i)}" for i in np.ndindex(x.shape)]
    data = [what.data[1]] if isinstance(what, Cost) else [values for values in fixed if np.ndim(values)]
    if isinstance(what, Cost):
        names = _parameters(what.model, x.size, np.shape(what.X)[1])
    others = _swapped(fixed)
    safe = complex_safe(what)
    return _Subject(
        name=_name(what),
        value=lambda x: _number(what(*_copies(*fixed, x))),
        complex_safe=lambda x: safe(*_copies(*fixed), x),
        x=x.astype(float),
        yours=_slopes(gradient(*_copies(*fixed, x))),
        coordinates=names,
        counts={len(values): "examples" for values in data} or {x.size: "coordinates"},
        swapped=None if others is None else lambda x: _number(what(*_copies(*others, x))),
    )


def _model(model, theta, X):
    theta, X = _point("theta", theta), checks.real_array("X", X)
    g = np.random.default_rng(0).normal(size=np.shape(model.predict(*_copies(theta, X))))

    def value(theta):
        return np.sum(g * model.predict(*_copies(theta, X)))

    return _Subject(
        name=_name(model),
        value=value,
        complex_safe=weighted_predictions(model, X, g)
        if isinstance(model, Model)
        else lambda theta: np.sum(g * model.predict(theta, X.copy())),
        x=theta.astype(float),
        yours=_slopes(model.vjp(*_copies(theta, X, g))),
        coordinates=_parameters(model, theta.size, X.shape[1]),
        counts={len(X): "examples"},
    )


def _point(name, x):
    """Return where a gradient is checked as an array of floats; raise if it is none."""
    x = checks.real_array(name, x)
    if x.size == 0:
        raise ValueError(f"{name} must hold at least one number; got an empty array of shape {x.shape}")
    checks.finite(name, x)
    return x.astype(checks.floating(x.dtype))


def _slopes(gradient):
    """Return a gradient under test as an array of floats of our own: its giver may use it again."""
    gradient = checks.real_array("the gradient", gradient)
    return np.array(gradient, dtype=checks.floating(gradient.dtype))


def _copies(*values):
    """Return what is handed to a caller's function, which may write to it."""
    return [value.copy() if isinstance(value, np.ndarray) else value for value in values]


def _precision(dtype):
    return max(float(np.finfo(dtype).eps), EPS)  # of a long double, no more is measured than of a float


def _mistake(report, subject):
    def swapped():
        return slopes(subject.swapped, subject.x).slope if subject.swapped else None

    found = mistakes.Evidence(
        yours=report.yours,
        numeric=report.numeric,
        allowed=report.allowed,
        wrong=report.wrong,
        counts=tuple(subject.counts.items()),
        swapped=swapped,
        kinked=report.low < report.high,
    )
    return mistakes.likely(found)


def _by_complex_step(subject, x):
    """Return the gradient at x by complex steps, or None if the function does not allow them."""
    gradient = np.empty(x.shape)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")  # such as the one that an imaginary part is lost
        try:
            for i in np.ndindex(x.shape):
                gradient[i] = along(subject.complex_safe, x, i).item()
        except Exception:  # whatever code does that was not written for complex numbers
            return None
    return gradient


def _agree(by_complex_step, measured):
    near = ERROR_MARGIN * measured.error + np.sqrt(EPS) * abs(measured.slope)
    return (measured.kinked | (abs(by_complex_step - measured.slope) <= near)).all()


def _rounding(subject, slope, precision):
    """Return how far the slopes by complex steps move when x is rounded otherwise, all coordinates at once.

    Where large terms leave a small slope, as at a minimiser, it is all that can be asked of a gradient.
    """
    x, rng = subject.x, np.random.default_rng(0)
    moved = 10 * np.finfo(float).smallest_subnormal / steps(x)  # smaller imaginary parts are lost
    for _ in range(ROUNDINGS):
        part = max(4 * precision, 1e3 * EPS) * rng.uniform(0.5, 1, size=x.shape)
        rounded = np.where(x == 0, part * (min(1, abs(x).max()) or 1), x * (1 - part))
        try:
            inside = np.isfinite(subject.value(rounded))
        except (ValueError, ArithmeticError):  # outside the domain
            continue
        there = _by_complex_step(subject, rounded) if inside else None
        if there is not None:
            moved = np.fmax(moved, abs(there - slope))
    return moved


def _swapped(fixed):
    """Return the arguments with the labels swapped, or None if there are no labels 0 and 1, or −1 and 1."""
    for i, labels in enumerate(map(np.asarray, fixed)):
        for low in (0, -1):
            if np.isin(labels, (low, 1)).all():
                return [*fixed[:i], low + 1 - labels, *fixed[i + 1 :]]
    return None


def _parameters(model, size, features):
    """Return the name of each parameter of a model: those of its views."""
    names = [""] * size
    for name, view in model.views(np.arange(float(size)), features).items():
        for where, i in np.ndenumerate(view):
            names[int(i)] = f"{name}{_index(where)}"
    return names


def _number(value):
    """Return the function's value as a number; raise if it is not one."""
    value = np.asarray(value)
    if value.size != 1 or value.dtype.kind not in "fiub":
        raise TypeError(
            f"the function must return one number, such as a mean; got {value.dtype} of shape {value.shape}"
        )
    return float(value.item())


def _index(where):
    return f"[{', '.join(map(str, where))}]" if where else ""


def _name(what):
    """Return a name that is the same in every run: no address, no page of numbers."""
    return getattr(what, "__name__", type(what).__name__).replace("<lambda>", "function")
