"""The schedules: their values and sums in closed form, their use by an optimizer, bad input."""

import dataclasses

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import schedules, surfaces
from lossgd.descent import descend
from lossgd.optimizers import Adam, GradientDescent
from lossgd.schedules import (
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    InverseTime,
    Linear,
    OneCycle,
    PiecewiseConstant,
    Polynomial,
    ReduceOnPlateau,
    Step,
    WarmUp,
)

FALLING = [
    Constant(lr=0.1),
    Step(lr=0.1, every=7, factor=0.5),
    Exponential(lr=0.1, factor=0.95),
    Cosine(lr=0.1, steps=40),
    Cosine(lr=0.1, steps=40, lowest=0.02),
    InverseTime(lr=0.1, decay=0.3),
    Linear(lr=0.1, steps=40),
    Polynomial(lr=0.1, steps=40, power=0.5, lowest=0.02),
    PiecewiseConstant(lr=0.1, boundaries=(3, 20), factors=(0.5, 0.1)),
    WarmUp(steps=5, then=Constant(lr=0.1)),
    WarmUp(steps=5, then=Cosine(lr=0.1, steps=40)),
]
OF_THE_STEP = [
    *FALLING,
    CosineRestarts(lr=0.1, steps=7),
    CosineRestarts(lr=0.1, steps=3, growth=2, lowest=0.02),
    OneCycle(lr=0.1, steps=40),
]
CASES = [
    *OF_THE_STEP,
    ReduceOnPlateau(lr=0.1, factor=0.5, patience=3),
    ReduceOnPlateau(lr=0.1, threshold_mode="abs", cooldown=2, min_lr=0.01, mode="max"),
]
every_schedule = pytest.mark.parametrize("schedule", CASES, ids=repr)
every_schedule_of_the_step = pytest.mark.parametrize("schedule", OF_THE_STEP, ids=repr)

rates = st.floats(1e-6, 10)
factors = st.floats(0.01, 0.99)
lengths = st.integers(1, 300)


def area(schedule, n):
    return schedule(np.arange(n)).sum()


# Sums


@given(lr=rates, n=lengths)
def test_sum_of_constant(lr, n):
    assert_allclose(area(Constant(lr=lr), n), lr * n, rtol=1e-12)


@given(lr=rates, factor=factors, n=lengths)
def test_sum_of_exponential_is_that_of_a_geometric_series(lr, factor, n):
    expected = lr * (1 - factor**n) / (1 - factor)
    assert_allclose(area(Exponential(lr=lr, factor=factor), n), expected, rtol=1e-12)


@given(lr=rates, factor=factors, every=st.integers(1, 20), stairs=st.integers(1, 20))
def test_sum_of_step_is_that_of_a_geometric_series_of_stairs(lr, factor, every, stairs):
    expected = lr * every * (1 - factor**stairs) / (1 - factor)
    assert_allclose(area(Step(lr=lr, every=every, factor=factor), every * stairs), expected, rtol=1e-12)


@given(lr=rates, share=st.floats(0, 1), steps=lengths, more=st.integers(0, 50))
def test_sum_of_cosine(lr, share, steps, more):
    lowest = share * lr
    expected = lowest * (steps + more) + (lr - lowest) * (steps + 1) / 2
    assert_allclose(area(Cosine(lr=lr, steps=steps, lowest=lowest), steps + more), expected, rtol=1e-12)


@given(lr=rates, decay=st.floats(0.01, 10), n=lengths)
def test_sum_of_inverse_time_is_a_difference_of_digammas(lr, decay, n):
    with mpmath.workdps(30):
        expected = lr / decay * float(mpmath.digamma(n + 1 / decay) - mpmath.digamma(1 / decay))
    assert_allclose(area(InverseTime(lr=lr, decay=decay), n), expected, rtol=1e-11)


def test_the_sum_of_inverse_time_grows_without_bound_that_of_its_squares_does_not():
    rates = InverseTime(lr=1.0, decay=1.0)(np.arange(10**6))
    assert rates.sum() == pytest.approx(np.log(10**6) + np.euler_gamma, rel=1e-6)
    assert (rates**2).sum() == pytest.approx(np.pi**2 / 6, rel=1e-5)


