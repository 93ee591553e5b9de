"""Many trainings in one call: each member is the training that it would be alone."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import losses, metrics, optimizers, schedules
from lossgd.models import Cost, Linear, Logistic, Perceptron, Softmax, ensembles
from lossgd.training import clipped_by_norm, fit

N, FEATURES, CLASSES = 13, 3, 4
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, FEATURES))
Y = X @ [1.0, -2.0, 0.5] + 0.3 + 0.1 * RNG.normal(size=N)
LABELS, INDICES = (Y > 0).astype(int), RNG.integers(CLASSES, size=N)
WEIGHTS = RNG.integers(4, size=N) / 2
MSE, BCE = losses.MeanSquaredError(), losses.BinaryCrossEntropy(from_logits=True)
SPARSE = losses.SparseCategoricalCrossEntropy(from_logits=True)
RATES, SEEDS = np.array([0.01, 0.1, 0.4]), np.array([7, 2])

TASKS = {
    "linear": (Linear(), MSE, Y),
    "huber": (Linear(), losses.Huber(delta=0.5), Y),
    "hinge": (Linear(), losses.Hinge(), 2 * LABELS - 1),
    "logistic": (Logistic(), BCE, LABELS),
    "probabilities": (Logistic(), losses.BinaryCrossEntropy(), LABELS),
    "focal": (Logistic(), losses.Focal(from_logits=True), LABELS),
    "softmax": (Softmax(CLASSES), SPARSE, INDICES),
    "one-hot": (Softmax(CLASSES), losses.CategoricalCrossEntropy(), np.eye(CLASSES)[INDICES]),
    "kl": (Softmax(CLASSES), losses.KLDivergence(), np.eye(CLASSES)[INDICES]),
    "perceptron": (Perceptron(hidden=(5,)), losses.LogCosh(), Y),
    "relu": (Perceptron(hidden=(5, 4), activation="relu", outputs=CLASSES, link="softmax"), SPARSE, INDICES),
    "outputs": (Perceptron(hidden=(4,), outputs=2), MSE, X[:, :2]),
    "residual": (Perceptron(hidden=(4, 4), residual=True, link="sigmoid"), BCE, LABELS),
    "dropout": (Perceptron(hidden=(6, 4), dropout=0.3, link="sigmoid"), BCE, LABELS),
    "no hidden layer": (Perceptron(hidden=()), MSE, Y),
}
every_task = pytest.mark.parametrize("task", TASKS)


def assert_members(task, optimizer, seeds=SEEDS, rates=RATES, **options):
    """Train an ensemble, rates × seeds, and compare each member, to the last bit, with `fit` alone."""
    model, loss, y = TASKS[task]
    options = {"epochs": 6, "batch_size": 4} | options
    whole = fit(model, X, y, loss, replace(optimizer, lr=rates[:, None, None]), seed=seeds, **options)
    assert whole.losses.shape[1:] == whole.epochs.shape == (len(rates), len(seeds))
    for i, j in np.ndindex(len(rates), len(seeds)):
        alone = fit(
            model, X, y, loss, replace(optimizer, lr=rates[i].item()), seed=seeds[j].item(), **options
        )
        assert_is_member(whole, (i, j), alone)
    return whole


def assert_is_member(whole, member, alone):
    """Compare a member with a training; where the training has ended, the member keeps its last values."""
    assert (whole.stopped[member], whole.epochs[member]) == (alone.stopped, alone.epochs)
    assert whole.kept[member] == alone.kept
    assert_array_equal(whole.theta[member], alone.theta)
    pairs = [(getattr(whole, name), getattr(alone, name)) for name in ("thetas", "losses", "gradient_norms")]
    pairs += [(whole.validation_losses, alone.validation_losses), (whole.step_thetas, alone.step_thetas)]
    for name in ("metrics", "validation_metrics"):
        of_whole, of_alone = getattr(whole, name), getattr(alone, name)
        assert of_whole.keys() == of_alone.keys()
        pairs += [(of_whole[metric], of_alone[metric]) for metric in of_alone]
    for ensemble, expected in pairs:
        if expected is None:
            assert ensemble is None
            continue
        actual = ensemble[:, *member]
        assert_array_equal(actual[: len(expected)], expected)
        for later in actual[len(expected) :]:
            assert_array_equal(later, expected[-1])


# Each member is a training


@every_task
def test_a_member_is_the_training_of_its_rate_and_its_seed(task):
    assert_members(task, optimizers.GradientDescent(lr=1.0), record_steps=True)


@every_task
def test_a_member_of_a_batch_of_all_is_one(task):
    assert_members(task, optimizers.Adam(lr=1.0), batch_size=None)


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.Momentum(lr=1.0),
        optimizers.Nesterov(lr=1.0),
        optimizers.AdaGrad(lr=1.0),
        optimizers.RMSProp(lr=1.0),
        optimizers.AdamW(lr=1.0),
    ],
    ids=repr,
)
@pytest.mark.parametrize("task", ["logistic", "dropout"])
@pytest.mark.parametrize("batch_size", [4, None])
def test_a_member_has_an_optimizer_s_memory_of_its_own(task, optimizer, batch_size):
    assert_members(task, optimizer, batch_size=batch_size)


@every_task
@pytest.mark.parametrize("reduction", ["mean", "sum", "mean_with_sample_weight"])
def test_a_member_has_the_weights_of_its_examples(task, reduction, monkeypatch):
    model, loss, y = TASKS[task]
    monkeypatch.setitem(TASKS, task, (model, replace(loss, reduction=reduction), y))
    options = {"sample_weight": WEIGHTS, "validation": (X[::-1], y, WEIGHTS)}
    assert_members(task, optimizers.GradientDescent(lr=1.0), **options)


def test_a_batch_of_a_member_without_any_weight_changes_nothing():
    weights = np.r_[np.zeros(10), np.ones(3)]
    for reduction in ("mean", "mean_with_sample_weight"):
        loss = losses.MeanSquaredError(reduction=reduction)
        options = {"epochs": 1, "batch_size": 4, "sample_weight": weights, "record_steps": True}
        whole = fit(Linear(), X, Y, loss, optimizers.GradientDescent(lr=0.1), seed=range(9), **options)
        assert (whole.step_thetas[1] == 0).all(axis=-1).any()
        for seed in range(9):
            alone = fit(Linear(), X, Y, loss, optimizers.GradientDescent(lr=0.1), seed=seed, **options)
            assert_is_member(whole, (seed,), alone)


@pytest.mark.parametrize("task", ["linear", "softmax", "perceptron", "dropout"])
@pytest.mark.parametrize(
    "options",
    [
        {"l1": 0.1, "l2": 0.3},
        {"clip_norm": 0.2},
        {"clip_value": 0.1, "clip_norm": 0.15},
        {"shuffle": False},
        {"batch_size": 1, "epochs": 2},
        {"batch_size": 12, "record_steps": True},
        {"loss_tolerance": 0.02, "record_steps": True},
        {"gradient_tolerance": 0.5, "record_steps": True},
    ],
    ids=str,
)
def test_a_member_is_trained_with_the_options(task, options):
    assert_members(task, optimizers.Adam(lr=1.0), **options)


def test_a_member_has_metrics_of_its_own():
    options = {"validation": (X[::-1], Y), "metrics": {"mae": metrics.mae, "rmse": metrics.rmse}}
    whole = assert_members("linear", optimizers.Adam(lr=1.0), **options)
    assert whole.metrics["mae"].shape == whole.validation_metrics["rmse"].shape == (7, 3, 2)


@every_task
@pytest.mark.parametrize("optimizer", [optimizers.GradientDescent, optimizers.AdamW])
def test_float32_stays_float32_and_is_that_of_the_member(task, optimizer):
    model, loss, y = TASKS[task]
    arguments = model, X.astype(np.float32), y, loss
    options = {"epochs": 4, "batch_size": 4, "l2": 0.1, "clip_norm": 1.0}
    whole = fit(*arguments, optimizer(lr=RATES[:, None, None]), seed=SEEDS, **options)
    assert whole.thetas.dtype == np.float32
    alone = fit(*arguments, optimizer(lr=RATES[1].item()), seed=SEEDS[1].item(), **options)
    assert_is_member(whole, (1, 1), alone)


class Cubic:
    """A loss of one's own, |e|³, with what a cost needs of it and no more."""

    link, takes_scores = "identity", False

    def check(self, y_true, y_pred, *, sample_weight):
        pass

    def trusted(self, y_true, y_pred, *, sample_weight, cost, gradient):
        e, w = y_pred - y_true, 1.0 if sample_weight is None else sample_weight
        return (
            float(np.mean(w * abs(e) ** 3)) if cost else None,
            3 * w * e * abs(e) / len(e) if gradient else None,
        )


