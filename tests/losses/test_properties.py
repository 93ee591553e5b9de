"""What must hold for any legal input; hypothesis looks for a small one for which it does not."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import losses
from tests.losses.cases import CASES, every_case, every_elementwise_case, every_perfect_case

SOME_DATA = st.data()


def as_sum(loss):
    return dataclasses.replace(loss, reduction="sum")


@every_case
@given(data=SOME_DATA)
def test_never_negative(case, data):
    assert (case.loss.per_example(*data.draw(case.examples())) >= 0).all()


@every_perfect_case
@given(data=SOME_DATA)
def test_zero_for_a_perfect_prediction(case, data):
    y, _ = data.draw(case.examples())
    per_example = case.loss.per_example(y, case.perfect(y))
    assert_array_equal(per_example, 0)
    assert not np.signbit(per_example).any(), "a loss of -0 looks odd in print"


def test_a_huber_loss_of_minus_0_is_0():
    assert not np.signbit(losses.Huber().per_example([0.0, -0.0], [-0.0, 0.0])).any()


@every_case
@given(data=SOME_DATA)
def test_cost_is_the_mean_of_the_losses_and_n_times_it_the_sum(case, data):
    y, p = data.draw(case.examples())
    per_example = case.loss.per_example(y, p)
    assert per_example.shape == (len(y),)
    assert_allclose(case.loss(y, p), per_example.mean(), rtol=1e-14, atol=1e-30)
    assert_allclose(as_sum(case.loss)(y, p), per_example.sum(), rtol=1e-14, atol=1e-30)
    gradient = case.loss.gradient(y, p)
    assert_allclose(as_sum(case.loss).gradient(y, p), len(y) * gradient, rtol=1e-14, atol=0)


@every_case
@given(data=SOME_DATA)
def test_value_and_gradient_is_both(case, data):
    y, p = data.draw(case.examples())
    weight = data.draw(weights(len(y)))
    cost, gradient = case.loss.value_and_gradient(y, p, sample_weight=weight)
    assert cost == case.loss(y, p, sample_weight=weight)
    assert type(cost) is float
    assert_array_equal(gradient, case.loss.gradient(y, p, sample_weight=weight), strict=True)
    assert gradient.shape == p.shape


def weights(n):
    return st.lists(st.floats(0, 1000), min_size=n, max_size=n).map(np.array)


@every_case
@given(data=SOME_DATA)
def test_weights_multiply(case, data):
    y, p = data.draw(case.examples())
    weight = data.draw(weights(len(y)))
    weighted = case.loss.per_example(y, p) * weight
    assert_allclose(case.loss.per_example(y, p, sample_weight=weight), weighted, rtol=1e-15, atol=0)
    assert_allclose(case.loss(y, p, sample_weight=weight), weighted.mean(), rtol=1e-14, atol=1e-30)
    expected = (case.loss.gradient(y, p).T * weight).T
    assert_allclose(case.loss.gradient(y, p, sample_weight=weight), expected, rtol=1e-15, atol=1e-300)


@every_case
@given(data=SOME_DATA)
def test_a_mean_with_weights_may_divide_by_their_sum(case, data):
    y, p = data.draw(case.examples())
    weight = data.draw(weights(len(y))) + 1e-3
    loss = dataclasses.replace(case.loss, reduction="mean_with_sample_weight")
    expected = np.average(case.loss.per_example(y, p), weights=weight)
    assert_allclose(loss(y, p, sample_weight=weight), expected, rtol=1e-14, atol=1e-30)
    assert_allclose(loss(y, p, sample_weight=weight * 1e305), expected, rtol=1e-14, atol=1e-30)
    by_sum = as_sum(loss).gradient(y, p, sample_weight=weight / weight.sum())
    assert_allclose(loss.gradient(y, p, sample_weight=weight), by_sum, rtol=1e-14, atol=1e-300)
    assert loss(y, p) == case.loss(y, p)
    assert_array_equal(
        loss.per_example(y, p, sample_weight=weight), case.loss.per_example(y, p, sample_weight=weight)
    )


@every_case
@given(data=SOME_DATA)
def test_a_whole_weight_is_that_many_times_the_example(case, data):
    y, p = data.draw(case.examples())
    times = data.draw(st.lists(st.integers(1, 3), min_size=len(y), max_size=len(y)))
    loss = as_sum(case.loss)
    repeated = loss(y.repeat(times, axis=0), p.repeat(times, axis=0))
    assert_allclose(loss(y, p, sample_weight=times), repeated, rtol=1e-14, atol=1e-30)


@every_case
@given(data=SOME_DATA)
def test_order_does_not_matter(case, data):
    y, p = data.draw(case.examples())
    order = data.draw(st.permutations(range(len(y))))
    cost, gradient = case.loss.value_and_gradient(y, p)
    shuffled_cost, shuffled_gradient = case.loss.value_and_gradient(y[order], p[order])
    assert_allclose(shuffled_cost, cost, rtol=1e-14, atol=1e-30)
    assert_array_equal(shuffled_gradient, gradient[order])


@every_case
@given(data=SOME_DATA)
def test_lists_are_as_good_as_arrays(case, data):
    y, p = data.draw(case.examples())
    assert case.loss(y.tolist(), p.tolist()) == case.loss(y, p)
    assert_array_equal(case.loss.gradient(y.tolist(), p.tolist()), case.loss.gradient(y, p), strict=True)


@every_elementwise_case
@given(data=SOME_DATA)
def test_several_outputs_are_averaged_within_an_example(case, data):
    y, p = data.draw(case.examples())
    y, p = np.tile(y, (3, 1)), np.tile(p, (3, 1)) * [[1.0], [0.5], [0.25]]
    by_output = [case.loss.per_example(*entries) for entries in zip(y.T, p.T, strict=True)]
    assert_allclose(case.loss.per_example(y, p), np.mean(by_output, axis=0), rtol=1e-14, atol=1e-30)
    assert_allclose(case.loss(y, p), np.mean(by_output), rtol=1e-14, atol=1e-30)
    by_output = [case.loss.gradient(*entries) / p.shape[1] for entries in zip(y.T, p.T, strict=True)]
    assert_allclose(case.loss.gradient(y, p), np.transpose(by_output), rtol=1e-14, atol=0)


@pytest.mark.parametrize(
    ("loss", "best"),
    [
        (losses.MeanSquaredError(), np.mean),
        (losses.MeanAbsoluteError(), np.median),
        (losses.Quantile(q=0.2), lambda y: np.quantile(y, 0.2, method="inverted_cdf")),
        (losses.Quantile(q=0.9), lambda y: np.quantile(y, 0.9, method="inverted_cdf")),
    ],
)
@given(data=SOME_DATA)
def test_the_best_constant(loss, best, data):
    y = data.draw(st.lists(st.integers(-100, 100), min_size=1, max_size=12).map(np.array))
    other = data.draw(st.floats(-100, 100))
    assert loss(y, np.full(len(y), best(y))) <= loss(y, np.full(len(y), other)) * (1 + 1e-14)


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@given(data=SOME_DATA)
def test_sparse_labels_are_one_hot_labels(from_logits, smoothing, data):
    options = {"from_logits": from_logits, "label_smoothing": smoothing}
    sparse = losses.SparseCategoricalCrossEntropy(**options)
    dense = losses.CategoricalCrossEntropy(**options)
    (case,) = [case for case in CASES if case.loss == sparse]
    indices, p = data.draw(case.examples())
    one_hot = np.eye(p.shape[1])[indices]
    assert_allclose(sparse.per_example(indices, p), dense.per_example(one_hot, p), rtol=2e-15, atol=0)
    expected = dense.gradient(one_hot, p)
    assert_allclose(sparse.gradient(indices, p), expected, rtol=1e-15, atol=1e-15 * smoothing)


REGRESSION = CASES[0]  # any real truth and prediction


@given(examples=REGRESSION.examples())
def test_huber_is_half_the_squared_error_for_large_delta(examples):
    huber, mse = losses.Huber(delta=1e3), losses.MeanSquaredError()
    assert_array_equal(huber.per_example(*examples), mse.per_example(*examples) / 2)
    assert_array_equal(huber.gradient(*examples), mse.gradient(*examples) / 2)


@given(examples=REGRESSION.examples(), delta=st.floats(1e-9, 1e-3))
def test_huber_is_delta_times_the_absolute_error_for_small_delta(examples, delta):
    huber, mae = losses.Huber(delta=delta), losses.MeanAbsoluteError()
    short = mae.per_example(*examples) - huber.per_example(*examples) / delta
    assert (short >= -1e-13).all()
    assert (short <= delta / 2 + 1e-13).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kl_of_nearly_equal_rows_is_exact_and_never_negative(dtype):
    rng, rounding = np.random.default_rng(0), np.finfo(dtype).eps
    for _ in range(300):
        y = rng.dirichlet(np.ones(4))
        p = y * (1 + 10 ** rng.uniform(-8, 0) * rng.uniform(-1, 1, size=4))
        y, p = y.astype(dtype), (p / p.sum()).astype(dtype)
        with mp.workdps(40):
            exact = mp.fsum(
                mpf(float(a)) * mp.log(mpf(float(a)) / mpf(float(b))) for a, b in zip(y, p, strict=True)
            )
            terms = (
                exact + mp.fsum(map(float, p)) - mp.fsum(map(float, y))
            )  # all that is added up is as large
            error = abs(losses.KLDivergence()([y], [p]) - max(exact, mpf(0)))
        assert error <= 16 * rounding * max(exact, terms)


def test_kl_in_single_precision_has_all_its_digits():
    y, p = np.array([[[0.1, 0.2, 0.7]], [[0.1001, 0.2, 0.6999]]], np.float32)
    assert losses.KLDivergence()(y, p) == pytest.approx(7.2015452e-8, rel=1e-6)


TOP = [[1, 0], [1, 0]]


@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 3e38), (np.float64, 1.5e308)])
def test_logits_may_span_more_than_the_largest_float(dtype, large):
    z = np.array([[large, -large]] * 2, dtype)
    dense = losses.CategoricalCrossEntropy(from_logits=True)
    sparse = losses.SparseCategoricalCrossEntropy(from_logits=True)
    for loss, y in ((dense, np.eye(2, dtype=dtype)), (sparse, np.arange(2))):
        assert_array_equal(loss.per_example(y, z), [0, np.inf])
        assert_array_equal(loss.gradient(y, z), [[0, 0], [0.5, -0.5]])


@pytest.mark.parametrize("log_input", [False, True])
@pytest.mark.parametrize("size", [1e-9, 1e-5, 0.1, 0.5])
def test_poisson_deviance_keeps_its_digits_near_a_perfect_prediction(log_input, size):
    z = np.array([size, -size])
    p = z if log_input else 1 + z
    with mp.workdps(60):
        means = [mp.exp(mpf(float(x))) if log_input else mpf(float(x)) for x in p]
        exact = [float(2 * (mean - 1 - mp.log(mean))) for mean in means]
    assert_allclose(losses.PoissonDeviance(log_input=log_input).per_example([1, 1], p), exact, rtol=1e-15)


def test_poisson_deviance_of_nothing_counted_is_twice_the_mean():
    assert_array_equal(losses.PoissonDeviance().per_example([0, 0], [1e-300, 3.0]), [2e-300, 6.0])
    assert losses.PoissonDeviance(log_input=True)([0], [-1000.0]) == 0
