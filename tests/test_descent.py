"""The loop: what it records, why it stops, ensembles, resumption, divergence, bad input."""

import dataclasses
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import losses, models, schedules, surfaces
from lossgd.descent import Path, descend
from lossgd.optimizers import AdaGrad, Adam, AdamW, GradientDescent, Momentum, Nesterov, RMSProp

KINDS = [GradientDescent, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW]
SURFACES = [
    surfaces.Parabola(curvature=2.0),
    surfaces.Ravine(condition=10.0),
    surfaces.Rosenbrock(),
    surfaces.Himmelblau(),
    surfaces.Beale(),
    surfaces.Saddle(),
    surfaces.DoubleWell(),
    surfaces.Plateau(),
]
PARABOLA, RAVINE = SURFACES[:2]
FAR = np.array([[3.0], [-2.0], [1e3]])


class Objective:
    """An objective made of two functions."""

    def __init__(self, value, gradient):
        self.value, self.gradient, self.seen = value, gradient, []

    def __call__(self, theta):
        self.seen.append(theta.copy())
        return self.value(theta)


def halving(lr=0.5):
    """On a parabola of curvature 1 each step halves θ."""
    return GradientDescent(lr=lr)


def starts(surface, k):
    low, high = np.transpose(surface.window)
    return np.random.default_rng(3).uniform(low, high, size=(k, surface.dimensions))


def assert_same(one, other):
    """Two paths are the same to the last bit."""
    for field in ("thetas", "losses", "gradient_norms", "stopped", "steps"):
        assert_array_equal(getattr(one, field), getattr(other, field), strict=True)
    assert (one.validation_losses is None) == (other.validation_losses is None)
    if one.validation_losses is not None:
        assert_array_equal(one.validation_losses, other.validation_losses, strict=True)
    assert one.state.steps == other.state.steps
    for ours, its in zip(one.state.memory.values(), other.state.memory.values(), strict=True):
        assert_array_equal(ours, its, strict=True)


# What is recorded


def test_the_path_is_that_of_the_formula():
    path = descend(surfaces.Parabola(), [8.0], halving(), max_steps=3)
    assert_array_equal(path.thetas, [[8], [4], [2], [1]], strict=False)
    assert_array_equal(path.losses, [32, 8, 2, 0.5])
    assert_array_equal(path.gradient_norms, [8, 4, 2, 1])
    assert (path.stopped, path.steps, path.loss, path.converged) == ("max steps", 3, 0.5, False)
    assert_array_equal(path.theta, [1.0])
    assert path.validation_losses is None


@pytest.mark.parametrize("surface", SURFACES, ids=repr)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_losses_and_gradient_norms_are_those_of_the_points(surface, kind):
    for theta0 in (starts(surface, 1)[0], starts(surface, 4)):
        path = descend(surface, theta0, kind(lr=1e-6), max_steps=30)
        assert path.thetas.shape == (31, *theta0.shape)
        assert path.losses.shape == path.gradient_norms.shape == (31, *theta0.shape[:-1])
        assert_array_equal(path.thetas[0], theta0)
        assert_array_equal(path.losses, surface(path.thetas))
        norms = np.linalg.norm(surface.gradient(path.thetas), axis=-1)
        assert_allclose(path.gradient_norms, norms, rtol=1e-14)
        assert path.losses[-1].mean() < path.losses[0].mean()


def test_the_gradient_of_nesterov_is_that_ahead_and_the_record_that_of_the_point():
    optimizer = Nesterov(lr=0.1, beta=0.5)
    path = descend(PARABOLA, [1.0], optimizer, max_steps=2)
    assert_allclose(path.thetas[:, 0], [1, 0.8, 0.8 - (0.5 * 0.2 + 0.1 * 2 * (0.8 - 0.5 * 0.2))], rtol=1e-14)
    assert_allclose(path.gradient_norms, 2 * path.thetas[:, 0], rtol=1e-14)


def test_an_objective_is_measured_once_a_point():
    objective = Objective(PARABOLA, PARABOLA.gradient)
    path = descend(objective, [8.0], halving(0.1), max_steps=5)
    assert_array_equal(objective.seen, path.thetas)


def test_value_and_gradient_is_called_if_there_is_one():
    objective = Objective(None, PARABOLA.gradient)  # calling it would fail
    objective.value_and_gradient = lambda theta: (PARABOLA(theta), PARABOLA.gradient(theta))
    assert_same(descend(objective, [8.0], halving(0.1)), descend(PARABOLA, [8.0], halving(0.1)))


def test_the_cost_of_a_model_descends_to_its_closed_form():
    X, y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([1.0, 3.0, 2.0, 5.0])
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), X, y)
    path = descend(cost, [0.0, 0.0], GradientDescent(lr=0.1), max_steps=5000)
    assert path.stopped == "gradient"
    assert_allclose(path.theta, np.polyfit(X[:, 0], y, 1), atol=1e-7)