@given(lr=rates, steps=st.integers(1, 50), n=st.integers(0, 100))
def test_sum_of_warm_up_is_a_triangle_and_what_follows(lr, steps, n):
    then = Exponential(lr=lr, factor=0.9)
    assert_allclose(
        area(WarmUp(steps=steps, then=then), steps + n), lr * (steps + 1) / 2 + area(then, n), rtol=1e-12
    )


# Shape


@pytest.mark.parametrize("schedule", FALLING, ids=repr)
def test_it_begins_with_its_rate_and_never_rises_after_a_warm_up(schedule):
    values = schedule(np.arange(200))
    begin = schedule.steps if isinstance(schedule, WarmUp) else 0
    assert values[begin] == schedule.lr == 0.1
    assert (np.diff(values[begin:]) <= 0).all()
    assert (values[:40] > 0).all()
    if not isinstance(getattr(schedule, "then", schedule), Constant):
        assert values[begin + 39] < 0.1


def test_warm_up_rises_in_a_straight_line_and_joins_what_follows():
    then = Cosine(lr=0.1, steps=40)
    values = WarmUp(steps=5, then=then)(np.arange(60))
    assert_allclose(values[:5], [0.02, 0.04, 0.06, 0.08, 0.1], rtol=1e-15)
    assert_array_equal(values[5:], then(np.arange(55)))


def test_cosine_ends_at_its_lowest_and_stays_there():
    values = Cosine(lr=0.1, steps=40, lowest=0.02)(np.arange(80))
    assert values[20] == pytest.approx(0.06, rel=1e-14)
    assert (values[:40] > 0.02).all()
    assert_array_equal(values[40:], 0.02)


def test_a_polynomial_of_power_1_is_a_straight_line_to_the_lowest():
    steps = np.arange(60)
    straight = Linear(lr=0.1, steps=40, lowest=0.02)(steps)
    assert_allclose(straight, np.interp(steps, [0, 40], [0.1, 0.02]), rtol=1e-14)
    assert_array_equal(Polynomial(lr=0.1, steps=40, lowest=0.02, power=1)(steps), straight)
    root = Polynomial(lr=0.1, steps=40, power=0.5)(steps)
    assert_allclose(root[:40] ** 2, 0.01 * (1 - np.arange(40) / 40), rtol=1e-14)
    assert_array_equal(root[40:], 0)


def test_a_boundary_is_the_first_step_with_the_new_rate():
    schedule = PiecewiseConstant(lr=8.0, boundaries=(2, 3, 6), factors=(0.5, 3.0, 0.25))
    assert_array_equal(schedule(np.arange(8)), [8, 8, 4, 12, 12, 12, 3, 3])
    assert_array_equal(PiecewiseConstant(lr=8.0, boundaries=(), factors=())(np.arange(3)), 8)
    steady = PiecewiseConstant(lr=8.0, boundaries=(10, 20, 30), factors=(0.5, 0.5, 0.5))
    assert_array_equal(steady(np.arange(40)), Step(lr=8.0, every=10)(np.arange(40)))


@pytest.mark.parametrize("growth", [1, 2, 3, 10])
@pytest.mark.parametrize("steps", [1, 3, 7])
def test_each_cycle_is_a_cosine_of_its_own(growth, steps):
    expected, length = [], steps
    while len(expected) < 5000:
        expected.extend(Cosine(lr=0.1, steps=length, lowest=0.02)(np.arange(length)))
        length *= growth
    found = CosineRestarts(lr=0.1, steps=steps, lowest=0.02, growth=growth)(np.arange(len(expected)))
    assert_allclose(found, expected, rtol=1e-13)


def test_no_restart_is_missed_in_a_million_steps_and_more():
    for growth in (2, 3, 7, 10):
        schedule, start, length = CosineRestarts(lr=0.1, steps=9, growth=growth), 0, 9
        while start < 10**9:
            assert schedule(start) == 0.1
            if start:
                assert schedule(start - 1) < 0.004
            start, length = start + length, length * growth


