"""Training: batches, early stopping, clipping, penalties, metrics, and equality with `descend`."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import datasets, descend, losses, metrics, optimizers, schedules
from lossgd.models import Cost, Linear, Logistic, Perceptron, Softmax
from lossgd.training import History, clipped_by_norm, clipped_by_value, fit
from lossgd.training.batches import CACHED, Batches

N, FEATURES = 10, 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, FEATURES))
Y = X @ [1.0, -2.0, 0.5] + 0.3 + 0.1 * RNG.normal(size=N)
LABELS = (Y > 0).astype(int)
MSE = losses.MeanSquaredError()
BCE = losses.BinaryCrossEntropy(from_logits=True)
OPTIMIZERS = [
    optimizers.GradientDescent(lr=0.1),
    optimizers.GradientDescent(lr=schedules.ReduceOnPlateau(lr=0.5, patience=2)),
    optimizers.Momentum(lr=0.1),
    optimizers.Nesterov(lr=0.02),
    optimizers.Adam(lr=schedules.Cosine(lr=0.1, steps=40)),
    optimizers.AdamW(lr=0.1),
]
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
SGD = optimizers.GradientDescent(lr=0.1)


# The same as descend


@every_optimizer
@pytest.mark.parametrize("batch_size", [None, N])
@pytest.mark.parametrize(
    ("model", "loss", "y"),
    [(Linear(), MSE, Y), (Logistic(), BCE, LABELS), (Perceptron(hidden=(4,)), MSE, Y)],
    ids=["linear", "logistic", "perceptron"],
)
def test_a_batch_of_all_is_descend_to_the_last_bit(model, loss, y, optimizer, batch_size):
    cost = Cost(model, loss, X, y, l1=0.01, l2=0.1)
    start = model.init(FEATURES, seed=3)
    path = descend(cost, start, optimizer, max_steps=50, loss_tolerance=1e-4)
    history = fit(
        *(model, X, y, loss, optimizer),
        epochs=50, batch_size=batch_size, seed=3, l1=0.01, l2=0.1,
        gradient_tolerance=1e-8, loss_tolerance=1e-4, record_steps=True,
    )  # fmt: skip
    assert (history.stopped, history.epochs) == (path.stopped, path.steps)
    assert_array_equal(history.thetas, path.thetas)
    assert_array_equal(history.step_thetas, path.thetas)
    assert_array_equal(history.losses, path.losses)
    assert_array_equal(history.gradient_norms, path.gradient_norms)


def test_the_gradient_on_all_examples_is_evaluated_once_a_step():
    evaluated = []

    class Watched(Linear):
        def backward(self, theta, tape, g):
            evaluated.append(theta)
            return super().backward(theta, tape, g)

    fit(Watched(), X, Y, MSE, SGD, epochs=5)
    assert len(evaluated) == 6  # at the start, and after each step


@every_optimizer
def test_batches_of_equal_examples_step_as_descend_does(optimizer):
    if isinstance(optimizer.lr, schedules.ReduceOnPlateau):
        optimizer = optimizers.RMSProp(lr=0.01)  # within an epoch there is no new loss to look at
    x, y = np.tile(X[:1], (12, 1)), np.tile(Y[:1], 12)
    history = fit(Linear(), x, y, MSE, optimizer, epochs=5, batch_size=3, record_steps=True)
    path = descend(Cost(Linear(), MSE, x, y), np.zeros(4), optimizer, max_steps=20, gradient_tolerance=None)
    assert_allclose(history.step_thetas, path.thetas, rtol=1e-9, atol=1e-12)
    assert_array_equal(history.thetas, history.step_thetas[::4])


# Batches


def visits(batch_size, epochs=1, seed=0, n=N):
    """Return the examples that each step used, found by what it changed.

    Example i has feature i alone, and all costs are far from their minimum: only the weights of the examples
    of a batch change.
    """
    sgd = optimizers.GradientDescent(lr=1e-3)
    history = fit(
        Perceptron(hidden=()), np.eye(n), np.ones(n), MSE, sgd,
        theta0=np.zeros(n + 1), epochs=epochs, batch_size=batch_size, seed=seed, record_steps=True,
    )  # fmt: skip
    changes = np.diff(history.step_thetas[:, :n], axis=0)
    return [np.flatnonzero(change) for change in changes], changes


@pytest.mark.parametrize("batch_size", [1, 3, 4, 5, 9])
def test_an_epoch_visits_each_example_once(batch_size):
    steps, _ = visits(batch_size, epochs=3)
    per_epoch = -(-N // batch_size)
    assert len(steps) == 3 * per_epoch
    for epoch in range(3):
        batches = steps[epoch * per_epoch : (epoch + 1) * per_epoch]
        assert [len(batch) for batch in batches[:-1]] == [batch_size] * (per_epoch - 1)
        assert sorted(np.concatenate(batches)) == list(range(N))


@given(n=st.integers(2, 30), data=st.data())
def test_whatever_the_batch_size_an_epoch_visits_each_example_once(n, data):
    steps, _ = visits(data.draw(st.integers(1, n - 1)), seed=data.draw(st.integers(0, 9)), n=n)
    assert sorted(np.concatenate(steps)) == list(range(n))


def test_the_gradient_of_a_batch_is_its_own_mean():
    steps, changes = visits(4)
    for batch, change in zip(steps, changes, strict=True):
        # 2(ŷ − y)/(examples of the batch) × lr, with ŷ all but 0
        assert_allclose(change[batch], 1e-3 * 2 / len(batch), rtol=0.01)
    assert [len(batch) for batch in steps] == [4, 4, 2]


def test_each_epoch_has_a_new_order_and_each_seed_others():
    steps, _ = visits(1, epochs=2)
    first, second = np.ravel(steps[:N]), np.ravel(steps[N:])
    assert not np.array_equal(first, second)
    assert_array_equal(np.ravel(visits(1, epochs=2)[0]), np.ravel(steps))
    assert not np.array_equal(np.ravel(visits(1, seed=1)[0]), first)


def test_without_shuffling_each_epoch_has_the_order_of_the_data():
    theta, steps = np.zeros(4), []
    cost = Cost(Linear(), MSE, X, Y)
    for _ in range(2):
        for rows in (slice(0, 4), slice(4, 8), slice(8, 10)):
            theta = theta - 0.1 * Cost(Linear(), MSE, X[rows], Y[rows]).gradient(theta)
            steps.append(theta)
    history = fit(Linear(), X, Y, MSE, SGD, epochs=2, batch_size=4, shuffle=False, record_steps=True)
    assert_array_equal(history.step_thetas[1:], steps)
    assert_array_equal(history.losses, cost(history.thetas))


@pytest.mark.parametrize("batch_size", [1, 7, 128])
def test_many_examples_are_put_in_order_a_few_at_a_time(batch_size):
    n = 3 * CACHED // FEATURES + 5
    cost = Cost(
        Perceptron(hidden=()), MSE, np.arange(n * FEATURES, dtype=float).reshape(n, FEATURES), np.arange(n)
    )
    batches = list(Batches(cost, batch_size, np.random.default_rng(0)))
    assert [len(inputs) for inputs, _ in batches[:-1]] == [batch_size] * (len(batches) - 1)
    inputs, truth = (np.concatenate(arrays) for arrays in zip(*batches, strict=True))
    assert_array_equal(truth, np.random.default_rng(0).permutation(n))
    assert_array_equal(inputs[:, 0], FEATURES * truth)


def test_the_data_are_left_as_they_were():
    x, y = X.copy(), Y.copy()
    fit(Linear(), x, y, MSE, SGD, epochs=2, batch_size=3)
    assert_array_equal(x, X)
    assert_array_equal(y, Y)


@pytest.mark.parametrize(
    ("model", "loss", "y"),
    [
        (Softmax(2), losses.SparseCategoricalCrossEntropy(from_logits=True), LABELS),
        (Softmax(2), losses.CategoricalCrossEntropy(), np.eye(2)[LABELS]),
        (Perceptron(hidden=(6, 6), activation="relu", link="sigmoid", dropout=0.1), BCE, LABELS),
        (Perceptron(hidden=(6, 6), link="sigmoid", residual=True), losses.BinaryCrossEntropy(), LABELS),
        (Linear(), losses.Hinge(), 2 * LABELS - 1),
    ],
    ids=["sparse", "one-hot", "dropout", "residual", "hinge"],
)
def test_every_kind_of_model_learns(model, loss, y):
    history = fit(model, X, y, loss, optimizers.Adam(lr=0.05), epochs=60, batch_size=4)
    assert history.losses[-1] < 0.2 * history.losses[0]


# Weights

WEIGHTS = RNG.integers(4, size=N) / 2


def test_a_weighted_training_of_one_batch_is_descend_on_the_weighted_cost():
    options = {"sample_weight": WEIGHTS, "class_weight": {1: 3.0}}
    path = descend(Cost(Logistic(), BCE, X, LABELS, **options), np.zeros(4), SGD, max_steps=20)
    history = fit(Logistic(), X, LABELS, BCE, SGD, epochs=20, **options)
    assert_array_equal(history.thetas, path.thetas)
    assert_array_equal(history.losses, path.losses)
    assert not np.array_equal(history.theta, fit(Logistic(), X, LABELS, BCE, SGD, epochs=20).theta)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "mean_with_sample_weight"])
def test_a_weight_stays_with_its_example_and_a_batch_divides_by_what_is_its_own(shuffle, reduction):
    loss = losses.MeanSquaredError(reduction=reduction)
    order = np.random.default_rng(0).spawn(2)[0].permutation(N) if shuffle else np.arange(N)
    theta, steps = np.zeros(4), []
    for rows in (order[:4], order[4:8], order[8:]):
        batch = Cost(Linear(), loss, X[rows], Y[rows], sample_weight=WEIGHTS[rows])
        theta = theta - 0.1 * batch.gradient(theta)
        steps.append(theta)
    history = fit(
        Linear(), X, Y, loss, SGD,
        epochs=1, batch_size=4, shuffle=shuffle, sample_weight=WEIGHTS, record_steps=True,
    )  # fmt: skip
    assert_allclose(history.step_thetas[1:], steps, rtol=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum", "mean_with_sample_weight"])
def test_a_batch_without_any_weight_changes_nothing(reduction):
    weights, loss = np.r_[np.zeros(5), np.ones(5)], losses.MeanSquaredError(reduction=reduction)
    history = fit(
        Linear(), X, Y, loss, SGD,
        epochs=1, batch_size=5, shuffle=False, sample_weight=weights, record_steps=True,
    )  # fmt: skip
    start, first, second = history.step_thetas
    assert_array_equal(first, start)
    assert_array_equal(second, fit(Linear(), X[5:], Y[5:], loss, SGD, epochs=1).theta)


def test_an_example_of_weight_2_counts_as_two_do():
    twice, total = np.array([2] + [1] * (N - 1)), losses.MeanSquaredError(reduction="sum")
    sgd = optimizers.GradientDescent(lr=0.01)
    weighted = fit(Linear(), X, Y, total, sgd, epochs=10, sample_weight=twice)
    repeated = fit(Linear(), np.r_[X[:1], X], np.r_[Y[:1], Y], total, sgd, epochs=10)
    assert_allclose(weighted.thetas, repeated.thetas, rtol=1e-12)


def test_each_of_several_rates_has_a_run_of_its_own_from_the_same_start():
    rates = [0.01, 0.1, 0.2]
    sgd = optimizers.GradientDescent(lr=np.reshape(rates, (3, 1)))
    runs = fit(Linear(), X, Y, MSE, sgd, epochs=5, seed=1)
    assert runs.theta.shape == (3, FEATURES + 1)
    for rate, theta in zip(rates, runs.theta, strict=True):
        alone = fit(Linear(), X, Y, MSE, optimizers.GradientDescent(lr=rate), epochs=5, seed=1)
        assert_array_equal(theta, alone.theta)


def test_the_validation_loss_has_its_own_weights_and_not_those_of_the_classes():
    options = {"epochs": 3, "class_weight": {0: 5.0}, "sample_weight": WEIGHTS}
    plain = fit(Logistic(), X, LABELS, BCE, SGD, validation=(X, LABELS), **options)
    assert_array_equal(plain.validation_losses, Cost(Logistic(), BCE, X, LABELS)(plain.thetas))
    weighted = fit(Logistic(), X, LABELS, BCE, SGD, validation=(X, LABELS, WEIGHTS[::-1]), **options)
    watched = Cost(Logistic(), BCE, X, LABELS, sample_weight=WEIGHTS[::-1])
    assert_array_equal(weighted.validation_losses, watched(weighted.thetas))


# Validation and early stopping


def overfitting(**options):
    """Train where there is nothing to learn but noise: the validation loss must rise."""
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(30, 20)), rng.normal(size=30)
    validation = rng.normal(size=(50, 20)), rng.normal(size=50)
    model, adam = Perceptron(hidden=(16,)), optimizers.Adam(lr=0.02)
    return model, validation, fit(model, x, y, MSE, adam, validation=validation, **options)


def test_early_stopping_waits_and_restores_the_best():
    model, validation, history = overfitting(epochs=200, batch_size=8, patience=5)
    watched = history.validation_losses
    assert history.stopped == "validation"
    assert history.epochs < 200
    assert history.kept == watched.argmin() == history.epochs - 5
    assert_array_equal(history.theta, history.thetas[history.kept])
    x, y = validation
    assert MSE(y, model.predict(history.theta, x)) == pytest.approx(watched.min(), rel=1e-12)
    assert watched[-1] > watched.min()


def test_the_best_is_restored_when_the_epochs_end_before_patience_does():
    *_, history = overfitting(epochs=20, batch_size=8, patience=100)
    assert history.stopped == "max steps"
    assert history.kept == history.validation_losses.argmin() < 20


def test_without_patience_the_last_is_kept():
    *_, history = overfitting(epochs=30, batch_size=8)
    assert (history.stopped, history.kept) == ("max steps", 30)
    assert history.validation_losses.argmin() < 30
    assert_array_equal(history.theta, history.thetas[-1])


def test_watching_changes_nothing():
    *_, history = overfitting(epochs=5, batch_size=8, metrics={"mae": metrics.mae})
    *_, patient = overfitting(epochs=5, batch_size=8, patience=9)
    assert_array_equal(history.thetas, patient.thetas)


def test_the_validation_loss_has_no_penalty_and_the_cost_has():
    history = fit(Linear(), X, Y, MSE, SGD, epochs=3, l2=2.0, validation=(X, Y))
    penalties = (history.thetas[:, :3] ** 2).sum(axis=1)
    assert_allclose(history.losses - history.validation_losses, penalties, rtol=1e-12, atol=1e-15)


def test_data_sets_are_taken_whole():
    train, test = datasets.moons(40).split(test=0.25)
    history = fit(Logistic(), *train, BCE, SGD, epochs=3, validation=test)
    assert len(history.validation_losses) == 4


# A schedule that watches the loss


@pytest.mark.parametrize("validation", [None, (-X, Y)], ids=["cost", "validation loss"])
@pytest.mark.parametrize("batch_size", [None, 4])
def test_a_schedule_looks_once_an_epoch(validation, batch_size):
    seen = []

    class Watching(schedules.Constant):
        def at(self, step, loss, memory):
            seen.append(loss)
            return self.lr, memory

    optimizer = optimizers.GradientDescent(lr=Watching(lr=0.1))
    history = fit(Linear(), X, Y, MSE, optimizer, epochs=4, batch_size=batch_size, validation=validation)
    watched = history.losses if validation is None else history.validation_losses
    steps = 1 if batch_size is None else 3
    assert seen[::steps] == watched[:-1].tolist()
    assert [loss for i, loss in enumerate(seen) if i % steps] == [None] * (len(seen) - 4)


def test_a_rate_does_not_fall_while_the_loss_does():
    X, y = np.linspace(-1, 1, 100)[:, None], np.linspace(-1, 1, 100)
    plateau = schedules.ReduceOnPlateau(lr=1e-2, factor=0.5, patience=2)
    options = {"epochs": 5, "batch_size": 1, "record_steps": True}
    history = fit(Linear(), X, y, MSE, optimizers.GradientDescent(lr=plateau), **options)
    assert (np.diff(history.losses) < 0).all()
    constant = fit(Linear(), X, y, MSE, optimizers.GradientDescent(lr=1e-2), **options)
    assert_array_equal(history.step_thetas, constant.step_thetas)


# Clipping

finite = st.floats(-1e300, 1e300)
vectors = arrays(float, st.integers(1, 6), elements=finite)
limits = st.floats(1e-9, 1e9)


@given(vectors, limits)
def test_clipping_by_norm_never_lengthens_nor_turns(gradient, limit):
    clipped = clipped_by_norm(gradient, limit)
    assert (np.abs(clipped) <= np.abs(gradient)).all()
    assert (clipped * np.sign(gradient) >= 0).all()
    assert np.linalg.norm(clipped) <= limit * (1 + 1e-14)
    if np.abs(gradient).max() <= limit / 3:  # then it is no longer than the limit
        assert_array_equal(clipped, gradient)


@given(vectors, limits)
def test_clipping_by_value_never_lengthens_an_entry(gradient, limit):
    clipped = clipped_by_value(gradient, limit)
    assert_array_equal(clipped, np.sign(gradient) * np.minimum(np.abs(gradient), limit))


def test_clipping_by_norm_keeps_the_direction():
    assert clipped_by_norm(np.array([3.0, -4.0]), 1.0).tolist() == pytest.approx([0.6, -0.8])
    assert clipped_by_norm(np.array([3e200, -4e200]), 1.0).tolist() == pytest.approx([0.6, -0.8])
    assert clipped_by_norm(np.zeros(2), 1.0).tolist() == [0, 0]
    assert clipped_by_value(np.array([3.0, -0.5]), 1.0).tolist() == [1, -0.5]


def test_clipping_keeps_float32():
    gradient = np.array([3, 4], np.float32)
    assert clipped_by_norm(gradient, np.float64(1)).dtype == np.float32


@pytest.mark.parametrize("batch_size", [None, 3])
def test_no_step_is_longer_than_the_clipped_gradient(batch_size):
    options = {"epochs": 4, "batch_size": batch_size, "record_steps": True}

    def steps(**clip):
        return np.diff(fit(Linear(), 100 * X, Y, MSE, SGD, **options, **clip).step_thetas, axis=0)

    assert np.linalg.norm(steps(), axis=1).max() > 1
    assert_allclose(np.linalg.norm(steps(clip_norm=0.5), axis=1), 0.1 * 0.5, rtol=1e-9)
    assert abs(steps(clip_value=0.5)).max() <= 0.1 * 0.5 * (1 + 1e-9)
    both = steps(clip_norm=0.01, clip_value=0.5)
    assert_allclose(np.linalg.norm(both, axis=1), 0.1 * 0.01, rtol=1e-9)


def test_clipping_by_value_comes_before_clipping_by_norm():
    # The gradient is −2(60, 80) at the start: by value it is −(1, 1), by norm then −(1, 1)/√2.
    x, y = np.array([[60.0, 80.0]]), np.array([1.0])
    history = fit(
        Perceptron(hidden=()), x, y, MSE, SGD, theta0=[0, 0, 0], epochs=1, clip_norm=1.0, clip_value=1.0
    )  # fmt: skip
    assert_allclose(history.theta, 0.1 * np.ones(3) / np.sqrt(3), rtol=1e-12)


# Penalties and dropout


def test_l2_ends_at_ridge_regression():
    history = fit(Linear(), X, Y, MSE, SGD, epochs=2000, l2=0.3, gradient_tolerance=1e-12)
    x = np.column_stack((X, np.ones(N)))
    ridge = np.linalg.solve(2 / N * x.T @ x + 0.3 * np.diag([1, 1, 1, 0]), 2 / N * x.T @ Y)
    assert_allclose(history.theta, ridge, rtol=1e-9)


def test_l1_ends_at_the_soft_threshold():
    # For columns that are orthogonal, each weight is its least-squares value, drawn towards 0 by λ/2.
    x = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], float)
    y = x @ [2.0, 0.1]
    history = fit(Linear(), x, y, MSE, optimizers.GradientDescent(lr=1e-3), epochs=5000, l1=1.0)
    assert_allclose(history.theta, [1.5, 0, 0], atol=2e-3)


def test_dropout_is_of_training_alone():
    model, plain = Perceptron(hidden=(8,), dropout=0.5), Perceptron(hidden=(8,))
    start = model.init(FEATURES, seed=1)
    histories = [fit(model, X, Y, MSE, SGD, theta0=start, epochs=3, seed=seed) for seed in (0, 0, 1)]
    undropped = fit(plain, X, Y, MSE, SGD, theta0=start, epochs=3)
    assert_array_equal(histories[0].thetas, histories[1].thetas)
    assert not np.array_equal(histories[0].theta, histories[2].theta)
    assert not np.array_equal(histories[0].theta, undropped.theta)
    assert_array_equal(histories[0].losses, Cost(plain, MSE, X, Y)(histories[0].thetas))


def test_dropout_and_shuffling_do_not_disturb_each_other():
    def visited(dropout):
        model = Perceptron(hidden=(4,), activation="sigmoid", dropout=dropout)
        history = fit(model, np.eye(5), np.ones(5), MSE, SGD, epochs=2, batch_size=1, record_steps=True)
        weights = model.views(np.diff(history.step_thetas, axis=0), 5)["weights_1"]
        return [np.flatnonzero(step.any(axis=1)).tolist() for step in weights]

    assert visited(0.01) == visited(0.0)


# Metrics and the history


def test_metrics_are_those_of_each_epoch():
    def accuracy(y, p):
        return metrics.accuracy(y, metrics.decide(p))

    validation = -X, 1 - LABELS
    history = fit(
        Logistic(), X, LABELS, BCE, SGD, epochs=4, batch_size=3, validation=validation,
        metrics={"accuracy": accuracy, "auc": metrics.roc_auc},
    )  # fmt: skip
    assert list(history.metrics) == list(history.validation_metrics) == ["accuracy", "auc"]
    for name, metric in {"accuracy": accuracy, "auc": metrics.roc_auc}.items():
        expected = [metric(LABELS, Logistic().predict(theta, X)) for theta in history.thetas]
        assert_array_equal(history.metrics[name], expected)
        expected = [metric(1 - LABELS, Logistic().predict(theta, -X)) for theta in history.thetas]
        assert_array_equal(history.validation_metrics[name], expected)


def test_a_metric_that_writes_to_what_it_gets_spoils_nothing():
    def sorting(y, predictions):
        y.sort()
        predictions.sort()
        return metrics.mae(y, predictions)

    y = Y.copy()
    history = fit(
        Linear(), X, y, MSE, SGD, epochs=3, metrics={"sorted": sorting, "mae": metrics.mae},
        validation=(X, y),
    )  # fmt: skip
    assert_array_equal(y, Y)
    expected = [metrics.mae(Y, Linear().predict(theta, X)) for theta in history.thetas]
    assert_array_equal(history.metrics["mae"], expected)
    assert_array_equal(history.validation_metrics["mae"], expected)


def test_without_validation_and_metrics_there_are_none():
    history = fit(Linear(), X, Y, MSE, SGD, epochs=1)
    assert (history.validation_losses, history.step_thetas) == (None, None)
    assert history.metrics == history.validation_metrics == {}


def test_shapes_of_the_history():
    history = fit(Linear(), X, Y, MSE, SGD, epochs=3, batch_size=4, record_steps=True)
    assert history.thetas.shape == (4, 4)
    assert history.losses.shape == history.gradient_norms.shape == (4,)
    assert history.step_thetas.shape == (10, 4)
    assert_array_equal(history.step_thetas[::3], history.thetas)
    assert_array_equal(history.losses, Cost(Linear(), MSE, X, Y)(history.thetas))


def test_a_training_that_diverges_says_so_and_warns_of_nothing():
    options = {"batch_size": 3, "validation": (X, Y), "metrics": {"mae": metrics.mae}}
    wild = fit(Linear(), X, Y, MSE, optimizers.GradientDescent(lr=10.0), epochs=100, **options)
    assert (wild.stopped, wild.kept) == ("diverged", wild.epochs)
    assert np.isfinite(wild.metrics["mae"]).all()
    wilder = fit(Linear(), X, Y, MSE, optimizers.GradientDescent(lr=1e300), epochs=9, patience=3, **options)
    assert (wilder.stopped, wilder.epochs, wilder.kept) == ("diverged", 1, 0)
    assert np.isnan(wilder.metrics["mae"][-1])


def test_a_history_reads_as_a_sentence():
    *_, history = overfitting(epochs=200, batch_size=8, patience=5)
    sentence = re.sub(r"[\d.]+ → [\d.]+", "… → …", str(history))
    assert sentence == (
        f"stopped: the validation loss no longer falls after {history.epochs} epochs; loss … → …; "
        f"kept epoch {history.kept}"
    )
    assert repr(history) == f"History(stopped='validation', epochs={history.epochs}, kept={history.kept})"
    assert "kept" not in str(fit(Linear(), X, Y, MSE, SGD, epochs=1))


@pytest.mark.parametrize("model", [Linear(), Perceptron(dropout=0.2)], ids=["linear", "perceptron"])
def test_float32_stays_float32(model):
    history = fit(
        model, X.astype(np.float32), Y, MSE, optimizers.Adam(lr=0.1), validation=(X, Y),
        epochs=2, batch_size=3, clip_norm=1.0, clip_value=0.5, l1=0.1, l2=0.1, record_steps=True,
    )  # fmt: skip
    assert history.thetas.dtype == history.step_thetas.dtype == history.theta.dtype == np.float32


@pytest.mark.parametrize("model", [Linear(), Perceptron(dropout=0.2)], ids=["linear", "perceptron"])
def test_half_precision_is_trained_in_float32(model):
    half = X.astype(np.float16)
    options = {"epochs": 2, "batch_size": 3, "clip_norm": 1.0, "l1": 0.1, "record_steps": True}
    options |= {"metrics": {"mae": metrics.mae}, "theta0": np.ones(model.size(FEATURES), np.float16)}
    history = fit(model, half, Y, MSE, optimizers.Adam(lr=0.1), validation=(half, Y), **options)
    single = half.astype(np.float32)
    expected = fit(model, single, Y, MSE, optimizers.Adam(lr=0.1), validation=(single, Y), **options)
    assert history.thetas.dtype == history.theta.dtype == np.float32
    assert_array_equal(history.step_thetas, expected.step_thetas)
    assert_array_equal(history.validation_losses, expected.validation_losses)
    assert_array_equal(history.metrics["mae"], expected.metrics["mae"])


def test_options_may_be_numpy_s_numbers_of_few_bits():
    options = {
        "epochs": 127,
        "batch_size": 3,
        "clip_value": 1,
        "clip_norm": 1,
        "patience": 127,
        "l1": 1,
        "l2": 1,
    }
    few = {name: np.int8(value) for name, value in options.items()}
    few |= {name: np.uint8(options[name]) for name in ("clip_value", "l1")}
    narrow = fit(Linear(), X, Y, MSE, SGD, validation=(X, Y), **few)
    assert_array_equal(narrow.thetas, fit(Linear(), X, Y, MSE, SGD, validation=(X, Y), **options).thetas)
    del few["patience"], options["patience"]
    assert fit(Linear(), X, Y, MSE, SGD, **few).epochs == 127


def test_the_start_may_not_be_masked():
    with pytest.raises(TypeError, match="theta0 must not be a masked array"):
        fit(Linear(), X, Y, MSE, SGD, epochs=1, theta0=np.ma.masked_less(np.ones(4), 2))


def test_the_start_may_be_given():
    assert_array_equal(fit(Linear(), X, Y, MSE, SGD, epochs=1, theta0=[1, 2, 3, 4]).thetas[0], [1, 2, 3, 4])


# Errors, before anything starts


class Untouched(optimizers.GradientDescent):
    """An optimizer that must not be asked for a step."""

    def step(self, *arguments):
        raise AssertionError("training has started")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"y": Y[1:]}, ValueError, "X and y must have as many examples; got 10 and 9"),
        ({"X": X * np.nan}, ValueError, "X must be finite; got nan"),
        ({"model": Logistic(), "loss": BCE}, ValueError, r"y_true must hold probabilities in \[0, 1\]"),
        ({"loss": BCE, "model": Softmax(2), "y": LABELS}, ValueError, "made by a sigmoid"),
        ({"optimizer": optimizers.Adam}, TypeError, "optimizer must be an optimizer, such as"),
        ({"optimizer": Untouched(lr=[0.1, 0.2])}, ValueError, "lr must be a number, or broadcast"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1; got 0"),
        ({"epochs": 2.5}, TypeError, "epochs must be a whole number; got 2.5"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1; got 0"),
        ({"batch_size": 2.0}, TypeError, "batch_size must be a whole number; got 2.0"),
        ({"batch_size": 11}, ValueError, "batch_size must be at most the number of examples, 10; got 11"),
        ({"shuffle": 1}, TypeError, "shuffle must be True or False; got 1"),
        ({"theta0": [0.0, 0.0]}, ValueError, r"shape \(4,\) or \(…, 4\) for 3 features; got \(2,\)"),
        ({"theta0": np.zeros((2, 3))}, ValueError, r"shape \(4,\) or \(…, 4\) for 3 features; got \(2, 3\)"),
        ({"theta0": [0, 0, 0, np.inf]}, ValueError, "theta0 must be finite; got inf"),
        (
            {"validation": X},
            TypeError,
            r"validation must be \(X, y\) or \(X, y, sample_weight\); got ndarray",
        ),
        ({"validation": (X, Y, Y, Y)}, TypeError, r"validation must be \(X, y\) or"),
        ({"validation": (X, Y, -np.ones(N))}, ValueError, "sample_weight must not be negative; got -1"),
        ({"sample_weight": np.ones(9)}, ValueError, r"sample_weight must have shape \(10,\)"),
        ({"class_weight": [1, 2], "y": LABELS}, TypeError, "class_weight must be a dict of class to weight"),
        ({"X": np.ma.masked_less(X, 0)}, TypeError, "X must not be a masked array"),
        ({"y": np.ma.masked_less(Y, 0)}, TypeError, "y must not be a masked array"),
        ({"validation": (X[:, :2], Y)}, ValueError, "validation's X must have 3 features, as X has; got 2"),
        ({"validation": (X[1:], Y)}, ValueError, "X and y must have as many examples; got 9 and 10"),
        ({"patience": 3}, ValueError, r"patience needs validation=\(X, y\)"),
        ({"patience": 0, "validation": (X, Y)}, ValueError, "patience must be at least 1; got 0"),
        ({"gradient_tolerance": -1}, ValueError, "gradient_tolerance must be in"),
        ({"loss_tolerance": "small"}, TypeError, "loss_tolerance must be a number"),
        ({"clip_norm": 0}, ValueError, r"clip_norm must be in \(0, inf\); got 0"),
        ({"clip_value": -1}, ValueError, r"clip_value must be in \(0, inf\); got -1"),
        ({"l1": -1}, ValueError, "l1 must be in"),
        ({"l2": np.nan}, ValueError, "l2 must be in"),
        ({"metrics": metrics.mae}, TypeError, "metrics must be a dict of functions"),
        ({"metrics": {"mae": "mae"}}, TypeError, "metrics must be a dict of functions"),
        ({"metrics": {"accuracy": metrics.accuracy}}, ValueError, "metrics.decide"),
    ],
)
def test_bad_input_is_refused_before_training(options, error, message):
    legal = {"model": Linear(), "X": X, "y": Y, "loss": MSE, "optimizer": Untouched(lr=0.1), "epochs": 1}
    with pytest.raises(error, match=message):
        fit(**(legal | options))


def test_a_history_is_a_value_that_cannot_be_changed():
    history = fit(Linear(), X, Y, MSE, SGD, epochs=1)
    assert isinstance(history, History)
    with pytest.raises(AttributeError):
        history.kept = 0
