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


def weights_of(y, kind):
    """Return weights for the examples: floats, whole numbers, and some of 0."""
    weights = np.random.default_rng(1).integers(3, size=len(y))
    weights[0] = 1
    return weights if kind == "whole" else weights * 0.37


WEIGHTS = pytest.mark.parametrize("kind", ["whole", "floats"])


@WEIGHTS
@cases(CLASSES)
def test_weighted_accuracy_and_confusion_matrix(y, p, kind):
    weights = weights_of(y, kind)
    assert_close(
        metrics.accuracy(y, p, sample_weight=weights), peers.accuracy_score(y, p, sample_weight=weights)
    )
    ours = metrics.confusion_matrix(y, p, sample_weight=weights)
    theirs = quietly(peers.confusion_matrix, y, p, sample_weight=weights)
    assert_close(ours, theirs)
    assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("zero_division", [0.0, 1.0, math.nan])
@pytest.mark.parametrize("average", ["macro", "micro", None])
@pytest.mark.parametrize("name", NAMES)
@WEIGHTS
@cases(CLASSES)
def test_weighted_precision_recall_and_f1(name, y, p, kind, average, zero_division):
    options = {"average": average, "zero_division": zero_division, "sample_weight": weights_of(y, kind)}
    assert_close(getattr(metrics, name)(y, p, **options), getattr(peers, NAMES[name])(y, p, **options))


@WEIGHTS
@cases(SCORES)
def test_weighted_roc_curve_and_area(y, p, kind):
    weights = weights_of(y, kind)
    peer = quietly(peers.roc_curve, y, p, pos_label=1, drop_intermediate=False, sample_weight=weights)
    for ours, theirs in zip(metrics.roc_curve(y, p, sample_weight=weights), peer, strict=True):
        assert_close(ours, theirs)
    theirs = quietly(peers.roc_auc_score, y, p, sample_weight=weights)
    assert_close(metrics.roc_auc(y, p, sample_weight=weights), theirs)


@WEIGHTS
@cases(NUMBERS)
def test_weighted_metrics_of_numbers(y, p, kind):
    options = {"sample_weight": weights_of(y, kind)}
    if len(y) != 2 and not (kind == "floats" and np.ptp(y) == 0):  # what rounding decides there: see below
        assert_close(metrics.r2(y, p, **options), quietly(peers.r2_score, y, p, **options))
    assert_close(metrics.mae(y, p, **options), peers.mean_absolute_error(y, p, **options))
    assert_close(metrics.rmse(y, p, **options), peers.root_mean_squared_error(y, p, **options))


@pytest.mark.parametrize("metric", [metrics.mae, metrics.accuracy, metrics.roc_auc])
def test_weights_of_zero_alone_are_an_error_in_both(metric):
    peer = {metrics.mae: peers.mean_absolute_error, metrics.accuracy: peers.accuracy_score}
    for each in (metric, peer.get(metric, peers.roc_auc_score)):
        with pytest.raises(ValueError, match=r"zero"):
            each([0, 1], [0, 1], sample_weight=[0, 0])


@pytest.mark.parametrize(
    ("y", "p", "weights", "ours", "theirs"),
    [
        ([0.1] * 3, [0.2] * 3, None, 0.0, -5.192296858534829e31),
        ([1e200, 3e200], [1e200, 5e200], None, -1.0, math.nan),
        ([1e-200, 3e-200], [1e-200, 5e-200], None, -1.0, 1.0),
        ([0.0, 2e-162], [0.0, 4e-162], None, -1.0, 0.0),
        ([2**53, 2**53 + 1], [2**53 + 1, 2**53], None, -3.0, 1.0),
        ([3, 3, 3], [3, 3, 4], [0.37, 0.37, 0.74], 0.0, -2.535301200456459e30),
        ([1, 2], [1, 2], [1, 0], math.nan, 1.0),
        ([1, 2], [2, 2], [1, 0], math.nan, 0.0),
    ],
)
def test_r2_differs_where_rounding_decides(y, p, weights, ours, theirs):
    assert_close(metrics.r2(y, p, sample_weight=weights), ours)
    with np.errstate(all="ignore"):
        assert_close(quietly(peers.r2_score, y, p, sample_weight=weights), theirs)


def test_accuracy_and_errors_differ_beyond_float64s_digits_and_range():
    y, p = [2**53, 2**53], [2**53 + 1, 2**53 + 1]
    assert (metrics.mae(y, p), peers.mean_absolute_error(y, p)) == (1, 0)
    with np.errstate(over="ignore"):
        assert peers.root_mean_squared_error([1e200], [-1e200]) == math.inf
    assert metrics.rmse([1e200], [-1e200]) == 2e200
    assert peers.roc_auc_score([0, 1], [2**53, 2**53 + 1]) == metrics.roc_auc([0, 1], [2**53, 2**53 + 1]) == 1


def test_it_drops_examples_whose_class_is_not_among_the_labels():
    assert peers.confusion_matrix([0, 1, 2], [0, 1, 1], labels=[0, 1]).sum() == 2
    with pytest.raises(ValueError, match="labels must hold every class that occurs"):
        metrics.confusion_matrix([0, 1, 2], [0, 1, 1], labels=[0, 1])


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


@pytest.mark.parametrize(
    ("column", "z_scored", "min_maxed"),
    [
        ([0.1, 0.1, 0.1], True, True),  # constant
        ([5.0], True, True),
        ([0.0, 1e-14], True, True),
        ([0.0, 1e-16], True, False),  # a range below ten machine epsilons
        ([1e8, 1e8 + 1e-7, 1e8], False, True),  # a deviation within the rounding errors of the mean
        ([1_700_000_000_000_000_000 + i for i in range(4)], False, False),  # integers that become floats
        ([1e-170, 3e-170], False, False),
        ([-1e308, 1e308], False, False),  # squares and ranges beyond float64
        ([1e200, 3e200], False, True),
    ],
)
def test_scalings_differ_where_a_column_is_near_constant_or_beyond_float64(column, z_scored, min_maxed):
    X = np.array(column)[:, None]
    makers = (datasets.z_score, "StandardScaler", z_scored), (datasets.min_max, "MinMaxScaler", min_maxed)
    for make, peer, same in makers:
        with np.errstate(all="ignore"):
            theirs = getattr(preprocessing, peer)().fit_transform(X)
        ours = make(X)(X)
        assert np.allclose(ours, theirs, rtol=1e-6, atol=1e-9) == same
        if make is datasets.min_max:
            assert (ours.min(), ours.max()) == (0, float(X.max() > X.min()))
        else:
            np.testing.assert_allclose([ours.mean(), ours.std()], [0, float(X.max() > X.min())], atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_scalings_keep_the_dtype_as_its_scalers_do(dtype):
    X = datasets.breast_cancer().X[:, :4].astype(dtype)
    for make, peer in ((datasets.z_score, "StandardScaler"), (datasets.min_max, "MinMaxScaler")):
        theirs = getattr(preprocessing, peer)().fit_transform(X)
        assert make(X)(X).dtype == theirs.dtype == dtype
        np.testing.assert_allclose(make(X)(X), theirs, atol=30 * np.finfo(dtype).eps)


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
