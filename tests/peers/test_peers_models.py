"""The models' gradients and a training against PyTorch: its layers, its autograd, its optimizers."""

import numpy as np
import pytest

from lossgd import losses, optimizers
from lossgd.models import Cost, Linear, Logistic, Perceptron, Softmax
from lossgd.training import fit
from tests.peers.data import assert_close

torch = pytest.importorskip("torch")
F = torch.nn.functional

N, FEATURES, CLASSES = 50, 4, 3
RNG = np.random.default_rng(1)
X = RNG.normal(size=(N, FEATURES))
NUMBERS, LABELS, INDICES = RNG.normal(size=N), RNG.integers(2, size=N) * 1.0, RNG.integers(CLASSES, size=N)

MSE = losses.MeanSquaredError(), NUMBERS, F.mse_loss
BCE = losses.BinaryCrossEntropy(from_logits=True), LABELS, F.binary_cross_entropy_with_logits
BCE_OF_P = losses.BinaryCrossEntropy(), LABELS, lambda z, y: F.binary_cross_entropy(torch.sigmoid(z), y)
SQUARED_P = losses.MeanSquaredError(), LABELS, lambda z, y: F.mse_loss(torch.sigmoid(z), y)
CCE = losses.SparseCategoricalCrossEntropy(from_logits=True), INDICES, F.cross_entropy
CCE_OF_P = losses.SparseCategoricalCrossEntropy(), INDICES, lambda z, y: F.nll_loss(z.softmax(1).log(), y)

CASES = [
    (Linear(), *MSE),
    (Logistic(), *BCE),
    (Logistic(), *BCE_OF_P),
    (Logistic(), *SQUARED_P),
    (Softmax(CLASSES), *CCE),
    (Softmax(CLASSES), *CCE_OF_P),
    (Perceptron(hidden=(6,), activation="tanh"), *MSE),
    (Perceptron(hidden=(6, 5), activation="sigmoid", link="sigmoid"), *BCE),
    (Perceptron(hidden=(6, 5), activation="relu", link="sigmoid"), *SQUARED_P),
    (Perceptron(hidden=(6, 5, 4), activation="relu", outputs=CLASSES, link="softmax"), *CCE),
    (
        Perceptron(hidden=(6, 6, 6), activation="tanh", outputs=CLASSES, link="softmax", residual=True),
        *CCE_OF_P,
    ),
    (Perceptron(hidden=(6, 6), activation="relu", residual=True), *MSE),
]
every_case = pytest.mark.parametrize(
    ("model", "loss", "y", "peer"), CASES, ids=[f"{model}-{loss}" for model, loss, *_ in CASES]
)


def scores(model, theta, x):
    """Return the model's scores, computed by PyTorch from the same flat parameters."""
    parts, start = [], 0
    for view in model.views(np.zeros(model.size(FEATURES)), FEATURES).values():
        parts.append(theta[start : start + view.size].reshape(view.shape))
        start += view.size
    for depth, (weights, bias) in enumerate(zip(parts[:-2:2], parts[1:-2:2], strict=True)):
        h = getattr(torch, model.activation)(x @ weights + bias)
        x = x + h if model.residual and depth else h
    result = x @ parts[-2] + parts[-1]
    return result[:, 0] if result.shape[1:] == (1,) else result


def random_parameters(model):
    return np.random.default_rng(2).normal(size=model.size(FEATURES))


@every_case
def test_cost_and_gradient_are_autograd_s(model, loss, y, peer):
    theta = torch.tensor(random_parameters(model), requires_grad=True)
    expected = peer(scores(model, theta, torch.tensor(X)), torch.tensor(y))
    expected.backward()
    value, gradient = Cost(model, loss, X, y).value_and_gradient(random_parameters(model))
    assert_close(value, expected.item())
    # Scaled by the largest entry: small ones are sums of large terms that cancel.
    scale = theta.grad.abs().max().item()
    assert_close(gradient / scale, theta.grad.numpy() / scale)


@every_case
def test_a_training_with_weight_decay_is_pytorch_s(model, loss, y, peer):
    start = 0.5 * random_parameters(model)
    theta = torch.tensor(start, requires_grad=True)
    adam, x, truth = torch.optim.Adam([theta], lr=0.01), torch.tensor(X), torch.tensor(y)
    is_weight = np.zeros_like(start)
    for name, part in model.views(is_weight, FEATURES).items():
        part[...] = name.startswith("weights")
    for _ in range(30):
        adam.zero_grad()
        cost = peer(scores(model, theta, x), truth) + 0.05 * ((theta * torch.tensor(is_weight)) ** 2).sum()
        cost.backward()
        torch.nn.utils.clip_grad_norm_([theta], 0.5)
        adam.step()
    history = fit(
        model, X, y, loss, optimizers.Adam(lr=0.01), epochs=30, theta0=start, l2=0.1, clip_norm=0.5
    )  # fmt: skip
    # PyTorch adds 1e-6 to the norm that it divides by.
    np.testing.assert_allclose(history.theta, theta.detach().numpy(), rtol=1e-6, atol=1e-7)
