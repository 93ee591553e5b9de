"""The models: formulas, parameters and their names, starts, and the way a gradient goes back."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from lossgd.models import Linear, Logistic, Perceptron, Softmax
from lossgd.models.base import sigmoid

N, FEATURES = 7, 3
MODELS = [
    Linear(),
    Logistic(),
    Softmax(4),
    Perceptron(hidden=()),
    Perceptron(hidden=(5,), activation="tanh"),
    Perceptron(hidden=(5, 4), activation="sigmoid", outputs=2, link="sigmoid"),
    Perceptron(hidden=(6, 5), activation="relu", outputs=3, link="softmax", initialisation="xavier"),
    Perceptron(hidden=(5, 5, 5), activation="tanh", link="sigmoid", residual=True),
    Perceptron(hidden=(5, 5), activation="relu", residual=True, dropout=0.4),
]
every_model = pytest.mark.parametrize("model", MODELS, ids=repr)
by_scores = pytest.mark.parametrize("scores", [False, True], ids=["predictions", "scores"])


def random_case(model, seed=0):
    """Return random parameters and examples."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=model.size(FEATURES)), rng.normal(size=(N, FEATURES))


def outputs(model, theta, X, scores):
    """Return predictions or scores; unlike the public methods it takes complex parameters too."""
    result, _ = model.forward(theta, model.inputs(X))
    return result if scores else model.through_link(result)


# The formulas


def test_linear_is_a_weighted_sum():
    theta, X = random_case(Linear())
    assert_allclose(Linear().predict(theta, X), X @ theta[:3] + theta[3], rtol=1e-14)
    assert_array_equal(Linear().scores(theta, X), Linear().predict(theta, X))


def test_logistic_is_the_sigmoid_of_a_weighted_sum():
    theta, X = random_case(Logistic())
    z = X @ theta[:3] + theta[3]
    assert_allclose(Logistic().scores(theta, X), z, rtol=1e-14)
    assert_allclose(Logistic().predict(theta, X), 1 / (1 + np.exp(-z)), rtol=1e-14)


def test_softmax_is_the_share_of_each_exponential():
    model = Softmax(4)
    theta, X = random_case(model)
    parts = model.views(theta, FEATURES)
    z = X @ parts["weights"] + parts["bias"]
    assert_allclose(model.scores(theta, X), z, rtol=1e-13)
    assert_allclose(model.predict(theta, X), np.exp(z) / np.exp(z).sum(axis=1)[:, None], rtol=1e-13)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_perceptron_is_layer_upon_layer(activation):
    model = Perceptron(hidden=(5, 4), activation=activation, outputs=2)
    theta, X = random_case(model)
    w1, b1, w2, b2, w3, b3 = model.views(theta, FEATURES).values()
    activations = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "relu": lambda z: z * (z > 0)}
    f = activations[activation]
    assert_allclose(model.predict(theta, X), f(f(X @ w1 + b1) @ w2 + b2) @ w3 + b3, rtol=1e-13)


def test_a_residual_layer_adds_its_input():
    model = Perceptron(hidden=(5, 5), residual=True)
    theta, X = random_case(model)
    w1, b1, w2, b2, w3, b3 = model.views(theta, FEATURES).values()
    h = np.tanh(X @ w1 + b1)
    assert_allclose(model.predict(theta, X), ((h + np.tanh(h @ w2 + b2)) @ w3 + b3)[:, 0], rtol=1e-13)


def test_without_hidden_layers_a_perceptron_is_linear():
    theta, X = random_case(Linear())
    assert_allclose(Perceptron(hidden=()).predict(theta, X), Linear().predict(theta, X), rtol=1e-14)


@pytest.mark.parametrize("z", [-745.0, -720.0, -40.0, -1.0, 0.0, 36.0, 40.0, 800.0])
def test_sigmoid_is_exact_where_float64_can_hold_it(z):
    expected = math.exp(z) / (1 + math.exp(z)) if z < 0 else 1 / (1 + math.exp(-z))
    assert sigmoid(np.float64(z)) == pytest.approx(expected, rel=4e-16)


