"""A loss as an object, and the dtypes it takes and gives."""

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import losses
from tests.losses.cases import CASES, class_indices, distributions, each, every_case, numbers


def test_the_table_has_every_loss():
    assert {type(case.loss).__name__ for case in CASES} == set(losses.__all__) - {"Loss"}


@every_case
def test_frozen(case):
    for field in dataclasses.fields(case.loss):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(case.loss, field.name, getattr(case.loss, field.name))


@every_case
def test_printed_as_the_code_that_makes_it(case):
    assert eval(repr(case.loss), vars(losses)) == case.loss


@every_case
def test_equal_and_of_the_same_hash_if_all_parameters_are(case):
    same = dataclasses.replace(case.loss)
    assert same == case.loss
    assert hash(same) == hash(case.loss)
    assert dataclasses.replace(case.loss, reduction="sum") != case.loss
    assert len({other.loss for other in CASES}) == len(CASES)


@every_case
def test_parameters_have_names(case):
    with pytest.raises(TypeError, match="positional argument"):
        type(case.loss)("mean")
    with pytest.raises(TypeError, match="positional argument"):
        case.loss([1.0], [1.0], [1.0])


@every_case
def test_arguments_are_never_modified(case):
    y, p = case.random(case.shape(12))
    weight = np.arange(1.0, len(y) + 1)
    copies = y.copy(), p.copy(), weight.copy()
    for method in (case.loss, case.loss.per_example, case.loss.gradient, case.loss.value_and_gradient):
        method(y, p, sample_weight=weight)
    for argument, copy in zip((y, p, weight), copies, strict=True):
        assert_array_equal(argument, copy, strict=True)


@every_case
def test_read_only_and_strided_arrays_will_do(case):
    y, p = case.random(case.shape(12))
    cost, gradient = case.loss.value_and_gradient(y, p)
    y2, p2 = y.repeat(2, axis=0)[::2], np.asfortranarray(p.repeat(2, axis=0))[::2]
    y2.flags.writeable = p2.flags.writeable = False
    cost2, gradient2 = case.loss.value_and_gradient(y2, p2)
    assert_allclose(cost2, cost, rtol=1e-15)
    assert_allclose(gradient2, gradient, rtol=1e-15)


@every_case
@pytest.mark.parametrize("weighted", [False, True])
def test_float32_stays_float32(case, weighted):
    y, p = case.random(case.shape(300))
    y32 = y if case.truth is class_indices else y.astype(np.float32)
    p32 = p.astype(np.float32)
    weight = np.linspace(0, 2, len(y)) if weighted else None
    assert case.loss.per_example(y32, p32, sample_weight=weight).dtype == np.float32
    cost, gradient = case.loss.value_and_gradient(y32, p32, sample_weight=weight)
    assert gradient.dtype == np.float32
    assert type(cost) is float
    # The same numbers as in float64, but for the digits that float32 does not have.
    y64 = y32 if case.truth is class_indices else y32.astype(float)
    exact_cost, exact = case.loss.value_and_gradient(y64, p32.astype(float), sample_weight=weight)
    assert cost == pytest.approx(exact_cost, rel=1e-5)
    assert_allclose(gradient, exact, rtol=1e-4, atol=1e-6 * abs(exact).max())


ELSE_INDICES = each([case for case in CASES if case.truth is not class_indices])


@every_case
def test_the_gradient_has_the_dtype_of_the_prediction(case):
    y, p = case.random(case.shape(12))
    assert case.loss.gradient(y, p.astype(np.float32)).dtype == np.float32
    if case.truth is not class_indices:
        assert case.loss.gradient(y.astype(np.float32), p).dtype == np.float64


