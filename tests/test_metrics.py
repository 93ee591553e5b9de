"""The metrics: golden values, identities between them, ties and absent classes, and their errors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossgd import metrics

NAN = math.nan
LABELS = st.integers(1, 40).flatmap(lambda n: st.tuples(*[arrays(int, n, elements=st.integers(0, 3))] * 2))
BINARY = st.integers(1, 40).flatmap(lambda n: st.tuples(*[arrays(int, n, elements=st.integers(0, 1))] * 2))
# Few different scores, so that there are ties, and both classes are there.
RANKED = st.integers(0, 40).flatmap(
    lambda n: st.tuples(
        arrays(int, n + 2, elements=st.integers(0, 1)).map(lambda y: np.r_[0, 1, y[2:]]),
        arrays(float, n + 2, elements=st.sampled_from([-2.0, 0.0, 0.1, 0.3, 0.5, 7.0])),
    )
)
NUMBERS = st.integers(2, 30).flatmap(
    lambda n: st.tuples(*[arrays(float, n, elements=st.floats(-1e6, 1e6, width=32))] * 2)
)

# Three classes, of which 1 is never predicted and 2 never true.
Y, P = [0, 0, 1, 1, 0], [0, 0, 0, 2, 2]


def test_the_confusion_matrix_counts_truth_in_rows_and_predictions_in_columns():
    np.testing.assert_array_equal(metrics.confusion_matrix(Y, P), [[2, 0, 1], [1, 0, 1], [0, 0, 0]])


def test_the_labels_give_the_order_of_the_classes_and_add_absent_ones():
    counted = metrics.confusion_matrix(Y, P, labels=[2, 7, 1, 0])
    np.testing.assert_array_equal(counted, [[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 1], [1, 0, 0, 2]])


def test_labels_may_be_any_whole_numbers():
    np.testing.assert_array_equal(
        metrics.confusion_matrix([-1, 1, 100], [1.0, 1.0, -1.0]).sum(axis=0), [1, 2, 0]
    )
    assert metrics.precision([-1, 1, 1], [1, 1, -1]) == 0.5
    assert metrics.accuracy([True, False], [1.0, 0.0]) == 1


@pytest.mark.parametrize(
    ("metric", "average", "zero_division", "expected"),
    [
        (metrics.precision, None, 0.0, [2 / 3, 0, 0]),
        (metrics.precision, None, 1.0, [2 / 3, 1, 0]),
        (metrics.precision, None, NAN, [2 / 3, NAN, 0]),
        (metrics.precision, "macro", 0.0, 2 / 9),
        (metrics.precision, "macro", 1.0, 5 / 9),
        (metrics.precision, "macro", NAN, 1 / 3),
        (metrics.precision, "micro", 0.0, 2 / 5),
        (metrics.recall, None, 0.0, [2 / 3, 0, 0]),
        (metrics.recall, None, NAN, [2 / 3, 0, NAN]),
        (metrics.recall, "macro", 1.0, 5 / 9),
        (metrics.f1, None, 1.0, [2 / 3, 0, 0]),
        (metrics.f1, "macro", 0.0, 2 / 9),
        (metrics.f1, "micro", 0.0, 2 / 5),
    ],
)
def test_each_class_in_turn_is_the_positive_one(metric, average, zero_division, expected):
    value = metric(Y, P, average=average, zero_division=zero_division)
    np.testing.assert_allclose(value, expected, rtol=1e-15)


@pytest.mark.parametrize("zero_division", [0.0, 1.0, NAN])
@pytest.mark.parametrize("zeros", [[0, 0], [-1, -1]])
def test_without_positives_the_value_is_what_was_asked_for(zeros, zero_division):
    for metric in (metrics.precision, metrics.recall, metrics.f1):
        value = metric(zeros, zeros, zero_division=zero_division)
        np.testing.assert_equal(value, zero_division)
        assert isinstance(value, float)


def test_only_what_has_no_value_gets_the_stand_in():
    assert metrics.precision([1, 0], [0, 0], zero_division=1.0) == 1
    assert metrics.recall([1, 0], [0, 0], zero_division=1.0) == 0
    assert metrics.f1([1, 0], [0, 0], zero_division=1.0) == 0


@given(LABELS)
def test_the_metrics_of_classes_follow_from_the_confusion_matrix(labels):
    y, p = labels
    matrix = metrics.confusion_matrix(y, p)
    assert matrix.sum() == len(y)
    assert metrics.accuracy(y, p) == matrix.trace() / len(y)
    for metric in (metrics.precision, metrics.recall, metrics.f1):
        np.testing.assert_allclose(metric(y, p, average="micro"), metrics.accuracy(y, p), rtol=1e-15)
    hits, called, actual = matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1)
    precision = np.where(called, hits / np.maximum(called, 1), 0)
    recall = np.where(actual, hits / np.maximum(actual, 1), 0)
    np.testing.assert_allclose(metrics.precision(y, p, average=None), precision)
    np.testing.assert_allclose(metrics.recall(y, p, average=None), recall)
    harmonic = 2 * precision * recall / np.where(hits, precision + recall, 1)
    np.testing.assert_allclose(metrics.f1(y, p, average=None), harmonic)


@given(LABELS)
def test_truth_and_prediction_exchanged_turn_precision_into_recall(labels):
    y, p = labels
    for average in (None, "macro", "micro"):
        np.testing.assert_array_equal(
            metrics.precision(y, p, average=average), metrics.recall(p, y, average=average)
        )
        np.testing.assert_array_equal(metrics.f1(y, p, average=average), metrics.f1(p, y, average=average))
    np.testing.assert_array_equal(metrics.confusion_matrix(y, p), metrics.confusion_matrix(p, y).T)


@given(BINARY)
def test_of_two_classes_the_value_is_that_of_class_1(labels):
    y, p = labels
    matrix = metrics.confusion_matrix(y, p, labels=[0, 1])
    (_, false_positives), (missed, hits) = matrix
    assert metrics.precision(y, p) == (hits / (hits + false_positives) if hits + false_positives else 0)
    assert metrics.recall(y, p) == (hits / (hits + missed) if hits + missed else 0)


def test_a_roc_curve_with_a_tie_has_one_point_for_it():
    fpr, tpr, thresholds = metrics.roc_curve([0, 1, 0, 1, 1], [0.2, 0.5, 0.5, 0.5, 0.9])
    np.testing.assert_array_equal(thresholds, [math.inf, 0.9, 0.5, 0.2])
    np.testing.assert_allclose(fpr, [0, 0, 1 / 2, 1])
    np.testing.assert_allclose(tpr, [0, 1 / 3, 1, 1])


@given(RANKED)
def test_each_point_of_a_roc_curve_is_the_rule_at_its_threshold(data):
    y, scores = data
    curve = metrics.roc_curve(y, scores)
    for fpr, tpr, threshold in zip(*curve, strict=True):
        called = scores >= threshold
        assert tpr == np.mean(called[y == 1])
        assert fpr == np.mean(called[y == 0])
        if math.isfinite(threshold):
            np.testing.assert_array_equal(metrics.decide(scores, threshold=threshold), called)


@given(RANKED)
def test_the_area_is_how_often_a_positive_example_is_ranked_higher(data):
    y, scores = data
    positive, negative = scores[y == 1][:, None], scores[y == 0]
    auc = metrics.roc_auc(y, scores)
    assert auc == np.mean((positive > negative) + 0.5 * (positive == negative))
    assert auc == metrics.roc_auc(2 * y - 1, scores)
    curve = metrics.roc_curve(y, scores)
    np.testing.assert_allclose(auc, np.trapezoid(curve.tpr, curve.fpr), atol=1e-15)


@given(RANKED)
def test_the_area_depends_on_the_order_alone(data):
    y, scores = data
    auc = metrics.roc_auc(y, scores)
    assert metrics.roc_auc(y, np.exp(scores)) == auc
    np.testing.assert_allclose(metrics.roc_auc(y, -scores), 1 - auc, atol=1e-15)


@pytest.mark.parametrize(("present", "absent"), [(0, "tpr"), (1, "fpr")])
def test_the_rate_of_an_absent_class_is_nan(present, absent):
    curve = metrics.roc_curve([present] * 2, [0.3, 0.7])
    there = {"tpr": curve.tpr, "fpr": curve.fpr}
    assert np.isnan(there.pop(absent)).all()
    np.testing.assert_array_equal(there.popitem()[1], [0, 0.5, 1])
    assert math.isnan(metrics.roc_auc([present] * 2, [0.3, 0.7]))


@given(NUMBERS)
def test_the_metrics_of_numbers_are_their_formulas(data):
    y, p = data
    np.testing.assert_allclose(metrics.mae(y, p), np.mean(np.abs(y - p)), rtol=1e-12)
    np.testing.assert_allclose(metrics.rmse(y, p), math.sqrt(np.mean((y - p) ** 2)), rtol=1e-12)
    if (spread := np.sum((y - y.mean()) ** 2)) > 1e-3:
        np.testing.assert_allclose(metrics.r2(y, p), 1 - np.sum((y - p) ** 2) / spread, rtol=1e-9, atol=1e-9)
    assert metrics.mae(y, p) <= metrics.rmse(y, p) * (1 + 1e-12)


def test_the_mean_is_the_prediction_with_an_r2_of_0():
    y = np.array([1.0, 2.0, 6.0])
    assert metrics.r2(y, np.full(3, 3.0)) == 0
    assert metrics.r2(y, y) == 1
    assert metrics.r2(y, y[::-1]) < 0


@pytest.mark.parametrize(("prediction", "expected"), [(0.1, 1.0), (0.2, 0.0)])
def test_of_a_constant_truth_r2_is_1_or_0(prediction, expected):
    # The mean of three times 0.1 is not 0.1, but that is rounding, and no spread.
    assert metrics.r2([0.1] * 3, [prediction] * 3) == expected


def test_r2_of_a_single_example_is_nan():
    assert math.isnan(metrics.r2([1.0], [1.0]))


@pytest.mark.parametrize("metric", [metrics.mae, metrics.rmse, metrics.r2])
def test_of_several_outputs_the_mean_of_their_values_is_returned(metric):
    rng = np.random.default_rng(0)
    y, p = rng.normal(size=(2, 20, 3))
    expected = np.mean([metric(y[:, i], p[:, i]) for i in range(3)])
    np.testing.assert_allclose(metric(y, p), expected, rtol=1e-14)


def test_errors_beyond_float64_are_infinite_and_raise_no_warning():
    assert metrics.rmse([0.0, 1.0], [1e200, 0.0]) == math.inf
    assert metrics.r2([0.0, 1.0], [1e200, 0.0]) == -math.inf


def test_float32_is_added_up_in_float64():
    y, p = np.zeros(3, np.float32), np.array([2**24, 1, 1], np.float32)
    assert metrics.mae(y, p) == (2**24 + 2) / 3


@pytest.mark.parametrize(
    ("y_pred", "threshold", "expected"),
    [
        ([0.49, 0.5, 0.51], 0.5, [0, 1, 1]),
        ([-1.0, 0.0, 2.0], 0, [0, 1, 1]),
        ([[0.2, 0.4, 0.4], [0.5, 0.2, 0.3]], 0.5, [1, 0]),
    ],
)
def test_predictions_become_labels(y_pred, threshold, expected):
    labels = metrics.decide(y_pred, threshold=threshold)
    np.testing.assert_array_equal(labels, expected)
    assert labels.dtype.kind == "i"


DECIDE = "Make labels of probabilities with metrics.decide."
BINARY_ONLY = 'average="binary" is for two classes, one of which is 1; got'
ERRORS = [
    (
        metrics.accuracy,
        ([0, 1], [0.2, 1.0]),
        f"y_pred must hold class labels, whole numbers; got 0.2. {DECIDE}",
    ),
    (metrics.accuracy, ([0, 1], [0, NAN]), "y_pred must be finite; got nan"),
    (metrics.accuracy, ([0, 1], [0, 1, 1]), "y_true and y_pred must have the same shape; got (2,) and (3,)"),
    (
        metrics.accuracy,
        ([[0], [1]], [0, 1]),
        "y_true must have shape (n,), one class label an example; got (2, 1)",
    ),
    (metrics.accuracy, ([], []), "y_true must hold at least one example; got an empty array of shape (0,)"),
    (
        metrics.precision,
        ([0, 1, 2], [0, 1, 2]),
        f'{BINARY_ONLY} [0, 1, 2]. Use average="macro", "micro" or None.',
    ),
    (metrics.recall, ([0, 2], [0, 2]), f'{BINARY_ONLY} [0, 2]. Use average="macro", "micro" or None.'),
    (metrics.roc_auc, ([0, 2], [0.1, 0.2]), "y_true must hold the labels 0 and 1; got 2."),
    (metrics.roc_curve, ([0, -1], [0.1, 0.2]), "y_true must hold the labels -1 and 1; got 0."),
    (metrics.roc_auc, ([0, 1], [0.1, NAN]), "y_pred must be finite; got nan"),
    (
        metrics.roc_auc,
        ([0, 1], [[0.1], [0.2]]),
        "y_true and y_pred must have the same shape; got (2,) and (2, 1)",
    ),
    (metrics.r2, ([1, 2], [[1], [2]]), "y_true and y_pred must have the same shape; got (2,) and (2, 1)"),
    (metrics.mae, ([1.0, NAN], [1.0, 2.0]), "y_true must be finite; got nan"),
    (metrics.rmse, ([1.0, 2.0], [1.0, math.inf]), "y_pred must be finite; got inf"),
    (metrics.decide, ([0.1, NAN],), "y_pred must be finite; got nan"),
    (
        metrics.decide,
        ([[0.1], [0.2]],),
        "y_pred must have shape (n, k), one column for each of k ≥ 2 classes;",
    ),
]


@pytest.mark.parametrize(("metric", "arguments", "message"), ERRORS)
def test_bad_data_is_an_error(metric, arguments, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the message is compared
        metric(*arguments)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"average": "mean"}, "average must be 'binary' or 'macro' or 'micro'; got 'mean'"),
        ({"zero_division": 0.5}, "zero_division must be 0.0 or 1.0 or nan; got 0.5"),
        ({"zero_division": "warn"}, "zero_division must be 0.0 or 1.0 or nan; got 'warn'"),
    ],
)
@pytest.mark.parametrize("metric", [metrics.precision, metrics.recall, metrics.f1])
def test_a_bad_option_is_an_error(metric, options, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        metric([0, 1], [0, 1], **options)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 2], "labels must hold every class that occurs; got [0, 2], without 1"),
        ([0, 1, 2, 1], "labels must not repeat a class; got [0, 1, 2, 1]"),
    ],
)
def test_labels_that_do_not_fit_are_an_error(labels, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        metrics.confusion_matrix(Y, P, labels=labels)
    assert str(error.value) == message


def test_a_threshold_must_be_a_number():
    with pytest.raises(TypeError, match="threshold must be a number"):
        metrics.decide([0.1], threshold="0.5")
