"""A loss from a SymPy formula: as good as one written by hand, or refused with a reason."""

import dataclasses
import math
import pickle

import numpy as np
import pytest
import sympy
from numpy.testing import assert_allclose, assert_array_equal
from sympy import Abs, FiniteSet, Interval, Max, Min, Piecewise, Symbol, cosh, exp, log, sin, sqrt, symbols

from lossgd import losses, models, symbolic
from lossgd.symbolic import compiled, from_formula
from tests.losses import test_blocks as blocks
from tests.losses import test_objects as objects
from tests.losses import test_properties as properties
from tests.losses.cases import Case, each, labels, numbers, probabilities, signs

Y, P, DELTA, W = symbols("y yhat delta w")
A = P - Y
LABELS, SIGNS, UNIT = FiniteSet(0, 1), FiniteSet(-1, 1), Interval(0, 1)

HUBER = Piecewise((A**2 / 2, Abs(A) <= DELTA), (DELTA * (Abs(A) - DELTA / 2), True))
DEAR = Piecewise((W * A**2, Y > P), (A**2, True))
CROSS_ENTROPY = -W * Y * log(P) - (1 - Y) * log(1 - P)
LOGISTIC = W * Y * log(1 + exp(-P)) + (1 - Y) * log(1 + exp(P))

CASES = [
    Case(from_formula(HUBER, y=Y, y_pred=P, delta=1.0), numbers, numbers, np.copy),
    Case(from_formula(DEAR, y=Y, y_pred=P, w=9), numbers, numbers, np.copy),
    Case(from_formula(log(cosh(A)), y=Y, y_pred=P), numbers, numbers, np.copy),
    Case(from_formula(LOGISTIC, y=Y, y_pred=P, truths=LABELS, w=3.0), labels, numbers),
    Case(from_formula(Max(0, 1 - Y * P), y=Y, y_pred=P, truths=SIGNS), signs, numbers, np.copy),
    Case(
        from_formula(CROSS_ENTROPY, y=Y, y_pred=P, truths=LABELS, predictions=UNIT, w=3.0),
        labels,
        probabilities,
        np.copy,
    ),
]
every_case = each(CASES)

SHARED = [
    objects.test_frozen,
    objects.test_equal_and_of_the_same_hash_if_all_parameters_are,
    objects.test_parameters_have_names,
    objects.test_arguments_are_never_modified,
    objects.test_read_only_and_strided_arrays_will_do,
    objects.test_the_gradient_has_the_dtype_of_the_prediction,
    properties.test_never_negative,
    properties.test_cost_is_the_mean_of_the_losses_and_n_times_it_the_sum,
    properties.test_value_and_gradient_is_both,
    properties.test_weights_multiply,
    properties.test_order_does_not_matter,
    properties.test_several_outputs_are_averaged_within_an_example,
    blocks.test_memory_beyond_inputs_and_result,
]


@pytest.mark.slow
@pytest.mark.parametrize("check", SHARED, ids=lambda check: check.__name__)
@every_case
def test_what_holds_for_every_loss_holds(check, case):
    check(case=case)


@each([case for case in CASES if case.perfect])
def test_a_perfect_prediction_costs_0(case):
    properties.test_zero_for_a_perfect_prediction(case=case)


@every_case
@pytest.mark.parametrize("weighted", [False, True])
def test_float32_stays_float32(case, weighted):
    objects.test_float32_stays_float32(case, weighted)


@every_case
def test_blocks_change_nothing(case, monkeypatch):
    blocks.test_blocks_give_what_single_examples_give(case, monkeypatch)


