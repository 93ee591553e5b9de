"""Bad input is an error that says what was expected and what came; each is tested by its whole message."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import losses
from tests.losses.cases import CASES, class_indices, each, every_case, every_elementwise_case

MSE = losses.MeanSquaredError()
BCE = losses.BinaryCrossEntropy()
BCE_LOGITS = losses.BinaryCrossEntropy(from_logits=True)
HINGE = losses.Hinge()
CCE = losses.CategoricalCrossEntropy()
CCE_LOGITS = losses.CategoricalCrossEntropy(from_logits=True)
SPARSE = losses.SparseCategoricalCrossEntropy()
SPARSE_LOGITS = losses.SparseCategoricalCrossEntropy(from_logits=True)
KL = losses.KLDivergence()
SAME = "y_true and y_pred must have the same shape; got"
TABLE = "y_pred must have shape (n, k), one column for each of k ≥ 2 classes; got"
ONE_INDEX = "y_true must have shape (1,), one class index an example; got"
NOT_EMPTY = "must hold at least one example; got an empty array of shape"
NOT_SCALAR = "must be an array with one entry an example; got the scalar"
PROBABILITIES = "must hold probabilities in [0, 1]; got"
LOGITS = ". For scores of any size (logits), use from_logits=True"
ZERO_ONE = f"y_true {PROBABILITIES} {{}}. Turn labels −1 and 1 into 0 and 1 with (y + 1) / 2"
SIGNS = "y_true must hold the labels -1 and 1; got {}. Turn labels 0 and 1 into −1 and 1 with 2 * y - 1."
INDICES = "y_true must hold class indices 0 … 2, for 3 columns of y_pred; got"
ROW = [[0.2, 0.5, 0.3]]

SHAPES = [
    (MSE, [1, 2], [1.0, 2.0, 3.0], f"{SAME} (2,) and (3,)"),
    (MSE, [1, 2], [[1.0], [2.0]], f"{SAME} (2,) and (2, 1)"),
    (BCE, [[1], [0]], [0.5, 0.5], f"{SAME} (2, 1) and (2,)"),
    (CCE, [1], ROW, f"{SAME} (1,) and (1, 3)"),
    (CCE, [[1, 0]], ROW, f"{SAME} (1, 2) and (1, 3)"),
    (CCE, [1, 0], [0.5, 0.5], f"{TABLE} (2,)"),
    (KL, [[1]], [[1.0]], f"{TABLE} (1, 1)"),
    (SPARSE, [1], [[[0.5, 0.5]]], f"{TABLE} (1, 1, 2)"),
    (SPARSE, [[1]], ROW, f"{ONE_INDEX} (1, 1)"),
    (SPARSE, [1, 1], ROW, f"{ONE_INDEX} (2,)"),
    (MSE, [], [], f"y_true {NOT_EMPTY} (0,)"),
    (MSE, np.zeros((3, 0)), np.zeros((3, 0)), f"y_true {NOT_EMPTY} (3, 0)"),
    (MSE, [1], [], f"y_pred {NOT_EMPTY} (0,)"),
    (MSE, 1.5, [1.0], f"y_true {NOT_SCALAR} 1.5"),
    (MSE, [1.0], 2, f"y_pred {NOT_SCALAR} 2"),
]

VALUES = [
    (MSE, [math.nan], [0.0], "y_true must be finite; got nan"),
    (MSE, [0.0, math.inf], [0.0, 0.0], "y_true must be finite; got inf"),
    (MSE, [0.0], [math.nan], "y_pred must be finite; got nan"),
    (MSE, [0.0, 0.0], [1e200, -math.inf], "y_pred must be finite; got -inf"),
    (BCE_LOGITS, [0], [math.inf], "y_pred must be finite; got inf"),
    (HINGE, [1], [math.nan], "y_pred must be finite; got nan"),
    (CCE_LOGITS, [[0, 1]], [[0.0, math.nan]], "y_pred must be finite; got nan"),
    (SPARSE_LOGITS, [0], [[0.0, -math.inf]], "y_pred must be finite; got -inf"),
    (BCE, [0, 1], [0.5, 1.5], f"y_pred {PROBABILITIES} 1.5{LOGITS}"),
    (BCE, [0, 1], [-0.5, 0.5], f"y_pred {PROBABILITIES} -0.5{LOGITS}"),
    (BCE, [0, 1], [0.5, math.nan], f"y_pred {PROBABILITIES} nan{LOGITS}"),
    (CCE, [[0, 1]], [[-1.0, 2.0]], f"y_pred {PROBABILITIES} -1.0{LOGITS}"),
    (KL, [[0, 1]], [[-1.0, 2.0]], f"y_pred {PROBABILITIES} -1.0"),
    (CCE, [[1, 0]], [[1.0005, 0.0]], f"y_pred {PROBABILITIES} 1.0005{LOGITS}"),  # though its row sums to 1
    (BCE, [0, -1], [0.5, 0.5], ZERO_ONE.format("-1.0")),
    (BCE, [0, 1.5], [0.5, 0.5], ZERO_ONE.format("1.5")),
    (BCE, [math.nan], [0.5], ZERO_ONE.format("nan")),
    (HINGE, [1, 0], [0.5, 0.5], SIGNS.format("0")),
    (HINGE, [2], [0.5], SIGNS.format("2")),
    (SPARSE, [3], ROW, f"{INDICES} 3"),
    (SPARSE_LOGITS, [-1], ROW, f"{INDICES} -1"),
    (CCE, [[0, 1, 1]], ROW, "each row of y_true must sum to 1; got a sum of 2"),
    (CCE, [[0, 0, 0]], ROW, "each row of y_true must sum to 1; got a sum of 0"),
    (CCE, [[0, 2, -1]], ROW, f"y_true {PROBABILITIES} 2.0"),
    (CCE_LOGITS, [[0, math.nan]], [[0.0, 0.0]], f"y_true {PROBABILITIES} nan"),
    (CCE, [[0, 1, 0]], [[0.2, 0.5, 0.2]], f"each row of y_pred must sum to 1; got a sum of 0.9{LOGITS}"),
    (SPARSE, [1], [[0.2, 0.5, 0.5]], f"each row of y_pred must sum to 1; got a sum of 1.2{LOGITS}"),
    (KL, [[0.5, 0.5]], [[0.5, 0.6]], "each row of y_pred must sum to 1; got a sum of 1.1"),
]

TYPES = [
    (MSE, ["1", "2"], [1.0, 2.0], "y_true must hold real numbers; got dtype <U1"),
    (MSE, "12", [1.0, 2.0], "y_true must hold real numbers; got dtype <U2"),
    (MSE, [1, 2], [None, 2.0], "y_pred must hold real numbers; got dtype object"),
    (MSE, [1, 2], [1j, 2.0], "y_pred must hold real numbers; got dtype complex128"),
    (SPARSE, [1.0], ROW, "y_true must hold integer class indices; got dtype float64"),
    (SPARSE, [True], ROW, "y_true must hold integer class indices; got dtype bool"),
]

WEIGHTS = [
    (ValueError, [1, -0.5], "sample_weight must not be negative; got -0.5"),
    (ValueError, [1, math.nan], "sample_weight must be finite; got nan"),
    (ValueError, [1, math.inf], "sample_weight must be finite; got inf"),
    (ValueError, [1, 2, 3], "sample_weight must have shape (2,), one weight an example; got (3,)"),
    (ValueError, [[1], [2]], "sample_weight must have shape (2,), one weight an example; got (2, 1)"),
    (ValueError, 2.0, f"sample_weight {NOT_SCALAR} 2.0"),
    (ValueError, [], f"sample_weight {NOT_EMPTY} (0,)"),
    (TypeError, ["a", "b"], "sample_weight must hold real numbers; got dtype <U1"),
]

PARAMETERS = [
    (ValueError, losses.Huber, {"delta": 0}, "delta must be in (0, inf); got 0"),
    (ValueError, losses.Huber, {"delta": -1.5}, "delta must be in (0, inf); got -1.5"),
    (ValueError, losses.Huber, {"delta": math.nan}, "delta must be in (0, inf); got nan"),
    (ValueError, losses.Huber, {"delta": math.inf}, "delta must be in (0, inf); got inf"),
    (TypeError, losses.Huber, {"delta": "1"}, "delta must be a number; got '1'"),
    (TypeError, losses.Huber, {"delta": None}, "delta must be a number; got None"),
    (TypeError, losses.Huber, {"delta": True}, "delta must be a number; got True"),
    (TypeError, losses.Huber, {"delta": [1.0]}, "delta must be a number; got [1.0]"),
    (TypeError, losses.Huber, {"delta": 1 + 0j}, "delta must be a number; got (1+0j)"),
    (ValueError, losses.Quantile, {"q": 0}, "q must be in (0, 1); got 0"),
    (ValueError, losses.Quantile, {"q": 1.0}, "q must be in (0, 1); got 1.0"),
    (ValueError, losses.Quantile, {"q": math.nan}, "q must be in (0, 1); got nan"),
    (ValueError, type(BCE), {"label_smoothing": 1}, "label_smoothing must be in [0, 1); got 1"),
    (ValueError, type(BCE), {"label_smoothing": -0.1}, "label_smoothing must be in [0, 1); got -0.1"),
    (ValueError, type(CCE), {"label_smoothing": 1}, "label_smoothing must be in [0, 1); got 1"),
    (ValueError, losses.Focal, {"gamma": -1}, "gamma must be in [0, inf); got -1"),
    (ValueError, losses.Focal, {"gamma": math.inf}, "gamma must be in [0, inf); got inf"),
    (ValueError, losses.WeightedBinaryCrossEntropy, {"weight_0": -1}, "weight_0 must be in [0, inf); got -1"),
    (ValueError, losses.WeightedBinaryCrossEntropy, {"weight_1": -1}, "weight_1 must be in [0, inf); got -1"),
    (
        ValueError,
        losses.WeightedBinaryCrossEntropy,
        {"weight_1": math.nan},
        "weight_1 must be in [0, inf); got nan",
    ),
]


@pytest.mark.parametrize(("loss", "y_true", "y_pred", "message"), SHAPES + VALUES)
def test_bad_shapes_and_values(loss, y_true, y_pred, message):
    assert_refused_by_all_methods(ValueError, message, loss, y_true, y_pred)


@pytest.mark.parametrize(("loss", "y_true", "y_pred", "message"), TYPES)
def test_bad_types(loss, y_true, y_pred, message):
    assert_refused_by_all_methods(TypeError, message, loss, y_true, y_pred)


@pytest.mark.parametrize(("error", "weights", "message"), WEIGHTS)
def test_bad_weights(error, weights, message):
    assert_refused_by_all_methods(error, message, MSE, [1, 2], [1.0, 2.0], sample_weight=weights)


def assert_refused_by_all_methods(error, message, loss, *arguments, **options):
    for method in (loss, loss.per_example, loss.gradient, loss.value_and_gradient):
        with pytest.raises(error) as refusal:
            method(*arguments, **options)
        assert str(refusal.value) == message


@pytest.mark.parametrize(("error", "loss", "parameters", "message"), PARAMETERS)
def test_bad_parameters(error, loss, parameters, message):
    with pytest.raises(error) as refusal:
        loss(**parameters)
    assert str(refusal.value) == message


@every_case
def test_an_unknown_reduction(case):
    with pytest.raises(ValueError, match=r"^reduction must be 'mean' or .*; got 'none'$"):
        type(case.loss)(reduction="none")


@each([case for case in CASES if "from_logits" in vars(case.loss)])
@pytest.mark.parametrize("value", ["yes", 1, None])
def test_from_logits_is_true_or_false(case, value):
    with pytest.raises(TypeError) as refusal:
        type(case.loss)(from_logits=value)
    assert str(refusal.value) == f"from_logits must be True or False; got {value!r}"


@every_elementwise_case
def test_a_column_is_never_broadcast_against_a_row(case):
    y, p = case.random(4)
    with pytest.raises(ValueError, match=r"must have the same shape; got \(4,\) and \(4, 1\)$"):
        case.loss(y, p[:, None])
    with pytest.raises(ValueError, match=r"must have the same shape; got \(1, 4\) and \(4,\)$"):
        case.loss(y[None], p)


@every_case
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_every_loss_refuses_what_is_not_finite(case, bad):
    y, p = case.random(case.shape(12))
    wrong = p.copy()
    wrong.flat[-1] = bad
    with pytest.raises(ValueError, match=rf"^y_pred must .*; got {bad}"):
        case.loss(y, wrong)
    if case.truth is class_indices:
        return
    wrong = y.copy()
    wrong.flat[-1] = bad
    with pytest.raises(ValueError, match=rf"^y_true must .*; got {bad}"):
        case.loss(wrong, p)


@every_case
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused_by_all_methods_before_numpy_speaks_even_with_a_weight_of_0(case, bad):
    y, p = case.random(case.shape(12))
    p.flat[-1] = bad
    weights = [None, (np.arange(len(p)) < len(p) - 1).astype(float)]
    for method in (case.loss, case.loss.per_example, case.loss.gradient, case.loss.value_and_gradient):
        for weight in weights:
            with (
                np.errstate(divide="raise", over="raise", invalid="raise"),
                pytest.raises(ValueError, match=rf"^y_pred must .*; got {bad}"),
            ):
                method(y, p, sample_weight=weight)


@each([case for case in CASES if case.loss._cost_tells])
def test_infinities_that_cancel_are_refused(case):
    with pytest.raises(ValueError, match=r"^y_true must be finite; got inf$"):
        case.loss.value_and_gradient([0.0, math.inf], [0.0, math.inf])


WRONG_AND_SURE = [
    (losses.BinaryCrossEntropy(), [1], [0.0]),
    (losses.BinaryCrossEntropy(), [0], [1.0]),
    (losses.BinaryCrossEntropy(label_smoothing=0.1), [1], [1.0]),
    (losses.WeightedBinaryCrossEntropy(), [1], [0.0]),
    (losses.Focal(), [1], [0.0]),
    (losses.Focal(), [0], [1.0]),
    (losses.Focal(gamma=0), [1], [0.0]),
    (losses.CategoricalCrossEntropy(), [[1, 0]], [[0.0, 1.0]]),
    (losses.SparseCategoricalCrossEntropy(), [0], [[0.0, 1.0]]),
    (losses.KLDivergence(), [[0.5, 0.5]], [[0.0, 1.0]]),
]


@pytest.mark.parametrize(("loss", "y", "p"), WRONG_AND_SURE)
def test_a_probability_of_0_on_a_true_label_costs_infinity_without_a_warning(loss, y, p):
    cost, gradient = loss.value_and_gradient(y, p)
    assert cost == math.inf
    assert math.isinf(np.ravel(gradient)[0])


@pytest.mark.parametrize(("loss", "y", "p"), WRONG_AND_SURE)
def test_an_infinite_loss_of_weight_0_counts_nothing(loss, y, p):
    cost, gradient = loss.value_and_gradient(y, p, sample_weight=[0])
    assert cost == 0
    assert (gradient == 0).all()


ZERO_TIMES_INFINITY = [
    (losses.WeightedBinaryCrossEntropy(weight_0=0), [0, 1], [1.0, 0.5], [0, math.log(2)], [0, -2]),
    (losses.WeightedBinaryCrossEntropy(weight_1=0), [1, 0], [0.0, 0.5], [0, math.log(2)], [0, 2]),
    (losses.BinaryCrossEntropy(), [0, 1], [0.0, 1.0], [0, 0], [1, -1]),
    (losses.Focal(gamma=0), [0, 1], [0.0, 1.0], [0, 0], [1, -1]),
    (losses.CategoricalCrossEntropy(), [[0, 1], [1, 0]], [[0, 1], [1, 0]], [0, 0], [[0, -1], [-1, 0]]),
    (losses.KLDivergence(), [[0, 1], [1, 0]], [[0, 1], [1, 0]], [0, 0], [[0, -1], [-1, 0]]),
]


@pytest.mark.parametrize(("loss", "y", "p", "costs", "slopes"), ZERO_TIMES_INFINITY)
def test_what_weighs_nothing_costs_nothing_even_of_infinity(loss, y, p, costs, slopes):
    assert_allclose(loss.per_example(y, p), costs, rtol=1e-15)
    assert_array_equal(loss.gradient(y, p), np.array(slopes) / 2)


OF_NOTHING = [
    (losses.BinaryCrossEntropy(), [1], [0.0]),
    (losses.BinaryCrossEntropy(), [0.3], [0.0]),
    (losses.BinaryCrossEntropy(label_smoothing=0.1), [0], [0.0]),
    (losses.WeightedBinaryCrossEntropy(), [1], [0.0]),
    (losses.Focal(), [1], [0.0]),
    (losses.Focal(), [0.3], [0.0]),
    (losses.Focal(gamma=0), [0.5], [0.0]),
    (losses.CategoricalCrossEntropy(), [[1, 0]], [[0.0, 1.0]]),
    (losses.CategoricalCrossEntropy(label_smoothing=0.1), [[0, 1]], [[0.0, 1.0]]),
    (losses.SparseCategoricalCrossEntropy(), [0], [[0.0, 1.0]]),
    (losses.SparseCategoricalCrossEntropy(label_smoothing=0.1), [1], [[0.0, 1.0]]),
    (losses.KLDivergence(), [[0.5, 0.5]], [[0.0, 1.0]]),
]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("zero", [0.0, -0.0])
@pytest.mark.parametrize(("loss", "y", "p"), OF_NOTHING)
def test_at_a_probability_of_0_the_slope_is_minus_infinity(loss, y, p, zero, dtype):
    p = np.array(p, dtype)
    p.flat[0] = zero
    cost, gradient = loss.value_and_gradient(y, p)
    assert cost == math.inf
    assert gradient.flat[0] == -math.inf


def test_a_mean_over_weights_that_are_all_0():
    loss = losses.MeanSquaredError(reduction="mean_with_sample_weight")
    for method in (loss, loss.gradient, loss.value_and_gradient):
        with pytest.raises(
            ValueError, match=r"^sample_weight must be positive for at least one example; got zeros$"
        ):
            method([1, 2], [1.0, 2.0], sample_weight=[0, 0])
    assert_array_equal(loss.per_example([1, 2], [3.0, 4.0], sample_weight=[0, 0]), 0)


COUNTS = losses.PoissonDeviance()
NOT_POISSON = [
    (COUNTS, [-1.0], [1.0], "y_true must be in [0, inf); got -1"),
    (COUNTS, [1.0], [0.0], "y_pred must be in (0, inf); got 0"),
    (losses.PoissonDeviance(log_input=True), [1.0], [math.inf], "y_pred must be finite; got inf"),
]


@pytest.mark.parametrize(("loss", "y_true", "y_pred", "message"), NOT_POISSON)
def test_what_is_not_a_count_or_its_mean(loss, y_true, y_pred, message):
    assert_refused_by_all_methods(ValueError, message, loss, y_true, y_pred)
