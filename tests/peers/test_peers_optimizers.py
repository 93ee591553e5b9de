"""The optimizers and schedules against PyTorch's and Optax's, live: whole paths of 500 steps."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import optimizers, schedules, surfaces
from tests.golden.make import FILE, KEPT, PEERS, SURFACES, by_optax, by_torch, peer_path
from tests.golden.ours import OURS, path

torch = pytest.importorskip("torch")
optax = pytest.importorskip("optax")
scheduler = torch.optim.lr_scheduler

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
