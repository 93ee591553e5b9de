"""The metrics: golden values, identities between them, ties and absent classes, and their errors."""

import functools
import math
from decimal import Decimal

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


@pytest.mark.parametrize("name", sorted(set(metrics.__all__) - {"RocCurve", "decide"}))
def test_the_data_have_names_and_options_are_given_by_name_alone(name):
    metric = getattr(metrics, name)
    np.testing.assert_equal(metric(y_pred=[0, 1, 0], y_true=[0, 1, 1]), metric([0, 1, 1], [0, 1, 0]))
    with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
        metric([0, 1, 1], [0, 1, 0], None)


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


def test_metrics_beyond_float64_are_infinite_and_raise_no_warning():
    assert metrics.mae([-1e308], [1e308]) == metrics.rmse([-1e308], [1e308]) == math.inf
    assert metrics.r2([0.0, 1.0], [1e200, 0.0]) == -math.inf
    assert metrics.r2([0.0, 1e-300], [1e300, 0.0]) == -math.inf
    assert metrics.confusion_matrix([0, 0], [0, 0], sample_weight=[1e308, 1e308]) == math.inf


@pytest.mark.parametrize("exponent", [-1073, -1060, -540, -300, 0, 300, 512, 540, 1021])
def test_the_metrics_of_numbers_scale_with_the_numbers(exponent):
    """Their squares, sums and differences may be beyond float64."""
    y, p = np.ldexp([1.0, 2.0, 4.0], exponent), np.ldexp([3.0, 2.0, 0.0], exponent)
    assert metrics.mae(y, p) == np.ldexp(2.0, exponent)
    rmse = np.ldexp(math.sqrt(20 / 3), exponent)
    np.testing.assert_allclose(metrics.rmse(y, p), rtol=1e-15, desired=rmse)
    np.testing.assert_allclose(metrics.r2(y, p), 1 - 20 / (14 / 3), rtol=1e-14)
    both = np.column_stack([y, [1.0, 2.0, 4.0]]), np.column_stack([p, [3.0, 2.0, 0.0]])
    np.testing.assert_allclose(metrics.r2(*both), 1 - 20 / (14 / 3), rtol=1e-14)


def test_a_difference_beyond_float64_may_have_a_ratio_and_a_mean():
    assert metrics.r2([-1e308, 1e308], [1e308, -1e308]) == -3
    assert metrics.rmse([1e200], [-1e200]) == 2e200
    assert metrics.mae([-1e308, 1, 1, 1], [1e308, 1, 1, 1]) == 5e307
    assert metrics.rmse([-1e308, 1, 1, 1], [1e308, 1, 1, 1]) == 1e308
    assert metrics.mae([[1.5e308, 1.5e308]], [[0.0, 0.0]]) == 1.5e308


def test_in_the_ordinary_range_the_metrics_of_numbers_keep_their_last_bit():
    y, p = np.random.default_rng(0).normal(size=(2, 1000))
    assert metrics.mae(y, p) == np.mean(np.abs(y - p))
    assert metrics.rmse(y, p) == math.sqrt(np.mean((y - p) ** 2))
    about = y - y[0]
    assert metrics.r2(y, p) == 1 - np.sum((y - p) ** 2) / np.sum((about - about.mean()) ** 2)


NANOSECONDS = 1_700_000_000_000_000_000  # an instant of 2023
BEYOND = [
    np.array([0, 1, 2, 4]) + 2**53,
    np.array([0, 1, 2, 4]) + NANOSECONDS,
    np.array([0, 1, 2, 4]) + np.int64(-(2**63)),
    np.array([0, 1, 2, 4], np.uint64) + np.uint64(2**64 - 5),
]


@pytest.mark.parametrize("y", BEYOND)
def test_integers_beyond_float64s_digits_are_subtracted_exactly(y):
    p = y[[1, 1, 2, 2]]  # off by 1, 0, 0, 2
    assert metrics.mae(y, p) == 0.75
    assert metrics.rmse(y, p) == math.sqrt(5 / 4)
    np.testing.assert_allclose(metrics.r2(y, p), 1 - 5 / 8.75, rtol=1e-14)
    assert metrics.mae([2**63 - 1], [-(2**63)]) == 2.0**64


@pytest.mark.parametrize("y", BEYOND)
def test_integers_beyond_float64s_digits_are_told_apart(y):
    truth = [0, 1, 0, 1]
    assert metrics.roc_auc(truth, y) == 0.75
    curve = metrics.roc_curve(truth, y)
    np.testing.assert_array_equal(curve.tpr, [0, 0.5, 0.5, 1, 1])
    for threshold, fpr, tpr in zip(curve.thresholds[1:], curve.fpr[1:], curve.tpr[1:], strict=True):
        called = metrics.decide(y, threshold=threshold)
        assert (called[::2].mean(), called[1::2].mean()) == (fpr, tpr)
    assert metrics.accuracy(y, y[[1, 1, 2, 2]]) == 0.5
    np.testing.assert_array_equal(metrics.recall(y, y[[1, 1, 2, 2]], average=None), [0, 1, 1, 0])
    np.testing.assert_array_equal(
        metrics.confusion_matrix(y[:2], y[[1, 1]], labels=y[[1, 0]]), [[1, 0], [1, 0]]
    )