def test_the_best_point_is_that_of_the_lowest_loss():
    path = descend(PARABOLA, [4.0], GradientDescent(lr=1.1), max_steps=5)  # each step is further away
    assert_array_equal(path.best, [4.0])
    # With validation, it is that of the lowest validation loss.
    path = descend(
        surfaces.Parabola(), [4.0], halving(), max_steps=5, validation=lambda theta: abs(theta[0] - 1)
    )
    assert_array_equal(path.best, [1.0])
    path = descend(PARABOLA, FAR, GradientDescent(lr=[[0.25], [1.1], [0.25]]), max_steps=5)
    assert_array_equal(path.best, [path.theta[0], [-2.0], path.theta[2]])
    assert_array_equal(path.best_step, [5, 0, 5])
    nowhere = Objective(lambda theta: np.nan, lambda theta: theta)
    assert_array_equal(descend(nowhere, [4.0], halving()).best, [4.0])
    leaving = Objective(lambda theta: theta[0] if theta[0] > 1 else np.nan, lambda theta: theta)
    path = descend(leaving, [4.0], halving())
    assert_array_equal(path.best, [2.0])
    assert path.best_step == 1


# The stopping rules


def validation_loss(theta):
    """Overfitting: the other data are fitted best at θ = 1."""
    return abs(theta[..., 0] - 1)


REST, STILL = "converged: the gradient is nearly 0", "converged: the loss hardly changes"
LIMIT, WORSE = "stopped: the limit of steps is reached", "stopped: the validation loss no longer falls"
STOPS = [
    ({"gradient_tolerance": 0.1}, "gradient", 6, f"{REST} after 6 steps; loss 8 → 0.00195312"),
    ({"gradient_tolerance": 0.125}, "gradient", 5, f"{REST} after 5 steps; loss 8 → 0.0078125"),
    ({"loss_tolerance": 0.1}, "loss change", 4, f"{STILL} after 4 steps; loss 8 → 0.03125"),
    ({"loss_tolerance": 6.0}, "loss change", 1, f"{STILL} after 1 step; loss 8 → 2"),
    ({"max_steps": 3}, "max steps", 3, f"{LIMIT} after 3 steps; loss 8 → 0.125"),
    (
        {"validation": validation_loss, "patience": 1},
        "validation",
        3,
        f"{WORSE} after 3 steps; loss 8 → 0.125",
    ),
    (
        {"validation": validation_loss, "patience": 4},
        "validation",
        6,
        f"{WORSE} after 6 steps; loss 8 → 0.00195312",
    ),
]


@pytest.mark.parametrize(("options", "stopped", "steps", "sentence"), STOPS)
def test_each_rule_stops_a_descent_and_says_so(options, stopped, steps, sentence):
    path = descend(surfaces.Parabola(), [4.0], halving(), **options)
    assert (path.stopped, path.steps, str(path)) == (stopped, steps, sentence)
    assert len(path.thetas) == len(path.losses) == len(path.gradient_norms) == steps + 1
    assert path.converged is (stopped in ("gradient", "loss change"))
    if "validation" in options:
        assert_array_equal(path.validation_losses, validation_loss(path.thetas))
    # The rules of the other runs of an ensemble do not disturb it.
    together = descend(surfaces.Parabola(), [[1e-9], [4.0]], halving(), **options)
    assert (together.stopped[1], together.steps[1]) == (stopped, steps)
    assert_array_equal(together.thetas[: steps + 1, 1], path.thetas)


def test_the_rules_can_be_put_out_of_force():
    path = descend(surfaces.Parabola(), [4.0], halving(), gradient_tolerance=None, max_steps=3000)
    assert (path.stopped, path.steps) == ("max steps", 3000)
    assert path.loss == 0
    zero = descend(surfaces.Parabola(), [4.0], halving(), gradient_tolerance=0, max_steps=3000)
    assert zero.stopped == "gradient"
    assert zero.gradient_norms[-1] == 0


def test_a_start_at_a_minimum_needs_no_step():
    path = descend(surfaces.Himmelblau(), [3.0, 2.0], Adam(lr=0.1))
    assert (path.stopped, path.steps, path.state.steps) == ("gradient", 0, 0)
    assert str(path) == "converged: the gradient is nearly 0 after 0 steps; loss 0 → 0"


@pytest.mark.parametrize("patience", [1, 2, 5])
def test_patience_is_how_many_steps_without_a_lower_validation_loss(patience):
    values = iter([5, 4, 6, 3, 3, 3, 3, 3, 3, 3, 3])
    path = descend(
        surfaces.Parabola(), [4.0], halving(), validation=lambda theta: next(values), patience=patience
    )
    assert path.stopped == "validation"
    assert path.steps == {1: 2, 2: 5, 5: 8}[patience]
    assert_array_equal(path.best, path.thetas[1 if patience == 1 else 3])


@pytest.mark.parametrize("patience", [1, 3])
def test_the_start_is_no_step_of_the_patience_even_if_its_validation_loss_is_infinite(patience):
    path = descend(PARABOLA, [4.0], halving(0.1), validation=lambda theta: np.inf, patience=patience)
    assert (path.stopped, path.steps) == ("validation", patience)
    values = iter([np.inf, *[3.0] * 9])
    path = descend(PARABOLA, [4.0], halving(0.1), validation=lambda theta: next(values), patience=patience)
    assert (path.stopped, path.steps) == ("validation", 1 + patience)


# Divergence


