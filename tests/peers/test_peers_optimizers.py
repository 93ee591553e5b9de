"""The optimizers and schedules against PyTorch's, Optax's and Keras', live: whole paths of 500 steps."""

import json
import os
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import optimizers, schedules, surfaces
from tests.golden.make import FILE, KEPT, PEERS, SURFACES, by_optax, by_torch, peer_path
from tests.golden.ours import OURS, path

torch = pytest.importorskip("torch")
optax = pytest.importorskip("optax")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
keras_schedules = keras.optimizers.schedules
scheduler = torch.optim.lr_scheduler

# Keras' own way from PyTorch's tensors to NumPy's arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

TOLERANCE = {"rtol": 1e-10, "atol": 1e-10}
every_path = pytest.mark.parametrize(
    ("name", "surface"), [(name, surface) for name in PEERS for surface in SURFACES]
)


@every_path
def test_500_steps_are_the_peer_s(name, surface):
    assert_allclose(path(OURS[name], surface), peer_path(name, surface), **TOLERANCE)


@every_path
def test_the_paths_kept_are_what_the_script_makes(name, surface):
    kept = json.loads(FILE.read_text(encoding="utf-8"))[f"{name} on {surface}"]
    fresh = peer_path(name, surface)
    assert_allclose([fresh[step] for step in KEPT], kept, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("surface", list(SURFACES))
@pytest.mark.parametrize(
    ("ours", "run", "make"),
    [
        (
            optimizers.Momentum(lr=2e-4, beta=0.9, averaged=False),
            by_optax,
            lambda optax: optax.sgd(2e-4, momentum=0.9),
        ),
        (
            optimizers.Nesterov(lr=2e-4, beta=0.9),
            by_optax,
            lambda optax: optax.sgd(2e-4, momentum=0.9, nesterov=True),
        ),
        (optimizers.Adam(lr=0.05), by_optax, lambda optax: optax.adam(0.05)),
        (
            optimizers.AdamW(lr=0.05, weight_decay=0.02),
            by_optax,
            lambda optax: optax.adamw(0.05, weight_decay=0.02),
        ),
        (
            optimizers.Adam(lr=0.005, betas=(0.8, 0.95), eps=1e-3),
            by_torch,
            lambda optim, theta: optim.Adam(theta, lr=0.005, betas=(0.8, 0.95), eps=1e-3),
        ),
        # PyTorch has ε outside the root: without it, both are the same.
        (
            optimizers.AdaGrad(lr=0.5, eps=1e-300),
            by_torch,
            lambda optim, theta: optim.Adagrad(theta, lr=0.5, eps=0.0),
        ),
    ],
    ids=["Optax's momentum", "Optax's Nesterov", "Optax's Adam", "Optax's AdamW", "betas", "AdaGrad"],
)
def test_other_conventions(ours, run, make, surface):
    value, start = SURFACES[surface]
    assert_allclose(path(ours, surface), run(make, value, start), **TOLERANCE)


@pytest.fixture
def in_float64():
    """Have Keras compute in float64: the learning rate too."""
    before = keras.backend.floatx()
    keras.backend.set_floatx("float64")
    yield
    keras.backend.set_floatx(before)


needs_float64 = pytest.mark.usefixtures("in_float64")


def by_keras(make, value, start, steps=500):
    """Return the path of the optimizer that `make` returns."""
    theta = keras.Variable(start, dtype="float64")
    optimizer = make(keras.optimizers)
    path = [start]
    for _ in range(steps):
        point = torch.tensor(path[-1], dtype=torch.float64, requires_grad=True)
        value(*point).backward()
        optimizer.apply([point.grad], [theta])
        path.append(tuple(theta.numpy().tolist()))
    return path


@needs_float64
@pytest.mark.parametrize("surface", list(SURFACES))
@pytest.mark.parametrize(
    ("ours", "make"),
    [
        (optimizers.GradientDescent(lr=1e-3), lambda kind: kind.SGD(1e-3)),
        (
            optimizers.Momentum(lr=2e-4, beta=0.9, averaged=False),
            lambda kind: kind.SGD(2e-4, momentum=0.9),
        ),
        (optimizers.Nesterov(lr=2e-4, beta=0.9), lambda kind: kind.SGD(2e-4, momentum=0.9, nesterov=True)),
        (
            optimizers.AdaGrad(lr=0.5, eps=1e-3),
            lambda kind: kind.Adagrad(0.5, initial_accumulator_value=0.0, epsilon=1e-3),
        ),
        (optimizers.RMSProp(lr=0.002, eps=1.0), lambda kind: kind.RMSprop(0.002, rho=0.9, epsilon=1.0)),
        # ε is so small that it does not matter where it is added.
        (optimizers.Adam(lr=0.05, eps=1e-30), lambda kind: kind.Adam(0.05, epsilon=1e-30)),
        (
            optimizers.Adam(lr=0.05, eps=1e-30, amsgrad=True),
            lambda kind: kind.Adam(0.05, epsilon=1e-30, amsgrad=True),
        ),
        (
            optimizers.AdamW(lr=0.05, eps=1e-30, weight_decay=0.02),
            lambda kind: kind.AdamW(0.05, epsilon=1e-30, weight_decay=0.02),
        ),
    ],
    ids=repr,
)
def test_keras_takes_the_same_path(ours, make, surface):
    value, start = SURFACES[surface]
    assert_allclose(path(ours, surface)[:101], by_keras(make, value, start, steps=100), rtol=1e-9, atol=1e-9)


def first_steps(g, eps):
    """Return the length of Adam's first step, as a share of the rate: here, in PyTorch, Optax and Keras."""
    start, slope = (0.0,), lambda theta: g * theta
    adam = optimizers.Adam(lr=1.0, eps=eps)
    theta = np.zeros(1)
    ours = adam.step(theta, np.array([g]), adam.init(theta))[0][0]
    parameter = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    parameter.grad = torch.tensor([g], dtype=torch.float64)
    torch.optim.Adam([parameter], lr=1.0, eps=eps).step()
    peer = optax.adam(1.0, eps=eps)
    updates, _ = peer.update(np.array([g]), peer.init(theta))
    return [
        -ours,
        -parameter.item(),
        -float(updates[0]),
        -by_keras(lambda kind: kind.Adam(1.0, epsilon=eps), slope, start, steps=1)[1][0],
    ]


@needs_float64
def test_keras_adds_adam_s_eps_before_the_bias_is_corrected():
    *alike, of_keras = first_steps(1e-6, 1e-7)
    assert_allclose(alike, 1 / 1.1, rtol=1e-5)
    assert of_keras == pytest.approx(0.2403, abs=1e-4)
    assert of_keras == pytest.approx(1 / (1 + 0.1 / np.sqrt(1 - 0.999)), rel=1e-6)


@needs_float64
def test_keras_and_optax_start_adagrad_s_sum_at_a_tenth():
    expected = -0.5 / np.sqrt(0.1 + 1 + 1e-7)
    assert by_keras(lambda kind: kind.Adagrad(0.5), lambda theta: theta, (0.0,), 1)[1][0] == pytest.approx(
        expected
    )
    peer = optax.adagrad(0.5)
    assert float(peer.update(np.ones(1), peer.init(np.zeros(1)))[0][0]) == pytest.approx(expected)


def test_optax_takes_the_largest_corrected_average_for_amsgrad():
    gradients = [1.0, *[0.01] * 10]
    corrected, raw = (np.zeros(len(gradients)) for _ in range(2))
    peer, theta = optax.scale_by_amsgrad(0.9, 0.999, eps=1e-30), np.zeros(1)
    state, theirs, m, s = peer.init(theta), [], 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        update, state = peer.update(np.array([g]), state)
        theirs.append(float(update[0]))
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        corrected[t - 1], raw[t - 1] = s / (1 - 0.999**t), s
        assert theirs[-1] == pytest.approx(m / (1 - 0.9**t) / np.sqrt(corrected[:t].max()), rel=1e-5)
    ours = optimizers.Adam(lr=1.0, amsgrad=True)
    state = ours.init(theta)
    for g in gradients:
        after, state = ours.step(theta, np.array([g]), state)
        step, theta = float((theta - after)[0]), after
    assert abs(step / theirs[-1] - 1) > 0.5


SCHEDULES = [
    (
        schedules.Step(lr=1e-3, every=30, factor=0.5),
        lambda optimizer: scheduler.StepLR(optimizer, step_size=30, gamma=0.5),
    ),
    (
        schedules.Exponential(lr=1e-3, factor=0.99),
        lambda optimizer: scheduler.ExponentialLR(optimizer, gamma=0.99),
    ),
    (
        schedules.Cosine(lr=1e-3, steps=200, lowest=1e-5),
        lambda optimizer: scheduler.CosineAnnealingLR(optimizer, T_max=200, eta_min=1e-5),
    ),
    (
        schedules.InverseTime(lr=1e-3, decay=0.05),
        lambda optimizer: scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + 0.05 * t)),
    ),
    (
        schedules.WarmUp(steps=10, then=schedules.Constant(lr=1e-3)),
        lambda optimizer: scheduler.LinearLR(optimizer, start_factor=0.1, end_factor=1.0, total_iters=9),
    ),
    (
        schedules.Linear(lr=1e-3, steps=150, lowest=1e-4),
        lambda optimizer: scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.1, total_iters=150),
    ),
    (
        schedules.Polynomial(lr=1e-3, steps=150, power=1.7),
        lambda optimizer: scheduler.PolynomialLR(optimizer, total_iters=150, power=1.7),
    ),
    (
        schedules.PiecewiseConstant(lr=1e-3, boundaries=(30, 31, 120), factors=(0.3, 0.3, 0.3)),
        lambda optimizer: scheduler.MultiStepLR(optimizer, milestones=[30, 31, 120], gamma=0.3),
    ),
    *(
        (
            schedules.CosineRestarts(lr=1e-3, steps=7, growth=growth, lowest=1e-5),
            lambda optimizer, growth=growth: scheduler.CosineAnnealingWarmRestarts(
                optimizer, T_0=7, T_mult=growth, eta_min=1e-5
            ),
        )
        for growth in (1, 2, 3)
    ),
    # Its N points end at N − 1.
    (
        schedules.OneCycle(lr=1e-3, steps=199, pct_start=(0.3 * 200 - 1) / 199),
        lambda optimizer: scheduler.OneCycleLR(optimizer, max_lr=1e-3, total_steps=200),
    ),
]