def test_whole_floats_beyond_int64_are_labels():
    assert metrics.accuracy([1e19], [3e19]) == 0
    assert metrics.accuracy([1e19, -1e300], [1e19, -1e300]) == 1
    assert metrics.accuracy(np.array([2**63], np.uint64), [float(2**63)]) == 1
    assert metrics.accuracy(np.array([2**63 + 1], np.uint64), [float(2**63)]) == 0
    np.testing.assert_array_equal(
        metrics.confusion_matrix([1e19, 3, 1e19], [3e19, 3, 1e19]).sum(axis=1), [1, 2, 0]
    )
    assert metrics.precision([1e19, 1], [1, 1]) == 0.5


def test_scores_at_the_ends_of_float64_are_ranked():
    assert metrics.roc_auc([0, 1, 1], [-1e308, 1e308, -1.7e308]) == 0.5


def test_a_threshold_is_compared_exactly_with_integers_and_in_their_dtype_with_floats():
    assert metrics.decide([2**53 + 3, 2**53 + 4], threshold=2.0**53 + 4).tolist() == [0, 1]
    assert metrics.decide([0, 1], threshold=np.float64(0.5)).tolist() == [0, 1]
    assert metrics.decide(np.array([1, 255], np.uint8), threshold=-1).tolist() == [1, 1]
    assert metrics.decide(np.array([1, 255], np.uint8), threshold=256).tolist() == [0, 0]
    assert metrics.decide(np.array([0.7], np.float32), threshold=np.float64(0.7)).tolist() == [1]
    assert metrics.decide(np.array([6e4], np.float16), threshold=1e5).tolist() == [0]


def test_float32_and_float16_are_added_up_in_float64():
    y, p = np.zeros(3, np.float32), np.array([2**24, 1, 1], np.float32)
    assert metrics.mae(y, p) == (2**24 + 2) / 3
    y, p = np.zeros(1000, np.float16), np.full(1000, 6e4, np.float16)
    p[0] = 0
    assert metrics.mae(y, p) == 60_000 * 0.999
    np.testing.assert_allclose(metrics.rmse(y, p), 60_000 * math.sqrt(0.999), rtol=1e-15)
    weights = np.full(1000, 0.1, np.float16)
    assert metrics.accuracy(y, p * 0, sample_weight=weights) == 1
    np.testing.assert_allclose(metrics.mae(y, p, sample_weight=weights), 60_000 * 0.999, rtol=1e-13)


WEIGHED = st.integers(2, 25).flatmap(
    lambda n: st.tuples(
        arrays(int, n, elements=st.integers(0, 1)),
        arrays(int, n, elements=st.integers(0, 5)),
        arrays(int, n, elements=st.integers(0, 3)).filter(np.any),
    )
)
OF_LABELS = [metrics.accuracy, metrics.confusion_matrix] + [
    functools.partial(metric, average=average)
    for metric in (metrics.precision, metrics.recall, metrics.f1)
    for average in ("macro", "micro")
]
OF_SCORES = [metrics.roc_auc, metrics.roc_curve, metrics.mae, metrics.rmse, metrics.r2]