@pytest.mark.parametrize("kind", [GradientDescent, Momentum, Nesterov])
@pytest.mark.parametrize("surface", [PARABOLA, RAVINE, surfaces.Rosenbrock(), surfaces.Beale()], ids=repr)
def test_divergence_is_reported_without_a_warning(kind, surface):
    for lr in (30.0, 1e6, 1e200):
        path = descend(surface, surface.minimisers[0] + 1.5, kind(lr=lr))
        assert path.stopped == "diverged"
        assert not path.converged
        assert path.steps < 100
        assert str(path).startswith("diverged: the loss ")
        # All points but the last were still within bounds.
        assert (abs(path.losses[:-1]) < 1e6 * max(1, path.losses[0])).all()
        assert not abs(path.losses[-1]) < 1e6 * max(1, path.losses[0])


def test_how_it_diverged_is_said():
    grows = descend(surfaces.Parabola(), [4.0], GradientDescent(lr=3.0))
    assert str(grows) == "diverged: the loss grows without bound after 10 steps; loss 8 → 8.38861e+06"
    downhill = Objective(lambda theta: -1.0 * theta[0] ** 2, lambda theta: -2 * theta)
    falls = descend(downhill, [1.0], GradientDescent(lr=0.5))
    assert str(falls) == "diverged: the loss falls without bound after 10 steps; loss -1 → -1.04858e+06"
    infinite = descend(surfaces.Parabola(), [4.0], GradientDescent(lr=1e200))
    assert str(infinite) == "diverged: the loss is not finite after 1 step; loss 8 → inf"


def test_a_limit_of_a_million_is_not_reached_by_a_loss_below_1():
    path = descend(surfaces.Parabola(), [1e-3], GradientDescent(lr=3.0), gradient_tolerance=None)
    assert path.losses[-2] < 1e6 <= path.losses[-1]


def shifted(surface, constant):
    return Objective(lambda theta: surface(theta) + constant, surface.gradient)


@pytest.mark.parametrize("constant", [-1e8, -100.0, 1.0, 1e4, 1e9])
@pytest.mark.parametrize("lr", [1e-3, 0.05, 0.15, 0.21, 0.3, 3.0])
@pytest.mark.parametrize("surface", [RAVINE, surfaces.Himmelblau(), surfaces.Saddle()], ids=repr)
def test_a_constant_added_to_the_loss_changes_nothing(surface, lr, constant):
    theta0 = np.concatenate((starts(surface, 4), [[1e3, 1e3]]))
    plain = descend(surface, theta0, GradientDescent(lr=lr), max_steps=300)
    path = descend(shifted(surface, constant), theta0, GradientDescent(lr=lr), max_steps=300)
    assert_array_equal(path.thetas, plain.thetas)
    assert_array_equal(path.stopped, plain.stopped)
    assert_array_equal(path.steps, plain.steps)


@pytest.mark.parametrize("constant", [0.0, -1e8])
def test_a_loss_that_falls_by_much_has_not_diverged(constant):
    far = Objective(lambda theta: (theta[0] - 1e4) ** 2 + constant, lambda theta: 2 * (theta - 1e4))
    path = descend(far, [0.0], GradientDescent(lr=0.1))
    assert path.stopped == "gradient"
    assert_allclose(path.theta, 1e4)
    # Down from the top between two deep wells the gradient grows, but θ does not go far.
    wells = Objective(
        lambda theta: (theta[0] ** 2 - 1e4) ** 2 + constant, lambda theta: 4 * theta * (theta**2 - 1e4)
    )
    path = descend(wells, [0.01], GradientDescent(lr=1e-6), gradient_tolerance=1e-3)
    assert path.gradient_norms.max() > 1e3 * path.gradient_norms[0]
    assert path.stopped == "gradient"
    assert_allclose(path.theta, 100.0)


def test_a_loss_that_rises_less_than_it_fell_before_has_not_diverged():
    # It falls by 2e8, then jumps to 2e6 above its start, and comes back.
    values, slopes = iter([2e8, 5.0, 2.02e8, 4.0, 3.0]), iter([1.0, 1.0, 5e3, 1.0, 0.0])
    path = descend(
        Objective(lambda theta: next(values), lambda theta: np.array([next(slopes)])), [1.0], halving()
    )
    assert path.stopped == "gradient"
    rising, slopes = iter([2.0, 5.0, 2e6]), iter([1.0, 1.0, 5e3])
    path = descend(
        Objective(lambda theta: next(rising), lambda theta: np.array([next(slopes)])), [1.0], halving()
    )
    assert (path.stopped, path.steps) == ("diverged", 2)


def test_a_start_at_rest_does_not_say_how_large_gradients_are():
    # A loss in millions is left by a step from its minimum, and goes on beside it.
    values, slopes = iter([1e9, *[1.002e9] * 4]), iter([1e-3, *[2e3] * 4])
    path = descend(
        Objective(lambda theta: next(values), lambda theta: np.array([next(slopes)])),
        [1.0],
        halving(),
        max_steps=4,
    )
    assert path.stopped == "max steps"
    grows = Objective(lambda theta: 1e9 + 1e6 * theta[0] ** 2, lambda theta: 2e6 * theta)
    path = descend(grows, [1e-9], GradientDescent(lr=1e-3), max_steps=50)
    assert (path.stopped, path.steps) == ("diverged", 3)


