"""The map of names: the other libraries' names and defaults, and what the page says besides."""

import inspect
import os
import sys
from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import schedules
from tests.map_of_names import CELLS, ROWS, find

torch = pytest.importorskip("torch")
optax = pytest.importorskip("optax")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
linear_model = pytest.importorskip("sklearn.linear_model")
neural_network = pytest.importorskip("sklearn.neural_network")
pytest.importorskip("tensorboard")

CHECKED = [cell for cell in CELLS if cell.checked and cell.names and cell.library != "matplotlib"]
STEPS = np.arange(11)


@pytest.mark.parametrize("cell", CHECKED, ids=lambda cell: f"{cell.library}: {cell.names[0].path}")
def test_names_and_defaults(cell):
    for name in cell.names:
        name.look_up()


def alike(name):
    return name.lower().replace("_", "")


IN_ROWS = [{alike(name.last) for cell in row if cell.checked for name in cell.names} for row in ROWS]
HOW_OFTEN = Counter(name for names in IN_ROWS for name in names)


@pytest.mark.parametrize("row", range(len(ROWS)), ids=lambda row: ROWS[row][0].idea)
def test_where_a_dash_stands_there_is_nothing_of_the_others_names(row):
    names = {name for name in IN_ROWS[row] if HOW_OFTEN[name] == 1}  # `fit` is in many rows
    for cell in ROWS[row]:
        if cell.checked and not cell.names:
            theirs = {alike(name) for name in dir(find(cell.place)) if not name.startswith("_")}
            assert not names & theirs, cell.library


def test_neither_pytorch_nor_optax_has_metrics():
    assert not hasattr(torch, "metrics")
    assert not hasattr(optax, "metrics")


def test_both_networks_of_scikit_learn_have_these_arguments():
    names = [name for cell in CELLS for name in cell.names if name.last == "MLPRegressor"]
    said = {argument for name in names for argument in {**name.defaults, **name.not_defaults}}
    regressor, classifier = (
        inspect.signature(kind).parameters
        for kind in (neural_network.MLPRegressor, neural_network.MLPClassifier)
    )
    assert len(said) > 8
    assert all(classifier[each].default == regressor[each].default for each in said)
    assert regressor["solver"].default == "adam"


def test_scikit_learn_s_perceptron_is_a_linear_model():
    fitted = linear_model.Perceptron().fit([[0.0, 1.0], [1.0, 0.0]], [0, 1])
    X = np.random.default_rng(0).normal(size=(5, 2))
    assert_allclose(fitted.decision_function(X), X @ fitted.coef_[0] + fitted.intercept_[0])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_keras_writes_for_tensorboard_by_tensorflow(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(ImportError, match="tensorflow"):
        model.fit(np.ones((4, 2)), np.ones(4), verbose=0, callbacks=[keras.callbacks.TensorBoard(tmp_path)])


def by_torch(make):
    """Return the rates of a schedule of PyTorch, of a rate of 0.8."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.8)
    schedule, rates = make(optimizer), []
    for _ in STEPS:
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return rates


def test_the_end_of_a_cosine_is_a_rate_or_a_share():
    ours = schedules.Cosine(lr=0.8, steps=10, lowest=0.2)(STEPS)
    by_rate = by_torch(lambda it: torch.optim.lr_scheduler.CosineAnnealingLR(it, 10, eta_min=0.2))
    keras_s = keras.optimizers.schedules.CosineDecay(0.8, 10, alpha=0.2 / 0.8)
    optax_s = optax.cosine_decay_schedule(0.8, 10, alpha=0.2 / 0.8)
    assert_allclose(by_rate, ours, rtol=1e-12)
    assert_allclose([float(keras_s(step)) for step in STEPS], ours, rtol=1e-6)
    assert_allclose([float(optax_s(step)) for step in STEPS], ours, rtol=1e-6)


def test_linear_lr_is_a_warm_up():
    rates = by_torch(torch.optim.lr_scheduler.LinearLR)
    assert_allclose(rates[:6], 0.8 * np.linspace(1 / 3, 1, 6), rtol=1e-12)
    assert_allclose(rates[6:], 0.8, rtol=1e-12)