@pytest.mark.parametrize("weight", [None, WEIGHTS], ids=["plain", "weighted"])
def test_a_loss_of_one_s_own_needs_to_know_nothing_of_ensembles(weight, monkeypatch):
    monkeypatch.setitem(TASKS, "own", (Linear(), Cubic(), Y))
    assert_members("own", optimizers.Adam(lr=1.0), sample_weight=weight)
    cost, thetas = Cost(Linear(), Cubic(), X, Y, sample_weight=weight), RNG.normal(size=(3, 2, 4))
    assert_array_equal(cost(thetas), np.reshape([cost(theta) for theta in thetas.reshape(6, 4)], (3, 2)))


# What a member does is nothing to the others


def test_a_member_that_diverges_does_not_disturb_the_others():
    rates = np.array([0.05, 1e300, 30.0])
    options = {
        "epochs": 60,
        "validation": (X[::-1], Y),
        "record_steps": True,
        "metrics": {"mae": metrics.mae},
    }
    whole = assert_members("linear", optimizers.GradientDescent(lr=1.0), rates=rates, **options)
    assert (whole.stopped == [["max steps"] * 2, ["diverged"] * 2, ["diverged"] * 2]).all()
    assert str(whole) == "6 trainings, up to 60 epochs: 4 × diverged, 2 × max steps"