@pytest.mark.parametrize("lr", [0.5, 0.01])
def test_a_loss_that_falls_without_bound_has_diverged_wherever_its_zero_is(lr):
    for constant in (0.0, 1e7, -1e7):
        downhill = Objective(lambda theta: constant - theta[0] ** 2, lambda theta: -2 * theta)  # noqa: B023
        path = descend(downhill, [1.0], GradientDescent(lr=lr))
        assert (path.stopped, path.steps) == ("diverged", {0.5: 10, 0.01: 349}[lr])
        assert str(path).startswith("diverged: the loss falls without bound")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_gradient_whose_square_overflows_has_its_length(dtype):
    size = {np.float32: 1e30, np.float64: 1e200}[dtype]
    for d in (2, 12):
        gradient = np.linspace(size, size / 4, d).astype(dtype)
        objective = Objective(lambda theta: theta[..., 0], lambda theta: np.ones_like(theta) * gradient)  # noqa: B023
        for shape in ((d,), (3, d)):
            path = descend(objective, np.ones(shape, dtype), halving(), max_steps=1)
            length = size * np.sqrt(np.sum((gradient.astype(float) / size) ** 2))
            assert_allclose(path.gradient_norms[0], length, rtol=1e-6)


@pytest.mark.parametrize("first", [np.nan, np.inf, -np.inf])
def test_a_first_loss_that_is_not_finite(first):
    path = descend(Objective(lambda theta: first, lambda theta: theta), [1.0], halving())
    assert (path.stopped, path.steps) == ("diverged", 0)
    assert str(path) == f"diverged: the loss is not finite after 0 steps; loss {first} → {first}"


def test_a_gradient_that_is_not_a_number():
    objective = Objective(surfaces.Parabola(), lambda theta: np.where(theta > 1, theta, np.nan))
    path = descend(objective, [4.0], halving())
    assert (path.stopped, path.steps) == ("diverged", 2)
    assert str(path) == "diverged: the gradient is not a number after 2 steps; loss 8 → 0.5"
    assert np.isnan(path.gradient_norms[-1])


def test_a_loss_of_log_0_is_no_warning_either():
    objective = Objective(lambda theta: np.log(theta[0] * 0), lambda theta: 1 / (theta * 0))
    assert descend(objective, [1.0], halving()).stopped == "diverged"


def test_a_run_that_diverges_keeps_its_last_values_and_disturbs_no_other():
    rates = [[0.5], [3.0], [1e200], [1e-3]]
    path = descend(surfaces.Parabola(), np.full((4, 1), 4.0), GradientDescent(lr=rates), max_steps=200)
    assert_array_equal(path.stopped, ["gradient", "diverged", "diverged", "max steps"])
    assert_array_equal(path.steps, [29, 10, 1, 200])
    assert_array_equal(path.converged, [True, False, False, False])
    for run, steps in enumerate(path.steps):
        assert_array_equal(
            path.thetas[steps:, run], np.broadcast_to(path.thetas[steps, run], (201 - steps, 1))
        )
        assert len(np.unique(path.losses[steps:, run])) == 1
    assert str(path) == "4 descents, up to 200 steps: 2 × diverged, 1 × gradient, 1 × max steps"


# Ensembles


@given(seed=st.integers(0, 1000), k=st.integers(1, 6))
@pytest.mark.parametrize("surface", SURFACES, ids=repr)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_ensemble_is_its_single_runs_to_the_last_bit(surface, kind, seed, k):
    rng = np.random.default_rng(seed)
    low, high = np.transpose(surface.window)
    theta0 = rng.uniform(low, high, size=(k, surface.dimensions))
    rates = 10 ** rng.uniform(-3, 0.5, size=(k, 1))  # some diverge, some converge
    options = {"max_steps": 25, "gradient_tolerance": 0.5, "loss_tolerance": 1e-3}
    options |= {"validation": lambda theta: surface(theta + 0.1), "patience": 4}
    together = descend(surface, theta0, kind(lr=rates), **options)
    for run in range(k):
        alone = descend(surface, theta0[run], kind(lr=rates[run, 0]), **options)
        steps = alone.steps
        assert (together.stopped[run], together.steps[run]) == (alone.stopped, steps)
        for field in ("thetas", "losses", "gradient_norms", "validation_losses"):
            assert_array_equal(getattr(together, field)[: steps + 1, run], getattr(alone, field))


@pytest.mark.parametrize("d", [1, 8, 9, 40])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_ensemble_in_many_dimensions_is_its_single_runs_too(d, dtype):
    X, y = np.random.default_rng(0).normal(size=(50, d)).astype(dtype), np.arange(50)
    cost = models.Cost(models.Linear(), losses.LogCosh(), X, y)
    theta0 = np.random.default_rng(1).normal(size=(5, d + 1)).astype(dtype)
    together = descend(cost, theta0, Adam(lr=0.1), max_steps=20)
    for run in range(5):
        alone = descend(cost, theta0[run], Adam(lr=0.1), max_steps=20)
        for field in ("thetas", "losses", "gradient_norms"):
            assert_array_equal(getattr(together, field)[:, run], getattr(alone, field))


@pytest.mark.parametrize("d", [8, 9, 101])
def test_the_length_of_a_gradient_is_rounded_alike_in_an_ensemble(d):
    objective = Objective(lambda theta: theta[..., 0] ** 2, lambda theta: theta)
    theta0 = np.random.default_rng(1).normal(size=(50, d))
    together = descend(objective, theta0, halving(), max_steps=3)
    for run in range(50):
        alone = descend(objective, theta0[run], halving(), max_steps=3)
        assert_array_equal(together.gradient_norms[:, run], alone.gradient_norms)


