"""What the labs on gradients and descent show is computed as they say."""

import re

import numpy as np
import pytest

from lossgd import descend, labs, losses, models, optimizers, surfaces
from lossgd.labs import descent, directions, gradients, schedules
from lossgd.labs.optimizers import COMMON, FIELD, RATES, START, run


@pytest.mark.parametrize("alpha", [0.01, 0.03, 0.06, 0.1])
def test_each_step_is_the_gradient_times_the_learning_rate(alpha):
    lab = labs.step_by_step()
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), descent.X[:, None], descent.Y)
    w, theta = 0.0, np.zeros(2)
    for step in range(descent.STEPS + 1):
        slope, gradient = cost.gradient(np.array([w, 0]))[0], cost.gradient(theta)  # by w alone, and by both
        caption, _ = lab.frame(alpha=alpha, step=step)
        numbers = [float(text) for text in re.findall(r"[-+]?[\d.]*\d", caption.replace("−", "-"))]
        one = [w, cost(np.array([w, 0])), slope, -alpha * slope]
        two = [*theta, cost(theta), *gradient, *-alpha * gradient]
        np.testing.assert_allclose(numbers, [step, alpha, *one, *two], atol=0.00501)
        w, theta = w - alpha * slope, theta - alpha * gradient


def test_verdict_on_a_learning_rate_agrees_with_theory():
    lab = labs.learning_rate()
    for alpha in descent.ALPHAS:
        caption = lab.frame(alpha=alpha)[0].replace("\u00a0", " ")
        factor = abs(1 - alpha * descent.L)
        first = caption.split(":")[0].split(" after ")[0]
        kinds = {
            "Creeps": 0.02,
            "Never overshoots": 0.0401,
            "Overshoots": 0.0799,
            "Jumps to and fro for ever": 0.0801,
        }
        assert first == next((kind for kind, top in kinds.items() if alpha < top), "Diverges")
        if 0 < factor < 1:  # each step multiplies the loss by the factor's square
            assert f"takes {descent.count(int(np.log(1000) / -2 / np.log(factor)) + 1)} " in caption
        if factor > 1:
            assert f"after {int(np.log(1e6) / 2 / np.log(factor)) + 1} steps" in caption


def test_race_is_run_at_each_optimizers_best_rate():
    for name, optimizer in FIELD.items():
        _, losses, best = run(optimizer)
        assert losses.max() == losses[0] == pytest.approx(24.2), name
        for rate in best * 10 ** np.array([-0.5, -0.1, -0.05, 0.05, 0.1, 0.5]):
            path = descend(
                surfaces.Rosenbrock(), START, optimizer(lr=rate), max_steps=200, gradient_tolerance=None
            )
            assert path.losses.max() > 24.2000001 or path.loss >= losses[-1], (name, rate)


def test_race_order_is_by_loss():
    ends = {name: run(optimizer)[1][-1] for name, optimizer in FIELD.items()}
    caption = labs.race().frame(step=200)[0].replace("\u00a0", " ")
    order = sorted(ends, key=ends.get)
    at = [caption.lower().index(name.lower()) for name in (*order[:2], order[-1])]
    assert at == sorted(at)
    assert f"leads with a loss of {ends[order[0]]:.2g}" in caption
    assert f"has {ends[order[1]] / ends[order[0]]:.1f} times as much" in caption
    assert f"last, {ends[order[-1]] / ends[order[0]]:,.0f} times." in caption


def test_with_one_rate_for_all_each_of_the_six_wins_somewhere():
    lab, winners = labs.one_rate(), set()
    for shown, rate in zip(COMMON, RATES[20:111:3], strict=True):
        ends = {}
        for name, optimizer in FIELD.items():
            path = descend(
                surfaces.Rosenbrock(), START, optimizer(lr=rate), max_steps=200, gradient_tolerance=None
            )
            ends[name] = path.loss if path.loss < 1e4 else np.inf
        best = min(ends, key=ends.get)
        caption = lab.frame(alpha=shown)[0].replace("\u00a0", " ")
        assert f"for all, {best} wins with a loss of {ends[best]:.2g}, and " in caption
        lost = [name for name, end in ends.items() if end == np.inf]
        assert all(name in caption.split(", and ", 1)[1] for name in lost)
        assert ("run" in caption.split(", and ", 1)[1]) == bool(lost)
        winners.add(best)
    assert winners == set(FIELD)


