"""A verification: the floating-point code against its formula, by every method, at many points."""

from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

import numpy as np
from mpmath import mp, mpf

from lossgd import symbolic
from lossgd.gradcheck import central_differences, complex_step, mistakes
from lossgd.gradcheck.complex_safe import complex_safe, weighted_predictions
from lossgd.losses import Loss
from lossgd.models import Model
from lossgd.optimizers import Optimizer
from lossgd.proofs import exact, points
from lossgd.proofs.slopes import by_complex_step, by_differences
from lossgd.schedules import Schedule
from lossgd.surfaces import Rosenbrock, Surface

METHODS = VALUE, GRADIENT, COMPLEX_STEP, DIFFERENCES = (
    "value",
    "gradient",
    "complex step",
    "central differences",
)
# How large an error may be: the rounding of a few operations; for differences, what these can see.
ALLOWED = {VALUE: 1e-14, GRADIENT: 1e-14, COMPLEX_STEP: 1e-14, DIFFERENCES: 1e-7}
STEPS = 10  # of an optimizer
MAX_BLIND_PART = (
    0.05  # the part of the points at which differences may fail to see: at kinks, at a domain's end
)
SLOPE_TOLERANCE = 1e-10  # two slopes are the same if they differ by no more than this part
TINY = np.finfo(float).tiny  # below it, float64 holds fewer digits


@dataclass(frozen=True)
class Error:
    """The largest error of one method, how large it may be, and where it is, in words."""

    largest: float
    allowed: float
    where: str

    @property
    def ok(self) -> bool:
        """Whether the error is as small as it must be."""
        return self.largest <= self.allowed


@dataclass(frozen=True)
class Verification:
    """What a verification found. Printed, it is a table.

    Attributes
    ----------
    name : str
        What is verified.
    points : int
        At how many points.
    errors : dict of str to Error
        The largest error of the shipped "value" and "gradient", and of the slopes of the shipped value by
        "complex step" and "central differences".
    mistake : str
        If it fails, the likely mistake.
    """

    name: str
    points: int
    errors: dict
    mistake: str = ""

    @property
    def ok(self) -> bool:
        """Whether all errors are as small as they must be."""
        return all(error.ok for error in self.errors.values())

    def __repr__(self):
        lines = [f"{self.name}: {'verified' if self.ok else 'not verified'} at {self.points} points"]
        for method, error in self.errors.items():
            if error.ok:
                lines.append(f"{method:<19}  equals the formula, to {error.allowed:.0e}")
            else:
                lines.append(f"{method:<19}  is off by {error.largest:.1g} at {error.where}  ✗")
        if self.mistake:
            lines.append(f"Likely mistake: {self.mistake}")
        return "\n".join(lines)


def verify(what: Any, formula: Any = None) -> Verification:
    """Verify that the floating-point code agrees with its formula to the last digits, at many points.

    Value and gradient are compared with the formula and its SymPy derivative, evaluated with 50 digits and
    more. So are the slopes of the shipped value, measured by complex steps and by central differences. Points
    are random, in all decades of the domain, at kinks (where any subgradient is right) and at extremes.

    Parameters
    ----------
    what : Loss, Model, Surface, Optimizer, Schedule, or a function of `metrics`
        What is verified.
    formula : symbolic.Formula, optional
        The formula of a loss, if it is not `symbolic.of(what)`.

    Returns
    -------
    Verification
        What was found: a table, `ok`, the errors, and the likely `mistake`.

    Examples
    --------
    >>> from lossgd import losses
    >>> verify(losses.Huber(delta=1.0))
    Huber: verified at 231 points
    value                equals the formula, to 1e-14
    gradient             equals the formula, to 1e-14
    complex step         equals the formula, to 1e-14
    central differences  equals the formula, to 1e-07
    """
    with mp.workdps(exact.DIGITS), np.errstate(all="ignore"):
        if isinstance(what, Loss):
            return _of_loss(what, formula or symbolic.of(what))
        if isinstance(what, Model):
            return _of_model(what)
        if isinstance(what, Surface):
            return _of_surface(what)
        if isinstance(what, Optimizer):
            return _of_optimizer(what)
        if isinstance(what, Schedule):
            return _of_schedule(what)
        if isinstance(what, FunctionType):
            return _of_metric(what)
    raise TypeError(
        f"there is nothing to verify of {what!r}; expected a loss, a model, a surface, an optimizer, "
        "a schedule or a metric"
    )


def _of_loss(loss, formula):
    y, p = points.of_loss(loss, formula)
    scale = mpf(1) / len(y) if loss.reduction != "sum" else mpf(1)
    losses, slopes = exact.of_loss(loss, formula, y, p)
    gradient, by_formula = loss.gradient(y, p), slopes * scale
    slope, differences = by_complex_step(loss, y, p), by_differences(loss, y, p)
    blind = np.isnan(differences)
    if blind.mean() < MAX_BLIND_PART:
        differences = np.where(blind, slopes.low, differences)  # elsewhere they are compared

    def where(i):
        return f"y = {y[i[0]]}, ŷ = {p[i[0]]}"

    errors = {
        VALUE: _error(VALUE, losses, loss.per_example(y, p), _relative(losses), where),
        GRADIENT: _error(GRADIENT, by_formula, gradient, _relative(by_formula), where),
    }
    for method, found in ((COMPLEX_STEP, slope), (DIFFERENCES, differences)):
        errors[method] = _error(method, slopes, found, _above_1(slopes), where)
    verification = Verification(type(loss).__name__, len(y), errors)
    if errors[VALUE].ok and errors[GRADIENT].ok:
        return verification
    # A gradient that is the formula's belongs to a loss that is not: the loss's own slopes are set beside it.
    right = slope * float(scale) if errors[GRADIENT].ok else by_formula.low.astype(float)
    other = exact.of_loss(loss, formula, 1 - y, p)[1] * scale if (y.min(), y.max()) == (0, 1) else None
    return replace(verification, mistake=_mistake(gradient, right, slopes.kinked, other))