def test_a_learning_rate_sweep_of_1000_runs_is_one_call():
    rates = np.geomspace(1e-3, 10, 1000)[:, None]
    path = descend(RAVINE, np.full((1000, 2), 2.0), GradientDescent(lr=rates), max_steps=300)
    bound = 2 / RAVINE.condition
    rates = rates[:, 0]
    assert (path.stopped[rates > 1.1 * bound] == "diverged").all()
    assert (path.stopped[(0.5 * bound < rates) & (rates < 0.9 * bound)] == "gradient").all()
    assert (path.stopped[rates < 0.01] == "max steps").all()
    assert (np.diff(path.losses[:, rates < bound], axis=0) <= 0).all()


@pytest.mark.parametrize("d", [2, 9])
def test_a_table_of_descents_is_its_row_of_descents_and_is_resumed_like_it(d):
    objective = Objective(lambda theta: theta[..., 0] ** 2 + theta[..., 1] ** 4, lambda theta: 2 * theta)
    theta0 = np.random.default_rng(1).normal(size=(4, 3, d))
    rates = np.array([0.01, 0.1, 0.4, 3.0])
    options = {
        "max_steps": 30,
        "gradient_tolerance": 1e-3,
        "validation": lambda theta: objective(theta - 0.1),
    }
    table = descend(objective, theta0, Momentum(lr=rates[:, None, None]), **options)
    row = descend(objective, theta0.reshape(12, d), Momentum(lr=np.repeat(rates, 3)[:, None]), **options)
    for field in ("thetas", "losses", "gradient_norms", "validation_losses"):
        expected = getattr(row, field)
        expected = expected.reshape(len(expected), 4, 3, *expected.shape[2:])
        assert_array_equal(getattr(table, field), expected, strict=True)
    for field in ("theta", "best", "stopped", "steps", "converged", "best_step"):
        expected = getattr(row, field)
        assert_array_equal(getattr(table, field), expected.reshape(4, 3, *expected.shape[1:]), strict=True)
    options["max_steps"] = 20
    half = descend(objective, theta0, Momentum(lr=rates[:, None, None]), **options)
    options["max_steps"] = 10
    assert_same(descend(objective, half, Momentum(lr=rates[:, None, None]), **options), table)


def test_an_ensemble_stops_when_its_last_run_does():
    path = descend(surfaces.Parabola(), FAR, GradientDescent(lr=[[0.5], [0.9], [3.0]]))
    assert len(path.thetas) == path.steps.max() + 1 < 1001
    assert path.state.steps == path.steps.max()


@pytest.mark.parametrize("order", ["C", "F"])
def test_it_is_the_same_whatever_the_order_in_memory(order):
    theta0 = np.array(starts(RAVINE, 6), order=order)
    assert_same(descend(RAVINE, theta0, Adam(lr=0.1)), descend(RAVINE, theta0.tolist(), Adam(lr=0.1)))


# Resumption


def ladder(rates):
    return {
        "number": 0.02,
        "array": rates,
        "cosine": schedules.Cosine(lr=rates, steps=25, lowest=1e-3),
        "warm-up": schedules.WarmUp(steps=15, then=schedules.Exponential(lr=rates, factor=0.95)),
        "plateau": schedules.ReduceOnPlateau(lr=rates, patience=2, threshold=0.1),
    }


@pytest.mark.parametrize("lr", list(ladder(0.1)))
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("shape", [(), (5,)], ids=["one", "ensemble"])
@pytest.mark.parametrize("watched", [False, True])
def test_a_resumed_path_is_the_whole_path_exactly(lr, kind, shape, watched):
    surface = surfaces.Himmelblau()
    rates = np.geomspace(1e-3, 3, 5)[:, None] if shape else 0.02  # some diverge, some converge early
    optimizer = kind(lr=ladder(rates)[lr])
    theta0 = np.random.default_rng(1).uniform(-4, 4, size=(*shape, 2))
    options = {"gradient_tolerance": 0.3, "loss_tolerance": 1e-4}
    if watched:
        options |= {"validation": lambda theta: surface(theta + 0.3), "patience": 6}
    whole = descend(surface, theta0, optimizer, max_steps=40, **options)
    for parts in ([20, 20], [1, 39], [7, 1, 1, 31], [39, 1]):
        path = theta0
        for max_steps in parts:
            path = descend(surface, path, optimizer, max_steps=max_steps, **options)
        assert_same(path, whole)


def test_a_path_is_not_changed_by_resuming_it():
    first = descend(RAVINE, starts(RAVINE, 3), Adam(lr=0.1), max_steps=10)
    copy = dataclasses.replace(first, thetas=first.thetas.copy(), losses=first.losses.copy())
    again = descend(RAVINE, first, Adam(lr=0.1), max_steps=10)
    assert_same(first, copy)
    assert not np.shares_memory(first.thetas, again.thetas)
    assert_same(again, descend(RAVINE, first, Adam(lr=0.1), max_steps=10))


def test_a_path_that_has_ended_stays_as_it_is():
    for theta0 in ([4.0], [[4.0], [2.0]]):
        path = descend(surfaces.Parabola(), theta0, halving())
        assert np.all(path.converged)
        assert_same(descend(surfaces.Parabola(), path, halving()), path)
    diverged = descend(surfaces.Parabola(), [4.0], GradientDescent(lr=3.0))
    assert_same(descend(surfaces.Parabola(), diverged, halving()), diverged)