ELEMENTWISE = [
    (losses.MeanSquaredError(), numbers, numbers),
    (losses.MeanAbsoluteError(), numbers, numbers),
    (losses.Huber(delta=1.5), numbers, numbers),
    (losses.LogCosh(), numbers, numbers),
    (losses.Quantile(q=0.2), numbers, numbers),
    (losses.BinaryCrossEntropy(), labels, probabilities),
    (losses.BinaryCrossEntropy(from_logits=True), labels, numbers),
    (losses.BinaryCrossEntropy(label_smoothing=0.1), labels, probabilities),
    (losses.BinaryCrossEntropy(from_logits=True, label_smoothing=0.1), labels, numbers),
    (losses.WeightedBinaryCrossEntropy(weight_0=0.5, weight_1=3.0), labels, probabilities),
    (losses.WeightedBinaryCrossEntropy(weight_0=0.5, weight_1=3.0, from_logits=True), labels, numbers),
    (losses.Focal(gamma=1.5), labels, probabilities),
    (losses.Hinge(), signs, numbers),
    (losses.SquaredHinge(), signs, numbers),
]


@pytest.mark.parametrize(("loss", "truth", "prediction"), ELEMENTWISE)
def test_the_formula_of_a_shipped_loss_gives_that_loss(loss, truth, prediction):
    formula = symbolic.of(loss)
    values = {name.name: float(value) for name, value in symbolic.parameters(loss).items()}
    values = {
        name: value
        for name, value in values.items()
        if Symbol(name, positive=True) in formula.loss.free_symbols
    }
    made = from_formula(
        formula.loss,
        y=formula.y,
        y_pred=formula.y_pred,
        truths=formula.truths,
        predictions=formula.predictions,
        **values,
    )
    rng = np.random.default_rng(0)
    y, p = truth(rng.random(500)), prediction(rng.random(500))
    if prediction is numbers:
        p[:4] = 1000, -1000, 30, -30
    assert_allclose(made.per_example(y, p), loss.per_example(y, p), rtol=1e-13, atol=1e-13)
    assert_allclose(made.gradient(y, p), loss.gradient(y, p), rtol=1e-12, atol=1e-16)
    assert symbolic.parameters(made) == {
        symbol: value for symbol, value in symbolic.parameters(loss).items() if symbol.name in values
    }
    assert symbolic.of(made) == formula


def test_symbols_go_by_their_names_and_are_real():
    real_y, real_p = symbols("y yhat", real=True)
    assert from_formula(A**2, y=Y, y_pred=P) == from_formula((real_p - real_y) ** 2, y=real_y, y_pred=real_p)
    assert from_formula(sqrt(A**2), y=Y, y_pred=P) == from_formula(Abs(real_y - P), y=Y, y_pred=real_p)


def test_a_formula_of_numbers_is_the_course_s_formula():
    assert symbolic.of(from_formula(HUBER, y=Y, y_pred=P, delta=2.5)) == symbolic.of(losses.Huber)


@every_case
def test_printed_as_the_code_that_makes_it(case):
    for loss in (case.loss, dataclasses.replace(case.loss, reduction="sum")):
        names = vars(sympy) | {"from_formula": from_formula} | {x.name: x for x in (Y, P, DELTA, W)}
        assert eval(repr(loss), names) == loss


def test_its_parts():
    loss = from_formula(HUBER, y=Y, y_pred=P, delta=2.0)
    assert repr(loss) == (
        "from_formula(Piecewise(((-y + yhat)**2/2, delta >= Abs(y - yhat)), "
        "(delta*(-delta/2 + Abs(y - yhat)), True)), y=y, y_pred=yhat, delta=2.0)"
    )
    assert loss.parameters == (("delta", 2.0),)
    assert dataclasses.replace(loss, parameters=(("delta", 1.0),)) == CASES[0].loss
    assert dataclasses.replace(loss, parameters=(("delta", 1.0),)) != loss


@every_case
def test_it_can_be_pickled(case):
    y, p = case.random((20,))
    again = pickle.loads(pickle.dumps(case.loss))
    assert again == case.loss
    assert_array_equal(again.gradient(y, p), case.loss.gradient(y, p))


def test_parameters_share_the_compiled_functions():
    one, two = (from_formula(HUBER, y=Y, y_pred=P, delta=delta) for delta in (1.0, 2.0))
    assert one.functions is two.functions


def test_value_and_slope_share_what_they_have_in_common():
    functions = from_formula(log(1 + exp(P)) - Y * P, y=Y, y_pred=P).functions
    (shared,) = functions.shared(np.zeros(3), np.full(3, -2.0))
    assert_allclose(shared, math.exp(-2))  # the only exponential: the others are made of it


