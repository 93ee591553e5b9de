"""Check a gradient: of a loss, a model, an objective or a function."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lossgd.gradcheck import mistakes
from lossgd.gradcheck.beneath import beneath_checks, weighted_predictions
from lossgd.gradcheck.complex_step import along
from lossgd.gradcheck.differences import SURE, slopes
from lossgd.gradcheck.report import Report
from lossgd.models import Cost, Model


def check(what, *at, gradient=None):
    """Compare a gradient with slopes measured numerically, and name the likely mistake.

    Slopes are measured by central differences, whose step suits the precision of the function and the scale
    of the coordinate, and where the function allows it by a complex step. At a kink, any slope between those
    of the two sides is right. A coordinate is right if it differs by no more than the square root of the
    precision of its dtype (1.5e-8 for float64) relative to the slope, and what the method itself cannot see.

    Parameters
    ----------
    what : callable or model
        A loss, called as `what(y_true, y_pred)`; an objective, `what(theta)`; any function that returns one
        number; or a model, whose `vjp(theta, X, g)` is checked for a random g.
    *at : array_like
        The arguments. The gradient is by the last one, for a model by the first.
    gradient : callable, optional
        The gradient under test, a function of the same arguments; `what.gradient` if it is not given.

    Returns
    -------
    Report
        What was found: a table, `ok`, and the likely `mistake`.

    Raises
    ------
    TypeError, ValueError
        If there is no gradient to check, or the function is not one finite number there.

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
    Likely mistake: transposed, or in another order. These are the right numbers, at wrong places.

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
    slope, error, kinked = measured.slope, measured.error, measured.kinked
    rounding = np.finfo(subject.yours.dtype if subject.yours.dtype.kind == "f" else float).eps
    by_complex_step = _by_complex_step(subject)
    if by_complex_step is not None:
        near = SURE * error + np.sqrt(rounding) * abs(slope)
        if (kinked | (abs(by_complex_step - slope) <= near)).all():  # else the code is not fit for it
            slope, error = np.where(kinked, slope, by_complex_step), np.where(kinked, error, 0)
        else:
            by_complex_step = None
    sides = measured.left, measured.right
    low, high = (np.where(kinked, end(*sides), slope) for end in (np.minimum, np.maximum))
    size = np.maximum(abs(low), abs(high))
    report = Report(
        name=subject.name,
        x=subject.x,
        yours=subject.yours,
        numeric=slope,
        low=low,
        high=high,
        allowed=np.sqrt(rounding) * size + SURE * error + 8 * rounding * size.max(),
        method="central differences" if by_complex_step is None else "complex step",
        coordinates=subject.coordinates,
        unsure=measured.unsure,
    )
    return replace(report, mistake=_mistake(report, subject)) if report.wrong.any() else report


def assert_gradient(what, *at, gradient=None):
    """Raise an AssertionError that shows the table unless the gradient is right; see `check`."""
    report = check(what, *at, gradient=gradient)
    if not report.ok:
        raise AssertionError(str(report))


@dataclass(frozen=True)
class _Subject:
    """What is checked, as functions of the variable alone."""

    name: str
    value: Callable
    beneath: Callable  # the same, where a complex step can be let through
    x: np.ndarray
    yours: np.ndarray
    coordinates: list
    counts: dict
    swapped: Callable | None = None  # the value with the labels swapped


def _function(what, at, gradient):
    *fixed, x = at
    x = np.asarray(x)
    gradient = gradient or getattr(what, "gradient", None)
    if gradient is None:
        raise TypeError(f"{_name(what)} has no gradient: give one, check(function, x, gradient=…)")
    letter = "ŷ" if fixed else "θ" if hasattr(what, "gradient") else "x"
    names = [f"{letter}{_index(i)}" for i in np.ndindex(x.shape)]
    data = [what.y] if isinstance(what, Cost) else [values for values in fixed if np.ndim(values)]
    if isinstance(what, Cost):
        names = _parameters(what.model, x.size, np.shape(what.X)[1])
    others = _swapped(fixed)
    beneath = beneath_checks(what)
    return _Subject(
        name=_name(what),
        value=lambda x: _number(what(*fixed, x)),
        beneath=lambda x: beneath(*fixed, x),
        x=x.astype(float),
        yours=np.asarray(gradient(*fixed, x.copy())),
        coordinates=names,
        counts={len(values): "examples" for values in data} or {x.size: "coordinates"},
        swapped=None if others is None else lambda x: _number(what(*others, x)),
    )


def _model(model, theta, X):
    theta, X = np.asarray(theta), np.asarray(X)
    g = np.random.default_rng(0).normal(size=np.shape(model.predict(theta, X)))

    def value(theta):
        return np.sum(g * model.predict(theta, X))

    return _Subject(
        name=_name(model),
        value=value,
        beneath=weighted_predictions(model, X, g) if isinstance(model, Model) else value,
        x=theta.astype(float),
        yours=np.asarray(model.vjp(theta, X, g)),
        coordinates=_parameters(model, theta.size, X.shape[1]),
        counts={len(X): "examples"},
    )


def _mistake(report, subject):
    def swapped():
        return slopes(subject.swapped, subject.x).slope if subject.swapped else None

    found = mistakes.Evidence(
        report.yours, report.numeric, report.allowed, report.wrong, tuple(subject.counts.items()), swapped
    )
    return mistakes.likely(found)


def _by_complex_step(subject):
    """Return the gradient by complex steps, or None if the function does not allow them."""
    gradient = np.empty(subject.x.shape)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")  # such as the one that an imaginary part is lost
        try:
            for i in np.ndindex(subject.x.shape):
                gradient[i] = along(subject.beneath, subject.x, i).item()
        except Exception:  # whatever code does that was not written for complex numbers
            return None
    return gradient


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