def test_a_path_may_go_on_with_another_rate():
    path = descend(surfaces.Parabola(), [4.0], halving(), max_steps=2)
    path = descend(surfaces.Parabola(), path, GradientDescent(lr=1.0), max_steps=1)
    assert_array_equal(path.thetas[:, 0], [4, 2, 1, 0])


@pytest.mark.parametrize("k", [3, 8])
def test_points_need_more_room_than_there_is_at_first(monkeypatch, k):
    monkeypatch.setattr("lossgd.descent.records.FIRST_ROOM", 10)  # numbers: for 8 runs, less than a point has
    small = descend(RAVINE, starts(RAVINE, k), Adam(lr=0.01), max_steps=500)
    monkeypatch.undo()
    assert_same(small, descend(RAVINE, starts(RAVINE, k), Adam(lr=0.01), max_steps=500))


# Precision


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_float32_stays_float32(kind):
    for theta0 in (starts(RAVINE, 1)[0], starts(RAVINE, 3)):
        path = descend(RAVINE, theta0.astype(np.float32), kind(lr=0.01), max_steps=20)
        assert path.thetas.dtype == path.gradient_norms.dtype == np.float32
        assert path.losses.dtype == np.float64  # a cost is a float
        assert all(each.dtype == np.float32 for each in path.state.memory.values())
        assert_allclose(
            path.thetas, descend(RAVINE, theta0, kind(lr=0.01), max_steps=20).thetas, rtol=1e-3, atol=1e-4
        )
    # Even if the objective's gradient is in float64.
    objective = Objective(RAVINE, lambda theta: RAVINE.gradient(theta.astype(float)))
    assert descend(objective, np.float32([1, 1]), kind(lr=0.01), max_steps=5).thetas.dtype == np.float32


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_descent_from_half_precision_is_one_in_float32(kind):
    for theta0 in (starts(RAVINE, 1)[0].astype(np.float16), starts(RAVINE, 3).astype(np.float16)):
        path = descend(RAVINE, theta0, kind(lr=0.01), max_steps=20)
        assert_same(path, descend(RAVINE, theta0.astype(np.float32), kind(lr=0.01), max_steps=20))
        assert path.thetas.dtype == np.float32


def test_losses_may_be_unsigned():
    values = iter(np.array([5, 3, 4, 2], np.uint8))  # in eight bits, 3 − 5 is 254
    path = descend(
        Objective(lambda theta: next(values), lambda theta: theta),
        [1.0],
        halving(),
        loss_tolerance=2,
        max_steps=3,
    )
    assert (path.stopped, path.steps) == ("loss change", 1)


@pytest.mark.parametrize("theta0", [[4], (4,), np.array([4], np.int8), np.array([True])])
def test_integers_become_float64(theta0):
    expected = descend(surfaces.Parabola(), np.array(theta0, float), halving())
    assert_same(descend(surfaces.Parabola(), theta0, halving()), expected)


def test_gradients_and_losses_may_be_lists_and_integers():
    integers = Objective(lambda theta: 5, lambda theta: [2, -1])
    path = descend(integers, [1.0, 1.0], GradientDescent(lr=0.5), max_steps=3)
    assert_array_equal(path.thetas[-1], [-2, 2.5])
    assert_allclose(path.gradient_norms, np.sqrt(5))
    assert_array_equal(path.losses, [5, 5, 5, 5])
    first = iter([1, 0.5, 0.25])
    assert_array_equal(
        descend(
            Objective(lambda theta: next(first), lambda theta: theta), [1.0], halving(), max_steps=2
        ).losses,
        [1, 0.5, 0.25],
    )
    lists = Objective(lambda theta: [1.0, 2.0], lambda theta: theta.tolist())
    assert descend(lists, [[1.0], [2.0]], halving(), max_steps=2).losses.shape == (3, 2)


# The objects


def test_what_is_given_is_not_changed_and_not_kept():
    theta0 = starts(RAVINE, 3)
    copy = theta0.copy()
    path = descend(RAVINE, theta0, Adam(lr=0.1), max_steps=10)
    assert_array_equal(theta0, copy)
    theta0[...] = 7.0
    assert_array_equal(path.thetas[0], copy)


@pytest.mark.parametrize("theta0", [[3.0, 1.0], [[3.0, 1.0], [-2.0, 0.5]]])
@pytest.mark.parametrize("kind", [GradientDescent, Nesterov])
def test_a_function_that_writes_to_theta_cannot_spoil_the_path(theta0, kind):
    def spoiling(function):
        def spoil(theta):
            result = function(theta)
            theta[...] = 0.0
            return result

        return spoil

    spoilt = Objective(spoiling(RAVINE), RAVINE.gradient)
    both = Objective(RAVINE, RAVINE.gradient)
    both.value_and_gradient = spoiling(lambda theta: (RAVINE(theta), RAVINE.gradient(theta)))
    for objective, validation in (
        (spoilt, None),
        (Objective(RAVINE, spoiling(RAVINE.gradient)), None),
        (both, None),
        (RAVINE, spoiling(RAVINE)),
    ):
        with pytest.raises(ValueError, match="read-only"):
            descend(objective, theta0, kind(lr=0.01), validation=validation, max_steps=5)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("theta0", [[3.0, 1.0], [[3.0, 1.0], [-2.0, 0.5]]])