def test_the_cost_of_a_model():
    X, y = np.arange(8.0).reshape(4, 2), np.array([1.0, 3.0, -2.0, 0.5])
    theta = [0.3, -0.2, 0.1]
    shipped = models.Cost(models.Linear(), losses.Huber(), X, y)
    made = models.Cost(models.Linear(), CASES[0].loss, X, y)
    assert made(theta) == pytest.approx(shipped(theta), rel=1e-14)
    assert_allclose(made.gradient(theta), shipped.gradient(theta), rtol=1e-14)
    assert math.isnan(made([np.nan, 0, 0]))  # a descent that diverged is no error


# What is not taken, and what overflows


def test_a_case_that_is_not_taken_gives_no_warning_and_no_nan():
    loss = from_formula(Piecewise((Y - log(P), P > 0), (Y + P**2, True)), y=Y, y_pred=P)
    y, p = np.zeros(3), np.array([-2.0, 0.5, 4.0])
    assert_allclose(loss.per_example(y, p), [4, math.log(2), -math.log(4)])
    assert_allclose(loss.gradient(y, p) * 3, [-4, -2, -0.25])


SIGMOID = 1 / (1 + exp(-P))
STABLE = [
    (log(1 + exp(P)) - Y * P, [0.0, 1.0, 1.0], [1000.0, 1000.0, -1000.0], [1000, 0, 1000], [1, 0, -1]),
    (log(exp(Y) + exp(P)), [0.0, 900.0], [1000.0, -900.0], [1000, 900], [1, 0]),
    (log(cosh(3 * A)) / 3, [0.0, 0.0], [1000.0, 1e-8], [1000 - math.log(2) / 3, 1.5e-16], [1, 3e-8]),
    (-Y * log(SIGMOID) - (1 - Y) * log(1 - SIGMOID), [0.0, 1.0], [800.0, -800.0], [800, 800], [1, -1]),
    ((Y - SIGMOID) ** 2, [0.0, 1.0], [800.0, -800.0], [1, 1], [0, 0]),
    (
        (log(1 + Y) - log(1 + P)) ** 2,
        [0.0, 0.0],
        [1e-9, 1e-200],
        [math.log1p(1e-9) ** 2, 0],
        [1.999999997e-9, 2e-200],
    ),
]


@pytest.mark.parametrize(("formula", "y", "p", "expected", "slope"), STABLE)
def test_forms_that_do_not_overflow(formula, y, p, expected, slope):
    domain = Interval(0, sympy.oo) if formula.has(log(1 + Y)) else None
    loss = from_formula(formula, y=Y, y_pred=P, truths=domain, predictions=domain)
    assert_allclose(loss.per_example(y, p), expected, rtol=1e-14)
    assert_allclose(loss.gradient(y, p) * len(y), slope, rtol=1e-14, atol=1e-300)


def test_labels_and_probabilities_of_0_and_1():
    loss = from_formula(-Y * log(P) - (1 - Y) * log(1 - P), y=Y, y_pred=P, truths=LABELS, predictions=UNIT)
    y, p = np.array([0.0, 1, 1, 0]), np.array([0.0, 1, 0, 1])
    assert_array_equal(loss.per_example(y, p), [0, 0, math.inf, math.inf])
    assert not np.signbit(loss.per_example(y, p)).any()
    assert_array_equal(loss.gradient(y, p) * 4, [1, -1, -math.inf, math.inf])


# 0 times infinity

