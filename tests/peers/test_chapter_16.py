"""The trainings of chapter 16 in PyTorch: the same network, start and batches give the same costs."""

import inspect
import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import datasets, losses, models, optimizers, schedules, training

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
optim = torch.optim
scheduler = optim.lr_scheduler

EPOCHS, BATCH, STEPS = 10, 32, 130
TRAIN, _ = datasets.breast_cancer().split(test=0.3, seed=0)
X = datasets.z_score(TRAIN.X)(TRAIN.X)[:, :10]
NET = models.Perceptron(hidden=(8,), link="sigmoid")
LOSS = losses.BinaryCrossEntropy(from_logits=True)


def ours(rule, seed):
    """Return the cost after each epoch."""
    return training.fit(
        NET, X, TRAIN.y, LOSS, rule, epochs=EPOCHS, batch_size=BATCH, seed=seed
    ).losses  # fmt: skip


def theirs(make, seed, schedule=None):
    """Return PyTorch's cost after each epoch, with the start and the batches of `fit`."""
    data, truth = torch.from_numpy(X), torch.from_numpy(TRAIN.y.astype(float))
    parts = NET.views(NET.init(10, seed), 10).values()
    parameters = [torch.tensor(part, requires_grad=True) for part in parts]
    optimizer = make(parameters)
    after = schedule and schedule(optimizer)

    def cost(rows, at):
        w1, b1, w2, b2 = at
        scores = (torch.tanh(data[rows] @ w1 + b1) @ w2 + b2)[:, 0]
        return torch.nn.functional.binary_cross_entropy_with_logits(scores, truth[rows])

    def place():
        """Return θ: PyTorch's Nesterov keeps the point ahead of it."""
        for group in optimizer.param_groups:
            if group.get("nesterov") and optimizer.state:
                ahead = group["lr"] * group["momentum"]
                return [p + ahead * optimizer.state[p]["momentum_buffer"] for p in parameters]
        return parameters

    everything = np.arange(len(X))
    order, costs = np.random.default_rng(seed).spawn(2)[0], [cost(everything, parameters).item()]
    for _ in range(EPOCHS):
        for rows in np.split(order.permutation(len(X)), range(BATCH, len(X), BATCH)):
            optimizer.zero_grad()
            cost(rows, parameters).backward()
            optimizer.step()
            if after:
                after.step()
        costs.append(cost(everything, place()).item())
    return costs


@pytest.mark.parametrize("seed", [0, 20])
@pytest.mark.parametrize(
    ("rule", "make"),
    [
        (optimizers.GradientDescent(lr=3.0), lambda p: optim.SGD(p, lr=3.0)),
        # The averaged form is the heavy ball at a tenth of the rate.
        (optimizers.Momentum(lr=3.0), lambda p: optim.SGD(p, lr=0.3, momentum=0.9)),
        (optimizers.Nesterov(lr=0.3), lambda p: optim.SGD(p, lr=0.3, momentum=0.9, nesterov=True)),
        # PyTorch has ε outside the root: without it, both are the same.
        (optimizers.AdaGrad(lr=0.1, eps=1e-300), lambda p: optim.Adagrad(p, lr=0.1, eps=0.0)),
        (optimizers.RMSProp(lr=0.03, eps=1e-300), lambda p: optim.RMSprop(p, lr=0.03, alpha=0.9, eps=0.0)),
        (optimizers.Adam(lr=0.03), lambda p: optim.Adam(p, lr=0.03)),
    ],
    ids=lambda case: type(case).__name__ if isinstance(case, optimizers.Optimizer) else "",
)
def test_trainings_are_pytorch_s(rule, make, seed):
    assert_allclose(ours(rule, seed), theirs(make, seed), rtol=1e-7)


@pytest.mark.parametrize(
    ("schedule", "make"),
    [
        (schedules.Linear(lr=5.0, steps=STEPS), lambda o: scheduler.LinearLR(o, 1.0, 0.0, STEPS)),
        (schedules.Cosine(lr=5.0, steps=STEPS), lambda o: scheduler.CosineAnnealingLR(o, STEPS)),
        (schedules.Step(lr=5.0, every=40, factor=0.1), lambda o: scheduler.StepLR(o, 40, 0.1)),
        (
            schedules.WarmUp(steps=13, then=schedules.Cosine(lr=5.0, steps=STEPS - 13)),
            lambda o: scheduler.SequentialLR(
                o,
                [scheduler.LinearLR(o, 1 / 13, 1.0, 12), scheduler.CosineAnnealingLR(o, STEPS - 13)],
                [13],
            ),
        ),
    ],
    ids=lambda case: type(case).__name__ if isinstance(case, schedules.Schedule) else "",
)
# PyTorch's own SequentialLR steps its schedules with their epoch, of which it warns.
@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step:UserWarning")
def test_trainings_with_a_schedule_are_pytorch_s(schedule, make):
    rule = optimizers.GradientDescent(lr=schedule)
    assert_allclose(ours(rule, 0), theirs(lambda p: optim.SGD(p, lr=5.0), 0, make), rtol=1e-7)


def default(kind, name):
    return inspect.signature(kind).parameters[name].default


def test_pytorch_s_default_rate_is_the_one_that_the_chapter_names():
    assert default(optim.SGD, "lr") == default(optim.Adam, "lr") == 0.001


def test_defaults_differ_from_library_to_library():
    assert default(keras.optimizers.SGD, "learning_rate") == 0.01
    assert default(optim.RMSprop, "lr") == 0.01
    assert default(keras.optimizers.RMSprop, "learning_rate") == 0.001
