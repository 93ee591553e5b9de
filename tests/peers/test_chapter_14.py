"""What chapter 14 says of momentum in PyTorch, Keras and Optax."""

import inspect
import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import descend, optimizers, surfaces

os.environ.setdefault("KERAS_BACKEND", "torch")
torch = pytest.importorskip("torch")
optax = pytest.importorskip("optax")
keras = pytest.importorskip("keras")

# Keras' own way from PyTorch's tensors to NumPy's arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RAVINE = surfaces.Ravine(condition=25.0)
START = [-10.0, 1.6]
STEPS = 40


def by_torch(lr, momentum, **options):
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer, path = torch.optim.SGD([theta], lr=lr, momentum=momentum, **options), [START]
    for _ in range(STEPS):
        theta.grad = torch.tensor(RAVINE.gradient(theta.detach().numpy()))
        optimizer.step()
        path.append(theta.detach().tolist())
    return path


def by_keras(lr, momentum, **options):
    theta, path = keras.Variable(START, dtype="float32"), [START]
    optimizer = keras.optimizers.SGD(lr, momentum=momentum, **options)
    for _ in range(STEPS):
        gradient = RAVINE.gradient(np.array(theta.numpy().tolist()))
        optimizer.apply([torch.tensor(gradient, dtype=torch.float32)], [theta])
        path.append(theta.numpy().tolist())
    return path


def by_optax(lr, momentum, **options):
    theta, optimizer = np.array(START), optax.sgd(lr, momentum=momentum, **options)
    path, state = [START], optimizer.init(theta)
    for _ in range(STEPS):
        updates, state = optimizer.update(RAVINE.gradient(theta), state)
        theta = theta + np.asarray(updates, float)
        path.append(theta.tolist())
    return path


PEERS = {"PyTorch": by_torch, "Keras": by_keras, "Optax": by_optax}
NEAR = {"rtol": 1e-4, "atol": 1e-4}  # Keras and Optax compute in float32 here
every_peer = pytest.mark.parametrize("peer", PEERS)


def ours(rule):
    return descend(RAVINE, START, rule, max_steps=STEPS, gradient_tolerance=None)


@every_peer
@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_momentum_is_the_heavy_ball(peer, beta):
    heavy = ours(optimizers.Momentum(lr=0.03, beta=beta, averaged=False))
    averaged = ours(optimizers.Momentum(lr=0.03, beta=beta))
    theirs = PEERS[peer](0.03, beta)
    assert_allclose(theirs, heavy.thetas, **NEAR)
    assert abs(np.subtract(theirs, averaged.thetas)).max() > 1


@every_peer
@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_theta_of_their_nesterov_is_the_place_ahead(peer, beta):
    rule = optimizers.Nesterov(lr=0.03, beta=beta)
    path = ours(rule)
    velocities = -np.diff(path.thetas, axis=0)  # θ ← θ − v
    ahead = path.thetas[1:] - beta * velocities
    theirs = PEERS[peer](0.03, beta, nesterov=True)
    assert_allclose(theirs[1:], ahead, **NEAR)
    assert abs(np.subtract(theirs, path.thetas)).max() > 0.1


def test_none_has_momentum_unless_asked():
    assert inspect.signature(torch.optim.SGD).parameters["momentum"].default == 0
    assert inspect.signature(torch.optim.SGD).parameters["nesterov"].default is False
    assert keras.optimizers.SGD(0.1).momentum == 0
    assert keras.optimizers.SGD(0.1).nesterov is False
    assert inspect.signature(optax.sgd).parameters["momentum"].default is None
    assert inspect.signature(optax.sgd).parameters["nesterov"].default is False


def test_exercise_2_diverges_with_the_book_s_rate_and_not_with_the_converted_one():
    """On a bowl whose bound, 2(1 + β)/L, lies between the two."""
    finals = [np.abs(by_torch(rate, 0.98))[-1, 1] for rate in (0.5, 0.01)]
    assert finals[0] > 1e6
    assert finals[1] < 3