WEIGHTED = -Symbol("w_1") * Y * log(P) - Symbol("w_0") * (1 - Y) * log(1 - P)
SOFT, COUNTS = {"truths": UNIT, "predictions": UNIT}, Interval(0, sympy.oo)
POSITIVES = Interval.open(0, sympy.oo)
ZERO_TIMES_INFINITY = [
    (WEIGHTED, {"truths": LABELS, "predictions": UNIT, "w_0": 0, "w_1": 1}, [0, 1], [1, 0.5],
     [0, math.log(2)], [0, -2]),
    (WEIGHTED, {"truths": LABELS, "predictions": UNIT, "w_0": 1, "w_1": -0.0}, [0, 1], [0.5, 0],
     [math.log(2), 0], [2, 0]),
    (WEIGHTED, SOFT | {"w_0": 0, "w_1": 0}, [0, 1], [1, 0], [0, 0], [0, 0]),
    (-W * Y * log(P) - (1 - W) * (1 - Y) * log(1 - P), SOFT | {"w": 1.0}, [0, 1], [1, 0.5],
     [0, math.log(2)], [0, -2]),
    (A**2 + W / P, {"w": 0}, [1], [0], [1], [-2]),
    (P + W * Y, {"w": 0.0}, [1], [2], [2], [1]),
    (A**2 + Abs(P) ** W, {"w": 0}, [1, 1], [0, 2], [2, 2], [-2, 2]),
    (-Y * log(P) - (1 - Y) * log(1 - P), SOFT, [0, 1, 0, 1, 0.5], [0, 1, 1, 0, 0.5],
     [0, 0, math.inf, math.inf, math.log(2)], [1, -1, math.inf, -math.inf, 0]),
    (Y * log(Y / P), SOFT, [0, 0, 1], [0, 1, 0], [0, 0, math.inf], [0, 0, -math.inf]),
    (Y * (log(Y) - log(P)), SOFT, [0, 0, 1], [0, 1, 0], [0, 0, math.inf], [0, 0, -math.inf]),
    (Y * log(Y / P) + P - Y, {"truths": COUNTS, "predictions": POSITIVES}, [0], [3], [3], [1]),
    (P - Y * log(P), {"truths": COUNTS, "predictions": COUNTS}, [0, 2], [0, 2],
     [0, 2 - 2 * math.log(2)], [1, 0]),
    (P * log(P) - Y * P, SOFT, [0, 1], [0, 1], [0, -1], [-math.inf, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "options", "y", "p", "expected", "slopes"), ZERO_TIMES_INFINITY)
def test_0_times_infinity_is_0(formula, options, y, p, expected, slopes):
    loss = from_formula(formula, y=Y, y_pred=P, **options)
    p = np.array(p, float)
    p.flags.writeable = False
    assert_allclose(loss.per_example(y, p), expected, rtol=1e-15)
    assert_allclose(loss.gradient(y, p) * len(y), slopes, rtol=1e-15)


def test_other_products_at_an_end_stay_as_they_are():
    loss = from_formula(sin(P) / P + Y, y=Y, y_pred=P, predictions=Interval.Ropen(0, 9))
    with pytest.raises(ValueError, match="in NumPy it is NaN"):  # it is 1, not 0
        loss([0.0], [0.0])


@pytest.mark.parametrize("truths", [LABELS, UNIT])
def test_the_sign_of_0_does_not_count(truths):
    formula = -Y * (1 - P) ** W * log(P) - (1 - Y) * P**W * log(1 - P)
    loss = from_formula(formula, y=Y, y_pred=P, truths=truths, predictions=UNIT, w=2.0)
    y, p = np.array([1.0, 0, -0.0]), np.array([-0.0, -0.0, 0.5])
    assert_array_equal(loss.per_example(y, p), loss.per_example(y + 0, p + 0))
    assert_array_equal(loss.gradient(y, p), loss.gradient(y + 0, p + 0))
    assert loss.gradient(y, p)[0] == -math.inf


# Names

NAMES = [
    "log", "exp", "sqrt", "tanh", "sign", "abs", "log1p", "maximum", "less_equal", "Heaviside", "clip",
    "choose",    "nan", "pi", "e", "E", "I", "lambda", "None", "numpy", "α", "x y", "w[0]", "_0", "",
]  # fmt: skip


def with_names(y, p, w):
    return from_formula(w * log(1 + exp(p)) + Abs(y - p) * sympy.tanh(p), y=y, y_pred=p, **{w.name: 2.0})


# Each name in one place, and the functions of the formula in all.
RENAMED = [(name, (Y, P, W)[i % 3]) for i, name in enumerate(NAMES)]
RENAMED += [(name, symbol) for name in ("log", "exp", "tanh", "abs") for symbol in (Y, P, W)]


@pytest.mark.parametrize(("name", "renamed"), dict.fromkeys(RENAMED), ids=str)
def test_a_symbol_may_have_the_name_of_a_function(name, renamed):
    named = with_names(*(Symbol(name) if symbol == renamed else symbol for symbol in (Y, P, W)))
    y, p = np.array([0.3, -1.0, 2.0]), np.array([1.0, 0.5, -0.2])
    size, sign = np.abs(y - p), np.sign(p - y)
    slope = 2 / (1 + np.exp(-p)) + sign * np.tanh(p) + size / np.cosh(p) ** 2
    assert_allclose(named.per_example(y, p), 2 * np.log1p(np.exp(p)) + size * np.tanh(p), rtol=1e-15)
    assert_allclose(named.gradient(y, p) * 3, slope, rtol=1e-14)


def test_cases_that_depend_on_a_maximum_and_on_parameters():
    cases = Piecewise((W * A**2, (P < Y) & (W > 1)), (A**2, True))
    loss = from_formula(cases + Abs(A) + Max(Y, 0, P), y=Y, y_pred=P, w=2.0)
    assert_allclose(loss.per_example([3.0, 1.0], [1.0, 3.0]), [8 + 2 + 3, 4 + 2 + 3])
    assert_allclose(loss.gradient([3.0, 1.0], [1.0, 3.0]) * 2, [-8 - 1, 4 + 1 + 1])


def test_symbols_of_one_name_are_one():
    loss = from_formula(P - Y * log(P), y=Y, y_pred=Symbol("yhat", positive=True))
    assert loss([1.0], [2.0]) == pytest.approx(2 - math.log(2), rel=1e-15)
    assert loss.gradient([1.0], [2.0]) == [0.5]


# Numbers and arrays of NumPy's


@pytest.mark.parametrize("number", [np.uint8, np.int8, np.float16, np.float32, np.float64, np.longdouble])
def test_a_parameter_of_numpy_is_as_good_as_python_s(number):
    loss = from_formula(HUBER, y=Y, y_pred=P, delta=number(5))
    assert type(loss.parameters[0][1]) in (int, float)
    assert loss == from_formula(HUBER, y=Y, y_pred=P, delta=5.0)
    assert_array_equal(loss.gradient([0.0, 0.0], [1.0, 9.0]), [0.5, 2.5])
    assert loss.gradient(np.zeros(2, "f4"), np.ones(2, "f4")).dtype == np.float32


def test_a_masked_array_is_refused():
    loss = from_formula(A**2, y=Y, y_pred=P)
    masked = np.ma.array([1.0, 2.0], mask=[True, False])
    for y, p in ((masked, [1.0, 1.0]), ([1.0, 1.0], masked)):
        with pytest.raises(TypeError, match="must not be a masked array"):
            loss(y, p)


CONSTANT_SLOPES = [
    (P - Y, {}, 1),  # the slope is one number
    (Max(0, 1 - Y * P), {"truths": SIGNS, "predictions": Interval(-5, 5)}, -1),  # of each label one integer
]


@pytest.mark.parametrize(("formula", "options", "slope"), CONSTANT_SLOPES)
def test_a_constant_slope_is_weighted(formula, options, slope):
    loss = from_formula(formula, y=Y, y_pred=P, **options)
    y, p = np.ones((2, 3)), np.zeros((2, 3))
    assert_allclose(loss.gradient(y, p, sample_weight=[1.0, 2.5]) * 6, slope * np.outer([1, 2.5], np.ones(3)))


KINKS = [
    (Abs(A), 1, 1, 0),
    (Max(0, 1 - Y * P), 1, 1, 0),
    (Max(0.3 * A, -0.7 * A), 1, 1, [-0.3, 0.7]),
    (Max(2 * P, 3 * P) - Y, 0, 0, [2, 3]),
    (Y - Min(2 * P, 3 * P), 0, 0, [-3, -2]),
]


@pytest.mark.parametrize(("formula", "y", "p", "slopes"), KINKS)
def test_at_a_kink_the_slope_is_a_subgradient(formula, y, p, slopes):
    slope = from_formula(formula, y=Y, y_pred=P).gradient([y], [p])[0]
    assert np.min(slopes) <= slope <= np.max(slopes)


def test_huber_s_slope_needs_no_choice():
    slope = from_formula(HUBER, y=Y, y_pred=P, delta=1.5).functions.slope
    assert "clip" in slope.__code__.co_names
    loss = from_formula(HUBER, y=Y, y_pred=P, delta=-0.5)  # of a negative δ it would be wrong
    assert_array_equal(loss.gradient([0.0, 0.0], [3.0, -3.0]) * 2, [-0.5, 0.5])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1, compiled.BRANCHES])
