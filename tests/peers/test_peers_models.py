"""The models' gradients and a training against PyTorch: its layers, its autograd, its optimizers."""

import os

import numpy as np
import pytest

from lossgd import losses, optimizers
from lossgd.models import Cost, Linear, Logistic, Perceptron, Softmax
from lossgd.training import clipped_by_norm, fit
from tests.peers.data import assert_close

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
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


# What the docstrings say of peers

WEIGHTS = RNG.uniform(0, 3, size=N)
SGD = optimizers.GradientDescent(lr=0.1)


def keras_logistic(**options):
    """Return Keras' logistic regression from 0, which learns by SGD."""
    keras = pytest.importorskip("keras")
    layer = keras.layers.Dense(1, kernel_initializer="zeros", dtype="float64", **options)
    model = keras.Sequential([keras.Input((FEATURES,), dtype="float64"), layer])
    model.compile(keras.optimizers.SGD(0.1), keras.losses.BinaryCrossentropy(from_logits=True))
    return model


def keras_parameters(model):
    return np.concatenate([weights.value.detach().numpy().ravel() for weights in model.weights])


@pytest.mark.parametrize(
    "weights",
    [{}, {"sample_weight": WEIGHTS}, {"class_weight": {1: 3.0}}],
    ids=["none", "examples", "classes"],
)
def test_a_training_with_weights_is_keras_s(weights):
    theirs = keras_logistic()
    seen = theirs.fit(
        X, LABELS, epochs=3, batch_size=8, shuffle=False, verbose=0, validation_batch_size=N,
        validation_data=(X, LABELS), **weights,
    )  # fmt: skip
    ours = fit(
        Logistic(), X, LABELS, BCE[0], SGD,
        epochs=3, batch_size=8, shuffle=False, validation=(X, LABELS), **weights,
    )  # fmt: skip
    np.testing.assert_allclose(ours.theta, keras_parameters(theirs), rtol=1e-6)
    np.testing.assert_allclose(ours.validation_losses[1:], seen.history["val_loss"], rtol=1e-6)


def test_keras_takes_weights_of_classes_or_of_examples():
    with pytest.raises(ValueError, match="class_weight"):
        keras_logistic().fit(X, LABELS, sample_weight=WEIGHTS, class_weight={1: 3.0}, verbose=0)


def test_weights_of_classes_and_of_examples_are_scikit_learn_s():
    linear_model = pytest.importorskip("sklearn.linear_model")
    total, l2 = losses.BinaryCrossEntropy(from_logits=True, reduction="sum"), 0.5
    theirs = linear_model.LogisticRegression(C=1 / l2, class_weight={1: 3.0}, tol=1e-10, max_iter=1000)
    theirs.fit(X, LABELS, sample_weight=WEIGHTS)
    cost = Cost(Logistic(), total, X, LABELS, l2=l2, sample_weight=WEIGHTS, class_weight={1: 3.0})
    gradient = cost.gradient(np.append(theirs.coef_, theirs.intercept_))
    np.testing.assert_allclose(gradient, 0, atol=1e-6)


def test_l2_is_half_keras_s_and_scikit_learn_s_by_n():
    keras, linear_model = pytest.importorskip("keras"), pytest.importorskip("sklearn.linear_model")
    w = np.arange(1.0, 1 + FEATURES)
    plain, penalised = (Cost(Linear(), MSE[0], X, NUMBERS, l2=l2)(np.append(w, 0)) for l2 in (0.0, 0.3))
    assert penalised - plain == pytest.approx(float(keras.regularizers.L2(0.15)(w)))
    ridge = linear_model.Ridge(alpha=0.15 * N).fit(X, NUMBERS)
    gradient = Cost(Linear(), MSE[0], X, NUMBERS, l2=0.3).gradient(np.append(ridge.coef_, ridge.intercept_))
    np.testing.assert_allclose(gradient, 0, atol=1e-12)


def test_pytorch_s_weight_decay_shrinks_biases_too():
    theta = torch.ones(2, dtype=torch.float64, requires_grad=True)
    theta.grad = torch.zeros(2, dtype=torch.float64)
    torch.optim.SGD([theta], lr=0.1, weight_decay=0.3).step()
    zero = Cost(Linear(), MSE[0], [[0.0]], [1.0], l2=0.3)  # ŷ = b is right at b = 1
    np.testing.assert_allclose(theta.detach().numpy(), [0.97, 0.97])
    np.testing.assert_allclose(1 - 0.1 * zero.gradient([1.0, 1.0]), [0.97, 1])


def test_a_norm_is_clipped_as_optax_does_and_nearly_as_pytorch():
    optax, gradient = pytest.importorskip("optax"), np.array([3e-3, 4e-3])
    ours = clipped_by_norm(gradient, 1e-3)
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    theta.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_norm_([theta], 1e-3)
    assert_close(theta.grad.numpy(), ours * 5e-3 / (5e-3 + 1e-6))
    clip = optax.clip_by_global_norm(1e-3)
    single = gradient.astype(np.float32)
    np.testing.assert_allclose(clip.update(single, clip.init(single))[0], ours, rtol=1e-6)


def test_keras_s_clipnorm_is_of_each_array_and_global_clipnorm_of_all():
    keras = pytest.importorskip("keras")

    def steps(**clip):
        parts = [keras.Variable(np.zeros(1), dtype="float64") for _ in range(2)]
        gradients = [keras.ops.convert_to_tensor(np.array([g])) for g in (3.0, 4.0)]
        keras.optimizers.SGD(1.0, **clip).apply(gradients, parts)
        return [-part.value.item() for part in parts]

    assert steps(clipnorm=1.0) == pytest.approx([1, 1])
    assert steps(global_clipnorm=1.0) == pytest.approx([0.6, 0.8])
    assert clipped_by_norm(np.array([3.0, 4.0]), 1.0).tolist() == pytest.approx([0.6, 0.8])
