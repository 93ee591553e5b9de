"""What chapter 18 says of other libraries: default rates, a rate that grows, a cosine, a stop at NaN."""

import inspect
import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import schedules

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
neural_network = pytest.importorskip("sklearn.neural_network")
scheduler = torch.optim.lr_scheduler


def default(kind, name):
    return inspect.signature(kind).parameters[name].default


def torch_rates(make, steps, lr=0.01):
    """Return the rates of the first steps under a schedule."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule, rates = make(optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def test_default_rates():
    assert default(torch.optim.SGD, "lr") == default(torch.optim.Adam, "lr") == 0.001
    assert default(keras.optimizers.SGD, "learning_rate") == 0.01
    assert default(keras.optimizers.Adam, "learning_rate") == 0.001
    for kind in (neural_network.MLPClassifier, neural_network.MLPRegressor):
        assert default(kind, "learning_rate_init") == 0.001
        assert default(kind, "solver") == "adam"


def test_a_rate_that_grows_by_a_fifth_each_step():
    grows = 0.01 * 1.2 ** np.arange(30)
    assert_allclose(torch_rates(lambda o: scheduler.ExponentialLR(o, 1.2), 30), grows)
    theirs = keras.optimizers.schedules.ExponentialDecay(0.01, 1, 1.2)
    assert_allclose([float(theirs(step)) for step in range(30)], grows, rtol=1e-5)


def test_a_cosine_to_zero():
    ours = [schedules.Cosine(lr=0.01, steps=30)(step) for step in range(31)]
    assert_allclose(
        torch_rates(lambda o: scheduler.CosineAnnealingLR(o, 30), 31), ours, rtol=1e-10, atol=1e-16
    )
    theirs = keras.optimizers.schedules.CosineDecay(0.01, 30)
    assert_allclose([float(theirs(step)) for step in range(31)], ours, rtol=1e-5, atol=1e-9)


def test_lower_when_it_stalls():
    assert callable(scheduler.ReduceLROnPlateau)
    assert callable(keras.callbacks.ReduceLROnPlateau)
    X, y = np.random.default_rng(0).normal(size=(50, 2)), np.arange(50) % 2
    settings = {"solver": "sgd", "learning_rate_init": 0.5, "max_iter": 300, "random_state": 0, "tol": 0.1}
    adaptive = neural_network.MLPClassifier(learning_rate="adaptive", **settings).fit(X, y)
    constant = neural_network.MLPClassifier(learning_rate="constant", **settings).fit(X, y)
    assert constant._optimizer.learning_rate == 0.5
    fifths = np.log(0.5 / adaptive._optimizer.learning_rate) / np.log(5)
    assert fifths > 0.9
    assert_allclose(fifths, round(fifths))


# Keras asks NumPy whether a tensor of PyTorch is NaN, in a way of which NumPy warns.
@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning")
def test_keras_can_stop_a_run_that_is_nan():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(1e20), loss="mse")
    x = np.linspace(1, 2, 64)[:, None]
    stop = keras.callbacks.TerminateOnNaN()
    seen = model.fit(x, x, epochs=20, batch_size=8, verbose=0, callbacks=[stop]).epoch
    assert len(seen) < 20
