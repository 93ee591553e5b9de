"""The models' formulas: that Jacobians and chain rules, as shown, are what the shipped models compute."""

import itertools

import numpy as np
import pytest
import sympy
from mpmath import mp
from numpy.testing import assert_allclose

from lossgd import losses, models, symbolic
from lossgd.symbolic import notation

N, FEATURES, CLASSES = 4, 2, 3
TOLERANCE = 1e-14
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, FEATURES))

PERCEPTRONS = [
    models.Perceptron(hidden=(3,), activation="tanh"),
    models.Perceptron(hidden=(3,), activation="relu", link="sigmoid"),
    models.Perceptron(hidden=(2, 3), activation="sigmoid", outputs=2),
    models.Perceptron(hidden=(2, 2), activation="tanh", residual=True),
    models.Perceptron(hidden=(), outputs=2, link="softmax"),
]
MODELS = [models.Linear(), models.Logistic(), models.Softmax(CLASSES), *PERCEPTRONS]
every_model = pytest.mark.parametrize("model", MODELS, ids=repr)


@pytest.fixture(autouse=True)
def _many_digits():
    with mp.workdps(50):
        yield


def parameters_of(model, features=FEATURES):
    return np.random.default_rng(1).normal(size=model.size(features))


def evaluate(terms, model, theta):
    """Return explicit terms at each example, with 50 digits: shape (n, …)."""
    explicit = symbolic.explicit(model, FEATURES)
    names = [*explicit.parameters, *explicit.inputs]
    flat = [sympy.Dummy() for _ in names]  # names such as W[1, 2] cannot be arguments
    plain = [
        sympy.sympify(term).rewrite(sympy.exp).xreplace(dict(zip(names, flat, strict=True))) for term in terms
    ]
    compiled = sympy.lambdify(flat, plain, "mpmath", cse=True)
    return np.array([compiled(*map(mp.mpf, [*theta, *x])) for x in X]).astype(float)


@every_model
def test_predictions_equal_the_formula(model):
    explicit, theta = symbolic.explicit(model, FEATURES), parameters_of(model)
    shape = model.scores(theta, X).shape
    assert_allclose(
        model.scores(theta, X), evaluate(explicit.scores, model, theta).reshape(shape), rtol=TOLERANCE
    )
    predictions = evaluate(explicit.predictions, model, theta).reshape(shape)
    assert_allclose(model.predict(theta, X), predictions, rtol=TOLERANCE)


@every_model
@pytest.mark.parametrize("scores", [False, True])
def test_the_vector_jacobian_product_equals_that_of_sympy(model, scores):
    theta = parameters_of(model)
    jacobian = symbolic.explicit(model, FEATURES).jacobian(scores=scores)
    matrices = evaluate(list(jacobian), model, theta).reshape(N, *jacobian.shape)
    g = np.random.default_rng(2).normal(size=model.scores(theta, X).shape)
    expected = np.einsum("nop,no->p", matrices, g.reshape(N, -1))
    assert_allclose(model.vjp(theta, X, g, scores=scores), expected, rtol=1e-13, atol=1e-15)


def test_every_model_has_its_formula():
    kinds = {getattr(models, name) for name in set(models.__all__) - {"Model", "Cost"}}
    assert set(symbolic.MODELS) == kinds == {type(model) for model in MODELS}
    for model in (models.Linear(), models.Logistic(), models.Softmax(3)):
        assert symbolic.of(model) == symbolic.of(type(model))
    assert symbolic.of(models.Perceptron()).link == sympy.tanh(symbolic.LOGIT_ROW[symbolic.M])


def numbers(**arrays):
    """Return what stands for each entry of the data, as the shown equations name them, counted from 1."""
    return {
        sympy.IndexedBase(name, real=True)[tuple(i + 1 for i in index)]: sympy.Rational(value)
        for name, array in arrays.items()
        for index, value in np.ndenumerate(array)
    }


