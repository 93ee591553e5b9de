"""What the lab on the range test shows is computed as it says, and shows what chapter 18 says."""

import re
import sys

import numpy as np
import pytest

from lossgd import datasets, labs, losses, models, optimizers
from lossgd.training import fit

lab_of_range_test = sys.modules["lossgd.labs.range_test"]  # the name is the lab's own in the package
GROWTHS, RATES = lab_of_range_test.GROWTHS, lab_of_range_test.RATES

TRAIN, _ = datasets.breast_cancer().split(test=0.3, seed=0)
X = datasets.z_score(TRAIN.X)(TRAIN.X)[:, :10]
NET = models.Perceptron(hidden=(8,), link="sigmoid")
LOSS = losses.BinaryCrossEntropy(from_logits=True)


def numbers(growth):
    """Return the numbers of a caption: steps, recommended, lowest, highest, good."""
    caption = labs.range_test().frame(growth=growth)[0].replace("\u00a0", " ")
    return [float(text) for text in re.findall(r"\d[\d.e+-]*\d|\d", caption)]


@pytest.mark.parametrize(("growth", "seed"), [(20, 0), (100, 7)])
def test_a_test_is_a_descent_whose_rate_grows(growth, seed):
    rates, seen = lab_of_range_test.tests(growth)
    np.testing.assert_allclose(rates[1:] / rates[:-1], 1 + growth / 100)
    assert rates[0] == 1e-3
    assert rates[-1] <= 1e3 < rates[-1] * (1 + growth / 100)
    theta, rng, order = NET.init(10, seed), np.random.default_rng(seed), np.array([], int)
    for rate, loss in zip(rates, seen[:, seed], strict=True):
        if order.size < 32:
            order = rng.permutation(len(X))
        batch, order = order[:32], order[32:]
        cost = models.Cost(NET, LOSS, X[batch], TRAIN.y[batch])
        assert cost(theta) == pytest.approx(loss, rel=1e-9)
        theta = theta - rate * cost.gradient(theta)


def test_what_is_recommended_is_a_tenth_of_where_the_average_is_lowest():
    rates, seen = lab_of_range_test.tests(25)
    weights = 0.9 ** np.arange(len(rates))[::-1]
    means = [np.average(seen[: t + 1, 2], weights=weights[-t - 1 :]) for t in range(len(rates))]
    steps, recommended, low, high, _ = numbers(25)
    assert steps == len(rates)
    assert recommended == pytest.approx(rates[np.argmin(means)] / 10, rel=0.05)
    assert low <= recommended <= high


@pytest.mark.parametrize(("rate", "seed"), [(0.1, 0), (10.0, 9)])
def test_trainings_are_those_of_the_network(rate, seed):
    i = abs(RATES - rate).argmin()
    rule = optimizers.GradientDescent(lr=rate)
    history = fit(NET, X, TRAIN.y, LOSS, rule, epochs=2, batch_size=32, seed=seed)
    assert lab_of_range_test.trainings()[i, seed] == pytest.approx(history.losses[-1], rel=1e-6)


def test_no_training_hangs_on_last_digits(monkeypatch):
    """Another machine rounds otherwise: what is drawn must not show it."""
    before = lab_of_range_test.trainings()
    cost = lab_of_range_test.problem()
    turned = np.random.default_rng(0).choice([1 - 2.0**-53, 1, 1 + 2.0**-52], X.shape)
    other = models.Cost(NET, LOSS, cost.data[0] * turned, TRAIN.y)
    monkeypatch.setattr(lab_of_range_test, "problem", lambda: other)
    np.testing.assert_allclose(lab_of_range_test.trainings.__wrapped__(), before, rtol=1e-4)


def test_slow_tests_recommend_too_little_and_fast_ones_anything():
    """What the lab is for, as the chapter says it."""
    all_of_them = {growth: numbers(growth) for growth in GROWTHS}
    good = {growth: count for growth, (*_, count) in all_of_them.items()}
    assert max(good[growth] for growth in (2, 2.5, 3, 4, 5, 6)) <= 4
    assert [g for g in GROWTHS if good[g] >= 18] == [g for g in GROWTHS if 15 <= g <= 50 or g == 100]
    assert good[300] <= 10
    assert max(all_of_them[growth][3] for growth in (2, 2.5, 3, 4)) < 1
    assert all_of_them[300][2:4] == [0.0001, 26]
    assert all_of_them[2][0] == 698