@pytest.mark.parametrize(("schedule", "make"), SCHEDULES, ids=[repr(schedule) for schedule, _ in SCHEDULES])
def test_a_schedule_is_pytorch_s(schedule, make):
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=1e-3)
    peer, rates = make(optimizer), []
    for _ in range(200):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        peer.step()
    assert_allclose(schedule(np.arange(200)), rates, rtol=1e-12)


OTHERS = [
    (schedules.Linear(lr=1e-3, steps=150, lowest=1e-4), optax.linear_schedule(1e-3, 1e-4, 150)),
    (schedules.Polynomial(lr=1e-3, steps=150, power=1.7), optax.polynomial_schedule(1e-3, 0.0, 1.7, 150)),
    (
        schedules.PiecewiseConstant(lr=1e-3, boundaries=(30, 120), factors=(0.5, 3.0)),
        optax.piecewise_constant_schedule(1e-3, {30: 0.5, 120: 3.0}),
    ),
    (schedules.OneCycle(lr=1e-3, steps=200), optax.cosine_onecycle_schedule(200, 1e-3)),
    (
        schedules.Polynomial(lr=1e-3, steps=150, power=1.7, lowest=1e-4),
        keras_schedules.PolynomialDecay(1e-3, 150, end_learning_rate=1e-4, power=1.7),
    ),
    *(
        (
            schedules.CosineRestarts(lr=1e-3, steps=7, growth=growth, lowest=1e-5),
            keras_schedules.CosineDecayRestarts(1e-3, 7, t_mul=float(growth), alpha=1e-2),
        )
        for growth in (1, 2)
    ),
]


