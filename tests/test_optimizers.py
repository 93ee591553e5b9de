"""The optimizers: the paths of PyTorch and Optax, conventions and their equivalents, ensembles, bad input."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import catalogue, optimizers, schedules, surfaces
from lossgd.optimizers import AdaGrad, Adam, AdamW, GradientDescent, Momentum, Nesterov, RMSProp, State
from tests.golden.make import FILE, KEPT, PEERS, STEPS, SURFACES
from tests.golden.ours import OURS, path

GOLDEN = json.loads(FILE.read_text(encoding="utf-8"))

CASES = list(catalogue.objects(optimizers))
every_optimizer = pytest.mark.parametrize("optimizer", CASES, ids=repr)
each_kind = pytest.mark.parametrize("kind", catalogue.public(optimizers), ids=lambda kind: kind.__name__)


def follow(optimizer, gradients, theta, losses=None):
    """Return the points of the steps with these gradients, and the last state."""
    state, thetas = optimizer.init(theta), []
    for i, gradient in enumerate(gradients):
        theta, state = optimizer.step(theta, gradient, state, None if losses is None else losses[i])
        thetas.append(theta)
    return np.array(thetas), state


def random_run(*shape, steps=20):
    rng = np.random.default_rng(0)
    return rng.normal(size=(steps, *shape)), rng.normal(size=shape)


# The paths of other libraries


@pytest.mark.parametrize("surface", list(SURFACES))
@pytest.mark.parametrize("name", list(OURS))
def test_500_steps_are_those_of_pytorch_or_optax(name, surface):
    ours = path(OURS[name], surface)
    assert len(ours) == STEPS + 1
    assert_allclose(ours[KEPT], GOLDEN[f"{name} on {surface}"], rtol=1e-10, atol=1e-10)


def test_the_averaged_form_with_a_rescaled_rate_is_pytorch_s_momentum():
    for surface in SURFACES:
        ours = path(Momentum(lr=2e-4 / (1 - 0.9), beta=0.9), surface)
        assert_allclose(ours[KEPT], GOLDEN[f"heavy ball on {surface}"], rtol=1e-10, atol=1e-10)


def test_the_paths_kept_are_all_used_and_differ():
    assert set(OURS) == set(PEERS)
    assert set(GOLDEN) == {f"{name} on {surface}" for name in OURS for surface in SURFACES}
    assert {type(optimizer) for optimizer in OURS.values()} == {type(optimizer) for optimizer in CASES}
    paths = {tuple(np.round(points, 6).ravel()) for points in GOLDEN.values()}
    assert len(paths) == len(GOLDEN)


# Conventions, as the docstrings tell them


@given(lr=st.floats(1e-6, 10), beta=st.floats(0, 0.999))
def test_heavy_ball_with_a_rescaled_rate_is_the_averaged_form(lr, beta):
    gradients, theta = random_run(3)
    averaged, _ = follow(Momentum(lr=lr, beta=beta), gradients, theta)
    heavy_ball, _ = follow(Momentum(lr=lr * (1 - beta), beta=beta, averaged=False), gradients, theta)
    assert_allclose(heavy_ball, averaged, rtol=1e-12, atol=1e-12 * lr)


def test_keras_velocity_is_minus_alpha_times_the_heavy_ball_s():
    gradients, theta = random_run(3)
    thetas, state = follow(Momentum(lr=0.1, beta=0.9, averaged=False), gradients, theta)
    velocity, keras = 0, theta
    for g in gradients:
        velocity = 0.9 * velocity - 0.1 * g
        keras = keras + velocity
    assert_allclose(keras, thetas[-1], rtol=1e-13)
    assert_allclose(velocity, -0.1 * state.memory["velocity"], rtol=1e-13)


def test_pytorch_s_and_keras_nesterov_follow_the_point_ahead():
    surface, ours = surfaces.Rosenbrock(), Nesterov(lr=2e-4, beta=0.9)
    theta = ahead = keras = np.array([-1.2, 1.0])
    state, buffer, velocity = ours.init(theta), 0, 0
    for _ in range(50):
        theta, state = ours.step(theta, surface.gradient(ours.look_ahead(theta, state)), state)
        g = surface.gradient(ahead)
        buffer = 0.9 * buffer + g
        ahead = ahead - 2e-4 * (g + 0.9 * buffer)
        g = surface.gradient(keras)
        velocity = 0.9 * velocity - 2e-4 * g
        keras = keras + 0.9 * velocity - 2e-4 * g
        assert_allclose(ahead, ours.look_ahead(theta, state), rtol=1e-12)
        assert_allclose(keras, ours.look_ahead(theta, state), rtol=1e-12)


def test_adagrad_s_sum_may_start_elsewhere_as_optax_has_it():
    gradients, theta = random_run(3)
    adagrad = AdaGrad(lr=0.1, eps=1e-7)
    state = State(0, {"sum_of_squares": np.full(3, 0.1)})
    s, expected = 0.1, theta
    for g in gradients:
        theta, state = adagrad.step(theta, g, state)
        s = s + g**2
        expected = expected - 0.1 * g / np.sqrt(s + 1e-7)
    assert_allclose(theta, expected, rtol=1e-13)


@pytest.mark.parametrize("kind", [AdaGrad, RMSProp])
def test_eps_inside_the_root_is_in_the_unit_of_the_squares(kind):
    # With √ε outside the root, as in PyTorch, small gradients are divided by nearly the same.
    theta, g = np.array([1.0]), np.array([1e-9])
    optimizer = kind(lr=1.0, eps=1e-6)
    change = theta - optimizer.step(theta, g, optimizer.init(theta))[0]
    assert_allclose(change, 1e-9 / 1e-3, rtol=1e-6)
    # For large ones ε does not matter, wherever it is.
    g = np.array([1e6])
    change = theta - optimizer.step(theta, g, optimizer.init(theta))[0]
    assert_allclose(change, 1.0 if kind is AdaGrad else 1 / np.sqrt(1 - 0.9), rtol=1e-12)


def test_eps_of_adam_is_outside_the_root():
    theta, g = np.array([0.0]), np.array([1e-4])
    adam = Adam(lr=1.0, eps=1e-4)
    assert_allclose(adam.step(theta, g, adam.init(theta))[0], -0.5, rtol=1e-12)


def test_the_first_step_of_adam_is_as_long_as_the_rate_whatever_the_gradient():
    theta, g = np.zeros(3), np.array([1e-3, -1.0, 1e5])
    for adam in (Adam(lr=0.1), Adam(lr=0.1, betas=(0.5, 0.9)), AdamW(lr=0.1, weight_decay=0.3)):
        assert_allclose(adam.step(theta, g, adam.init(theta))[0], -0.1 * np.sign(g), rtol=1e-4)


def test_the_decay_of_adamw_does_not_pass_through_the_averages():
    gradients, theta = random_run(3)
    thetas, state = follow(AdamW(lr=0.1, weight_decay=0.2), gradients, theta)
    _, of_adam = follow(Adam(lr=0.1), gradients, theta)
    for ours, adam_s in zip(state.memory.values(), of_adam.memory.values(), strict=True):
        assert_array_equal(ours, adam_s)
    # It is a share αλ of θ: with no gradient, θ shrinks by that share at each step.
    still, _ = follow(AdamW(lr=0.1, weight_decay=0.2), 0 * gradients, theta)
    assert_allclose(still[-1], theta * (1 - 0.02) ** 20, rtol=1e-13)
    coupled = follow(Adam(lr=0.1), 0.2 * theta + gradients, theta)[0]
    assert abs(coupled[-1] - thetas[-1]).max() > 1e-3
    assert_array_equal(
        follow(AdamW(lr=0.1, weight_decay=0), gradients, theta)[0], follow(Adam(lr=0.1), gradients, theta)[0]
    )


@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.2}], ids=["Adam", "AdamW"])
def test_amsgrad_keeps_the_largest_average_of_squares(options):
    gradients, theta = random_run(3, steps=40)
    gradients[3:] /= 100  # a large gradient that Adam forgets
    kind = AdamW if options else Adam
    amsgrad = kind(lr=0.1, betas=(0.5, 0.6), amsgrad=True, **options)
    thetas, state = follow(amsgrad, gradients, theta)
    m = s = largest = np.zeros(3)
    for t, (g, found) in enumerate(zip(gradients, thetas, strict=True), start=1):
        m, s = 0.5 * m + 0.5 * g, 0.6 * s + 0.4 * g**2
        largest = np.maximum(largest, s)
        step = m / (1 - 0.5**t) / (np.sqrt(largest / (1 - 0.6**t)) + 1e-8)
        theta = theta - 0.1 * (step + options.get("weight_decay", 0) * theta)
        assert_allclose(found, theta, rtol=1e-12)
    assert_array_equal(state.memory["largest_second_moment"], largest)
    assert (state.memory["largest_second_moment"] > 100 * state.memory["second_moment"]).all()


def test_amsgrad_cures_the_counter_example_of_its_paper():
    # θ in [−1, 1]; the slope is 4 at every third step and −1 else: the best is −1, and Adam goes to 1.
    ends = {}
    for amsgrad in (False, True):
        adam = Adam(lr=schedules.InverseTime(lr=0.5, decay=0.05), betas=(0.0, 0.05), amsgrad=amsgrad)
        theta = np.zeros(1)
        state = adam.init(theta)
        for step in range(3000):
            theta, state = adam.step(theta, np.array([-1.0 if step % 3 else 4.0]), state)
            theta = np.clip(theta, -1, 1)
        ends[amsgrad] = theta[0]
    assert ends[False] > 0.9
    assert ends[True] < -0.9


@pytest.mark.parametrize(
    "memoryless",
    [Momentum(lr=0.1, beta=0), Momentum(lr=0.1, beta=0, averaged=False), Nesterov(lr=0.1, beta=0)],
)
def test_without_memory_it_is_gradient_descent(memoryless):
    gradients, theta = random_run(3)
    expected = follow(GradientDescent(lr=0.1), gradients, theta)[0]
    assert_allclose(follow(memoryless, gradients, theta)[0], expected, rtol=1e-14)


def test_only_nesterov_looks_ahead():
    theta = np.array([1.0, 2.0])
    for optimizer in CASES:
        _, state = optimizer.step(theta, theta, optimizer.init(theta))
        if isinstance(optimizer, Nesterov):
            ahead = theta - optimizer.beta * optimizer.lr * theta
            assert_array_equal(optimizer.look_ahead(theta, state), ahead)
        else:
            assert optimizer.look_ahead(theta, state) is theta


# Ensembles and precision


@each_kind
@given(seed=st.integers(0, 100), k=st.integers(1, 5), d=st.integers(1, 12))
@pytest.mark.parametrize("schedule", [None, schedules.Cosine, schedules.WarmUp, schedules.ReduceOnPlateau])
def test_an_ensemble_is_its_single_runs_to_the_last_bit(kind, schedule, seed, k, d):
    rng = np.random.default_rng(seed)
    gradients, losses, theta = rng.normal(size=(12, k, d)), rng.normal(size=(12, k)), rng.normal(size=(k, d))
    rates = rng.uniform(0.01, 1, size=(k, 1))

    def make(lr):
        if schedule is schedules.WarmUp:
            lr = schedules.WarmUp(steps=3, then=schedules.Exponential(lr=lr, factor=0.9))
        elif schedule is schedules.Cosine:
            lr = schedules.Cosine(lr=lr, steps=9, lowest=0.01)
        elif schedule is schedules.ReduceOnPlateau:
            lr = schedules.ReduceOnPlateau(lr=lr, patience=2)
        return kind(lr=lr)

    together, state = follow(make(rates), gradients, theta, losses)
    for i, rate in enumerate(rates[:, 0]):
        alone, alone_state = follow(make(rate), gradients[:, i], theta[i], losses[:, i])
        assert_array_equal(together[:, i], alone)
        for ours, its in zip(state.memory.values(), alone_state.memory.values(), strict=True):
            assert_array_equal(ours[i], its)


def test_each_coordinate_may_have_a_rate_of_its_own():
    gradients, theta = random_run(3)
    rates = [0.1, 0.2, 0.3]
    thetas, _ = follow(Momentum(lr=rates), gradients, theta)
    for i, rate in enumerate(rates):
        assert_array_equal(
            thetas[:, i], follow(Momentum(lr=rate), gradients[:, i : i + 1], theta[i : i + 1])[0][:, 0]
        )


@each_kind
def test_float32_stays_float32(kind):
    gradients, theta = random_run(4, 3)
    theta32 = theta.astype(np.float32)
    rates = (
        0.1,
        np.float64(0.1),
        1,
        np.full((4, 1), 0.1),
        schedules.Cosine(lr=np.float64(0.1), steps=9),
        schedules.WarmUp(steps=3, then=schedules.InverseTime(lr=np.full((4, 1), 0.1), decay=np.float64(0.1))),
        schedules.ReduceOnPlateau(lr=0.1),
    )
    numbers = {
        "beta": np.float64(0.9),
        "rho": np.float64(0.9),
        "eps": np.float64(1e-6),
        "weight_decay": np.float64(0.1),
    }
    numbers["betas"] = np.float64(0.9), np.float64(0.99)
    taken = {field.name for field in dataclasses.fields(kind)}
    for lr in rates:
        optimizer = kind(lr=lr, **{name: value for name, value in numbers.items() if name in taken})
        for g in (gradients, gradients.astype(np.float32)):
            thetas, state = follow(optimizer, g, theta32, losses=np.ones((20, 4)))
            assert thetas.dtype == np.float32
            assert all(each.dtype == np.float32 for each in state.memory.values())
            assert optimizer.look_ahead(theta32, state).dtype == np.float32


@every_optimizer
def test_half_precision_is_computed_in_float32(optimizer):
    gradients, theta = random_run(4)
    theta, state = theta.astype(np.float16), optimizer.init(theta.astype(np.float16))
    expected, single = theta.astype(np.float32), optimizer.init(theta.astype(np.float32))
    for g in gradients.astype(np.float16):
        ahead = optimizer.look_ahead(theta, state)
        assert ahead.dtype == np.float16
        theta, state = optimizer.step(theta, g, state)
        expected, single = optimizer.step(expected, g, single)
        assert theta.dtype == np.float16
        assert all(each.dtype == np.float32 for each in state.memory.values())
        assert_array_equal(theta, expected.astype(np.float16))
        expected = theta.astype(np.float32)  # it goes on from its own result


@every_optimizer
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_gradient_of_0_and_no_large_one_makes_nan(optimizer, dtype):
    large = {np.float16: 6e4, np.float32: 1e30, np.float64: 1e300}[dtype]
    theta = np.zeros(4, dtype)
    state = optimizer.init(theta)
    with np.errstate(over="ignore"):
        for _ in range(3):
            theta, state = optimizer.step(theta, np.array([0.0, large, -large, 1 / large], dtype), state)
            assert not np.isnan(theta).any()
    assert theta[0] == 0


@pytest.mark.parametrize("kind", [AdaGrad, RMSProp, Adam, AdamW])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_an_eps_that_is_0_in_the_precision_of_theta_makes_no_nan(kind, dtype):
    optimizer = kind(lr=0.5, eps=1e-60)
    theta = np.array([1.0, 1.0], dtype)
    moved, _ = optimizer.step(theta, np.array([0.0, 0.25], dtype), optimizer.init(theta))
    decay = 0.5 * getattr(optimizer, "weight_decay", 0)
    step = 0.5 / np.sqrt(0.1) if kind is RMSProp else 0.5
    assert_allclose(moved, [1 - decay, 1 - decay - step], rtol=2e-3 if dtype is np.float16 else 1e-6)


@every_optimizer
def test_options_may_be_numpy_s_numbers(optimizer):
    fields = {field.name: getattr(optimizer, field.name) for field in dataclasses.fields(optimizer)}

    def of_numpy(value):
        if isinstance(value, tuple):
            return tuple(map(np.float64, value))
        return np.bool_(value) if isinstance(value, bool) else np.float64(value)

    same = type(optimizer)(**{name: of_numpy(value) for name, value in fields.items()})
    assert repr(same) == repr(optimizer)
    # 200 + 200 is 144 in eight bits.
    small = {"lr": 200, "beta": 0, "rho": 0, "eps": 1, "weight_decay": 200}
    small = {name: value for name, value in small.items() if name in fields}
    gradients, theta = random_run(3)
    found, expected = (
        follow(dataclasses.replace(optimizer, **{n: kind(v) for n, v in small.items()}), gradients, theta)[0]
        for kind in (np.uint8, int)
    )
    assert_array_equal(found, expected)


@every_optimizer
def test_gradients_may_be_lists_and_integers(optimizer):
    theta = np.array([1.0, 2.0])
    state = optimizer.init(theta)
    expected, _ = optimizer.step(theta, np.array([100.0, -3.0]), state)
    for gradient in ([100, -3], np.array([100, -3], np.int8)):  # 100² would not fit into int8
        assert_array_equal(optimizer.step(theta, gradient, state)[0], expected, strict=True)


# Objects


@every_optimizer
def test_nothing_is_changed_by_a_step(optimizer):
    theta, g = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    _, state = optimizer.step(theta, g, optimizer.init(theta))
    for array in (theta, g, *state.memory.values()):
        array.flags.writeable = False
    before = repr((optimizer, state))
    first, second = optimizer.step(theta, g, state), optimizer.step(theta, g, state)
    assert repr((optimizer, state)) == before
    assert_array_equal(first[0], second[0])
    assert first[1].steps == state.steps + 1 == 2
    assert not any(np.shares_memory(first[0], array) for array in (theta, g, *first[1].memory.values()))


@every_optimizer
def test_an_optimizer_is_a_value(optimizer):
    assert eval(repr(optimizer), vars(optimizers)) == optimizer
    same = dataclasses.replace(optimizer)
    assert same == optimizer
    assert hash(same) == hash(optimizer)
    assert len({*CASES, same}) == len(CASES)
    for field in dataclasses.fields(optimizer):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(optimizer, field.name, getattr(optimizer, field.name))
    assert dataclasses.replace(optimizer, lr=0.7) != optimizer
    with pytest.raises(TypeError, match="positional argument"):
        type(optimizer)(0.1)


@each_kind
def test_with_an_array_of_rates_it_is_a_value_too(kind):
    rates = np.array([[0.1], [0.2]])
    optimizer = kind(lr=rates)
    assert optimizer == kind(lr=[[0.1], [0.2]])
    assert hash(optimizer) == hash(kind(lr=((0.1,), (0.2,))))
    others = [
        kind(lr=[[0.1], [0.3]]),
        kind(lr=[0.1, 0.2]),
        kind(lr=0.1),
        kind(lr=schedules.Constant(lr=rates)),
    ]
    assert len({optimizer, *others}) == 5
    rates[0] = 9.0  # its giver may do with it what he likes
    assert optimizer.lr[0, 0] == 0.1
    with pytest.raises(ValueError, match="read-only"):
        optimizer.lr[0] = 9.0


def test_the_table_has_every_optimizer():
    assert {type(optimizer).__name__ for optimizer in CASES} == set(optimizers.__all__) - {
        "Optimizer",
        "State",
    }


# Bad input

RATE = "lr must be positive and finite; got"
NO_RATE = "lr must be a number, an array of numbers or, for an optimizer, a schedule; got"
BAD_RATES = [
    (0, ValueError, f"{RATE} 0"),
    (-0.1, ValueError, f"{RATE} -0.1"),
    (np.nan, ValueError, f"{RATE} nan"),
    (np.inf, ValueError, f"{RATE} inf"),
    ([[0.1], [-2.0]], ValueError, f"{RATE} -2.0"),
    ([0.1, np.nan], ValueError, f"{RATE} nan"),
    ("0.1", TypeError, f"{NO_RATE} '0.1'"),
    (None, TypeError, f"{NO_RATE} None"),
    (True, TypeError, f"{NO_RATE} True"),
    (1j, TypeError, f"{NO_RATE} 1j"),
    ([], TypeError, f"{NO_RATE} []"),
    (schedules.Cosine, TypeError, f"{NO_RATE} {schedules.Cosine!r}"),
]


@each_kind
@pytest.mark.parametrize(("lr", "kind_of_error", "message"), BAD_RATES)
def test_a_learning_rate_that_is_none(kind, lr, kind_of_error, message):
    with pytest.raises(kind_of_error, match="lr must") as error:
        kind(lr=lr)
    assert str(error.value) == message


BAD_PARAMETERS = [
    (Momentum, {"beta": 1.0}, "beta must be in [0, 1); got 1.0"),
    (Momentum, {"beta": -0.1}, "beta must be in [0, 1); got -0.1"),
    (Nesterov, {"beta": 1}, "beta must be in [0, 1); got 1"),
    (Nesterov, {"beta": np.nan}, "beta must be in [0, 1); got nan"),
    (RMSProp, {"rho": 1.5}, "rho must be in [0, 1); got 1.5"),
    (RMSProp, {"eps": 0}, "eps must be in (0, inf); got 0"),
    (AdaGrad, {"eps": -1e-8}, "eps must be in (0, inf); got -1e-08"),
    (Adam, {"betas": (1.0, 0.9)}, "betas[0] must be in [0, 1); got 1.0"),
    (Adam, {"betas": (0.9, -0.1)}, "betas[1] must be in [0, 1); got -0.1"),
    (Adam, {"betas": (0.9, np.nan)}, "betas[1] must be in [0, 1); got nan"),
    (Adam, {"eps": 0.0}, "eps must be in (0, inf); got 0.0"),
    (AdamW, {"betas": (0.9, 1)}, "betas[1] must be in [0, 1); got 1"),
    (Adam, {"amsgrad": 1}, "amsgrad must be True or False; got 1"),
    (AdamW, {"weight_decay": -1.0}, "weight_decay must be in [0, inf); got -1.0"),
    (Momentum, {"beta": "0.9"}, "beta must be a number; got '0.9'"),
    (Momentum, {"averaged": 1}, "averaged must be True or False; got 1"),
    (RMSProp, {"rho": [0.9]}, "rho must be a number; got [0.9]"),
    (Adam, {"betas": 0.9}, "betas must be a tuple of two numbers; got 0.9"),
    (Adam, {"betas": [0.9, 0.99]}, "betas must be a tuple of two numbers; got [0.9, 0.99]"),
    (Adam, {"betas": (0.9,)}, "betas must be a tuple of two numbers; got (0.9,)"),
    (Adam, {"betas": (0.9, "1")}, "betas[1] must be a number; got '1'"),
    (AdamW, {"weight_decay": None}, "weight_decay must be a number; got None"),
]


@pytest.mark.parametrize(("kind", "options", "message"), BAD_PARAMETERS)
def test_a_parameter_that_is_not_legal(kind, options, message):
    with pytest.raises(
        TypeError if "must be a" in message or "True" in message else ValueError, match="must be"
    ) as error:
        kind(lr=0.1, **options)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("lr", "shape"),
    [
        ((3,), (3, 2)),
        ((2,), (3, 2)),
        ((3,), (3, 3)),
        ((3, 3), (3,)),
        ((2, 1), (3, 2)),
        ((1, 1, 1), (3, 2)),
        ((2,), (3,)),
    ],
)
@pytest.mark.parametrize("of", [lambda lr: lr, lambda lr: schedules.InverseTime(lr=lr, decay=0.1)])
def test_rates_that_do_not_fit_are_an_error_even_if_they_would_broadcast(of, lr, shape):
    optimizer = GradientDescent(lr=of(np.full(lr, 0.1)))
    with pytest.raises(ValueError, match="lr must be a number, or broadcast") as error:
        optimizer.init(np.zeros(shape))
    assert str(error.value) == (
        f"lr must be a number, or broadcast to theta's shape {shape} with as many axes ((k, 1) for k runs); "
        f"got shape {lr}"
    )


@pytest.mark.parametrize("lr", [(3, 2), (3, 1), (1, 2), (1, 1)])
def test_rates_that_fit(lr):
    GradientDescent(lr=np.full(lr, 0.1)).init(np.zeros((3, 2)))


@every_optimizer
@pytest.mark.parametrize("gradient", [np.ones(3), np.ones((2, 1)), np.ones(1), 1.0, [[1, 1]], [1], None])
def test_a_gradient_of_another_shape_is_an_error(optimizer, gradient):
    theta = np.zeros(2)
    with pytest.raises(ValueError, match="the gradient must have") as error:
        optimizer.step(theta, gradient, optimizer.init(theta))
    assert str(error.value) == f"the gradient must have theta's shape, (2,); got {np.shape(gradient)}"


NO_GRADIENTS = [np.ma.array([1.0, 2.0], mask=[0, 1]), np.array([1.0, 2j]), ["1", "2"], [None, 1.0]]


@every_optimizer
@pytest.mark.parametrize("gradient", NO_GRADIENTS, ids=["masked", "complex", "text", "objects"])
def test_a_gradient_that_is_not_real_numbers_is_an_error(optimizer, gradient):
    theta = np.zeros(2)
    with pytest.raises(TypeError, match=r"the gradient must (not be a masked array|hold real numbers)"):
        optimizer.step(theta, gradient, optimizer.init(theta))


@pytest.mark.parametrize("theta", [[1.0, 2.0], np.array([1, 2]), 1.0, np.float64(1.0)])
def test_parameters_that_are_no_array_of_floats_are_an_error(theta):
    with pytest.raises(TypeError, match="theta must be an array of floats; got"):
        Adam().init(theta)


def test_reduce_on_plateau_needs_the_loss():
    optimizer, theta = GradientDescent(lr=schedules.ReduceOnPlateau(lr=0.1)), np.zeros(2)
    with pytest.raises(ValueError, match="ReduceOnPlateau needs the loss at the first step"):
        optimizer.step(theta, theta, optimizer.init(theta))
