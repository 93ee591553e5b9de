"""Exact values of formulas at the very floats that NumPy is given, by mpmath.

It works with 500 digits, because a formula such as log(1 + eᶻ) loses 434 of them at z = −1000; 50 and more
are left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import sympy
from mpmath import mpf

from lossgd import symbolic

DIGITS = 500
STEPS_DIGITS = 50  # enough for the steps of an optimizer, in which nothing cancels
SIDE = mpf(10) ** -400  # so far from a kink are the slopes of its two sides taken,
JUMP = mpf(10) ** -50  # and they differ by more than this
NAMES = {"sigma": lambda z: 1 / (1 + mpmath.exp(-z)), "Heaviside": lambda z, _: mpf(z > 0)}


def numbers(values: Any) -> np.ndarray:
    """Return the values, exactly, as an array of mpmath's numbers."""
    values = np.asarray(values)
    exact = np.empty(values.shape, dtype=object)
    for i, x in np.ndenumerate(values):
        exact[i] = x if isinstance(x, mpf) else mpf(float(x))
    return exact


@dataclass(frozen=True)
class Exact:
    """Exact numbers; at a kink, the ends of the interval of subgradients. Arrays of mpmath's numbers."""

    low: np.ndarray
    high: np.ndarray

    def __mul__(self, factor):
        return Exact(self.low * factor, self.high * factor)

    @property
    def kinked(self) -> np.ndarray:
        """Where there is an interval rather than a number."""
        return (self.low != self.high).astype(bool)

    def distance(self, values: Any) -> np.ndarray:
        """Return how far each of the values is from what is right, exactly; NaN is infinitely far."""
        values = numbers(values)
        distance = np.maximum(np.maximum(self.low - values, values - self.high), mpf(0))
        return np.where(values == values, distance, mpf("inf"))

    def size(self) -> np.ndarray:
        """Return the size of what is right."""
        return np.maximum(abs(self.low), abs(self.high))


def of_loss(loss: Any, formula: Any, y: np.ndarray, y_pred: np.ndarray) -> Any:
    """Return the exact losses of the examples, and the exact slopes by each entry of the predictions."""
    names, values = _parameters(loss)
    value = _compiled(formula, formula.loss, names)
    examples = list(zip(y, y_pred, strict=True))
    losses = numbers([value(t, p, values) for t, p in examples])
    if y_pred.ndim == 1:
        slope = _compiled(formula, formula.gradient, names)
        pieces = formula.loss.has(sympy.Piecewise, sympy.Abs, sympy.Max, sympy.Min)
        sides = numbers(
            [_sides(slope, t, mpf(p), values) if pieces else (slope(t, p, values),) * 2 for t, p in examples]
        )
        return Exact(losses, losses), Exact(sides[:, 0], sides[:, 1])
    by_class = [formula.gradient.subs(symbolic.M, m + 1) for m in range(y_pred.shape[1])]
    slopes = [_compiled(formula, slope, names) for slope in by_class]
    rows = numbers([[slope(t, p, values) for slope in slopes] for t, p in examples])
    return Exact(losses, losses), Exact(rows, rows)


def of_model(model: Any, cases: Any) -> Any:
    """Yield for each θ, X, g the exact predictions and Jᵀg as two `Exact`, and the same for the scores."""
    compiled = {}
    for theta, X, g in cases:
        results = []
        for scores in (False, True):
            if scores not in compiled:
                compiled[scores] = _outputs_and_jacobian(model, X.shape[1], scores)
            rows = numbers([compiled[scores](*numbers([*theta, *x])) for x in X])
            k = g.size // len(X)
            outputs, jacobian = rows[:, :k].reshape(g.shape), rows[:, k:].reshape(g.size, theta.size)
            vjp = numbers(g).ravel() @ jacobian
            results += [Exact(outputs, outputs), Exact(vjp, vjp)]
        yield results


def _outputs_and_jacobian(model, features, scores):
    """Compile a model written out: a function of parameters and inputs."""
    explicit = symbolic.explicit(model, features)
    plain = {name: sympy.Dummy() for name in [*explicit.parameters, *explicit.inputs]}  # w[1] is no argument
    outputs = explicit.scores if scores else explicit.predictions
    terms = [sympy.sympify(term).xreplace(plain) for term in [*outputs, *explicit.jacobian(scores=scores)]]
    return sympy.lambdify(list(plain.values()), terms, [NAMES, "mpmath"], cse=True)