@pytest.mark.parametrize(("lr", "drop"), [(0.061, 80), (0.0112, 400), (0.036, 0)])
def test_mean_losses_of_the_lab_of_schedules_are_those_of_many_noisy_descents(lr, drop):
    lr = schedules.RATES[abs(schedules.RATES - lr).argmin()]
    rng, ravine = np.random.default_rng(0), surfaces.Ravine(condition=descent.L)
    theta, seen = np.tile(schedules.START, (20_000, 1)), {}
    for step in range(schedules.STEPS + 1):
        seen[step] = ravine(theta).mean()
        noisy = ravine.gradient(theta) + schedules.NOISE * rng.normal(size=theta.shape)
        rate = lr if step < drop else lr / 10
        theta = optimizers.GradientDescent(lr=rate).step(
            theta, noisy, optimizers.GradientDescent(lr=rate).init(theta)
        )[0]
    means = schedules.courses(lr)[drop == schedules.DROPS][0]
    for step in (0, 10, 100, 400):
        assert means[step] == pytest.approx(seen[step], rel=0.03)


def test_best_moment_is_one_after_which_none_is_lower():
    lab = labs.rate_drop()
    for lr in schedules.RATES[::5]:
        best = schedules.DROPS[schedules.courses(lr)[:, -1].argmin()]
        words = {
            float(drop): lab.frame(lr=lr, drop=drop)[0].split(":")[0] for drop in schedules.DROPS
        }  # fmt: skip
        assert words[schedules.STEPS] == "Never lowered"
        assert words[best] in ("Well timed", "Never lowered")
        assert all(word == "Too early" for drop, word in words.items() if drop < best - 100)
        assert f"step {best}" in lab.frame(lr=lr)[0].replace("\u00a0", " ") or best == schedules.STEPS


def test_contour_piece_is_level_and_at_right_angles_to_the_gradient():
    saddle = surfaces.Saddle()
    for theta in np.array([[1.2, 0.4], [-1.5, -1.2], [0.3, 0.0], [0.0, 0.2], [0.6, 1.0]]):
        points = gradients.along_contour(saddle, theta)
        np.testing.assert_allclose(saddle(points), saddle(theta), atol=1e-6)
        middle = len(points) // 2
        np.testing.assert_array_equal(points[middle], theta)
        across = points[middle + 1] - points[middle - 1]
        assert abs(across @ saddle.gradient(theta)) < 0.02 * np.linalg.norm(across)
        assert 0.8 < np.linalg.norm(np.diff(points, axis=0), axis=1).sum() < 1.1


@pytest.mark.parametrize("alpha", [0.005, 0.03, 0.075, 0.09])
def test_contributions_are_those_of_a_descent(alpha):
    curvatures = np.array(list(directions.CURVATURES.values()))
    theta = np.sqrt(2 / 3 / curvatures)  # a third of a loss of 1 in each direction
    steps = np.arange(directions.LAST + 1)
    for step, shares in zip(steps, directions.shares(alpha, steps).T, strict=True):
        np.testing.assert_allclose(shares, 100 * curvatures / 2 * theta**2, err_msg=f"step {step}")
        theta = theta - alpha * curvatures * theta


def test_areas_lie_on_top_of_each_other_and_end_at_the_loss():
    steps = np.arange(5)
    shares = directions.shares(0.03, steps)
    low, middle, high = directions.outlines(steps, shares)
    np.testing.assert_allclose(high[5:, 1], shares.sum(axis=0)[::-1])
    np.testing.assert_allclose(high[:5, 1], middle[5:, 1][::-1])
    np.testing.assert_allclose(middle[:5, 1], low[5:, 1][::-1])
    assert not low[:5, 1].any()
