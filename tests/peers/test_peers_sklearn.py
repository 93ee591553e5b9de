"""The losses against scikit-learn: its metrics, and the losses inside its estimators with their gradients.

In a metric, scikit-learn divides a weighted sum by the sum of the weights, lossgd by n, as Keras.
"""

from dataclasses import replace

import numpy as np
import pytest

from lossgd import losses
from tests.peers.data import (
    CLASSES,
    COUNTS,
    INDICES,
    LOGIT_ROWS,
    LOGITS,
    NUMBERS,
    ONE_HOT,
    PROBABILITIES,
    PROBABILITY_ROWS,
    SCORES,
    SOFT_LABELS,
    WEIGHTS,
    N,
    assert_close,
)

metrics = pytest.importorskip("sklearn.metrics")
peers = pytest.importorskip("sklearn._loss.loss")

DELTA, Q = 0.7, 0.9
ROWS = INDICES, PROBABILITY_ROWS
LOGIT_SUM = {"from_logits": True, "reduction": "sum"}
MULTINOMIAL = peers.HalfMultinomialLoss(n_classes=CLASSES)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    ("loss", "metric", "data", "options"),
    [
        (losses.MeanSquaredError(), "mean_squared_error", NUMBERS, {}),
        (losses.MeanAbsoluteError(), "mean_absolute_error", NUMBERS, {}),
        (losses.Quantile(q=Q), "mean_pinball_loss", NUMBERS, {"alpha": Q}),
        (losses.PoissonDeviance(), "mean_poisson_deviance", (COUNTS, 0.1 + WEIGHTS), {}),
        (losses.BinaryCrossEntropy(), "log_loss", PROBABILITIES, {}),
        (losses.Hinge(), "hinge_loss", SCORES, {}),
        (losses.SparseCategoricalCrossEntropy(), "log_loss", ROWS, {}),
        (losses.CategoricalCrossEntropy(), "log_loss", (ONE_HOT, PROBABILITY_ROWS), {}),
    ],
    ids=lambda x: x if isinstance(x, str) else None,
)
def test_the_cost_is_the_metric(loss, metric, data, options, weights):
    peer = getattr(metrics, metric)(*data, sample_weight=weights, **options)
    assert_close(loss(*data, sample_weight=weights), peer * (1 if weights is None else weights.sum() / N))
    by_sum = replace(loss, reduction="mean_with_sample_weight")
    assert_close(by_sum(*data, sample_weight=weights), peer)


def test_balanced_makes_classes_count_the_same():
    """Chapter 04: of two classes, 95 % and 5 %, class 1 counts 19 times as much."""
    utils = pytest.importorskip("sklearn.utils")
    y = np.repeat([0, 1], [95, 5])
    w0, w1 = utils.class_weight.compute_class_weight("balanced", classes=np.array([0, 1]), y=y)
    assert w1 / w0 == pytest.approx(19)


def test_class_weights_are_sample_weights():
    y, p = PROBABILITIES
    class_weight = np.where(y == 1, 19.0, 0.5)
    weighted = losses.WeightedBinaryCrossEntropy(weight_0=0.5, weight_1=19.0)
    assert_close(weighted(y, p), metrics.log_loss(y, p, sample_weight=class_weight) * class_weight.sum() / N)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    ("loss", "peer", "data", "factor"),
    [
        (losses.MeanSquaredError(reduction="sum"), peers.HalfSquaredError(), NUMBERS, 2),
        (losses.MeanAbsoluteError(reduction="sum"), peers.AbsoluteError(), NUMBERS, 1),
        (losses.Huber(reduction="sum", delta=DELTA), peers.HuberLoss(delta=DELTA), NUMBERS, 1),
        (losses.Quantile(reduction="sum", q=Q), peers.PinballLoss(quantile=Q), NUMBERS, 1),
        # Half a deviance is the negative log-likelihood itself: no factor.
        (losses.BinaryCrossEntropy(**LOGIT_SUM), peers.HalfBinomialLoss(), LOGITS, 1),
        (losses.BinaryCrossEntropy(**LOGIT_SUM), peers.HalfBinomialLoss(), (SOFT_LABELS, LOGITS[1]), 1),
        (losses.SparseCategoricalCrossEntropy(**LOGIT_SUM), MULTINOMIAL, (INDICES, LOGIT_ROWS), 1),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, peers.BaseLoss) else None,
)
def test_loss_and_gradient_are_those_of_its_estimators(loss, peer, data, factor, weights):
    y, p = data
    value, slope = peer.loss_gradient(y.astype(float), p, sample_weight=weights)
    assert_close(loss.per_example(y, p, sample_weight=weights), factor * value)
    assert_close(loss.gradient(y, p, sample_weight=weights), factor * slope)


def test_scikit_learn_clips_a_probability_at_the_epsilon_of_its_dtype():
    assert losses.BinaryCrossEntropy()([1, 0], [0.0, 0.5]) == np.inf
    assert_close(metrics.log_loss([1, 0], [0.0, 0.0]), -np.log(np.finfo(float).eps) / 2)


def test_half_the_poisson_deviance_is_its_estimators_loss_but_for_a_part_of_y_alone():
    peer, z = peers.HalfPoissonLoss(), NUMBERS[1] / 3
    loss = losses.PoissonDeviance(log_input=True, reduction="sum")
    value, slope = peer.loss_gradient(COUNTS, z)
    shift, _ = peer.loss_gradient(COUNTS, np.zeros(N))
    assert_close(loss.gradient(COUNTS, z), 2 * slope)
    assert_close(loss.per_example(COUNTS, z) - loss.per_example(COUNTS, np.zeros(N)), 2 * (value - shift))