def test_a_function_may_return_the_same_array_each_time(theta0, kind):
    loss, other, gradient = (np.zeros(np.shape(theta0)[:n]) for n in (-1, -1, 2))

    def filled(array, function):
        def fill(theta):
            array[...] = function(theta)
            return array

        return fill

    reusing = Objective(filled(loss, RAVINE), filled(gradient, RAVINE.gradient))
    options = {"loss_tolerance": 1e-3, "patience": 3, "max_steps": 40}
    path = descend(
        reusing, theta0, kind(lr=0.01), validation=filled(other, lambda t: RAVINE(t - 0.5)), **options
    )
    expected = descend(RAVINE, theta0, kind(lr=0.01), validation=lambda t: RAVINE(t - 0.5), **options)
    assert_same(path, expected)
    assert path.steps.max() > 1 if np.ndim(path.steps) else path.steps > 1


def test_a_trusted_evaluator_is_asked_for_once():
    objective, asked = Objective(None, PARABOLA.gradient), []

    def evaluator(theta):
        asked.append(theta.copy())
        return lambda theta: (PARABOLA(theta), PARABOLA.gradient(theta))

    objective.evaluator = evaluator
    assert_same(descend(objective, [8.0], halving(0.1)), descend(PARABOLA, [8.0], halving(0.1)))
    assert_array_equal(asked, [[8.0]])


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64])
def test_options_may_be_numpy_s_numbers(kind):
    options = {"max_steps": 127, "patience": 100, "gradient_tolerance": 1, "loss_tolerance": 0}
    expected = descend(RAVINE, [3.0, 1.0], Adam(lr=1e-3), validation=RAVINE, **options)
    assert expected.steps == 127
    numbers = {name: kind(value) for name, value in options.items()}
    assert_same(descend(RAVINE, [3.0, 1.0], Adam(lr=1e-3), validation=RAVINE, **numbers), expected)


def test_a_path_prints_what_it_is_without_its_arrays():
    path = descend(surfaces.Parabola(), [4.0], halving(), max_steps=3)
    assert repr(path) == "Path(stopped='max steps', steps=3)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        path.steps = 7
    for value, kind in ((path.stopped, str), (path.steps, int), (path.loss, float), (path.converged, bool)):
        assert type(value) is kind


