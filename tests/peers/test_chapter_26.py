"""What chapter 26 says of other libraries: the optimizer each takes by itself, and its momentum."""

import inspect
import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import descend, optimizers, surfaces

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
linear_model = pytest.importorskip("sklearn.linear_model")
neural_network = pytest.importorskip("sklearn.neural_network")

RAVINE, START, STEPS = surfaces.Ravine(condition=25.0), np.array([-10.0, 1.5]), 40


def default(kind, name):
    return inspect.signature(kind).parameters[name].default


def test_default_optimizers():
    assert default(keras.Model.compile, "optimizer") == "rmsprop"
    for kind in (neural_network.MLPClassifier, neural_network.MLPRegressor):
        assert default(kind, "solver") == "adam"
        assert default(kind, "momentum") == 0.9
        assert default(kind, "nesterovs_momentum") is True
    for kind in (linear_model.SGDClassifier, linear_model.SGDRegressor):
        assert not any("momentum" in name for name in inspect.signature(kind).parameters)
    assert default(torch.optim.SGD, "momentum") == 0  # none unless asked for
    assert default(keras.optimizers.SGD, "momentum") == 0


# Keras makes an array of a tensor of PyTorch in a way of which NumPy warns.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("library", ["torch", "keras"])
def test_their_momentum_takes_a_tenth_of_the_rate_of_ours(library):
    ours = descend(RAVINE, START, optimizers.Momentum(lr=0.3), max_steps=STEPS, gradient_tolerance=None)
    if library == "torch":
        theta = torch.tensor(START, requires_grad=True)
        optimizer = torch.optim.SGD([theta], lr=0.03, momentum=0.9)
        for _ in range(STEPS):
            theta.grad = torch.from_numpy(RAVINE.gradient(theta.detach().numpy()))
            optimizer.step()
        end = theta.detach().numpy()
    else:
        theta = keras.Variable(START, dtype="float64")
        optimizer = keras.optimizers.SGD(0.03, momentum=0.9)
        for _ in range(STEPS):
            gradient = RAVINE.gradient(keras.ops.convert_to_numpy(theta))
            optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [theta])
        end = keras.ops.convert_to_numpy(theta)
    assert_allclose(end, ours.theta, rtol=1e-5)
