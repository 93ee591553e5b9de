"""What chapter 15 says of PyTorch, Keras, Optax and scikit-learn: where ε stands, and its defaults."""

import inspect
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")
optax = pytest.importorskip("optax")
pytest.importorskip("sklearn")
from sklearn.neural_network import MLPClassifier  # noqa: E402
from sklearn.neural_network import _stochastic_optimizers as of_sklearn  # noqa: E402

# Keras' own way from PyTorch's tensors to NumPy's arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

EPS = 1e-3
SLOPES = [1.0, 1e-2, 1e-4]


def by_torch(kind, g, **options):
    theta = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    theta.grad = torch.tensor([g], dtype=torch.float64)
    kind([theta], lr=1.0, eps=EPS, **options).step()
    return -theta.item()


def by_keras(kind, g, **options):
    theta = keras.Variable([0.0], dtype="float32")
    kind(1.0, epsilon=EPS, **options).apply([torch.tensor([g])], [theta])
    return -float(theta.numpy()[0])


def by_optax(make, g, **options):
    peer = make(1.0, **{"eps": EPS} | options)
    theta = np.zeros(1, np.float32)
    return -float(peer.update(np.array([g], np.float32), peer.init(theta), theta)[0][0])


def by_sklearn(g):
    adam = of_sklearn.AdamOptimizer([np.zeros(1)], learning_rate_init=1.0, epsilon=EPS)
    return -adam._get_updates([np.array([g])])[0][0]


def outside(g):
    return g / (g + EPS)


def outside_before_the_correction(g):
    return g / (g + EPS / np.sqrt(1 - 0.999))


def inside_from_a_tenth(g):
    return g / np.sqrt(g * g + 0.1 + EPS)


@pytest.mark.parametrize("g", SLOPES)
def test_where_eps_stands(g):
    optim, of_keras = torch.optim, keras.optimizers
    for step, convention in (
        (by_torch(optim.Adam, g), outside(g)),
        (by_torch(optim.Adagrad, g), outside(g)),
        (by_torch(optim.RMSprop, g, alpha=0.9), g / (np.sqrt(0.1) * g + EPS)),
        (by_optax(optax.adam, g), outside(g)),
        (by_keras(of_keras.Adam, g), outside_before_the_correction(g)),
        (by_sklearn(g), outside_before_the_correction(g)),
        (by_keras(of_keras.RMSprop, g, rho=0.9), g / np.sqrt(0.1 * g * g + EPS)),
        (by_optax(optax.rmsprop, g), g / np.sqrt(0.1 * g * g + EPS)),
        (by_keras(of_keras.Adagrad, g), inside_from_a_tenth(g)),
        (by_optax(optax.adagrad, g), inside_from_a_tenth(g)),
        (by_optax(optax.adam, g, eps_root=EPS), g / (np.sqrt(g * g + EPS) + EPS)),
    ):
        assert step == pytest.approx(convention, rel=2e-4)


def default(function, name):
    return inspect.signature(function).parameters[name].default


def test_the_defaults_of_eps():
    assert default(torch.optim.Adam, "eps") == default(torch.optim.RMSprop, "eps") == 1e-8
    assert default(optax.adam, "eps") == default(optax.rmsprop, "eps") == 1e-8
    assert default(MLPClassifier, "epsilon") == 1e-8
    for kind in (keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.Adagrad):
        assert default(kind, "epsilon") == 1e-7
    assert default(optax.adam, "eps_root") == 0


def test_adam_s_usual_betas_and_rate():
    assert default(torch.optim.Adam, "betas") == (0.9, 0.999)
    assert default(torch.optim.Adam, "lr") == default(keras.optimizers.Adam, "learning_rate") == 1e-3
    for function, names in (
        (keras.optimizers.Adam, ("beta_1", "beta_2")),
        (optax.adam, ("b1", "b2")),
        (MLPClassifier, ("beta_1", "beta_2")),
    ):
        assert [default(function, name) for name in names] == [0.9, 0.999]


def test_weight_decay_in_pytorch_is_l2_for_adam_and_decoupled_for_adamw():
    """Two weights with slopes of 100 and 0.01 and no other: the first step with λ = 0.1, α = 0.001."""
    for kind, decay in ((torch.optim.Adam, 0.0), (torch.optim.AdamW, 1e-4)):
        theta = torch.ones(2, dtype=torch.float64, requires_grad=True)
        theta.grad = torch.tensor([100.0, 0.01], dtype=torch.float64)
        kind([theta], lr=1e-3, weight_decay=0.1).step()
        assert (1 - theta).tolist() == pytest.approx([1e-3 + decay] * 2, rel=1e-5)