def test_a_choice_is_that_of_numpy(dtype, size):
    rng = np.random.default_rng(0)
    condition = rng.random(size) < 0.5
    this, that = rng.normal(size=(2, size)).astype(dtype)
    this[0], that[-1] = math.nan, -0.0
    for a, b in (
        (this, that),
        (this, 0.1),
        (0, that),
        (1, 0),
        (0.1, 0.7),
        (math.nan, that),
        (condition, that),
    ):
        chosen, expected = compiled.choose(condition, a, b), np.where(condition, a, b)
        assert_array_equal(chosen, expected, strict=True)
        assert_array_equal(np.signbit(chosen), np.signbit(expected))


# What is refused

HOLE = A**2 + Abs(P - 0.123) * log(Abs(P - 0.123)) + 1  # 0·log 0 at a point that is not tried


@pytest.mark.parametrize("call", ["__call__", "per_example", "gradient", "value_and_gradient"])
def test_what_is_nan_in_numpy_is_an_error(call):
    loss = from_formula(HOLE, y=Y, y_pred=P)
    assert np.isfinite(getattr(loss, call)([1.0], [0.5])).all() if call != "value_and_gradient" else True
    with pytest.raises(ValueError, match="has no value, or no slope, for some of these predictions"):
        getattr(loss, call)([1.0, 2.0], [0.5, 0.123])