def test_one_cycle_rises_to_its_rate_and_ends_far_below_its_start():
    schedule = OneCycle(lr=0.1, steps=40, pct_start=0.25, div_factor=10, final_div_factor=100)
    values = schedule(np.arange(60))
    assert_allclose(values[[0, 5, 10, 25]], [0.01, 0.055, 0.1, (0.1 + 1e-4) / 2], rtol=1e-13)
    assert_allclose(values[40:], 1e-4, rtol=1e-13)
    assert (np.diff(values[:11]) > 0).all()
    assert (np.diff(values[10:41]) < 0).all()
    assert_allclose(area(schedule, 11), 11 * 0.055, rtol=1e-12)  # a half cosine is symmetric


@every_schedule_of_the_step
def test_a_step_may_be_an_integer_of_any_kind(schedule):
    steps = np.arange(0, 128)
    values = schedule(steps)
    for kind in (np.int8, np.uint8, np.uint16, np.uint64):
        assert_array_equal(schedule(steps.astype(kind)), values)
        assert_allclose([schedule(kind(step)) for step in (0, 3, 127)], values[[0, 3, 127]], rtol=1e-14)
    assert_array_equal(schedule(list(steps)), values)


@every_schedule
def test_options_may_be_numpy_s_numbers(schedule):
    fields = {
        field.name: getattr(schedule, field.name) for field in dataclasses.fields(schedule) if field.init
    }

    def of_numpy(value):
        if isinstance(value, tuple):
            return tuple(map(of_numpy, value))
        return np.uint8(value) if isinstance(value, int) else np.float64(value)

    numbers = {
        name: value if isinstance(value, str | schedules.Schedule) else of_numpy(value)
        for name, value in fields.items()
    }
    same = type(schedule)(**numbers)
    assert repr(same) == repr(schedule)
    assert hash(same) == hash(schedule)
    if not isinstance(schedule, ReduceOnPlateau):
        assert_array_equal(same(np.arange(300)), schedule(np.arange(300)))


@every_schedule_of_the_step
def test_many_steps_are_computed_as_one(schedule):
    steps = np.arange(100)
    values = schedule(steps)
    assert values.shape == (100,)
    assert_allclose([schedule(step) for step in range(100)], values, rtol=1e-14)
    assert np.shape(schedule(3)) == ()
    assert_array_equal(schedule(steps.reshape(4, 25)), values.reshape(4, 25))


@every_schedule_of_the_step
def test_with_an_array_of_rates_each_has_a_schedule_of_its_own(schedule):
    rates = np.array([[0.1], [0.3]])

    def of(lr):
        if isinstance(schedule, WarmUp):
            return dataclasses.replace(schedule, then=dataclasses.replace(schedule.then, lr=lr))
        return dataclasses.replace(schedule, lr=lr)

    steps = np.arange(50)
    assert_array_equal(of(rates)(steps), [of(0.1)(steps), of(0.3)(steps)])
    assert of(rates)(7).shape == (2, 1)


# Reduce on plateau


def reduced(losses, patience, threshold, mode="rel", cooldown=0):
    """Return the scales, in the plainest words."""
    best, waited, cooling, scale, scales = np.inf, 0, 0, 1.0, []
    for loss in losses:
        enough = threshold * abs(best) if mode == "rel" else threshold
        if best == np.inf or loss < best - enough:
            best, waited = loss, 0
        elif cooling:
            waited = 0
        else:
            waited += 1
        cooling = max(cooling - 1, 0)
        if waited == patience:
            scale, waited, cooling = scale / 2, 0, cooldown
        scales.append(scale)
    return scales