def by_equations(equations, data, features, classes=None):
    """Return the gradient that the equations for weights and bias say, flat."""
    weights, bias = (equation.right.subs({notation.N: N, symbolic.K: classes or 1}) for equation in equations)
    outputs = range(1, classes + 1) if classes else [1]
    entries = [
        *(
            weights.subs({symbolic.J: j, notation.L: m})
            for j, m in itertools.product(range(1, features + 1), outputs)
        ),
        *(bias.subs(notation.L, m) for m in outputs),
    ]
    return [float(entry.doit().xreplace(data).doit().rewrite(sympy.exp).evalf(50)) for entry in entries]


@pytest.mark.parametrize("model", [models.Linear(), models.Logistic(), models.Softmax(CLASSES)], ids=repr)
def test_the_vjp_as_shown_is_what_the_model_computes(model):
    theta = parameters_of(model)
    predictions = model.predict(theta, X)
    g = np.random.default_rng(2).normal(size=predictions.shape)
    data = numbers(x=X, g=g, yhat=predictions)
    classes = CLASSES if predictions.ndim == 2 else None
    shown = by_equations(symbolic.of(model).vjp, data, FEATURES, classes)
    assert_allclose(model.vjp(theta, X, g), shown, rtol=1e-12)


LABELS, SIGNS = np.array([1.0, 0, 0, 1]), np.array([1.0, -1, -1, 1])
TRUTHS, INDICES = RNG.normal(size=N), np.array([2, 0, 1, 0])
CHAINS = [
    *(
        (models.Linear(), loss, TRUTHS)
        for loss in (
            losses.MeanSquaredError(),
            losses.LogCosh(),
            losses.Huber(delta=0.5),
            losses.Quantile(q=0.3),
        )
    ),
    (models.Logistic(), losses.MeanSquaredError(), LABELS),
    (models.Logistic(), losses.BinaryCrossEntropy(), LABELS),
    (models.Logistic(), losses.BinaryCrossEntropy(from_logits=True), LABELS),
    (
        models.Logistic(),
        losses.WeightedBinaryCrossEntropy(weight_0=0.3, weight_1=2.0, from_logits=True),
        LABELS,
    ),
    (models.Softmax(CLASSES), losses.CategoricalCrossEntropy(), np.eye(CLASSES)[INDICES]),
    (models.Softmax(CLASSES), losses.CategoricalCrossEntropy(from_logits=True), np.eye(CLASSES)[INDICES]),
    (models.Softmax(CLASSES), losses.SparseCategoricalCrossEntropy(), INDICES),
    (models.Softmax(CLASSES), losses.SparseCategoricalCrossEntropy(from_logits=True), INDICES),
    (models.Softmax(CLASSES), losses.KLDivergence(), RNG.dirichlet(np.ones(CLASSES), size=N)),
]


@pytest.mark.parametrize(("model", "loss", "y"), CHAINS, ids=[f"{model}-{loss}" for model, loss, _ in CHAINS])
def test_the_chain_rule_as_shown_is_the_gradient_of_the_cost(model, loss, y):
    theta = parameters_of(model)
    shown = symbolic.of(model).cost_gradient(symbolic.of(loss))
    sparse = isinstance(loss, losses.SparseCategoricalCrossEntropy)
    truth = {"c": y + 1} if sparse else {"y": y}
    data = numbers(x=X, yhat=model.predict(theta, X), z=model.scores(theta, X), **truth)
    if sparse:
        data |= {sympy.IndexedBase("c", integer=True)[i + 1]: int(c) + 1 for i, c in enumerate(y)}
    data |= symbolic.parameters(loss)
    flat = by_equations(shown, data, FEATURES, CLASSES if isinstance(model, models.Softmax) else None)
    assert_allclose(models.Cost(model, loss, X, y).gradient(theta), flat, rtol=1e-12)


