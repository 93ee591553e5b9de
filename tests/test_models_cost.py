"""A model's cost on data: the right outputs for each loss, penalties, checks, ensembles."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import losses
from lossgd.gradcheck import assert_gradient
from lossgd.losses.blocks import BLOCK
from lossgd.models import Cost, Linear, Logistic, Perceptron, Softmax
from tests.losses.cases import every_case

N, FEATURES, CLASSES = 9, 3, 4
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, FEATURES))
NUMBERS, LABELS, INDICES = RNG.normal(size=N), RNG.integers(2, size=N), RNG.integers(CLASSES, size=N)
ONE_HOT = np.eye(CLASSES)[INDICES]

# A model, a loss, its truth, and whether the loss takes scores.
COSTS = [
    (Linear(), losses.MeanSquaredError(), NUMBERS, False),
    (Linear(), losses.Huber(delta=0.5), NUMBERS, False),
    (Linear(), losses.Hinge(), 2 * LABELS - 1, True),
    (Linear(), losses.BinaryCrossEntropy(from_logits=True), LABELS, True),
    (Logistic(), losses.MeanSquaredError(), LABELS, False),
    (Logistic(), losses.BinaryCrossEntropy(), LABELS, False),
    (Logistic(), losses.BinaryCrossEntropy(from_logits=True), LABELS, True),
    (Logistic(), losses.SquaredHinge(), 2 * LABELS - 1, True),
    (Logistic(), losses.Focal(from_logits=True), LABELS, True),
    (Softmax(CLASSES), losses.CategoricalCrossEntropy(), ONE_HOT, False),
    (Softmax(CLASSES), losses.SparseCategoricalCrossEntropy(from_logits=True), INDICES, True),
    (Softmax(CLASSES), losses.KLDivergence(), ONE_HOT, False),
    (Perceptron(hidden=(5,)), losses.LogCosh(), NUMBERS, False),
    (Perceptron(hidden=(5,), outputs=2), losses.MeanSquaredError(), X[:, :2], False),
    (Perceptron(hidden=(5,), link="sigmoid"), losses.BinaryCrossEntropy(from_logits=True), LABELS, True),
    (
        Perceptron(hidden=(5, 5), outputs=CLASSES, link="softmax", activation="relu"),
        losses.SparseCategoricalCrossEntropy(from_logits=True),
        INDICES,
        True,
    ),
]
every_cost = pytest.mark.parametrize(
    ("model", "loss", "y", "of_scores"), COSTS, ids=[f"{model}-{loss}" for model, loss, *_ in COSTS]
)


def parameters(model, *ensemble, seed=1):
    return np.random.default_rng(seed).normal(size=(*ensemble, model.size(FEATURES)))


@every_cost
def test_the_cost_is_the_loss_of_what_it_takes(model, loss, y, of_scores):
    theta = parameters(model)
    outputs = model.scores(theta, X) if of_scores else model.predict(theta, X)
    cost = Cost(model, loss, X, y)
    value, gradient = cost.value_and_gradient(theta)
    assert value == cost(theta) == pytest.approx(loss(y, outputs), rel=1e-14)
    chained = model.vjp(theta, X, loss.gradient(y, outputs), scores=of_scores)
    assert_allclose(gradient, chained, rtol=1e-13, atol=1e-16)
    assert_array_equal(cost.gradient(theta), gradient)


@every_cost
def test_the_gradient_is_the_central_difference_of_the_cost(model, loss, y, of_scores):
    theta, h = parameters(model), 1e-6
    cost = Cost(model, loss, X, y, l1=0.3, l2=0.7)
    expected = [(cost(theta + h * e) - cost(theta - h * e)) / (2 * h) for e in np.eye(theta.size)]
    assert_allclose(cost.gradient(theta), expected, rtol=1e-6, atol=1e-7)


@every_cost
def test_an_ensemble_is_its_runs_one_by_one_to_the_last_bit(model, loss, y, of_scores):
    cost, thetas = Cost(model, loss, X, y, l2=0.1), parameters(model, 2, 3)
    values, gradients = cost.value_and_gradient(thetas)
    assert values.shape == (2, 3)
    assert_array_equal(cost(thetas), values)
    assert_array_equal(cost.gradient(thetas), gradients)
    for run in np.ndindex(2, 3):
        value, gradient = cost.value_and_gradient(thetas[run])
        assert values[run] == value
        assert_array_equal(gradients[run], gradient)


@pytest.mark.parametrize("model", [Linear(), Perceptron(hidden=(2,))], ids=repr)
def test_an_ensemble_too_large_for_the_cache_is_its_runs_one_by_one(model):
    """Of over 1,024 rows of float32, whose sums are made in blocks: on shared data, and each on its own."""
    X = np.random.default_rng(0).normal(size=(1500, 2)).astype(np.float32)
    cost = Cost(model, losses.MeanSquaredError(), X, X.sum(axis=1))
    thetas = np.random.default_rng(1).normal(size=(8, model.size(2))).astype(np.float32)
    theirs = [np.stack([np.roll(array, k, axis=0) for k in range(8)]) for array in cost.data]
    for batch in (cost.data, theirs):
        values, gradients = cost.on(thetas, *batch)
        for k, theta in enumerate(thetas):
            value, gradient = cost.on(theta, *(array[k] if batch is theirs else array for array in batch))
            assert values[k] == value
            assert_array_equal(gradients[k], gradient)


@every_cost
def test_float32_stays_float32(model, loss, y, of_scores):
    cost = Cost(model, loss, X.astype(np.float32), y, l1=0.1, l2=np.float64(0.1))
    gradient = cost.gradient(parameters(model).astype(np.float32))
    assert gradient.dtype == np.float32
    assert_allclose(
        gradient, Cost(model, loss, X, y, l1=0.1, l2=0.1).gradient(parameters(model)), rtol=1e-4, atol=1e-5
    )


@every_case
@pytest.mark.parametrize("entries", [999, BLOCK + 999])
def test_an_unchecked_loss_is_the_loss(case, entries):
    y, p = case.random(case.shape(entries))
    cost, gradient = case.loss.value_and_gradient(y, p)
    unchecked_cost, unchecked_gradient = case.loss.trusted(y, p)
    assert unchecked_cost == cost
    assert_array_equal(unchecked_gradient, gradient)
    only_cost, only_gradient = (
        case.loss.trusted(y, p, gradient=False),
        case.loss.trusted(y, p, cost=False),
    )
    assert only_cost == (cost, None)
    assert only_gradient[0] is None
    assert_array_equal(only_gradient[1], gradient)


@every_case
def test_an_unchecked_loss_keeps_float32(case):
    y, p = case.random(case.shape(99))
    y = y if y.dtype.kind == "i" else y.astype(np.float32)
    with np.errstate(over="ignore"):
        assert case.loss.trusted(y, p.astype(np.float32))[1].dtype == np.float32


@every_case
@pytest.mark.parametrize("reduction", ["mean", "sum", "mean_with_sample_weight"])
@pytest.mark.parametrize("weighted", [False, True])
def test_an_unchecked_loss_of_each_member_is_that_of_the_member(case, reduction, weighted):
    loss = replace(case.loss, reduction=reduction)
    members = [case.random(case.shape(60), seed) for seed in range(3)]
    y_true, y_pred = (np.stack(arrays) for arrays in zip(*members, strict=True))
    weight = RNG.integers(4, size=y_pred.shape[:2]).astype(float) if weighted else None
    values, slopes = loss.trusted_each(y_true, y_pred, sample_weight=weight)
    for i, (y, p) in enumerate(members):
        value, slope = loss.trusted(y, p, sample_weight=weight[i] if weighted else None)
        assert values[i] == value
        assert_array_equal(slopes[i], slope)
    assert_array_equal(loss.trusted_each(y_true, y_pred, sample_weight=weight, gradient=False)[0], values)
    assert_array_equal(loss.trusted_each(y_true, y_pred, sample_weight=weight, cost=False)[1], slopes)


# Penalties


def test_penalties_count_weights_and_not_biases():
    model = Perceptron(hidden=(2,))
    theta = parameters(model)
    plain = Cost(model, losses.MeanSquaredError(), X, NUMBERS)
    cost = Cost(model, losses.MeanSquaredError(), X, NUMBERS, l1=0.3, l2=0.7)
    parts = model.views(theta, 3).items()
    weights = np.concatenate([part.ravel() for name, part in parts if name.startswith("weights")])
    assert weights.size == 8
    penalty = 0.3 * abs(weights).sum() + 0.35 * (weights**2).sum()
    assert cost(theta) == pytest.approx(plain(theta) + penalty, rel=1e-14)
    for name, part in model.views(cost.gradient(theta) - plain.gradient(theta), 3).items():
        w = model.views(theta, 3)[name]
        expected = 0.3 * np.sign(w) + 0.7 * w if name.startswith("weights") else np.zeros_like(w)
        assert_allclose(part, expected, rtol=1e-12, atol=1e-15)


def test_at_zero_the_l1_penalty_pulls_nowhere():
    cost = Cost(Linear(), losses.MeanSquaredError(), X, NUMBERS)
    penalised = Cost(Linear(), losses.MeanSquaredError(), X, NUMBERS, l1=5.0)
    assert_array_equal(penalised.gradient(np.zeros(4)), cost.gradient(np.zeros(4)))


# Half precision


@every_cost
def test_a_cost_of_half_precision_is_one_of_float32(model, loss, y, of_scores):
    half, theta = X.astype(np.float16), parameters(model).astype(np.float16)
    cost, single = Cost(model, loss, half, y, l2=0.1), Cost(model, loss, half.astype(np.float32), y, l2=0.1)
    value, gradient = cost.value_and_gradient(theta)
    assert (value, gradient.dtype) == (single(theta.astype(np.float32)), np.float16)
    assert_array_equal(gradient, single.gradient(theta.astype(np.float32)).astype(np.float16))
    assert cost.gradient(theta.astype(np.float32)).dtype == np.float32


def test_a_cost_of_half_precision_does_not_overflow_on_the_way():
    X, y = np.full((4, 1), 300, np.float16), np.zeros(4, np.float16)
    assert Cost(Linear(), losses.MeanSquaredError(), X, y)(np.array([1, 0], np.float16)) == 90000


# Weights

WEIGHTS = RNG.integers(4, size=N) / 2


@every_cost
@pytest.mark.parametrize("reduction", ["mean", "sum", "mean_with_sample_weight"])
def test_a_weighted_cost_is_the_weighted_loss(model, loss, y, of_scores, reduction):
    loss, theta = replace(loss, reduction=reduction), parameters(model)
    outputs = model.scores(theta, X) if of_scores else model.predict(theta, X)
    cost = Cost(model, loss, X, y, sample_weight=WEIGHTS)
    value, gradient = cost.value_and_gradient(theta)
    assert value == cost(theta) == pytest.approx(loss(y, outputs, sample_weight=WEIGHTS), rel=1e-14)
    chained = model.vjp(theta, X, loss.gradient(y, outputs, sample_weight=WEIGHTS), scores=of_scores)
    assert_allclose(gradient, chained, rtol=1e-13, atol=1e-16)
    assert_array_equal(cost.gradient(np.stack((theta, theta)))[1], gradient)
    assert_gradient(cost, theta)


@pytest.mark.parametrize(
    ("model", "loss", "y"),
    [
        (Logistic(), losses.BinaryCrossEntropy(), LABELS),
        (Logistic(), losses.BinaryCrossEntropy(), LABELS.astype(bool)),
        (Linear(), losses.Hinge(), 2.0 * LABELS - 1),
        (Softmax(CLASSES), losses.SparseCategoricalCrossEntropy(), INDICES),
        (Softmax(CLASSES), losses.CategoricalCrossEntropy(), ONE_HOT),
    ],
    ids=["labels", "booleans", "signs", "indices", "one-hot"],
)
def test_a_class_weight_is_the_weight_of_its_examples(model, loss, y):
    classes = y.argmax(axis=1) if y.ndim == 2 else y
    theta = parameters(model)
    by_class = Cost(model, loss, X, y, class_weight={1: np.uint8(3)})  # the others have 1
    assert by_class(theta) == Cost(model, loss, X, y, sample_weight=np.where(classes == 1, 3, 1))(theta)
    both = Cost(model, loss, X, y, sample_weight=WEIGHTS, class_weight={1: 3})
    assert both(theta) == Cost(model, loss, X, y, sample_weight=np.where(classes == 1, 3, 1) * WEIGHTS)(theta)


def test_a_class_that_does_not_occur_may_have_a_weight():
    bce = losses.BinaryCrossEntropy()
    cost = Cost(Logistic(), bce, X, np.ones(N), class_weight={0: 5, 1: 2})
    assert cost(parameters(Logistic())) == 2 * Cost(Logistic(), bce, X, np.ones(N))(parameters(Logistic()))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"sample_weight": WEIGHTS[1:]}, ValueError, r"sample_weight must have shape \(9,\)"),
        ({"sample_weight": -np.ones(N)}, ValueError, "sample_weight must not be negative"),
        ({"sample_weight": np.ma.masked_less(WEIGHTS, 1)}, TypeError, "sample_weight must not be a masked"),
        ({"class_weight": "balanced"}, TypeError, "class_weight must be a dict of class to weight"),
        ({"class_weight": {"0": 1, "1": 2}}, ValueError, r"class '0'; y has the classes \[0, 1\]"),
        ({"class_weight": {2: 1}}, ValueError, r"names the class 2; y has the classes \[0, 1\]"),
        ({"class_weight": {1: -1}}, ValueError, r"class_weight\[1\] must be in \[0, inf\); got -1"),
        ({"class_weight": {1: 1}, "y": X[:, :2], "model": Softmax(2)}, ValueError, "rows of y that are 1"),
        ({"class_weight": {1: 1}, "y": NUMBERS}, ValueError, "y must hold class labels"),
    ],
)  # fmt: skip
def test_weights_that_do_not_fit_are_refused(options, error, message):
    legal = {"model": Linear(), "loss": losses.MeanSquaredError(), "X": X, "y": LABELS}
    with pytest.raises(error, match=message):
        Cost(**(legal | options))


# For callers that repeat


@every_cost
@pytest.mark.parametrize("ensemble", [(), (3,)])
def test_an_evaluator_is_the_value_and_gradient(model, loss, y, of_scores, ensemble):
    cost, theta = Cost(model, loss, X, y, l2=0.1, sample_weight=WEIGHTS), parameters(model, *ensemble)
    evaluate = cost.evaluator(np.zeros_like(theta))
    for actual, expected in zip(evaluate(theta), cost.value_and_gradient(theta), strict=True):
        assert_array_equal(actual, expected)


def test_an_evaluator_is_for_parameters_that_fit():
    with pytest.raises(ValueError, match="theta must hold 4 parameters"):
        Cost(Linear(), losses.MeanSquaredError(), X, NUMBERS).evaluator(np.zeros(3))


# Numbers beyond float64, and data that change


@pytest.mark.parametrize("scale", [1e155, 1e308, np.inf, np.nan])
def test_a_cost_that_has_diverged_is_not_finite_and_not_an_error(scale):
    cost = Cost(Linear(), losses.MeanSquaredError(), X, NUMBERS)
    with warnings.catch_warnings(action="error"):
        value, _ = cost.value_and_gradient(scale * np.ones(4))
    assert not np.isfinite(value)


def test_a_probability_of_0_for_the_truth_costs_infinity_and_a_logit_what_it_is():
    one, theta = [[1.0]], [-800.0, 0.0]
    assert Cost(Logistic(), losses.BinaryCrossEntropy(), one, [1])(theta) == np.inf
    assert Cost(Logistic(), losses.BinaryCrossEntropy(from_logits=True), one, [1])(theta) == 800


def test_a_cost_keeps_the_data_it_has_checked():
    for model, loss, truth in (
        (Linear(), losses.MeanSquaredError(), NUMBERS),
        (Perceptron(hidden=(2,)), losses.MeanSquaredError(), NUMBERS),
        (Softmax(CLASSES), losses.SparseCategoricalCrossEntropy(), INDICES),
    ):
        x, y = X.copy(), truth.copy()
        cost = Cost(model, loss, x, y)
        before = cost(parameters(model))
        x[0], y[0] = np.nan, 99
        assert cost(parameters(model)) == before


@pytest.mark.parametrize("where", ["model", "loss"])
def test_data_cannot_be_written_to(where):
    class InPlace(Linear):
        def forward(self, theta, inputs, rng=None):
            inputs *= 2
            return super().forward(theta, inputs, rng)

    class ErrorInPlace(losses.MeanSquaredError):
        def parts(self, y, p):
            y -= p
            return (y,)

    model = InPlace() if where == "model" else Linear()
    loss = ErrorInPlace() if where == "loss" else losses.MeanSquaredError()
    x, y = X.copy(), NUMBERS.copy()
    with pytest.raises(ValueError, match="read-only"):
        Cost(model, loss, x, y)(parameters(model))
    assert_array_equal(x, X)
    assert_array_equal(y, NUMBERS)
    assert x.flags.writeable
    assert y.flags.writeable


def test_a_gradient_that_a_model_keeps_is_not_added_to():
    class Same(Linear):
        def backward(self, theta, tape, g, kept=np.ones(4)):  # noqa: B008
            return kept

    cost = Cost(Same(), losses.MeanSquaredError(), X, NUMBERS, l2=1.0)
    assert_array_equal(cost.gradient(np.ones(4)), [2, 2, 2, 1])
    assert_array_equal(cost.gradient(np.ones(4)), [2, 2, 2, 1])


# Errors


@pytest.mark.parametrize(
    ("model", "loss", "X", "y", "error", "message"),
    [
        (Linear, losses.MeanSquaredError(), X, NUMBERS, TypeError, "model must be a model, such as"),
        (Linear(), losses.MeanSquaredError, X, NUMBERS, TypeError, "loss must be a loss, such as"),
        (Linear(), "mse", X, NUMBERS, TypeError, "loss must be a loss, such as"),
        (
            Linear(),
            losses.MeanSquaredError(),
            X,
            NUMBERS[1:],
            ValueError,
            "as many examples; got 9 and 8",
        ),
        (
            Linear(),
            losses.MeanSquaredError(),
            X[:, 0],
            NUMBERS,
            ValueError,
            r"X must have shape \(n, features\)",
        ),
        (Linear(), losses.MeanSquaredError(), X * np.inf, NUMBERS, ValueError, "X must be finite"),
        (Linear(), losses.MeanSquaredError(), X, NUMBERS * np.nan, ValueError, "y_true must be finite"),
        (
            Linear(),
            losses.MeanSquaredError(),
            X,
            NUMBERS[:, None],
            ValueError,
            r"the same shape; got \(9, 1\) and \(9,\)",
        ),
        (Linear(), losses.BinaryCrossEntropy(), X, LABELS, ValueError, "or the loss with from_logits=True"),
        (Perceptron(), losses.CategoricalCrossEntropy(), X, ONE_HOT, ValueError, "made by a softmax"),
        (Softmax(2), losses.BinaryCrossEntropy(from_logits=True), X, LABELS, ValueError, "made by a sigmoid"),
        (
            Perceptron(outputs=4, link="sigmoid"),
            losses.SparseCategoricalCrossEntropy(from_logits=True),
            X,
            INDICES,
            ValueError,
            "made by a softmax; .* has the link 'sigmoid'",
        ),
        (
            Logistic(),
            losses.BinaryCrossEntropy(),
            X,
            NUMBERS,
            ValueError,
            r"y_true must hold probabilities in \[0, 1\]",
        ),
        (Logistic(), losses.Hinge(), X, LABELS, ValueError, "y_true must hold the labels -1 and 1"),
        (
            Softmax(2),
            losses.SparseCategoricalCrossEntropy(),
            X,
            INDICES + 2,
            ValueError,
            r"class indices 0 … 1, for 2 columns of y_pred",
        ),
    ],
)
def test_data_that_do_not_fit_are_refused(model, loss, X, y, error, message):
    with pytest.raises(error, match=message):
        Cost(model, loss, X, y)


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_a_negative_penalty_is_refused(name):
    with pytest.raises(ValueError, match=rf"{name} must be in \[0, inf\); got -1"):
        Cost(Linear(), losses.MeanSquaredError(), X, NUMBERS, **{name: -1})


@pytest.mark.parametrize("shape", [(3,), (5,), (2, 3), ()])
def test_parameters_of_another_size_are_refused(shape):
    with pytest.raises(ValueError, match="theta must hold 4 parameters"):
        Cost(Linear(), losses.MeanSquaredError(), X, NUMBERS)(np.zeros(shape))


def test_a_cost_says_what_it_is():
    text = repr(Cost(Linear(), losses.MeanSquaredError(), X, NUMBERS, l2=0.5))
    assert text == "Cost(model=Linear(), loss=MeanSquaredError(reduction='mean'), l1=0.0, l2=0.5)"
