"""What clinic 20 says of other libraries: what they clip, what they round, what `where` does to a slope."""

import math
import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import losses

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
linear_model = pytest.importorskip("sklearn.linear_model")
metrics = pytest.importorskip("sklearn.metrics")

ERRORS = np.linspace(-3, 3, 25)


def slope_of(loss, score):
    """Return a loss of the label 0 and its slope, at a score."""
    score = torch.tensor([score], requires_grad=True)
    value = loss(score, torch.zeros(1))
    value.backward()
    return value.item(), score.grad.item()


def test_bce_from_probabilities_forgets_a_confident_mistake():
    bce = torch.nn.BCELoss()
    assert slope_of(lambda s, y: bce(torch.sigmoid(s), y), 30.0) == (100.0, 0.0)
    assert slope_of(torch.nn.BCEWithLogitsLoss(), 30.0) == (30.0, 1.0)


def test_smooth_l1_is_huber_over_delta():
    y_true, y_pred = torch.zeros(25, dtype=torch.float64), torch.tensor(ERRORS)
    smooth = torch.nn.SmoothL1Loss(beta=0.5)(y_pred, y_true)
    assert_allclose(smooth, torch.nn.HuberLoss(delta=0.5)(y_pred, y_true) / 0.5)
    assert_allclose(smooth, losses.Huber(delta=0.5)(np.zeros(25), ERRORS) / 0.5)


def test_where_gives_nan_unless_the_other_branch_is_guarded():
    def gradient(loss):
        p = torch.tensor([0.0, 0.5], requires_grad=True)
        value = loss(p)
        assert value[0] == 0
        value.sum().backward()
        return p.grad.tolist()

    inside = math.log(0.5) + 1
    bare, guarded = (
        gradient(lambda p: torch.where(p > 0, p * p.log(), 0.0)),
        gradient(lambda p: torch.where(p > 0, p * p.clamp(min=1e-30).log(), 0.0)),
    )
    assert math.isnan(bare[0])
    assert guarded[0] == 0
    assert bare[1] == guarded[1] == pytest.approx(inside)


def test_keras_clips_probabilities_and_not_scores():
    def loss(value, **options):
        bce = keras.losses.BinaryCrossentropy(**options)
        return float(bce(torch.ones(1), torch.tensor([value])))

    assert loss(0.0) == pytest.approx(-math.log(1e-7), rel=1e-5)
    assert loss(-200.0, from_logits=True) == pytest.approx(200)
    huber = keras.losses.Huber(delta=0.5)(np.zeros(25), ERRORS)
    assert float(huber) == pytest.approx(losses.Huber(delta=0.5)(np.zeros(25), ERRORS))


def test_log_loss_of_scikit_learn_clips():
    eps = np.finfo(float).eps
    assert metrics.log_loss([1], [0.0], labels=[0, 1]) == pytest.approx(-math.log(eps))
    assert eps == pytest.approx(2.2e-16, rel=0.01)


def test_epsilon_of_scikit_learn_is_delta():
    for error in ERRORS:
        model = linear_model.SGDRegressor(
            loss="huber", epsilon=0.5, penalty=None, learning_rate="constant", eta0=0.1, fit_intercept=False
        )
        model.partial_fit([[1.0]], [-error])  # from a weight of 0, so that this is the error
        assert_allclose(model.coef_, [-0.1 * np.clip(error, -0.5, 0.5)], atol=1e-12)


def test_epsilon_of_huber_regressor_is_in_units_of_the_noise():
    rng = np.random.default_rng(0)
    X, noise = rng.normal(size=(200, 1)), rng.standard_t(3, size=200)
    one, ten = (linear_model.HuberRegressor(alpha=0, tol=1e-9).fit(X, s * (X[:, 0] + noise)) for s in (1, 10))
    assert one.epsilon == 1.35
    assert_allclose(ten.coef_, 10 * one.coef_, rtol=1e-3)
    assert ten.scale_ == pytest.approx(10 * one.scale_, rel=1e-3)