def test_softmax_of_large_scores_does_not_overflow():
    assert_array_equal(Softmax(2).predict([1000.0, 0.0, 0.0, 0.0], [[1.0], [-1.0]]), [[1, 0], [0, 1]])


# Parameters and their names


@every_model
def test_views_name_each_parameter_once_and_share_its_memory(model):
    theta = np.zeros(model.size(FEATURES))
    for part in model.views(theta, FEATURES).values():
        part[...] += 1
    assert_array_equal(theta, 1)


def test_views_of_a_path_are_the_paths_of_the_parts():
    model = Softmax(2)
    thetas = np.arange(24.0).reshape(3, 8)
    weights = model.views(thetas, FEATURES)["weights"]
    assert weights.shape == (3, 3, 2)
    for theta, part in zip(thetas, weights, strict=True):
        assert_array_equal(model.views(theta, FEATURES)["weights"], part)


def test_parts_have_their_shapes():
    def shapes(model):
        parts = model.views(model.init(FEATURES), FEATURES)
        return {name: part.shape for name, part in parts.items()}

    assert shapes(Linear()) == {"weights": (3,), "bias": ()}
    assert shapes(Softmax(4)) == {"weights": (3, 4), "bias": (4,)}
    perceptron = {"weights_1": (3, 5), "bias_1": (5,), "weights_2": (5, 2), "bias_2": (2,)}
    assert shapes(Perceptron(hidden=(5,), outputs=2)) == perceptron


# The start


@pytest.mark.parametrize("model", [Linear(), Logistic(), Softmax(3)], ids=repr)
def test_convex_models_start_from_zero(model):
    assert_array_equal(model.init(FEATURES, seed=1), 0)


@pytest.mark.parametrize(
    ("initialisation", "variances"), [("he", (2 / 400, 2 / 300)), ("xavier", (2 / 700, 2 / 500))]
)
def test_initial_weights_have_the_variance_of_their_layer(initialisation, variances):
    model = Perceptron(hidden=(300,), outputs=200, initialisation=initialisation)
    parts = model.views(model.init(400, seed=3), 400)
    for layer, variance in enumerate(variances, start=1):
        weights = parts[f"weights_{layer}"]
        # The mean of N normal numbers is off by σ/√N, their variance by the share √(2/N): four times that.
        assert abs(weights.mean()) < 4 * math.sqrt(variance / weights.size)
        assert weights.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / weights.size))
        assert abs((np.abs(weights) < math.sqrt(variance)).mean() - 0.6827) < 0.01  # as a normal variable
        assert_array_equal(parts[f"bias_{layer}"], 0)


def test_the_start_is_the_seed_s():
    model = Perceptron()
    assert_array_equal(model.init(FEATURES, seed=1), model.init(FEATURES, seed=1))
    assert not np.array_equal(model.init(FEATURES, seed=1), model.init(FEATURES, seed=2))


# The way back


@every_model
@by_scores
def test_vjp_is_the_complex_step_derivative(model, scores):
    theta, X = random_case(model)
    g = np.random.default_rng(1).normal(size=model.scores(theta, X).shape)
    steps = theta + 1e-100j * np.eye(theta.size)
    expected = [(g * outputs(model, step, X, scores)).sum().imag / 1e-100 for step in steps]
    assert_allclose(model.vjp(theta, X, g, scores=scores), expected, rtol=1e-12, atol=1e-15)


@every_model
@by_scores
def test_vjp_is_the_central_difference(model, scores):
    theta, X = random_case(model)
    g = np.random.default_rng(1).normal(size=model.scores(theta, X).shape)
    f = model.scores if scores else model.predict
    h = 1e-6
    expected = [
        ((g * f(theta + h * e, X)).sum() - (g * f(theta - h * e, X)).sum()) / (2 * h)
        for e in np.eye(theta.size)
    ]
    assert_allclose(model.vjp(theta, X, g, scores=scores), expected, rtol=1e-6, atol=1e-8)


