"""Where the proofs are made: random points, all decades of the domain, kinks, and extremes."""

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from lossgd import domains, metrics, symbolic

DECADES = [sign * 10.0**e for e in range(-8, 9) for sign in (1, -1)]
CLASSES = 3


def of_loss(loss: Any, formula: Any = None) -> Any:
    """Return truths and predictions for a loss, made of what it states: its domains, kinks and bends.

    Truths for which the formula has no value, such as soft labels if it is one of labels, are left out.
    """
    rng = np.random.default_rng(0)
    truths, predictions = loss.truth_domain, loss.prediction_domain
    if predictions.rows:
        rows = _logit_rows(rng) if predictions == domains.REAL_ROWS else _probability_rows(rng)
        pairs = list(itertools.product(_true_rows(truths), rows))
    elif loss.argument or truths == predictions == domains.REALS:
        arguments = list(_arguments(loss, rng))
        pairs = [(y, loss.prediction_at(y, x)) for y in _truths(truths) for x in arguments]
    elif predictions == domains.REALS:
        scores = _logits(rng) if truths.values else _logs(rng)
        pairs = list(itertools.product([*_truths(truths), *_soft(truths)], scores))
    else:
        pairs = list(itertools.product(_truths(truths), _inside(predictions, rng)))
        # Soft labels away from the ends, where differences do not see.
        pairs += itertools.product(_soft(truths), rng.uniform(0.05, 0.95, 40))
    has_value = _has_value(formula)
    truths, predictions = zip(*((y, p) for y, p in pairs if has_value(y)), strict=True)
    return np.array(truths), np.array(predictions)


def _truths(domain):
    """Return some truths: the labels, or numbers on each side of what is special."""
    if domain.values:
        return [float(value) for value in domain.values]
    if domain == domains.REALS:
        return [0.0, 0.3, -17.1]
    if math.isinf(domain.high):
        return [domain.low + x for x in (0.3, 1.0, 17.1)]
    return [domain.low + x * (domain.high - domain.low) for x in (0.25, 0.625)]


def _soft(domain):
    return [0.25, 0.75] if domain.soft else []


def _true_rows(domain):
    """Return the classes; or rows that sum to 1 exactly, as formulas suppose, one-hot and soft."""
    if domain == domains.CLASS_INDICES:
        return range(CLASSES)
    return [*map(tuple, np.eye(CLASSES)), (0.25, 0.5, 0.25), (0.125, 0.125, 0.75)]


def _arguments(loss, rng):
    """Yield errors, or margins: at each kink and bend, in all decades about 0 and about the kinks."""
    sizes = [*DECADES, *rng.normal(size=40)]
    yield from sizes
    for kink in {*loss.kinks} - {0.0}:
        yield from (kink + size for size in (*sizes, 1e-15, -1e-15))
    yield from {0.0, *loss.kinks, *loss.bends}


def _inside(domain, rng):
    """Return numbers between the ends of a domain, at all distances from them."""
    if math.isinf(domain.high):
        return [domain.low + x for x in np.exp(_logs(rng))]
    return [domain.low + x * (domain.high - domain.low) for x in _probabilities(rng)]


def _has_value(formula):
    """Return whether a formula has a value for a truth, as a function."""

    @functools.cache
    def has_value(truth):
        if formula is None:
            return True
        loss = formula.loss.subs(symbolic.K, CLASSES).doit()
        if isinstance(formula.y, sympy.IndexedBase):
            return not loss.subs({formula.y[j]: x for j, x in enumerate(truth, start=1)}).has(sympy.nan)
        return not loss.subs(formula.y, sympy.Rational(truth)).has(sympy.nan)

    return has_value


def _logs(rng):
    return [*(x for x in DECADES if abs(x) < 100), *rng.uniform(-30, 30, 40)]


def _logits(rng):
    logits = [1e-300, 1e-8, 30, 40, 700, 740, 750, 1000, *10.0 ** rng.uniform(-8, 3, 40)]
    return [0.0, *logits, *(-z for z in logits)]


def _probabilities(rng):
    return [1e-300, *(10.0**-e for e in range(1, 17)), 0.5, 1 - 1e-8, 1 - 1e-16, *rng.uniform(size=40)]


def _logit_rows(rng):
    extreme = [
        [1000, -1000, 0],
        [1000, 1000, -1000],
        [0, 0, 0],
        [0.3, -699.7, 350.1],
        [1e-8, 0, 30.7],
        [-1000, -1, -2],
    ]
    return [*extreme, *rng.normal(size=(20, CLASSES)), *rng.uniform(-1000, 1000, size=(20, CLASSES))]


def _probability_rows(rng):
    extreme = [[1e-300, 1 - 1e-16, 1e-16], [1 - 1e-16, 1e-300, 1e-300], [1e-8, 1e-8, 1 - 2e-8]]
    return [*extreme, *rng.dirichlet(np.ones(CLASSES), size=20)]


def of_model(model: Any) -> Any:
    """Return parameters, inputs and what the predictions' Jacobian is multiplied by, for some sizes of θ."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5, 2))
    for scale in (0.01, 0.3, 1.0, 3.0):
        theta = scale * rng.normal(size=model.size(2))
        yield theta, X, rng.normal(size=model.scores(theta, X).shape)


def of_surface(surface: Any) -> Any:
    """Return points of shape (n, d): random ones in the window, its corners and centre, the minimisers."""
    rng = np.random.default_rng(0)
    low, high = np.transpose(surface.window)
    corners = list(itertools.product(*surface.window))
    inside = rng.uniform(low, high, size=(40, len(low)))
    return np.concatenate([inside, corners, [(low + high) / 2], surface.minimisers])


def of_metric(metric: Callable) -> Any:
    """Return truths and predictions of shape (m, n): numbers, or labels where the metric takes these."""
    rng = np.random.default_rng(0)
    y, y_pred = 3 * rng.normal(size=(2, 40, 6))
    if metric in (metrics.mae, metrics.rmse, metrics.r2):
        return y, y_pred
    y, labels = rng.integers(0, 2, size=(2, 40, 6))
    y[:, 0], y[:, 1], labels[:, 2] = 1, 0, 1  # so that no rate is 0/0
    return y, y_pred.round() if metric is metrics.roc_auc else labels