@given(
    losses=st.lists(st.floats(-10, 10), min_size=1, max_size=40),
    patience=st.integers(1, 5),
    threshold=st.sampled_from([0.0, 1e-4, 0.5]),
    mode=st.sampled_from(["rel", "abs"]),
    cooldown=st.integers(0, 4),
    min_lr=st.sampled_from([0.0, 0.1, 0.8]),
)
def test_it_is_reduced_when_the_loss_has_not_been_lower_for_so_many_steps(
    losses, patience, threshold, mode, cooldown, min_lr
):
    options = {"factor": 0.5, "patience": patience, "threshold": threshold, "threshold_mode": mode}
    options |= {"cooldown": cooldown, "min_lr": min_lr}
    rates = ReduceOnPlateau(lr=0.8, **options)(losses)
    expected = np.maximum(0.8 * np.array(reduced(losses, patience, threshold, mode, cooldown)), min_lr)
    assert_array_equal(rates, expected)
    # An accuracy is watched as a loss of the other sign.
    assert_array_equal(ReduceOnPlateau(lr=0.8, mode="max", **options)([-loss for loss in losses]), expected)


def test_a_step_without_a_loss_keeps_the_rate_and_is_not_counted():
    schedule = ReduceOnPlateau(lr=1.0, factor=0.5, patience=2, cooldown=1)
    losses = [3.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 1.0]
    memory, rates = None, []
    for step in range(5 * len(losses)):
        rate, memory = schedule.at(step, None if step % 5 else losses[step // 5], memory)
        rates.append(rate)
    assert_array_equal(rates, np.repeat(schedule(losses), 5))
    assert schedule(losses)[-1] == 0.25


def test_losses_may_be_integers_of_any_kind():
    accuracies = np.array([1, 2, 2, 2], np.uint8)
    assert_array_equal(ReduceOnPlateau(lr=1.0, patience=2, mode="max")(accuracies), [1, 1, 1, 0.5])


def test_it_is_not_reduced_while_the_loss_falls():
    losses = 0.9 ** np.arange(100)
    assert_array_equal(ReduceOnPlateau(lr=0.1, patience=1)(losses), 0.1)
    # But for a fall that is too small to count.
    assert ReduceOnPlateau(lr=0.1, patience=1, threshold=0.2)(losses)[-1] < 1e-10


def test_losses_that_are_not_finite_are_no_better():
    schedule = ReduceOnPlateau(lr=1.0, factor=0.5, patience=2, threshold=0.0)
    assert_array_equal(schedule([np.inf, np.inf, 1.0, np.nan, np.nan, 0.5]), [1, 0.5, 0.5, 0.5, 0.25, 0.25])


@pytest.mark.parametrize("lr", [1.0, np.array([[1.0], [0.5], [0.25]])])
def test_each_run_of_an_ensemble_has_a_plateau_of_its_own(lr):
    losses = np.abs(np.random.default_rng(0).normal(size=(50, 3)))
    schedule, memory, found = ReduceOnPlateau(lr=lr, patience=3), None, []
    for loss in losses:
        rate, memory = schedule.at(0, loss, memory)
        found.append(rate)
    for i, alone in enumerate(np.broadcast_to(lr, (3, 1))[:, 0]):
        assert_array_equal(np.array(found)[:, i, 0], ReduceOnPlateau(lr=alone, patience=3)(losses[:, i]))
    assert len(np.unique(np.array(found)[-1] / lr)) > 1


# As an optimizer's learning rate


@every_schedule_of_the_step
def test_an_optimizer_takes_a_schedule_for_its_rate(schedule):
    theta, g = np.array([1.0, 2.0]), np.array([1.0, -3.0])
    scheduled = GradientDescent(lr=schedule)
    state = scheduled.init(theta)
    for step in range(60):
        rate = schedule(step)
        expected = theta - rate * g
        theta, state = scheduled.step(theta, g, state)
        assert_allclose(theta, expected, rtol=1e-15)


def test_constant_is_no_schedule_at_all():
    for kind in (GradientDescent, Adam):
        ours, plain = (
            descend(surfaces.Himmelblau(), [0.0, 0.0], kind(lr=lr), max_steps=50)
            for lr in (Constant(lr=0.01), 0.01)
        )
        assert_array_equal(ours.thetas, plain.thetas)


def test_reduce_on_plateau_sees_the_losses_of_the_descent():
    schedule = ReduceOnPlateau(lr=0.9, factor=0.5, patience=3, threshold=0.1)
    path = descend(surfaces.Ravine(condition=2.0), [3.0, 3.0], GradientDescent(lr=schedule), max_steps=30)
    steps = np.diff(path.thetas, axis=0)
    gradients = surfaces.Ravine(condition=2.0).gradient(path.thetas[:-1])
    assert_allclose(-steps[:, 0], schedule(path.losses[:-1]) * gradients[:, 0], rtol=1e-12, atol=1e-15)


# Objects and bad input


@every_schedule
def test_a_schedule_is_a_value(schedule):
    assert eval(repr(schedule), vars(schedules)) == schedule
    assert hash(eval(repr(schedule), vars(schedules))) == hash(schedule)
    assert len({*CASES, schedule}) == len(CASES)
    for field in dataclasses.fields(schedule):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(schedule, field.name, getattr(schedule, field.name))
    assert schedule != 0.1


@pytest.mark.parametrize("kind", [Constant, InverseTime, ReduceOnPlateau])
def test_with_an_array_of_rates_it_is_a_value_too(kind):
    options = {"decay": 0.1} if kind is InverseTime else {}
    one, same, other = (kind(lr=[[0.1], [rate]], **options) for rate in (0.2, 0.2, 0.3))
    assert one == same
    assert hash(one) == hash(same)
    assert len({one, same, other, kind(lr=0.1, **options)}) == 3
    warm, warm_too = (
        WarmUp(steps=3, then=Constant(lr=[0.1, 0.2])),
        WarmUp(steps=3, then=Constant(lr=[0.1, 0.2])),
    )
    assert warm == warm_too
    assert hash(warm) == hash(warm_too)


def test_the_table_has_every_schedule():
    assert {type(schedule).__name__ for schedule in CASES} == set(schedules.__all__) - {"Schedule"}


THEN = "then must be a schedule that depends on the step alone; got"
BAD = [
    (Constant, {"lr": 0}, "lr must be positive and finite; got 0"),
    (Constant, {"lr": np.nan}, "lr must be positive and finite; got nan"),
    (Cosine, {"lr": [0.1, -1.0], "steps": 10}, "lr must be positive and finite; got -1.0"),
    (
        Constant,
        {"lr": Constant(lr=0.1)},
        "lr must be a number, an array of numbers or, for an optimizer, a schedule; got Constant(lr=0.1)",
    ),
    (Step, {"lr": 0.1, "every": 0}, "every must be at least 1; got 0"),
    (Step, {"lr": 0.1, "every": 2.5}, "every must be a whole number; got 2.5"),
    (Step, {"lr": 0.1, "every": 2, "factor": 1.0}, "factor must be in (0, 1); got 1.0"),
    (Exponential, {"lr": 0.1, "factor": 0}, "factor must be in (0, 1); got 0"),
    (Exponential, {"lr": 0.1, "factor": np.nan}, "factor must be in (0, 1); got nan"),
    (Cosine, {"lr": 0.1, "steps": 0}, "steps must be at least 1; got 0"),
    (Cosine, {"lr": 0.1, "steps": 5, "lowest": 0.2}, "lowest must be in [0, 0.1]; got 0.2"),
    (Cosine, {"lr": [0.1, 0.3], "steps": 5, "lowest": 0.2}, "lowest must be in [0, 0.1]; got 0.2"),
    (Cosine, {"lr": 0.1, "steps": 5, "lowest": -0.1}, "lowest must be in [0, 0.1]; got -0.1"),
    (InverseTime, {"lr": 0.1, "decay": 0.0}, "decay must be in (0, inf); got 0.0"),
    (InverseTime, {"lr": 0.1, "decay": "1"}, "decay must be a number; got '1'"),
    (WarmUp, {"steps": 0, "then": Constant(lr=0.1)}, "steps must be at least 1; got 0"),
    (WarmUp, {"steps": 3, "then": 0.1}, f"{THEN} 0.1"),
    (WarmUp, {"steps": 3, "then": CASES[-1]}, f"{THEN} {CASES[-1]!r}"),
    (Linear, {"lr": 0.1, "steps": 0}, "steps must be at least 1; got 0"),
    (Linear, {"lr": 0.1, "steps": 5, "lowest": 0.2}, "lowest must be in [0, 0.1]; got 0.2"),
    (Polynomial, {"lr": 0.1, "steps": 5, "power": 0}, "power must be in (0, inf); got 0"),
    (CosineRestarts, {"lr": 0.1, "steps": 5, "growth": 0}, "growth must be at least 1; got 0"),
    (CosineRestarts, {"lr": 0.1, "steps": 5, "growth": 1.5}, "growth must be a whole number; got 1.5"),
    (OneCycle, {"lr": 0.1, "steps": 0}, "steps must be at least 1; got 0"),
    (OneCycle, {"lr": 0.1, "steps": 5, "pct_start": 1.0}, "pct_start must be in (0, 1); got 1.0"),
    (OneCycle, {"lr": 0.1, "steps": 5, "div_factor": 0.5}, "div_factor must be in [1, inf); got 0.5"),
    (OneCycle, {"lr": 0.1, "steps": 5, "final_div_factor": 0}, "final_div_factor must be in [1, inf); got 0"),
    (
        PiecewiseConstant,
        {"lr": 0.1, "boundaries": [1], "factors": (0.5,)},
        "boundaries must be a tuple; got [1]",
    ),
    (PiecewiseConstant, {"lr": 0.1, "boundaries": (1,), "factors": 0.5}, "factors must be a tuple; got 0.5"),
    (
        PiecewiseConstant,
        {"lr": 0.1, "boundaries": (1, 2), "factors": (0.5,)},
        "factors must be as many as boundaries, 2; got 1",
    ),
    (
        PiecewiseConstant,
        {"lr": 0.1, "boundaries": (5, 5), "factors": (0.5, 0.5)},
        "boundaries[1] must be at least 6; got 5",
    ),
    (
        PiecewiseConstant,
        {"lr": 0.1, "boundaries": (1.5,), "factors": (0.5,)},
        "boundaries[0] must be a whole number; got 1.5",
    ),
    (
        PiecewiseConstant,
        {"lr": 0.1, "boundaries": (1,), "factors": (0.0,)},
        "factors[0] must be in (0, inf); got 0.0",
    ),
    (ReduceOnPlateau, {"lr": 0.1, "factor": 1}, "factor must be in (0, 1); got 1"),
    (ReduceOnPlateau, {"lr": 0.1, "patience": 0}, "patience must be at least 1; got 0"),
    (
        ReduceOnPlateau,
        {"lr": 0.1, "threshold_mode": "abs", "threshold": -1},
        "threshold must be in [0, inf); got -1",
    ),
    (ReduceOnPlateau, {"lr": 0.1, "threshold_mode": "no"}, "threshold_mode must be 'rel' or 'abs'; got 'no'"),
    (ReduceOnPlateau, {"lr": 0.1, "mode": "auto"}, "mode must be 'min' or 'max'; got 'auto'"),
    (ReduceOnPlateau, {"lr": 0.1, "cooldown": -1}, "cooldown must be at least 0; got -1"),
    (ReduceOnPlateau, {"lr": [0.1, 0.3], "min_lr": 0.2}, "min_lr must be in [0, 0.1]; got 0.2"),
    (ReduceOnPlateau, {"lr": 0.1, "threshold": 1.0}, "threshold must be in [0, 1); got 1.0"),
    (ReduceOnPlateau, {"lr": 0.1, "threshold": -0.1}, "threshold must be in [0, 1); got -0.1"),
]


@pytest.mark.parametrize(("kind", "options", "message"), BAD)
def test_bad_input(kind, options, message):
    with pytest.raises((TypeError, ValueError)) as error:
        kind(**options)
    assert str(error.value) == message
    wrong_type = any(words in message for words in ("must be a ", "whole number"))
    assert error.type is (TypeError if wrong_type else ValueError)


@pytest.mark.parametrize("step", [-1, [0, -2], np.nan])
def test_a_step_before_the_first_is_refused(step):
    with pytest.raises(ValueError, match="step must be at least 0; got "):
        schedules.Cosine(lr=0.1, steps=5)(step)