def test_a_progress_bar_counts_the_steps(capsys):
    pytest.importorskip("tqdm")
    descend(surfaces.Parabola(), [4.0], halving(), max_steps=7, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "7/7" in err
    descend(surfaces.Parabola(), [4.0], halving(), max_steps=7)
    assert capsys.readouterr() == ("", "")


def test_a_progress_bar_needs_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    descend(surfaces.Parabola(), [4.0], halving(), max_steps=7)
    with pytest.raises(ImportError, match="tqdm"):
        descend(surfaces.Parabola(), [4.0], halving(), max_steps=7, progress=True)


# Bad input

START = "theta0 must have shape (d,), or (…, d) for many descents; got"
BAD_STARTS = [
    (4.0, ValueError, f"{START} ()"),
    ([], ValueError, f"{START} (0,)"),
    (np.zeros((3, 0)), ValueError, f"{START} (3, 0)"),
    (np.zeros((0, 2)), ValueError, f"{START} (0, 2)"),
    ([np.nan], ValueError, "theta0 must be finite; got nan"),
    ([[1.0], [-np.inf]], ValueError, "theta0 must be finite; got -inf"),
    (["1"], TypeError, "theta0 must hold real numbers; got dtype <U1"),
    ([1j], TypeError, "theta0 must hold real numbers; got dtype complex128"),
    (None, TypeError, "theta0 must hold real numbers; got dtype object"),
]


@pytest.mark.parametrize(("theta0", "error", "message"), BAD_STARTS)
def test_a_start_that_is_none(theta0, error, message):
    with pytest.raises(error) as raised:
        descend(surfaces.Parabola(), theta0, halving())
    assert str(raised.value) == message


NO_OPTIMIZER = "optimizer must be an optimizer, such as optimizers.Adam(); got"
NO_OBJECTIVE = "objective(theta) and objective.gradient(theta) must exist; got"
BAD_OPTIONS = [
    ({"max_steps": 0}, ValueError, "max_steps must be at least 1; got 0"),
    ({"max_steps": -3}, ValueError, "max_steps must be at least 1; got -3"),
    ({"max_steps": 1e3}, TypeError, "max_steps must be a whole number; got 1000.0"),
    ({"patience": 0}, ValueError, "patience must be at least 1; got 0"),
    ({"patience": None}, TypeError, "patience must be a whole number; got None"),
    ({"gradient_tolerance": -1e-8}, ValueError, "gradient_tolerance must be in [0, inf); got -1e-08"),
    ({"gradient_tolerance": np.nan}, ValueError, "gradient_tolerance must be in [0, inf); got nan"),
    ({"loss_tolerance": -1}, ValueError, "loss_tolerance must be in [0, inf); got -1"),
    ({"loss_tolerance": "small"}, TypeError, "loss_tolerance must be a number; got 'small'"),
    ({"optimizer": 0.1}, TypeError, f"{NO_OPTIMIZER} 0.1"),
    ({"optimizer": Adam}, TypeError, f"{NO_OPTIMIZER} {Adam!r}"),
    ({"objective": 3}, TypeError, f"{NO_OBJECTIVE} 3"),
    ({"objective": abs}, TypeError, f"{NO_OBJECTIVE} {abs!r}"),
    (
        {"validation": lambda theta: theta},
        ValueError,
        "validation of theta, (1,), must have shape (); got (1,)",
    ),
    ({"validation": lambda theta: None}, TypeError, "validation must be real numbers; got dtype object"),
]


@pytest.mark.parametrize(("options", "error", "message"), BAD_OPTIONS)
def test_an_option_that_is_not_legal(options, error, message):
    with pytest.raises(error) as raised:
        descend(**{"objective": surfaces.Parabola(), "theta0": [4.0], "optimizer": halving()} | options)
    assert str(raised.value) == message


@pytest.mark.parametrize("gradient", [1.0, [1.0], np.ones(3), np.ones((2, 1)), np.ones((1, 2)), None])
@pytest.mark.parametrize("kind", [GradientDescent, Nesterov])
def test_a_gradient_of_another_shape_is_an_error_even_if_it_would_broadcast(gradient, kind):
    with pytest.raises(ValueError, match="the gradient must have") as error:
        descend(Objective(RAVINE, lambda theta: gradient), [1.0, 2.0], kind(lr=0.1))
    assert str(error.value) == f"the gradient must have theta's shape, (2,); got {np.shape(gradient)}"


@pytest.mark.parametrize(
    ("theta0", "loss", "expected", "got"),
    [
        ([1.0, 2.0], [1.0], "()", "(1,)"),
        ([1.0, 2.0], np.ones(2), "()", "(2,)"),
        ([[1.0, 2.0]] * 3, 1.0, "(3,)", "()"),
        ([[1.0, 2.0]] * 2, np.ones((2, 2)), "(2,)", "(2, 2)"),
        ([[1.0, 2.0]] * 3, np.ones((3, 1)), "(3,)", "(3, 1)"),
    ],
)
def test_an_objective_of_the_wrong_shape_is_an_error(theta0, loss, expected, got):
    with pytest.raises(ValueError, match="must have shape") as raised:
        descend(Objective(lambda theta: loss, lambda theta: theta), theta0, halving())
    shape = np.shape(theta0)
    assert str(raised.value) == f"the objective of theta, {shape}, must have shape {expected}; got {got}"


@pytest.mark.parametrize(("loss", "dtype"), [(None, "object"), (1j, "complex128"), ("1", "<U1")])
def test_an_objective_that_is_no_number_is_an_error(loss, dtype):
    with pytest.raises(TypeError, match=f"the objective must be real numbers; got dtype {dtype}"):
        descend(Objective(lambda theta: loss, lambda theta: theta), [1.0, 2.0], halving())


def test_numbers_that_are_masked_are_an_error():
    masked = Objective(lambda theta: np.ma.masked, lambda theta: theta)
    with pytest.raises(TypeError, match="the objective must not be a masked array"):
        descend(masked, [1.0, 2.0], halving())
    with pytest.raises(TypeError, match="validation must not be a masked array"):
        descend(RAVINE, [1.0, 2.0], halving(), validation=lambda theta: np.ma.masked)
    masked = Objective(RAVINE, lambda theta: np.ma.array(theta, mask=[0, 1]))
    for optimizer in (halving(), Nesterov(lr=0.1)):
        with pytest.raises(TypeError, match="the gradient must not be a masked array"):
            descend(masked, [1.0, 2.0], optimizer)


@pytest.mark.parametrize("k", [3, 2])
def test_rates_of_shape_k_are_an_error_for_k_runs_even_if_k_is_d(k):
    with pytest.raises(ValueError, match=r"with as many axes \(\(k, 1\) for k runs\); got shape"):
        descend(RAVINE, np.ones((k, 2)), GradientDescent(lr=np.full(k, 0.1)))


def test_a_path_is_resumed_only_by_its_own_kind_of_optimizer_and_with_its_validation():
    path = descend(RAVINE, [1.0, 2.0], GradientDescent(lr=0.01), max_steps=3)
    with pytest.raises(ValueError, match=r"the path of another optimizer.*use theta0=path.theta"):
        descend(RAVINE, path, Adam(lr=0.01))
    with pytest.raises(ValueError, match="resumed with a validation if it had one"):
        descend(RAVINE, path, GradientDescent(lr=0.01), validation=RAVINE)
    watched = descend(RAVINE, [1.0, 2.0], GradientDescent(lr=0.01), max_steps=3, validation=RAVINE)
    with pytest.raises(ValueError, match="resumed with a validation if it had one"):
        descend(RAVINE, watched, GradientDescent(lr=0.01))
    assert isinstance(descend(RAVINE, path.theta, Adam(lr=0.01)), Path)


def test_a_loss_may_fall_without_bound_along_one_coordinate_alone():
    objective = Objective(lambda t: -float(t[0] ** 2), lambda t: np.array([-2 * t[0], 0.0]))
    path = descend(objective, [1.0, 0.0], GradientDescent(lr=0.5))
    assert str(path).startswith("diverged: the loss falls without bound")
    assert path.steps < 20
