"""A training in PyTorch, diagnosed from its arrays: what `lossgd.diagnose` takes, another library has."""

import numpy as np
import pytest

from lossgd import datasets, diagnose

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - after the skip

X, Y = datasets.penguins()
X = torch.tensor((X - X.mean(axis=0)) / X.std(axis=0), dtype=torch.float32)
Y = torch.tensor(Y)


def network(depth=2, activation=nn.ReLU, inputs=4):
    """Return a classifier of three species, its layers called by what they are."""
    layers = [nn.Linear(inputs, 16), activation()]
    for _ in range(depth - 1):
        layers += [nn.Linear(16, 16), activation()]
    return nn.Sequential(*layers, nn.Linear(16, 3))


def train(model, X=X, lr=0.1, steps=150, sign=1):
    """Return the losses of a full-batch training by plain gradient descent."""
    loss_of, sgd = nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        sgd.zero_grad()
        loss = loss_of(model(X), Y)
        (sign * loss).backward()
        sgd.step()
        losses.append(loss.item())
    return losses


def gradients(model):
    return {name: p.grad.numpy() for name, p in model.named_parameters() if name.endswith("weight")}


@pytest.fixture(autouse=True, params=[0, 1, 2])
def _seed(request):
    torch.manual_seed(request.param)


def test_a_training_that_works_is_healthy_throughout():
    model = network()
    first = train(model, steps=1)
    assert diagnose.initial_loss(first[0], classes=3).healthy
    assert diagnose.gradient_norms(gradients(model)).healthy
    assert diagnose.curve(first + train(model)).healthy
    assert diagnose.dead_units(model[:2](X).detach().numpy()).healthy
    assert diagnose.predictions(Y.numpy(), model(X).detach().numpy()).healthy
    assert diagnose.input_scale(X.numpy()).healthy


def test_ten_layers_of_sigmoids_hardly_learn_and_their_first_gradients_vanish():
    model = network(depth=10, activation=nn.Sigmoid)
    train(model, steps=1)
    assert diagnose.gradient_norms(gradients(model)).verdict == "vanishing"
    # The last bias learns how frequent the classes are; the curve of that may look well.
    losses = train(model)
    assert diagnose.curve(losses).verdict in ("healthy", "stalls at once")
    assert diagnose.predictions(Y.numpy(), model(X).detach().numpy()).verdict == "constant"


def test_rates_that_are_too_small_or_too_high_and_a_wrong_sign():
    assert diagnose.curve(train(network(), lr=1e-6)).clinic.startswith("18")
    assert diagnose.curve(train(network(), lr=0.002)).verdict == "still falling"
    assert diagnose.curve(train(network(), lr=0.01, steps=30, sign=-1)).verdict == "rises"


def test_inputs_that_are_not_scaled_are_seen_in_the_first_loss_and_kill_units():
    raw = torch.tensor(datasets.penguins().X, dtype=torch.float32)
    model = network()
    losses = train(model, raw, lr=0.1, steps=20)
    assert diagnose.input_scale(raw.numpy()).verdict == "not normalised"
    assert diagnose.initial_loss(losses[0], classes=3).verdict == "too high"
    assert diagnose.dead_units(model[:2](raw).detach().numpy()).verdict == "dead units"


def test_a_sum_in_place_of_a_mean_is_seen_in_the_first_loss():
    loss = nn.CrossEntropyLoss(reduction="sum")(network()(X), Y)
    assert diagnose.initial_loss(loss.item(), classes=3).verdict == "too high"


def test_a_layer_without_gradient_is_named():
    model = network()
    hidden = model[:2](X).detach()  # by mistake
    nn.CrossEntropyLoss()(model[2:](hidden), Y).backward()
    parts = {
        name: np.zeros(p.shape) if p.grad is None else p.grad.numpy()
        for name, p in model.named_parameters()
        if name.endswith("weight")
    }
    found = diagnose.gradient_norms(parts)
    assert found.verdict == "none"
    assert "0.weight" in found.saw


def test_a_range_test_of_a_loop_in_pytorch():
    model = network()
    loss_of, sgd = nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters())

    def step(lr):
        sgd.param_groups[0]["lr"] = lr
        sgd.zero_grad()
        loss = loss_of(model(X), Y)
        loss.backward()
        sgd.step()
        return loss.item()

    lrs = np.geomspace(1e-4, 1e4, 80)
    found = diagnose.rates(lrs, diagnose.range_test(step, lrs))
    assert found.healthy
    assert diagnose.curve(train(network(), lr=found.numbers["try_first"])).verdict in (
        "healthy",
        "still falling",
    )


def test_a_gradient_by_autograd_is_that_of_a_loss_written_in_numpy():
    def loss(y, y_pred):
        return np.mean(np.log1p(np.exp(-y * y_pred)))

    def gradient(y, y_pred):
        z = torch.tensor(y_pred, requires_grad=True)
        nn.functional.softplus(-torch.tensor(y) * z).mean().backward()
        return z.grad.numpy()

    assert diagnose.loss_gradient(loss, gradient, [1.0, -1.0, 1.0], [0.3, 2.0, -1.0]).healthy
