"""What the losses' docstrings say of Keras, on its PyTorch backend."""

import os

import numpy as np
import pytest

from lossgd import losses
from tests.peers.data import (
    COUNTS,
    INDICES,
    LOGIT_ROWS,
    LOGITS,
    NUMBERS,
    ONE_HOT,
    PROBABILITIES,
    PROBABILITY_ROWS,
    SCORES,
    SOFT,
    SOFT_LABELS,
    WEIGHTS,
)

os.environ.setdefault("KERAS_BACKEND", "torch")
torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")
peers = keras.losses
keras.config.set_floatx("float64")

SMOOTH, LOG = {"label_smoothing": 0.1}, {"from_logits": True}
SOFT_LOGITS = SOFT_LABELS, LOGITS[1]
POISSON = COUNTS, 0.1 + WEIGHTS


def assert_close(actual, expected):
    """Equal but for rounding in float32: Keras takes its means and sums in it, on this backend."""
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-8)


def cost_and_gradient(peer, y, p, weights=None):
    p = torch.from_numpy(p).requires_grad_()
    cost = peer(y, p[:, None] if p.ndim == 1 else p, sample_weight=weights)
    cost.backward()
    return cost.item(), p.grad.numpy()


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "mean_with_sample_weight"])
@pytest.mark.parametrize(
    ("name", "peer", "options", "data"),
    [
        ("MeanSquaredError", "MeanSquaredError", {}, NUMBERS),
        ("MeanAbsoluteError", "MeanAbsoluteError", {}, NUMBERS),
        ("Huber", "Huber", {"delta": 0.7}, NUMBERS),
        ("LogCosh", "LogCosh", {}, NUMBERS),
        ("Hinge", "Hinge", {}, SCORES),
        ("SquaredHinge", "SquaredHinge", {}, SCORES),
        ("BinaryCrossEntropy", "BinaryCrossentropy", {}, PROBABILITIES),
        ("BinaryCrossEntropy", "BinaryCrossentropy", SMOOTH, PROBABILITIES),
        ("BinaryCrossEntropy", "BinaryCrossentropy", LOG, SOFT_LOGITS),
        ("Focal", "BinaryFocalCrossentropy", {"gamma": 1.5}, (SOFT_LABELS, PROBABILITIES[1])),
        ("CategoricalCrossEntropy", "CategoricalCrossentropy", LOG | SMOOTH, (SOFT, LOGIT_ROWS)),
        ("SparseCategoricalCrossEntropy", "SparseCategoricalCrossentropy", LOG, (INDICES, LOGIT_ROWS)),
    ],
)
def test_cost_and_gradient_are_those_of_keras(name, peer, options, data, reduction, weights):
    y, p = data
    loss = getattr(losses, name)(**options, reduction=reduction)
    theirs = getattr(peers, peer)(**options, reduction=reduction)
    of_one = y[:, None] if p.ndim == 1 else y
    expected, gradient = cost_and_gradient(theirs, of_one, p, weights)
    cost, slope = loss.value_and_gradient(y, p, sample_weight=weights)
    assert_close(cost, expected)
    assert_close(slope, gradient)


@pytest.mark.parametrize(
    ("loss", "peer", "y"),
    [
        (losses.CategoricalCrossEntropy(), "CategoricalCrossentropy", ONE_HOT),
        (losses.SparseCategoricalCrossEntropy(), "SparseCategoricalCrossentropy", INDICES),
    ],
)
def test_keras_divides_a_row_of_probabilities_by_its_sum(loss, peer, y):
    cost, gradient = cost_and_gradient(getattr(peers, peer)(), y, PROBABILITY_ROWS)
    assert_close(cost, loss(y, PROBABILITY_ROWS))
    assert_close(gradient, loss.gradient(y, PROBABILITY_ROWS) + 1 / len(y))
    assert_close(cost_and_gradient(getattr(peers, peer)(), y, 3 * PROBABILITY_ROWS)[0], cost)


@pytest.mark.parametrize(
    ("loss", "peer", "y", "p"),
    [
        (losses.BinaryCrossEntropy(), "BinaryCrossentropy", [[1.0]], [[0.0]]),
        (losses.CategoricalCrossEntropy(), "CategoricalCrossentropy", [[1.0, 0.0]], [[0.0, 1.0]]),
        (losses.SparseCategoricalCrossEntropy(), "SparseCategoricalCrossentropy", [0], [[0.0, 1.0]]),
        (losses.KLDivergence(), "KLDivergence", [[1.0, 0.0]], [[0.0, 1.0]]),
    ],
)
def test_keras_clips_a_probability_at_1e_7(loss, peer, y, p):
    assert loss(y, p) == np.inf
    found = getattr(peers, peer)()(np.array(y), np.array(p)).item()
    np.testing.assert_allclose(found, -np.log(1e-7), rtol=1e-6)


def test_kl_divergence_is_that_of_keras():
    assert_close(
        losses.KLDivergence()(SOFT, PROBABILITY_ROWS),
        float(peers.KLDivergence()(SOFT, PROBABILITY_ROWS)),
    )


def test_keras_poisson_is_half_the_slope_and_adds_1e_7():
    y, p = POISSON
    _, gradient = cost_and_gradient(peers.Poisson(), y[:, None], p)
    assert_close(gradient, (1 - y / (p + 1e-7)) / len(y))
    np.testing.assert_allclose(losses.PoissonDeviance().gradient(y, p), 2 * gradient, rtol=1e-4, atol=1e-8)