def test_a_layer_s_gradient_vanishes_with_depth_and_a_residual_one_does_not():
    def first_to_last(residual):
        model = Perceptron(hidden=(8,) * 20, activation="sigmoid", initialisation="xavier", residual=residual)
        theta, X = model.init(FEATURES, seed=1), random_case(model)[1]
        parts = model.views(model.vjp(theta, X, np.ones(N)), FEATURES)
        return np.linalg.norm(parts["weights_1"]) / np.linalg.norm(parts["weights_20"])

    assert first_to_last(residual=False) < 1e-8
    assert first_to_last(residual=True) > 1e-2


# Dropout


def test_dropout_zeroes_its_share_and_keeps_the_mean():
    model = Perceptron(hidden=(2000,), activation="sigmoid", dropout=0.3)
    theta = model.init(FEATURES)
    X = np.ones((50, FEATURES))
    _, ((_, h, kept), out) = model.forward(theta, X, np.random.default_rng(0))
    assert_array_equal(out, h * kept)
    assert_array_equal(np.unique(kept), [0, 1 / 0.7])
    assert abs((kept == 0).mean() - 0.3) < 4 * math.sqrt(0.3 * 0.7 / kept.size)
    assert out.mean() == pytest.approx(h.mean(), rel=0.01)


def test_predictions_know_no_dropout():
    theta, X = random_case(Perceptron())
    assert_array_equal(Perceptron(dropout=0.5).predict(theta, X), Perceptron().predict(theta, X))


@pytest.mark.parametrize("residual", [False, True])
def test_the_gradient_with_dropout_is_that_of_the_outputs_that_were_kept(residual):
    model = Perceptron(hidden=(5, 5), dropout=0.4, residual=residual)
    theta, X = random_case(model)
    steps = theta + 1e-100j * np.eye(theta.size)
    expected = [model.forward(step, X, np.random.default_rng(5))[0].sum().imag / 1e-100 for step in steps]
    _, tape = model.forward(theta, X, np.random.default_rng(5))
    assert_allclose(model.backward(theta, tape, np.ones(N)), expected, rtol=1e-12, atol=1e-15)
    assert np.count_nonzero(expected) < np.count_nonzero(model.vjp(theta, X, np.ones(N)))


# Half precision, and float32 over many rows


@every_model
def test_half_precision_is_computed_in_float32_and_comes_back(model):
    theta, X = (part.astype(np.float16) for part in random_case(model))
    X = 100 * X
    wide = theta.astype(np.float32), X.astype(np.float32)
    g = np.ones(model.scores(*wide).shape, np.float16)
    for method in (model.scores, model.predict):
        assert method(theta, X).dtype == method(wide[0], X).dtype == np.float16
        assert_array_equal(method(theta, X), method(*wide).astype(np.float16))
    assert model.vjp(theta, X, g).dtype == np.float16
    assert_array_equal(model.vjp(theta, X, g), model.vjp(*wide, g.astype(np.float32)).astype(np.float16))


def test_half_precision_does_not_overflow_on_the_way():
    theta, X = np.array([300, -300, 1], np.float16), np.full((1, 2), 300, np.float16)
    assert Linear().predict(theta, X).tolist() == [1.0]


@pytest.mark.parametrize(
    "model",
    [Linear(), Softmax(3), Perceptron(hidden=(3,), activation="sigmoid"), Perceptron(hidden=(), outputs=2)],
    ids=repr,
)
def test_sums_over_many_rows_keep_the_digits_of_float32(model):
    X = np.random.default_rng(0).uniform(1, 2, size=(300_001, 2)).astype(np.float32)
    theta = model.init(2).astype(np.float32)
    g = np.resize([-1.75, -1.5], model.scores(theta, X).shape).astype(np.float32)
    gradient = model.vjp(theta, X, g, scores=True)
    assert gradient.dtype == np.float32
    exact = model.vjp(theta.astype(float), X.astype(float), g.astype(float), scores=True)
    assert_allclose(gradient, exact, rtol=5e-7)


# Types and errors


@every_model
def test_float32_stays_float32(model):
    theta, X = (part.astype(np.float32) for part in random_case(model))
    prediction = model.predict(theta, X)
    assert prediction.dtype == model.vjp(theta, X, prediction).dtype == np.float32
    scores, _ = model.forward(theta, model.inputs(X), np.random.default_rng(0))
    assert scores.dtype == np.float32