POSITIVE = Symbol("yhat", positive=True)
BAD_DATA = [
    (A**2, {"predictions": UNIT}, [0.0], [1.5], r"y_pred must be in \[0, 1\]; got 1.5"),
    (A**2, {"truths": Interval.Lopen(0, 2)}, [0.0], [1.5], r"y_true must be in \(0, 2\]; got 0"),
    (A**2, {"truths": LABELS}, [0.5], [1.5], r"y_true must be one of 0, 1; got 0.5"),
    (A**2, {"truths": SIGNS}, [math.nan], [1.5], r"y_true must be one of -1, 1; got nan"),
    (A**2, {"y_pred": POSITIVE}, [1.0], [0.0], r"y_pred must be in \(0, inf\); got 0"),
    (A**2, {"y": Symbol("y", nonnegative=True)}, [-2.0], [0.0], r"y_true must be in \[0, inf\); got -2"),
    (A**2, {"y": Symbol("y", negative=True)}, [0.0], [0.0], r"y_true must be in \(-inf, 0\); got 0"),
    (A**2, {"y_pred": POSITIVE}, [1.0], [math.nan], r"y_pred must be in \(0, inf\); got nan"),
    (A**2, {"y_pred": POSITIVE}, [1.0], [math.inf], r"y_pred must be in \(0, inf\); got inf"),
    (A**2, {}, [1.0], [math.inf], "y_pred must be finite; got inf"),
    (A**2, {}, [1.0, 2.0], [[1.0], [2.0]], r"must have the same shape; got \(2,\) and \(2, 1\)"),
]


@pytest.mark.parametrize(("formula", "options", "y", "p", "message"), BAD_DATA)
def test_bad_data(formula, options, y, p, message):
    loss = from_formula(formula, **({"y": Y, "y_pred": P} | options))
    with pytest.raises(ValueError, match=message):
        loss(y, p)