def _of_model(model):
    errors, cases = [], list(points.of_model(model))
    for (theta, X, g), right in zip(cases, exact.of_model(model, cases), strict=True):
        predictions, vjp, scores, scores_vjp = right
        weighted = weighted_predictions(model, X, g)
        for method, right, found in (
            (VALUE, predictions, model.predict(theta, X)),
            (VALUE, scores, model.scores(theta, X)),
            (GRADIENT, vjp, model.vjp(theta, X, g)),
            (GRADIENT, scores_vjp, model.vjp(theta, X, g, scores=True)),
            (COMPLEX_STEP, vjp, complex_step(weighted, theta)),
            (DIFFERENCES, vjp, central_differences(weighted, theta)),
        ):
            errors.append(
                (
                    method,
                    _error(method, right, found, _above_1(right), lambda i: f"entry {list(map(int, i))}"),
                )
            )
    return Verification(type(model).__name__, sum(len(X) for _, X, _ in cases), _worst(errors))


def _of_surface(surface):
    theta = points.of_surface(surface)
    values, gradient = exact.of_surface(surface, theta)
    value = complex_safe(surface)
    found = {
        VALUE: surface(theta),
        GRADIENT: surface.gradient(theta),
        COMPLEX_STEP: np.array([complex_step(value, point) for point in theta]),
        DIFFERENCES: np.array([central_differences(value, point) for point in theta]),
    }
    # Terms of this size are added up to make the values and the entries of the gradient.
    size = {VALUE: values.size().max(), **dict.fromkeys(METHODS[1:], gradient.size().max())}
    errors = {}
    for method, array in found.items():
        right = values if method == VALUE else gradient
        errors[method] = _error(method, right, array, size[method], lambda i: f"θ = {theta[i[0]]}")
    return Verification(type(surface).__name__, len(theta), errors)


def _of_optimizer(optimizer):
    """Follow a rule and the shipped optimizer down the same surface."""

    def gradient(theta):  # of exact numbers, too
        return Rosenbrock().gradient_at(*theta)

    theta = np.array([-1.2, 1.1])
    path = exact.of_optimizer(optimizer, theta, gradient, STEPS)
    state, thetas = optimizer.init(theta), []
    for _ in range(STEPS):
        slopes = np.array(gradient(optimizer.look_ahead(theta, state)))
        theta, state = optimizer.step(theta, slopes, state)
        thetas.append(theta)
    error = _error(VALUE, path, np.array(thetas), _above_1(path), lambda i: f"step {i[0] + 1}")
    return Verification(type(optimizer).__name__, STEPS, {VALUE: error})


def _of_schedule(schedule):
    steps = np.arange(STEPS * 3)
    right = exact.of_schedule(schedule, steps)
    error = _error(
        VALUE, right, schedule(steps) + 0.0 * steps, _relative_to_first(right), lambda i: f"step {i[0]}"
    )
    return Verification(type(schedule).__name__, len(steps), {VALUE: error})


def _of_metric(metric):
    y, p = points.of_metric(metric)
    right = exact.of_metric(metric, y, p)
    found = np.array([metric(*pair) for pair in zip(y, p, strict=True)])
    error = _error(VALUE, right, found, _above_1(right), lambda i: f"y = {y[i[0]]}, ŷ = {p[i[0]]}")
    return Verification(metric.__name__, len(y), {VALUE: error})


def _error(method, right, found, scale, where):
    """Return the largest error of what was found, relative to a scale."""
    if np.shape(found) != right.low.shape:
        return Error(np.inf, ALLOWED[method], f"all points: its shape is {np.shape(found)}")
    error = np.array(right.distance(found) / scale, dtype=float)
    worst = np.unravel_index(error.argmax(), error.shape)
    return Error(float(error[worst]), ALLOWED[method], where(worst))


def _relative(right):
    return np.maximum(right.size(), TINY)


def _relative_to_first(right):
    """Relative to the first learning rate, for a cosine that ends at 0 takes away nearly all of it."""
    return right.size()[0]


def _above_1(right):
    """Relative for what is above 1; below, rounding does not shrink with what sums and differences leave."""
    return np.maximum(right.size(), 1)


def _worst(errors):
    """Return the largest error of each method."""
    worst: dict[str, Error] = {}
    for method, error in errors:
        if method not in worst or error.largest > worst[method].largest:
            worst[method] = error
    return worst


def _mistake(gradient, right, kinked, other):
    """Return the likely mistake of a loss's gradient, given the right one, and that for the other labels."""
    examples = len(right)
    if gradient.shape == right.shape:
        gradient, right = gradient[~kinked], right[~kinked]
        other = None if other is None else other.low[~kinked].astype(float)
    allowed = SLOPE_TOLERANCE * np.maximum(abs(right), TINY)
    wrong = ~(abs(gradient - right) <= allowed) if gradient.shape == right.shape else None
    evidence = mistakes.Evidence(gradient, right, allowed, wrong, ((examples, "examples"),), lambda: other)
    return mistakes.likely(evidence)