def test_integers_become_floats():
    assert Linear().predict([2, 1], [[0], [3]]).tolist() == [1.0, 7.0]


def test_options_may_be_numpy_s_numbers_of_few_bits():
    model = Perceptron(hidden=(np.uint8(200), np.int8(100)), outputs=np.uint8(2), dropout=np.float32(0.5))
    assert repr(model) == repr(Perceptron(hidden=(200, 100), outputs=2, dropout=0.5))
    assert model.size(np.uint8(200)) == Perceptron(hidden=(200, 100), outputs=2).size(200) == 60502
    assert Softmax(np.uint8(200)).size(np.uint8(2)) == Softmax(200).size(2) == 600
    bias = model.views(np.zeros(60502), np.uint8(200))["bias_2"]
    assert bias.shape == (100,)


@pytest.mark.parametrize("argument", ["theta", "X", "g"])
def test_a_masked_array_is_refused(argument):
    arguments = {"theta": np.ones(2), "X": np.ones((3, 1)), "g": np.ones(3)}
    arguments[argument] = np.ma.masked_less(arguments[argument], 1)
    refused = pytest.raises(TypeError, match=f"{argument} must not be a masked array")
    with refused:
        Linear().vjp(**arguments)
    if argument != "g":
        with refused:
            Linear().predict(arguments["theta"], arguments["X"])


def test_a_table_of_another_kind_is_taken_as_an_array():
    class Table:  # as pandas' frames are
        def __array__(self, dtype=None, copy=None):
            return np.array([[0.0], [3.0]], dtype)

    assert Linear().predict([2.0, 1.0], Table()).tolist() == [1, 7]


@every_model
def test_a_model_is_a_value(model):
    assert eval(repr(model)) == model
    assert hash(model) == hash(eval(repr(model)))
    with pytest.raises(AttributeError):
        model.link = "identity"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Softmax(1), ValueError, "classes must be at least 2"),
        (lambda: Softmax(2.0), TypeError, "classes must be a whole number; got 2.0"),
        (lambda: Perceptron(hidden=8), TypeError, "hidden must be a tuple"),
        (lambda: Perceptron(hidden=(8, 0)), ValueError, "each width in hidden must be at least 1; got 0"),
        (lambda: Perceptron(activation="gelu"), ValueError, "activation must be 'tanh' or"),
        (lambda: Perceptron(link="log"), ValueError, "link must be 'identity' or"),
        (lambda: Perceptron(outputs=0), ValueError, "outputs must be at least 1; got 0"),
        (lambda: Perceptron(initialisation="ones"), ValueError, "initialisation must be 'he' or 'xavier'"),
        (lambda: Perceptron(residual=1), TypeError, "residual must be True or False"),
        (lambda: Perceptron(dropout=1.0), ValueError, r"dropout must be in \[0, 1\); got 1.0"),
        (lambda: Perceptron(link="softmax"), ValueError, "link='softmax' needs outputs"),
        (
            lambda: Perceptron(hidden=(3, 4), residual=True),
            ValueError,
            r"of one width; got \(3, 4\)",
        ),
        (lambda: Linear().init(0), ValueError, "features must be at least 1; got 0"),
        (lambda: Linear().predict([0.0, 0.0], [1.0, 2.0]), ValueError, r"X must have shape \(n, features\)"),
        (lambda: Linear().predict([0.0, 0.0], [[np.nan]]), ValueError, "X must be finite; got nan"),
        (
            lambda: Linear().predict([0.0], [[1.0]]),
            ValueError,
            r"theta must hold 2 .* got shape \(1,\)",
        ),
        (lambda: Linear().predict([[0.0, 0.0]], [[1.0]]), ValueError, r"theta must have shape \(2,\)"),
        (lambda: Linear().predict(["a", "b"], [[1.0]]), TypeError, "theta must hold real numbers"),
        (lambda: Linear().views([0.0], 3), ValueError, "theta must hold 4 parameters"),
        (
            lambda: Linear().vjp([0.0, 0.0], [[1.0], [2.0]], [[1.0], [1.0]]),
            ValueError,
            r"g must have the predictions' shape, \(2,\); got \(2, 1\)",
        ),
    ],
)
def test_a_bad_model_or_argument_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