def of_surface(surface: Any, theta: np.ndarray) -> Any:
    """Return the exact values and gradients of a surface at points of shape (n, d)."""
    formula, values = symbolic.of(surface), symbolic.parameters(surface)
    terms = [sympy.sympify(term).subs(values) for term in (formula.value, *formula.gradient)]
    compiled = [sympy.lambdify(formula.coordinates, term, "mpmath") for term in terms]
    costs, *slopes = ([f(*point) for point in numbers(theta)] for f in compiled)
    value, gradient = numbers(costs), numbers(np.transpose(slopes))
    return Exact(value, value), Exact(gradient, gradient)


def of_optimizer(optimizer: Any, theta: np.ndarray, gradient: Callable, steps: Any) -> Any:
    """Return the exact path of so many steps from θ, of shape (steps, d), by the optimizer's rule."""
    rule = symbolic.of(optimizer)
    states = [rule.start(sympy.Rational(float(x))) | symbolic.parameters(optimizer) for x in theta]
    path = []
    for _ in range(steps):
        slopes = gradient([rule.look_ahead.subs(state) for state in states])
        after = [rule.step(s, lambda _, g=g: g) for s, g in zip(states, slopes, strict=True)]
        states = [
            {name: x if name == symbolic.T else x.evalf(STEPS_DIGITS) for name, x in s.items()} for s in after
        ]
        path.append([mpmath.mpmathify(state[symbolic.THETA]) for state in states])
    exact = numbers(path)
    return Exact(exact, exact)


def of_schedule(schedule: Any, steps: Any) -> Any:
    """Return the exact learning rates at some steps."""
    rates = [symbolic.rate(schedule).subs(symbolic.T, int(step)) for step in steps]
    exact = numbers([mpmath.mpmathify(rate.evalf(STEPS_DIGITS)) for rate in rates])
    return Exact(exact, exact)


def of_metric(metric: Callable, y: np.ndarray, y_pred: np.ndarray) -> Any:
    """Return the exact values of a metric for each row of truths and predictions."""
    n = y.shape[1]
    names = [[sympy.Dummy() for _ in range(n)] for _ in range(2)]
    formula = symbolic.of(metric).right.subs(symbolic.N, n).doit()
    for base, row in zip((symbolic.Y_ROW, symbolic.Y_PRED_ROW), names, strict=True):
        formula = formula.xreplace({base[i]: name for i, name in enumerate(row, start=1)})
    compiled = sympy.lambdify(np.ravel(names).tolist(), formula, [NAMES, "mpmath"])
    values = numbers(
        [compiled(*numbers([*row, *predicted])) for row, predicted in zip(y, y_pred, strict=True)]
    )
    return Exact(values, values)


def _sides(slope, t, p, values):
    """Return the slope twice, or at a kink the slopes of both sides in order."""
    here, *sides = (slope(t, p + side, values) for side in (0, -SIDE, SIDE))
    is_kink = here is None or abs(sides[1] - sides[0]) > JUMP * max(1, abs(here))
    return sorted(sides) if is_kink else (here, here)


def _parameters(loss):
    values = symbolic.parameters(loss)
    return list(values), [mpf(value.p) / value.q for value in values.values()]


def _compiled(formula, expression, names):
    """Compile an expression of a loss's formula: a function of a truth, a prediction and the parameters."""
    compiled = {}

    def evaluate(truth, prediction, values):
        k = np.size(prediction)
        classes = {symbolic.C: int(truth) + 1} if formula.y == symbolic.C else {}
        key = (k, *classes.values())
        if key not in compiled:
            fixed = expression.subs({symbolic.K: k, **classes}).doit()
            arguments = [*_row(formula.y, k), *_row(formula.y_pred, k), *names]
            plain = {name: sympy.Dummy() for name in arguments}  # one may be called `log`
            compiled[key] = sympy.lambdify(plain.values(), fixed.xreplace(plain), [NAMES, "mpmath"])
        return compiled[key](*numbers(np.hstack([truth, prediction])), *values)

    return evaluate


def _row(symbol, k):
    return [symbol[i] for i in range(1, k + 1)] if isinstance(symbol, sympy.IndexedBase) else [symbol]