def test_each_member_has_patience_of_its_own_and_keeps_its_best():
    options = {"epochs": 40, "validation": (X[::-1], -Y), "patience": 3, "record_steps": True}
    whole = assert_members(
        "perceptron", optimizers.Adam(lr=1.0), rates=np.array([1e-4, 0.003, 0.1]), **options
    )
    assert len(set(whole.kept.ravel().tolist())) > 2
    assert {"validation", "max steps"} == set(whole.stopped.ravel().tolist())


def test_each_member_has_a_plateau_of_its_own():
    plateau = schedules.ReduceOnPlateau(lr=RATES[:, None, None], factor=0.5, patience=1)
    options = {"epochs": 9, "batch_size": 4}
    whole = fit(Linear(), X, Y, MSE, optimizers.GradientDescent(lr=plateau), seed=SEEDS, **options)
    for i, j in np.ndindex(3, 2):
        alone = optimizers.GradientDescent(lr=replace(plateau, lr=RATES[i].item()))
        assert_is_member(whole, (i, j), fit(Linear(), X, Y, MSE, alone, seed=SEEDS[j].item(), **options))


# The shape of an ensemble


def test_seeds_rates_and_starts_broadcast():
    def shape(seed=0, lr=0.1, theta0=None):
        sgd = optimizers.GradientDescent(lr=lr)
        history = fit(Linear(), X, Y, MSE, sgd, epochs=1, batch_size=4, seed=seed, theta0=theta0)
        assert history.theta.shape[:-1] == np.shape(history.kept)
        return history.losses.shape[1:]

    assert shape() == shape(lr=np.full(4, 0.1)) == ()
    assert shape(seed=range(5)) == shape(lr=np.full((5, 1), 0.1)) == shape(theta0=np.ones((5, 4))) == (5,)
    assert shape(seed=range(5), lr=np.full((3, 1, 1), 0.1)) == (3, 5)
    assert shape(seed=[[1], [2]], lr=np.full((1, 3, 1), 0.1)) == (2, 3)
    assert shape(seed=range(5), theta0=np.ones((3, 1, 4))) == shape(seed=np.ones((3, 5), int)) == (3, 5)
    assert shape(seed=range(2), lr=np.full((4, 1, 1, 1), 0.1), theta0=np.ones((3, 1, 4))) == (4, 3, 2)


