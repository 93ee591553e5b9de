"""Where the proofs are made: random points, all decades of the domain, kinks, and extremes."""

import itertools

import numpy as np

from lossgd import losses, metrics

DECADES = [sign * 10.0**e for e in range(-8, 9) for sign in (1, -1)]
CLASSES = 3


def of_loss(loss):
    """Return truths and predictions for a loss."""
    rng = np.random.default_rng(0)
    kinds = losses.Hinge, losses.SquaredHinge
    if isinstance(loss, kinds):
        residuals = [*DECADES, *rng.normal(size=40)]
        scores = [*residuals, *(1 + r for r in residuals), 1 + 1e-15, 1 - 1e-15, 1, -1, 0]
        return _pairs([-1.0, 1.0], scores)
    if isinstance(loss, losses.KLDivergence):
        return _pairs(rng.dirichlet(np.ones(CLASSES), size=4), _probability_rows(rng))
    if isinstance(loss, losses.SparseCategoricalCrossEntropy):
        return _pairs(range(CLASSES), _rows(loss, rng))
    if isinstance(loss, losses.CategoricalCrossEntropy):
        soft = [[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]]  # sum to 1 exactly, as the formula supposes
        truths = np.eye(CLASSES) if loss.label_smoothing else [*np.eye(CLASSES), *soft]
        return _pairs(truths, _rows(loss, rng))
    if isinstance(loss, losses.PoissonDeviance):
        logs = [*(x for x in DECADES if abs(x) < 100), *rng.uniform(-30, 30, 40)]
        return _pairs([1.0], logs) if loss.log_input else _pairs([0.3, 1.0, 17.1], np.exp(logs))
    if isinstance(loss, losses.BinaryCrossEntropy | losses.WeightedBinaryCrossEntropy):
        if loss.from_logits:
            return _pairs([0.0, 0.25, 0.625, 1.0], _logits(rng))
        # Soft labels away from the ends, where differences do not see.
        parts = _pairs([0.0, 1.0], _probabilities(rng)), _pairs([0.25, 0.75], rng.uniform(0.05, 0.95, 40))
        return tuple(map(np.concatenate, zip(*parts, strict=True)))
    if hasattr(loss, "from_logits"):
        return _pairs([0.0, 1.0], _logits(rng) if loss.from_logits else _probabilities(rng))
    kinks = [0.0, getattr(loss, "delta", 0.0), -getattr(loss, "delta", 0.0)]
    truths, residuals = _pairs([0.0, 0.3, -17.1], [*DECADES, *rng.normal(size=40), *kinks])
    return truths, truths + residuals


def _pairs(truths, predictions):
    """Every truth with every prediction, as two arrays."""
    truths, predictions = zip(*itertools.product(truths, predictions), strict=True)
    return np.array(truths), np.array(predictions)


def _logits(rng):
    logits = [1e-300, 1e-8, 30, 40, 700, 740, 750, 1000, *10.0 ** rng.uniform(-8, 3, 40)]
    return [0.0, *logits, *(-z for z in logits)]


def _probabilities(rng):
    return [1e-300, *(10.0**-e for e in range(1, 17)), 0.5, 1 - 1e-8, 1 - 1e-16, *rng.uniform(size=40)]


def _rows(loss, rng):
    return _logit_rows(rng) if loss.from_logits else _probability_rows(rng)


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


def of_model(model):
    """Return parameters, inputs and what the predictions' Jacobian is multiplied by, for some sizes of θ."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5, 2))
    for scale in (0.01, 0.3, 1.0, 3.0):
        theta = scale * rng.normal(size=model.size(2))
        yield theta, X, rng.normal(size=model.scores(theta, X).shape)


def of_surface(surface):
    """Return points of shape (n, d): random ones in the window, its corners and centre, the minimisers."""
    rng = np.random.default_rng(0)
    low, high = np.transpose(surface.window)
    corners = list(itertools.product(*surface.window))
    inside = rng.uniform(low, high, size=(40, len(low)))
    return np.concatenate([inside, corners, [(low + high) / 2], surface.minimisers])


def of_metric(metric):
    """Return truths and predictions of shape (m, n): numbers, or labels where the metric takes these."""
    rng = np.random.default_rng(0)
    y, y_pred = 3 * rng.normal(size=(2, 40, 6))
    if metric in (metrics.mae, metrics.rmse, metrics.r2):
        return y, y_pred
    y, labels = rng.integers(0, 2, size=(2, 40, 6))
    y[:, 0], y[:, 1], labels[:, 2] = 1, 0, 1  # so that no rate is 0/0
    return y, y_pred.round() if metric is metrics.roc_auc else labels