def assert_same(ours, expected):
    for one, other in zip(np.atleast_1d(ours), np.atleast_1d(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@given(WEIGHED)
def test_a_weight_of_k_counts_as_k_times_the_example(data):
    y, p, weights = data
    for metric in OF_SCORES:
        repeated = metric(np.repeat(y, weights), np.repeat(p, weights))
        if metric is metrics.r2 and np.count_nonzero(weights) == 1:
            repeated = math.nan  # one example, however heavy
        for scale in (1, 0.1, 1e-300, 1e300):
            assert_same(metric(y, p, sample_weight=weights * scale), repeated)
    there = weights > 0
    for metric in OF_LABELS:
        repeated = metric(np.repeat(y, weights), np.repeat(p % 2, weights))
        assert_same(metric(y[there], p[there] % 2, sample_weight=weights[there]), repeated)


@given(RANKED)
def test_equal_weights_change_nothing(data):
    y, p = data
    ones = np.ones(len(y))
    for metric in OF_SCORES:
        for ours, plain in zip(
            np.atleast_1d(metric(y, p, sample_weight=ones)), np.atleast_1d(metric(y, p)), strict=True
        ):
            np.testing.assert_array_equal(ours, plain)
    for metric in OF_LABELS:
        np.testing.assert_array_equal(metric(y, p > 0.2, sample_weight=ones), metric(y, p > 0.2))


def test_weights_by_hand():
    y, p, weights = [0, 1, 1, 0], [0, 1, 0, 1], [0.5, 2, 1, 0.25]
    np.testing.assert_array_equal(
        metrics.confusion_matrix(y, p, sample_weight=weights), [[0.5, 0.25], [1, 2]]
    )
    assert metrics.accuracy(y, p, sample_weight=weights) == 2.5 / 3.75
    assert metrics.precision(y, p, sample_weight=weights) == 2 / 2.25
    assert metrics.recall(y, p, sample_weight=weights) == 2 / 3
    assert metrics.f1(y, p, sample_weight=weights) == 4 / 5.25
    assert metrics.roc_auc(y, [1, 2, 0, 0], sample_weight=weights) == (2 * 0.75 + 0.5 * 0.25) / (3 * 0.75)
    assert metrics.mae(y, [1, 1, 3, 0], sample_weight=weights) == 2.5 / 3.75
    assert metrics.rmse(y, [1, 1, 3, 0], sample_weight=weights) == math.sqrt(4.5 / 3.75)
    assert metrics.r2(y, [1, 1, 3, 0], sample_weight=weights) == pytest.approx(1 - 4.5 / 0.6)


def test_whole_weights_are_counted_in_whole_numbers():
    for weights in (
        [3, 2**60 + 1],
        np.array([3, 4], np.uint8),
        [True, False],
        np.array([1, 2**40], np.uint64),
    ):
        matrix = metrics.confusion_matrix([0, 1], [1, 1], sample_weight=weights)
        assert matrix.dtype == int
        np.testing.assert_array_equal(matrix[:, 1], weights)
    assert metrics.confusion_matrix([0, 1], [1, 1]).dtype == int
    assert metrics.roc_auc([0, 1, 1], [1, 2, 0], sample_weight=np.array([200, 200, 100], np.uint8)) == 2 / 3


def test_an_example_of_weight_0_has_no_say():
    y, p, weights = [1.0, 2.0, 3.0, 1e308], [1.0, 2.5, 3.5, -1e308], [1, 1, 1, 0]
    for metric in (metrics.mae, metrics.rmse, metrics.r2):
        assert metric(y, p, sample_weight=weights) == metric(y[:3], p[:3])
    assert math.isnan(metrics.r2([1.0, 2.0], [1.0, 2.0], sample_weight=[1, 0]))
    curve = metrics.roc_curve([0, 1, 1], [1, 2, 3], sample_weight=[1, 1, 0])
    np.testing.assert_array_equal(curve.thresholds, [math.inf, 2, 1])
    assert math.isnan(metrics.roc_auc([0, 1], [1, 2], sample_weight=[1, 0]))


def test_the_weighted_spread_is_that_of_the_heavy_examples():
    y, p = [1e17, 1.0, 2.0, 3.0], [1e17, 1.0, 2.0, 4.0]
    assert metrics.r2(y, p, sample_weight=[1e-60, 1, 1, 1]) == pytest.approx(0.5)
    assert metrics.r2([0.1] * 3, [0.2] * 3, sample_weight=[1, 2, 3]) == 0


EVERY = [*OF_LABELS, *OF_SCORES]


@pytest.mark.parametrize("metric", EVERY)
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 1], "sample_weight must have shape (3,), one weight an example; got (2,)"),
        ([1, -1, 1], "sample_weight must not be negative; got -1"),
        ([1, NAN, 1], "sample_weight must be finite; got nan"),
        ([0, 0, 0], "sample_weight must be positive for at least one example; got zeros"),
    ],
)
def test_bad_weights_are_an_error(metric, weights, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        metric([0, 1, 1], [0, 1, 0], sample_weight=weights)
    assert str(error.value) == message


@pytest.mark.parametrize("metric", EVERY)
@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda values: np.ma.array(values, mask=[0, 0, 1]), "must not be a masked array"),
        (lambda values: np.array(values, object), "must hold real numbers; got dtype object"),
        (lambda values: list(map(Decimal, values)), "must hold real numbers; got dtype object"),
        (lambda values: np.array(values, complex), "must hold real numbers; got dtype complex128"),
        (lambda values: list(map(str, values)), "must hold real numbers; got dtype <U1"),
    ],
)
def test_what_is_not_an_array_of_numbers_is_refused(metric, other, message):
    y, p, weights = [0, 1, 1], [0, 1, 0], [1, 2, 3]
    with pytest.raises(TypeError, match=f"y_true {message}"):
        metric(other(y), p)
    with pytest.raises(TypeError, match=f"y_pred {message}"):
        metric(y, other(p))
    with pytest.raises(TypeError, match=f"sample_weight {message}"):
        metric(y, p, sample_weight=other(weights))
    with pytest.raises(TypeError, match=f"y_pred {message}"):
        metrics.decide(other(p))


def test_a_matrix_is_an_array_of_two_dimensions():
    y, p = np.array([[0, 1], [1, 4]]), np.array([[0, 2], [2, 2]])
    with pytest.warns(PendingDeprecationWarning):
        Y, P = np.matrix(y), np.matrix(p)
    for metric in (metrics.mae, metrics.rmse, metrics.r2):
        assert metric(Y, P) == metric(y, p)
    with pytest.raises(ValueError, match=r"y_true must have shape \(n,\), one class label an example"):
        metrics.accuracy(Y, P)


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