@pytest.mark.parametrize("seeds", [[[1], [2]], [[1, 1, 1], [2, 2, 2]]])
@pytest.mark.parametrize("room", [1, 4, 8, 24, 10_000])
def test_members_are_the_same_in_groups_of_any_size(seeds, room, monkeypatch):
    monkeypatch.setattr(ensembles, "ROOM", room)
    theta0, options = RNG.normal(size=(2, 1, 1, 4)), {"epochs": 2, "batch_size": 4, "l2": 0.1}
    options |= {"sample_weight": WEIGHTS, "record_steps": True}
    sgd = optimizers.GradientDescent(lr=RATES[:, None])
    whole = fit(
        Linear(), X, Y, MSE, replace(sgd, lr=sgd.lr[None, None]), seed=seeds, theta0=theta0, **options
    )
    for i, j, k in np.ndindex(2, 2, 3):
        sgd, start = optimizers.GradientDescent(lr=RATES[k].item()), theta0[i, 0, 0]
        alone = fit(Linear(), X, Y, MSE, sgd, seed=j + 1, theta0=start, **options)
        assert_is_member(whole, (i, j, k), alone)


def test_a_large_ensemble_has_dropout_too(monkeypatch):
    monkeypatch.setattr(ensembles, "ROOM", 1)
    assert_members("dropout", optimizers.GradientDescent(lr=1.0))


@every_task
def test_a_member_s_cost_is_the_same_in_groups_of_any_size(task, monkeypatch):
    model, loss, y = TASKS[task]
    cost = Cost(model, loss, X, y, l1=0.1, sample_weight=WEIGHTS)
    thetas = RNG.normal(size=(3, 2, model.size(FEATURES)))
    for room in (0, 3 * N, 10_000):
        monkeypatch.setattr(ensembles, "ROOM", room)
        values, gradients = cost.value_and_gradient(np.asfortranarray(thetas))
        for i in np.ndindex(3, 2):
            assert_array_equal(values[i], cost(thetas[i]))
            assert_array_equal(gradients[i], cost.gradient(thetas[i]))


def test_a_cost_of_many_outputs_is_that_of_the_member():
    model, rng = Perceptron(hidden=(1,), outputs=50), np.random.default_rng(0)
    x = rng.normal(size=(300, 100))  # few parameters for so many outputs
    cost, thetas = Cost(model, MSE, x, x[:, :50]), rng.normal(size=(17, model.size(100)))
    assert_array_equal(cost(thetas), [cost(theta) for theta in thetas])


def test_sums_over_many_rows_are_those_of_each_member():
    x, y = np.tile(X, (200, 1)).astype(np.float32), np.tile(Y, 200)
    thetas = RNG.normal(size=(3, 4)).astype(np.float32)
    for model in (Linear(), Perceptron(hidden=())):
        cost = Cost(model, MSE, x, y)
        for theta, gradient in zip(thetas, cost.gradient(thetas), strict=True):
            assert_array_equal(gradient, cost.gradient(theta))


def test_clipping_is_of_each_gradient():
    gradients = np.array([[3.0, -4.0], [0.3, 0.4], [0.0, 0.0], [3e200, 4e200]])
    expected = [clipped_by_norm(gradient, 1.0) for gradient in gradients]
    assert_array_equal(clipped_by_norm(gradients, 1.0), expected)
    assert_allclose(np.linalg.norm(expected, axis=-1), [1, 0.5, 0, 1])


# Errors


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"seed": [0.5, 1.0]},
            TypeError,
            r"seed must be a whole number, or an array of them; got \[0.5, 1.0\]",
        ),
        ({"seed": []}, TypeError, "seed must be a whole number, or an array of them"),
        ({"seed": [1, -2]}, ValueError, "seeds must not be negative; got -2"),
        (
            {"seed": range(5), "optimizer": optimizers.GradientDescent(lr=RATES[:, None])},
            ValueError,
            r"is k rates with each seed\); got the shapes \(5,\), \(3, 1\) and \(5, 4\)",
        ),
        (
            {"seed": [[1], [2]], "optimizer": optimizers.GradientDescent(lr=RATES[:, None])},
            ValueError,
            "lr must be a number, or broadcast",
        ),
        ({"theta0": np.ones((2, 5))}, ValueError, r"theta0 must have shape \(4,\) or \(…, 4\)"),
    ],
)
def test_an_ensemble_that_does_not_fit_together_is_refused(options, error, message):
    legal = {"optimizer": optimizers.GradientDescent(lr=0.1), "epochs": 1}
    with pytest.raises(error, match=message):
        fit(Linear(), X, Y, MSE, **(legal | options))