@pytest.mark.parametrize(("ours", "peer"), OTHERS, ids=lambda case: type(case).__name__)
def test_a_schedule_is_optax_or_keras(ours, peer):
    rates = [float(np.asarray(peer(step))) for step in range(220)]
    assert_allclose(ours(np.arange(220)), rates, rtol=1e-4, atol=1e-8)  # in float32


def test_keras_changes_a_piecewise_constant_rate_one_step_later():
    ours = schedules.PiecewiseConstant(lr=0.8, boundaries=(3, 6), factors=(0.5, 0.5))
    peer = keras_schedules.PiecewiseConstantDecay([3, 6], [0.8, 0.4, 0.2])
    rates = [float(peer(step)) for step in range(10)]
    assert_allclose(rates[1:], ours(np.arange(9)), rtol=1e-6)
    assert rates[3] != ours(3)


def test_optax_and_keras_start_a_warm_up_at_0():
    ours = schedules.WarmUp(steps=5, then=schedules.Constant(lr=0.5))
    of_optax = optax.warmup_constant_schedule(0.0, 0.5, 5)
    of_keras = keras_schedules.CosineDecay(0.0, 10**9, warmup_target=0.5, warmup_steps=5)
    for step in range(6):
        for peer in (of_optax, of_keras):
            assert float(np.asarray(peer(step))) == pytest.approx(0.1 * step, abs=1e-7)
        assert ours(step) == pytest.approx(min(0.1 * (step + 1), 0.5))


