"""What chapter 21 says of PyTorch, Keras and scikit-learn: the starts of their layers, and clipping."""

import inspect
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")
pytest.importorskip("sklearn")
from sklearn.neural_network import MLPClassifier  # noqa: E402

from lossgd import models  # noqa: E402
from lossgd.training.clipping import clipped_by_norm  # noqa: E402

# Keras' own way from PyTorch's tensors to NumPy's arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

INPUTS, OUTPUTS = 600, 300
NEAR = {"rel": 0.02}  # of 180,000 random weights


def variance(weights):
    return float(np.var(np.asarray(weights, float)))


def linear():
    torch.manual_seed(0)
    return torch.nn.Linear(INPUTS, OUTPUTS)


def test_pytorch_draws_the_small_start_and_biases_as_large():
    layer = linear()
    assert variance(layer.weight.detach()) == pytest.approx(1 / (3 * INPUTS), **NEAR)
    assert variance(layer.bias.detach()) == pytest.approx(1 / (3 * INPUTS), rel=0.2)  # of 300


def test_pytorch_s_biases_keep_the_signal_alive_and_not_the_slope():
    torch.manual_seed(0)
    x, slopes = torch.randn(100, 16), []
    h = torch.nn.Linear(16, 16)(x).relu()
    for _ in range(9):
        h = torch.nn.Linear(16, 16)(h).relu()
        h.register_hook(lambda g: slopes.append(float(g.square().mean().sqrt())))
    assert float(h.detach().square().mean().sqrt()) > 0.05
    h.backward(torch.randn(100, 16))
    assert slopes[-1] < slopes[0] / 500


def test_he_and_xavier_in_pytorch_are_those_of_the_perceptron():
    init, layer = torch.nn.init, linear()
    for initialisation, fill in (
        ("he", lambda w: init.kaiming_normal_(w, nonlinearity="relu")),
        ("xavier", init.xavier_normal_),
    ):
        network = models.Perceptron((OUTPUTS,), initialisation=initialisation)
        ours = network.views(network.init(INPUTS), INPUTS)["weights_1"]
        assert variance(fill(layer.weight).detach()) == pytest.approx(variance(ours), **NEAR)
    assert not init.zeros_(layer.bias).any()


def of_keras(**options):
    keras.utils.set_random_seed(0)
    layer = keras.layers.Dense(OUTPUTS, "relu", **options)
    layer.build((None, INPUTS))
    return [keras.ops.convert_to_numpy(part) for part in layer.weights]


def test_keras_starts_with_xavier_and_knows_he():
    weights, bias = of_keras()
    assert variance(weights) == pytest.approx(2 / (INPUTS + OUTPUTS), **NEAR)
    assert not bias.any()
    assert variance(of_keras(kernel_initializer="he_normal")[0]) == pytest.approx(2 / INPUTS, **NEAR)


@pytest.mark.parametrize(("activation", "share"), [("relu", 1), ("tanh", 1), ("logistic", 1 / 3)])
def test_scikit_learn_draws_xavier_and_a_third_of_it_for_the_sigmoid(activation, share):
    X, y = np.random.default_rng(0).normal(size=(10, INPUTS)), np.arange(10) % 2
    network = MLPClassifier(
        (OUTPUTS,), activation=activation, max_iter=1, learning_rate_init=1e-12, random_state=0
    )
    with pytest.warns(UserWarning, match="Maximum iterations"):
        network.fit(X, y)
    assert variance(network.coefs_[0]) == pytest.approx(share * 2 / (INPUTS + OUTPUTS), **NEAR)


def test_scikit_learn_does_not_clip_and_lets_nobody_choose_the_start():
    options = inspect.signature(MLPClassifier).parameters
    assert not [name for name in options if "clip" in name or "init" in name.replace("_init", "", 1)]


GRADIENTS = [np.array([3.0, 4.0]), np.array([12.0])]  # of lengths 5 and 12, together 13


def by_keras(**options):
    """Return what a step of rate 1 takes away."""
    variables = [keras.Variable(np.zeros(g.shape), dtype="float32") for g in GRADIENTS]
    gradients = [torch.tensor(g, dtype=torch.float32) for g in GRADIENTS]
    keras.optimizers.SGD(1.0, **options).apply(gradients, variables)
    return np.concatenate([-keras.ops.convert_to_numpy(variable) for variable in variables])


def test_clipping_by_norm():
    together = clipped_by_norm(np.concatenate(GRADIENTS), 1.0)
    parts = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in GRADIENTS]
    for part, g in zip(parts, GRADIENTS, strict=True):
        part.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_(parts, 1.0)
    assert np.concatenate([part.grad for part in parts]) == pytest.approx(together, rel=1e-6)
    assert by_keras(global_clipnorm=1.0) == pytest.approx(together, rel=1e-6)
    assert by_keras(clipnorm=1.0) == pytest.approx([0.6, 0.8, 1.0], rel=1e-6)
