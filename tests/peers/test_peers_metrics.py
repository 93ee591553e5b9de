"""The metrics, and what prepares data, against scikit-learn: ties and absent classes included."""

import math
import warnings

import numpy as np
import pytest

from lossgd import datasets, metrics
from tests.peers.data import assert_close

peers = pytest.importorskip("sklearn.metrics")
preprocessing = pytest.importorskip("sklearn.preprocessing")
sklearn_datasets = pytest.importorskip("sklearn.datasets")

RNG = np.random.default_rng(0)
TRUE, PREDICTED = RNG.integers(4, size=(2, 300))
NAMES = {"precision": "precision_score", "recall": "recall_score", "f1": "f1_score"}

BINARY = {
    "random": (TRUE % 2, PREDICTED % 2),
    "signs": (2 * (TRUE % 2) - 1, 2 * (PREDICTED % 2) - 1),
    "floats": (TRUE % 2 * 1.0, PREDICTED % 2 * 1.0),
    "nothing true": (TRUE * 0, PREDICTED % 2),
    "nothing called": (TRUE % 2, PREDICTED * 0),
    "nothing at all": (TRUE * 0, PREDICTED * 0),
    "all": (TRUE * 0 + 1, PREDICTED * 0 + 1),
    "one example": ([1], [0]),
}
CLASSES = BINARY | {
    "four classes": (TRUE, PREDICTED),
    "one is never called": (TRUE, np.where(PREDICTED == 2, 0, PREDICTED)),
    "one is never true": (np.where(TRUE == 3, 0, TRUE), PREDICTED),
    "none in common": (TRUE, PREDICTED + 10),
    "far apart": (TRUE * 100 - 7, PREDICTED * 100 - 7),
}
SCORES = {
    "no ties": (TRUE % 2, RNG.normal(size=300)),
    "many ties": (TRUE % 2, RNG.integers(5, size=300)),
    "float32": (TRUE % 2, RNG.random(300, dtype=np.float32)),
    "all tied": (TRUE % 2, np.full(300, 0.3)),
    "perfect": (TRUE % 2, TRUE % 2 + RNG.random(300) / 2),
    "reversed": (TRUE % 2, -(TRUE % 2) + RNG.random(300) / 2),
    "signs": (2 * (TRUE % 2) - 1, RNG.normal(size=300)),
    "only zeros": (TRUE * 0, RNG.normal(size=300)),
    "only ones": (TRUE * 0 + 1, RNG.normal(size=300)),
}
NUMBERS = {
    "random": RNG.normal(size=(2, 300)),
    "outputs": RNG.normal(size=(2, 300, 3)),
    "right": (TRUE, TRUE),
    "constant and right": ([3, 3, 3], [3, 3, 3]),
    "constant and wrong": ([3, 3, 3], [3, 3, 4]),
    "one output constant": ([[1, 2], [1, 4]], [[1, 3], [2, 4]]),
    "two examples": ([0.0, 1e-9], [1e-9, 0.0]),
    "one example": ([1.0], [2.0]),
}


def cases(data):
    return pytest.mark.parametrize(("y", "p"), data.values(), ids=data.keys())


def quietly(function, *arguments, **options):
    """Call a function of scikit-learn that warns where a value is not defined."""
    with warnings.catch_warnings(action="ignore", category=UserWarning):
        return function(*arguments, **options)


@cases(CLASSES)
def test_accuracy_and_confusion_matrix(y, p):
    assert_close(metrics.accuracy(y, p), peers.accuracy_score(y, p))
    np.testing.assert_array_equal(metrics.confusion_matrix(y, p), quietly(peers.confusion_matrix, y, p))
    labels = np.r_[np.union1d(y, p)[::-1], 1234]
    np.testing.assert_array_equal(
        metrics.confusion_matrix(y, p, labels=labels), peers.confusion_matrix(y, p, labels=labels)
    )


@pytest.mark.parametrize("zero_division", [0.0, 1.0, math.nan])
@pytest.mark.parametrize("name", NAMES)
@cases(BINARY)
def test_precision_recall_and_f1_of_two_classes(name, y, p, zero_division):
    peer = getattr(peers, NAMES[name])(y, p, zero_division=zero_division)
    assert_close(getattr(metrics, name)(y, p, zero_division=zero_division), peer)


@pytest.mark.parametrize("zero_division", [0.0, 1.0, math.nan])
@pytest.mark.parametrize("average", ["macro", "micro", None])
@pytest.mark.parametrize("name", NAMES)
@cases(CLASSES)
def test_precision_recall_and_f1_of_classes(name, y, p, average, zero_division):
    options = {"average": average, "zero_division": zero_division}
    assert_close(getattr(metrics, name)(y, p, **options), getattr(peers, NAMES[name])(y, p, **options))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("y", "p"), [([0, 2], [2, 0]), ([0, 1, 2], [0, 1, 1])])
def test_what_is_not_binary_is_an_error_in_both(name, y, p):
    with pytest.raises(ValueError, match=r"pos_label|Target is multiclass"):
        getattr(peers, NAMES[name])(y, p)
    with pytest.raises(ValueError, match="two classes"):
        getattr(metrics, name)(y, p)


@cases(SCORES)
def test_roc_curve_and_area(y, p):
    peer = quietly(peers.roc_curve, y, p, pos_label=1, drop_intermediate=False)
    for ours, theirs in zip(metrics.roc_curve(y, p), peer, strict=True):
        assert_close(ours, theirs)
    assert_close(metrics.roc_auc(y, p), quietly(peers.roc_auc_score, y, p))


@cases(NUMBERS)
def test_metrics_of_numbers(y, p):
    assert_close(metrics.r2(y, p), quietly(peers.r2_score, y, p))
    assert_close(metrics.mae(y, p), peers.mean_absolute_error(y, p))
    assert_close(metrics.rmse(y, p), peers.root_mean_squared_error(y, p))


@pytest.mark.parametrize(
    ("make", "peer"),
    [(datasets.z_score, "StandardScaler"), (datasets.min_max, "MinMaxScaler")],
    ids=["z_score", "min_max"],
)
def test_scalings_are_its_scalers(make, peer):
    train, test = datasets.breast_cancer().split()
    train, test = (np.column_stack([X, np.full(len(X), 0.1)]) for X in (train.X, test.X))
    theirs = getattr(preprocessing, peer)().fit(train)
    for X in (train, test):
        np.testing.assert_allclose(make(train)(X), theirs.transform(X), rtol=1e-10, atol=1e-12)


def test_the_breast_cancer_data_are_its_copy_with_malignant_as_1():
    ours, theirs = datasets.breast_cancer(), sklearn_datasets.load_breast_cancer()
    np.testing.assert_array_equal(ours.X, theirs.data)
    np.testing.assert_array_equal(ours.y, 1 - theirs.target)
    assert ours.features == tuple(theirs.feature_names)
    assert ours.classes == tuple(theirs.target_names[::-1])


def test_the_moons_are_its_moons_before_noise():
    (X, y), (points, labels) = datasets.moons(101, noise=0.0), sklearn_datasets.make_moons(101, shuffle=False)
    for label in (0, 1):
        ours, theirs = X[y == label], points[labels == label]
        np.testing.assert_allclose(np.sort(ours, axis=0), np.sort(theirs, axis=0), atol=1e-15)