def test_pytorch_s_relative_threshold_lets_a_worse_negative_loss_count_as_better():
    losses = [-1.0, *[-0.99995] * 9]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    peer = scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1, threshold=1e-4)
    peer.step(losses[0])
    peer.step(losses[1])
    assert peer.num_bad_epochs == 0
    assert schedules.ReduceOnPlateau(lr=1.0, patience=2)(losses)[2] == 0.5


@needs_float64
@pytest.mark.parametrize("cooldown", [0, 1, 3])
@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("seed", range(3))
def test_reduce_on_plateau_is_keras_with_an_absolute_threshold(mode, cooldown, seed):
    rng = np.random.default_rng(seed)
    losses = np.linspace(3, 1, 200) + 0.1 * rng.normal(size=200)
    losses = losses if mode == "min" else -losses
    # Its cooldown counts one look fewer.
    peer = keras.callbacks.ReduceLROnPlateau(
        monitor="loss", factor=0.9, patience=3, min_delta=0.05, mode=mode, min_lr=0.05,
        cooldown=cooldown + 1 if cooldown else 0,
    )  # fmt: skip
    peer.set_model(SimpleNamespace(optimizer=keras.optimizers.SGD(1.0)))
    peer.on_train_begin()
    rates = []
    for epoch, loss in enumerate(losses):
        peer.on_epoch_end(epoch, {"loss": loss})
        rates.append(float(peer.model.optimizer.learning_rate))
    ours = schedules.ReduceOnPlateau(
        lr=1.0, factor=0.9, patience=3, threshold=0.05, threshold_mode="abs", mode=mode, cooldown=cooldown,
        min_lr=0.05,
    )  # fmt: skip
    assert_allclose(ours(losses), rates, rtol=1e-6)
    assert len(set(rates)) > 5


@pytest.mark.parametrize("cooldown", [0, 1, 4])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("seed", range(3))
def test_the_options_of_reduce_on_plateau_are_pytorch_s(mode, threshold_mode, cooldown, seed):
    rng = np.random.default_rng(seed)
    losses = np.abs(np.linspace(3, 1, 300) + 0.1 * rng.normal(size=300))
    losses = losses if mode == "min" else 1 / losses
    options = {"factor": 0.8, "threshold": 0.03, "threshold_mode": threshold_mode, "cooldown": cooldown}
    options |= {"mode": mode, "min_lr": 0.01}
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    peer, rates = scheduler.ReduceLROnPlateau(optimizer, patience=3, eps=0.0, **options), []
    for loss in losses:
        peer.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    assert_allclose(schedules.ReduceOnPlateau(lr=1.0, patience=4, **options)(losses), rates, rtol=1e-12)
    assert len(set(rates)) > 5


@pytest.mark.parametrize("patience", [1, 3, 10])
@pytest.mark.parametrize("threshold", [0.0, 1e-4, 0.1])
@pytest.mark.parametrize("seed", range(5))
def test_reduce_on_plateau_is_pytorch_s_with_patience_of_one_fewer(patience, threshold, seed):
    rng = np.random.default_rng(seed)
    losses = np.abs(np.linspace(1, 0.1, 300) + 0.1 * rng.normal(size=300))
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    peer = scheduler.ReduceLROnPlateau(
        optimizer, factor=0.9, patience=patience - 1, threshold=threshold, eps=0.0
    )
    rates = []
    for loss in losses:
        peer.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    ours = schedules.ReduceOnPlateau(lr=1.0, factor=0.9, patience=patience, threshold=threshold)
    assert_allclose(ours(losses), rates, rtol=1e-12)
    assert len(set(rates)) > 5


def test_surfaces_are_those_of_the_script():
    points = np.random.default_rng(0).uniform(-3, 3, size=(20, 2))
    for name, (value, _) in SURFACES.items():
        assert_allclose(getattr(surfaces, name)()(points), value(*points.T), rtol=1e-12)