@ELSE_INDICES
@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.int8])
def test_a_truth_of_another_dtype_costs_no_digit_of_the_prediction(case, dtype):
    y, p = case.random(case.shape(300))
    y = y.astype(dtype)
    if case.truth is distributions:  # whose rows must sum to 1
        y = (p > p.mean(axis=1, keepdims=True)).astype(dtype)
        y = np.eye(y.shape[1], dtype=dtype)[y.argmax(axis=1)]
    for method in (case.loss.per_example, case.loss.gradient):
        assert_array_equal(method(y, p), method(y.astype(float), p), strict=True)
    assert case.loss(y, p) == case.loss(y.astype(float), p)


@every_case
@pytest.mark.parametrize("weighted", [False, True])
def test_half_precision_is_computed_in_single_and_comes_back_as_half(case, weighted):
    y, p = case.random(case.shape(300))
    if case.has_probabilities and case.by_class:
        p = np.eye(p.shape[1])[p.argmax(axis=1)] / 2 + 0.5 / p.shape[1]  # sums to 1 in half precision, too
    y16 = y if case.truth is class_indices else y.astype(np.float16)
    if case.truth is distributions:
        y16 = np.eye(y.shape[1], dtype=np.float16)[y.argmax(axis=1)]
    p16 = p.astype(np.float16)
    y32 = y16 if case.truth is class_indices else y16.astype(np.float32)
    p32 = p16.astype(np.float32)
    weight = {"sample_weight": np.linspace(0, 2, len(y), dtype=np.float16) if weighted else None}
    assert case.loss(y16, p16, **weight) == case.loss(y32, p32, **weight)
    for method in (case.loss.per_example, case.loss.gradient):
        with np.errstate(over="ignore"):  # half precision ends at 65504
            rounded = method(y32, p32, **weight).astype(np.float16)
        assert_array_equal(method(y16, p16, **weight), rounded, strict=True)


@pytest.mark.parametrize(
    ("loss", "y", "p", "cost"),
    [
        (losses.MeanSquaredError(), 0, 300, 90000),
        (losses.LogCosh(), 0, 12, 12 - np.log(2)),
        (losses.Huber(delta=1000), 0, 60000, 59.5e6),
        (losses.SquaredHinge(), -1, 300, 301**2),
        (losses.BinaryCrossEntropy(from_logits=True), 0, 12, 12 + np.exp(-12)),
    ],
)
def test_half_precision_gives_finite_costs(loss, y, p, cost):
    y, p = np.array([[y], [p]], np.float16)
    value, gradient = loss.value_and_gradient(y, p)
    assert value == pytest.approx(cost, rel=1e-6)
    assert np.isfinite(gradient).all()


@each([case for case in CASES if case.prediction is numbers and case.truth is not distributions])
@pytest.mark.parametrize("dtype", [int, np.int8])
def test_integers_become_float64(case, dtype):
    y, p = (values.astype(dtype) for values in case.random(case.shape(300)))
    y_float = y if case.truth is class_indices else y.astype(float)
    for method in (case.loss.per_example, case.loss.gradient):
        assert_array_equal(method(y, p), method(y_float, p.astype(float)), strict=True)
        assert method(y, p).dtype == np.float64


@each([case for case in CASES if case.truth is class_indices])
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_class_indices_of_any_width(case, dtype):
    y, p = case.random(case.shape(300))
    assert_array_equal(case.loss.gradient(y.astype(dtype), p), case.loss.gradient(y, p), strict=True)


@pytest.mark.parametrize("dtype", ["i8", "u8"])
def test_integers_beyond_float64_are_subtracted_exactly(dtype):
    y, p = np.array([2**60, 2**60], dtype), np.array([2**60 + 1, 2**60 - 3], dtype)  # such as times in ns
    mae = losses.MeanAbsoluteError()
    assert mae.per_example(y, p).tolist() == [1.0, 3.0]
    assert mae.gradient(y, p).tolist() == [0.5, -0.5]
    assert losses.MeanSquaredError()(y, p) == 5.0
    assert losses.Huber(delta=2.0).gradient(y, p).tolist() == [0.5, -1.0]