NOT_FINITE = "the formula must be a real and finite number inside the domain; it is not at y = "
f = sympy.Function("f")
BAD_FORMULAS = [
    (TypeError, "(y - p)**2", {}, r"the formula must be a SymPy expression; got '\(y - p\)\*\*2'"),
    (TypeError, sympy.Eq(Y, P), {}, "the formula must be a SymPy expression"),
    (TypeError, A**2, {"y": "y"}, "y must be a SymPy symbol; got 'y'"),
    (TypeError, A**2, {"y_pred": 2}, "y_pred must be a SymPy symbol; got 2"),
    (ValueError, A**2, {"y": P}, "y and y_pred must be two symbols; got yhat for both"),
    (ValueError, Y**2, {}, "the formula must depend on y and y_pred; yhat is not in it"),
    (ValueError, P**2, {}, "the formula must depend on y and y_pred; y is not in it"),
    (ValueError, W * A**2, {}, r"the formula's symbol w needs a number: from_formula\(…, w=…\)"),
    (ValueError, A**2, {"w": 1.0}, "the formula has no parameter w; its symbols are y, yhat"),
    (ValueError, Symbol("truths") * A**2, {}, "symbol truths needs another name; from_formula has"),
    (ValueError, Symbol("formula") * A**2, {}, "the formula's symbol formula needs another name"),
    (TypeError, W * A**2, {"w": "1"}, "w must be a number; got '1'"),
    (ValueError, W * A**2, {"w": math.nan}, "w must be in"),
    (ValueError, Symbol("w", positive=True) * A**2, {"w": -1}, "w must be positive, as its symbol"),
    (ValueError, A ** Symbol("w", integer=True), {"w": 2.5}, "w must be integer, as its symbol says"),
    (ValueError, f(A), {}, r"the formula must be made of known functions; got f\("),
    (ValueError, sympy.floor(A), {}, "the formula must have a derivative; SymPy finds none"),
    (ValueError, sympy.erf(A) ** 2, {}, "the formula must be made of functions that NumPy has"),
    (ValueError, sqrt(A), {}, "it is not at y = "),
    (ValueError, sympy.I * A, {}, NOT_FINITE),
    (ValueError, A**2 / W, {"w": 0}, "must be a finite number; with these parameters it is zoo"),
    (ValueError, 1 / A, {}, "it is not at y = 0, yhat = 0"),
    (ValueError, Y - log(P), {}, "it is not at y = 0, yhat = "),
    (ValueError, Piecewise((A**2, P > 2)), {}, NOT_FINITE),
    (ValueError, sqrt(Abs(A)), {}, "the slope must be a real and finite number"),
    (ValueError, log(1 + 3 * exp(P)) - Y, {}, "yhat = 1000 it is 1001.1, but inf in NumPy"),
    (TypeError, A**2, {"predictions": (0, 1)}, r"predictions must be a SymPy Interval; got \(0, 1\)"),
    (TypeError, A**2, {"predictions": FiniteSet(0, 1)}, "predictions must be a SymPy Interval"),
    (TypeError, A**2, {"truths": sympy.Integers}, "truths must be a SymPy Interval, or a set"),
    (ValueError, A**2, {"reduction": "max"}, "reduction must be 'mean' or 'sum' or 'mean_with_.*; got 'max'"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "formula", "options", "message"), BAD_FORMULAS)
def test_bad_formulas(error, formula, options, message):
    with pytest.raises(error, match=message):
        from_formula(formula, **({"y": Y, "y_pred": P} | options))


def test_a_domain_makes_a_formula_legal():
    assert from_formula(P - Y * log(P), y=Y, y_pred=POSITIVE)([1.0], [1.0]) == 1
    assert from_formula(log(1 + 3 * exp(P)) - Y, y=Y, y_pred=P, predictions=Interval(-100, 100))([0.0], [0.0])
    assert from_formula(sin(A) ** 2, y=Y, y_pred=P)([0.0], [0.0]) == 0
