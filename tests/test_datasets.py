"""The data sets: what each promises, the same from the same seed, split and scaled without a leak."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossgd import datasets, metrics

GENERATED = ["badly_scaled", "blobs", "imbalanced", "line", "moons", "sparse", "wave"]


@pytest.mark.parametrize("name", GENERATED)
def test_the_seed_decides_everything(name):
    make = getattr(datasets, name)
    first, again, other = make(seed=3), make(seed=3), make(seed=4)
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.X, other.X)


@pytest.mark.parametrize("name", GENERATED)
@pytest.mark.parametrize("n", [1, 7, 100])
def test_there_are_as_many_examples_as_asked_for(name, n):
    X, y = getattr(datasets, name)(n)
    assert (X.shape[0], y.shape) == (n, (n,))
    assert np.isfinite(X).all()


def test_without_noise_and_outliers_the_line_is_exact():
    X, y = datasets.line(20, slope=-3.0, intercept=0.5, noise=0.0)
    np.testing.assert_array_equal(y, -3 * X[:, 0] + 0.5)


def test_more_outliers_leave_all_other_points_in_place():
    clean, two, five = (datasets.line(30, outliers=k) for k in (0, 2, 5))
    np.testing.assert_array_equal(clean.X, five.X)
    lifted_two, lifted_five = (np.flatnonzero(data.y != clean.y) for data in (two, five))
    assert len(lifted_two) == 2
    assert len(lifted_five) == 5
    assert set(lifted_two) < set(lifted_five)
    np.testing.assert_allclose((five.y - clean.y)[lifted_five], 20)
    np.testing.assert_allclose(datasets.line(30, outliers=30).y - clean.y, 20)


@pytest.mark.parametrize("name", ["line", "wave", "badly_scaled"])
def test_the_noise_has_the_deviation_asked_for(name):
    make = getattr(datasets, name)
    noise = make(20_000, noise=0.5).y - make(20_000, noise=0.0).y
    np.testing.assert_allclose([noise.mean(), noise.std()], [0, 0.5], atol=0.02)


def test_the_wave_is_a_sine():
    X, y = datasets.wave(50, noise=0.0)
    np.testing.assert_allclose(y, np.sin(2 * np.pi * X[:, 0]), atol=1e-15)


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_blobs_share_the_examples_out_and_stand_on_a_circle(classes):
    X, y = datasets.blobs(11, classes=classes, noise=0.0)
    counts = np.bincount(y, minlength=classes)
    assert counts.max() - counts.min() <= 1
    np.testing.assert_allclose(np.hypot(*X.T), 3)
    assert len(np.unique(X.round(9), axis=0)) == classes


@pytest.mark.parametrize("name", ["blobs", "moons"])
def test_the_noise_of_points_has_the_deviation_asked_for(name):
    make = getattr(datasets, name)
    noise = make(20_000, noise=0.5).X - make(20_000, noise=0.0).X
    np.testing.assert_allclose(noise.std(axis=0), 0.5, atol=0.02)


def test_the_moons_are_half_circles_that_no_line_parts():
    X, y = datasets.moons(noise=0.0)
    assert y.sum() == 100
    np.testing.assert_allclose(np.hypot(*X[y == 0].T), 1)
    np.testing.assert_allclose(np.hypot(*(X[y == 1] - [1, 0.5]).T), 1)
    assert least_squares_accuracy(X, y) < 0.95


def least_squares_accuracy(X, y):
    """Return the accuracy of a straight boundary, fitted by least squares."""
    A = np.column_stack([X, np.ones(len(X))])
    scores = A @ np.linalg.lstsq(A, 2 * y - 1, rcond=None)[0]
    return metrics.accuracy(y, metrics.decide(scores, threshold=0))


def test_imbalanced_means_that_accuracy_misleads():
    X, y = datasets.imbalanced()
    assert metrics.accuracy(y, np.zeros(1000)) == 0.95
    assert metrics.roc_auc(y, X.sum(axis=1)) > 0.9
    assert datasets.imbalanced(100, positives=0.3).y.sum() == 30


def test_sparse_features_are_of_unlike_frequency_and_matter_alike():
    X, y = datasets.sparse(20_000)
    assert set(np.unique(X)) == {0, 1}
    np.testing.assert_allclose(X.mean(axis=0), np.geomspace(0.5, 0.003, 50), rtol=0.3)
    weights = np.linalg.lstsq(X, y, rcond=None)[0]
    np.testing.assert_allclose(weights, np.tile([2, -2], 25), atol=0.05)


def test_on_sparse_features_adagrad_learns_sooner_than_gradient_descent():
    """The smallest error after one pass over the data, over eight rates each."""
    X, y = datasets.sparse()
    rates = np.geomspace(0.003, 10, 8)[:, None]
    plain = adaptive = np.zeros((8, X.shape[1]))
    squares = np.zeros_like(adaptive)
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in np.arange(len(y)).reshape(-1, 10):
            plain = plain - rates * (2 * (plain @ X[rows].T - y[rows]) @ X[rows] / 10)
            gradient = 2 * (adaptive @ X[rows].T - y[rows]) @ X[rows] / 10
            squares = squares + gradient**2
            adaptive = adaptive - rates * gradient / np.sqrt(squares + 1e-8)
        errors = [np.nanmin(((theta @ X.T - y) ** 2).mean(axis=1)) for theta in (plain, adaptive)]
    assert errors[0] > 3 * errors[1]


def test_badly_scaled_features_matter_alike():
    X, y = datasets.badly_scaled(2000, noise=0.0)
    assert ((X >= 0) & (X < [1, 1000])).all()
    np.testing.assert_allclose(y, 3 * X[:, 0] + 0.003 * X[:, 1])

    def condition(X):
        A = np.column_stack([X, np.ones(len(X))])
        return np.linalg.cond(A.T @ A)

    assert condition(X) > 1e6
    assert condition(datasets.z_score(X)(X)) < 1.5


def test_the_penguins_are_those_of_palmer_station():
    X, y = datasets.penguins()
    assert X.shape == (342, 4)
    np.testing.assert_array_equal(np.bincount(y), [151, 68, 123])
    np.testing.assert_allclose(X.mean(axis=0).round(2), [43.92, 17.15, 200.92, 4201.75])
    np.testing.assert_array_equal(X[0], [39.1, 18.7, 181, 3750])
    mass = datasets.penguins("body mass")
    np.testing.assert_array_equal(mass.X, X[:, :3])
    np.testing.assert_array_equal(mass.y, X[:, 3])
    assert mass.features == datasets.penguins().features[:3]


def test_the_breast_cancer_data_are_those_of_wisconsin():
    X, y = data = datasets.breast_cancer()
    assert X.shape == (569, 30)
    assert len(set(data.features)) == 30
    np.testing.assert_array_equal(np.bincount(y), [357, 212])
    assert data.features[3] == "mean area"
    assert (X[:, 3].min(), X[:, 3].max()) == (143.5, 2501)
    assert X[y == 1, 3].mean() > 2 * X[y == 0, 3].mean()  # malignant nuclei are the larger ones


@given(st.integers(2, 60), st.floats(0.01, 0.99), st.integers(0, 5))
def test_each_example_is_in_one_of_the_two_parts(n, share, seed):
    data = datasets.Data(np.arange(2 * n).reshape(n, 2), np.arange(n), ("a", "b"))
    if round(share * n) in (0, n):
        with pytest.raises(ValueError, match="both parts must hold an example"):
            data.split(test=share, seed=seed)
        return
    train, test = data.split(test=share, seed=seed)
    assert len(test.y) == round(share * n)
    np.testing.assert_array_equal(np.sort(np.r_[train.y, test.y]), np.arange(n))
    for part in (train, test):
        np.testing.assert_array_equal(part.X[:, 0], 2 * part.y)
        assert part.features == ("a", "b")


def test_the_seed_decides_the_split():
    data = datasets.line()
    first, again, other = (data.split(seed=seed)[1].y for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_scaled_training_features_have_mean_0_and_deviation_1_or_the_range_0_to_1():
    X = datasets.breast_cancer().X
    scaled = datasets.z_score(X)(X)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(scaled.std(axis=0), 1)
    scaled = datasets.min_max(X)(X)
    np.testing.assert_array_equal(scaled.min(axis=0), 0)
    np.testing.assert_array_equal(scaled.max(axis=0), 1)


@pytest.mark.parametrize("make", [datasets.z_score, datasets.min_max])
def test_a_scaling_knows_only_the_data_that_it_was_made_from(make):
    train, test = datasets.badly_scaled().split()
    scale = make(train.X)
    before = scale(train.X)
    moved = scale(test.X + 1e6)
    np.testing.assert_array_equal(scale(train.X), before)
    np.testing.assert_allclose(moved - scale(test.X), np.broadcast_to(1e6 / scale.spread, test.X.shape))


@pytest.mark.parametrize("make", [datasets.z_score, datasets.min_max])
def test_a_constant_column_becomes_0(make):
    X = np.column_stack([np.full(3, 0.1), [1.0, 2.0, 3.0]])  # the deviation of 0.1, 0.1, 0.1 is not quite 0
    np.testing.assert_allclose(make(X)(X)[:, 0], 0, atol=1e-15)


def test_data_names_itself():
    assert repr(datasets.Data([[1.0, 2.0]], [1])) == "Data(1 example, 2 features)"


ONE = "one row an example; got"
ERRORS = [
    (lambda: datasets.line(0), ValueError, "n must be at least 1; got 0"),
    (lambda: datasets.line(2.5), TypeError, "n must be a whole number; got 2.5"),
    (lambda: datasets.line(noise=-1), ValueError, "noise must be in [0, inf); got -1"),
    (lambda: datasets.line(noise=math.nan), ValueError, "noise must be in [0, inf); got nan"),
    (lambda: datasets.line(5, outliers=6), ValueError, "outliers must be at most n = 5; got 6"),
    (lambda: datasets.line(outliers=-1), ValueError, "outliers must be at least 0; got -1"),
    (lambda: datasets.line(outliers=0.1), TypeError, "outliers must be a whole number; got 0.1"),
    (lambda: datasets.blobs(classes=0), ValueError, "classes must be at least 1; got 0"),
    (lambda: datasets.imbalanced(positives=1), ValueError, "positives must be in (0, 1); got 1"),
    (lambda: datasets.sparse(features=0), ValueError, "features must be at least 1; got 0"),
    (
        lambda: datasets.penguins("sex"),
        ValueError,
        "target must be 'species' or 'body mass'; got 'sex'",
    ),
    (
        lambda: datasets.Data([1.0], [1.0]),
        ValueError,
        f"X must have shape (n, features), {ONE} (1,). For a single feature, use X[:, None].",
    ),
    (
        lambda: datasets.Data([[1.0], [2.0]], [1.0]),
        ValueError,
        "y must have shape (2,), one entry a row of X; got (1,)",
    ),
    (lambda: datasets.Data([[math.nan]], [1.0]), ValueError, "X must be finite; got nan"),
    (lambda: datasets.line().split(test=1.0), ValueError, "test must be in (0, 1); got 1.0"),
    (
        lambda: datasets.z_score([[1.0, 2.0]])([[1.0]]),
        ValueError,
        "X must have 2 columns, as it had when scaled; got 1",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS, ids=[message for *_, message in ERRORS])
def test_bad_input_is_an_error(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