def test_what_falls_out():
    of, y, y_pred = symbolic.of, symbolic.Y, symbolic.Y_PRED
    logistic, cross_entropy = of(models.Logistic), losses.BinaryCrossEntropy
    assert logistic.pull_back(of(cross_entropy).gradient) == y_pred - y
    by_logit = logistic.cost_gradient(of(cross_entropy(from_logits=True)))
    assert by_logit == logistic.cost_gradient(of(cross_entropy))
    assert repr(of(models.Softmax).cost_gradient(of(losses.CategoricalCrossEntropy(from_logits=True)))) == (
        "d J/d W[j, l] = Sum((-y[i, l] + yhat[i, l])*x[i, j], (i, 1, n))/n\n"
        "d J/d b[l] = Sum(-y[i, l] + yhat[i, l], (i, 1, n))/n"
    )


Y_HAT = r"\hat{y}"
SHOWN = [
    (symbolic.LINE.equations, [r"\hat{y} &= w x + b"]),
    (
        symbolic.LINE.jacobian,
        [r"\frac{\partial \hat{y}}{\partial w} &= x", r"\frac{\partial \hat{y}}{\partial b} &= 1"],
    ),
    (
        symbolic.LINE.cost_gradient(symbolic.of(losses.MeanSquaredError)),
        [
            r"\frac{\partial J}{\partial w} &= \frac{2}{n} \sum_{i=1}^{n} "
            r"\left({\hat{y}}_{i} - {y}_{i}\right) {x}_{i}",
            r"\frac{\partial J}{\partial b} &= \frac{2}{n} \sum_{i=1}^{n} "
            r"\left({\hat{y}}_{i} - {y}_{i}\right)",
        ],
    ),
    (
        symbolic.of(models.Logistic).cost_gradient(symbolic.of(losses.MeanSquaredError)),
        [
            r"\frac{\partial J}{\partial {w}_{j}} &= \frac{2}{n} \sum_{i=1}^{n} {\hat{y}}_{i} "
            r"\left(1 - {\hat{y}}_{i}\right) \left({\hat{y}}_{i} - {y}_{i}\right) {x}_{i,j}",
            r"\frac{\partial J}{\partial b} &= \frac{2}{n} \sum_{i=1}^{n} {\hat{y}}_{i} "
            r"\left(1 - {\hat{y}}_{i}\right) \left({\hat{y}}_{i} - {y}_{i}\right)",
        ],
    ),
    (
        symbolic.of(models.Logistic).equations,
        [r"z &= \sum_{j=1}^{d} {w}_{j} {x}_{j} + b", r"\hat{y} &= \sigma(z)"],
    ),
    (
        symbolic.of(models.Logistic).jacobian,
        [
            r"\frac{\partial \hat{y}}{\partial {w}_{j}} &= \hat{y} \left(1 - \hat{y}\right) {x}_{j}",
            r"\frac{\partial \hat{y}}{\partial b} &= \hat{y} \left(1 - \hat{y}\right)",
        ],
    ),
    (
        symbolic.of(models.Softmax).jacobian,
        [
            r"\frac{\partial {\hat{y}}_{m}}{\partial {W}_{j,l}} &= "
            r"{\hat{y}}_{m} \left([m = l] - {\hat{y}}_{l}\right) {x}_{j}",
            r"\frac{\partial {\hat{y}}_{m}}{\partial {b}_{l}} &= "
            r"{\hat{y}}_{m} \left([m = l] - {\hat{y}}_{l}\right)",
        ],
    ),
    (
        symbolic.of(models.Perceptron).vjp,
        [
            r"\frac{\partial J}{\partial {W}_{j,l}} &= "
            r"\sum_{i=1}^{n} {g}_{i,l} \varphi'({z}_{i,l}) {x}_{i,j}",
            r"\frac{\partial J}{\partial {b}_{l}} &= \sum_{i=1}^{n} {g}_{i,l} \varphi'({z}_{i,l})",
        ],
    ),
]


@pytest.mark.parametrize(("equations", "rows"), SHOWN)
def test_the_latex_of_models(equations, rows):
    rows = r" \\[1ex] ".join(rows)
    assert equations._repr_latex_() == rf"$\displaystyle \begin{{aligned}}{rows}\end{{aligned}}$"
