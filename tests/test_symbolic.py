"""The formulas: that they are derived right, and that the shipped losses equal them to 1e-14.

Exact values come from mpmath, of the very floats that NumPy is given. It works with 500 digits, because a
formula such as log(1 + eᶻ) loses 434 of them at z = −1000; 50 and more are left.
"""

import itertools

import mpmath
import numpy as np
import pytest
import sympy
from mpmath import mp

from lossgd import losses, symbolic

TOLERANCE = 1e-14
TINY = np.finfo(float).tiny  # below it, float64 holds fewer digits

RNG = np.random.default_rng(0)
RESIDUALS = np.concatenate([[sign * 10.0**e for e in range(-8, 9) for sign in (1, -1)], RNG.normal(size=40)])
LOGITS = np.concatenate([[0, 1e-300, 1e-8, 30, 40, 700, 740, 750, 1000], 10.0 ** RNG.uniform(-8, 3, 40)])
LOGITS = np.concatenate([LOGITS, -LOGITS])
PROBABILITIES = np.concatenate([[1e-300, 1e-16, 0.5, 1 - 1e-8, 1 - 1e-16], RNG.uniform(size=40)])
ONE_HOT = np.eye(3)


def pairs(truths, predictions):
    """Every truth with every prediction, as two arrays."""
    truths, predictions = zip(*itertools.product(truths, predictions), strict=True)
    return np.array(truths), np.array(predictions)


def regression():
    truths, residuals = pairs([0.0, 0.3, -17.1], RESIDUALS)
    return truths, truths + residuals


def rows_of(kind):
    """Predictions for three classes: random rows and extreme ones."""
    if kind == "probabilities":
        extreme = [[1e-300, 1 - 1e-16, 1e-16], [1 - 1e-16, 1e-300, 1e-300], [1e-8, 1e-8, 1 - 2e-8]]
        return np.concatenate([extreme, RNG.dirichlet([1, 1, 1], size=20)])
    extreme = [
        [1000, -1000, 0],
        [1000, 1000, -1000],
        [0, 0, 0],
        [0.3, -699.7, 350.1],
        [1e-8, 0, 30.7],
        [-1000, -1, -2],
    ]
    return np.concatenate([extreme, RNG.normal(size=(20, 3)), RNG.uniform(-1000, 1000, size=(20, 3))])


def cases():
    """Return a loss, truths and predictions for each loss, at random points and at extremes."""
    for loss in (
        losses.MeanSquaredError,
        losses.MeanAbsoluteError,
        losses.LogCosh,
        *(lambda delta=delta, **o: losses.Huber(delta=delta, **o) for delta in (1.0, 1e-3, 7.7, 1e6)),
        *(lambda q=q, **o: losses.Quantile(q=q, **o) for q in (0.5, 0.1, 0.9, 1e-6)),
    ):
        yield loss(reduction="sum"), *regression()
    for logits, predictions in ((False, PROBABILITIES), (True, LOGITS)):
        options = {"from_logits": logits, "reduction": "sum"}
        for loss in (
            losses.BinaryCrossEntropy(**options),
            losses.BinaryCrossEntropy(label_smoothing=0.1, **options),
            losses.WeightedBinaryCrossEntropy(weight_0=0.3, weight_1=19.0, **options),
            *(losses.Focal(gamma=gamma, **options) for gamma in (0.0, 0.5, 2.0, 5.5)),
        ):
            yield loss, *pairs([0.0, 1.0], predictions)
        rows = rows_of("logits" if logits else "probabilities")
        soft = np.array(
            [[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]]
        )  # sum to 1 exactly, as the formula supposes
        yield losses.CategoricalCrossEntropy(**options), *pairs([*ONE_HOT, *soft], rows)
        yield losses.CategoricalCrossEntropy(label_smoothing=0.1, **options), *pairs(ONE_HOT, rows)
        yield losses.SparseCategoricalCrossEntropy(**options), *pairs([0, 1, 2], rows)
    truths = RNG.dirichlet([1, 1, 1], size=4)
    yield losses.KLDivergence(reduction="sum"), *pairs(truths, rows_of("probabilities"))
    for loss in (losses.Hinge, losses.SquaredHinge):
        scores = np.concatenate([RESIDUALS, 1 + RESIDUALS, [1 + 1e-15, 1 - 1e-15]])
        yield loss(reduction="sum"), *pairs([-1.0, 1.0], scores[np.abs(scores) != 1])


CASES = list(cases())
IDS = [repr(loss) for loss, *_ in CASES]


@pytest.fixture(autouse=True)
def _many_digits():
    with mp.workdps(500):
        yield


def arguments(formula, k=3):
    """Return the symbols that stand for one example: truth, prediction, parameters; a row is k symbols."""
    row = lambda x: [x[i] for i in range(1, k + 1)] if isinstance(x, sympy.IndexedBase) else [x]  # noqa: E731
    return row(formula.y), row(formula.y_pred), list(symbolic.PARAMETERS.values())


def exact(formula, expression, k=3):
    """Compile an expression of a formula for mpmath: a function of a truth, a prediction and a loss."""
    sigma = {"sigma": lambda z: 1 / (1 + mpmath.exp(-z))}
    y, y_pred, parameters = arguments(formula, k)
    compiled = {}

    def evaluate(truth, prediction, loss):
        classes = {symbolic.C: int(truth) + 1} if formula.y == symbolic.C else {}
        key = tuple(classes.items())
        if key not in compiled:
            fixed = expression.subs({symbolic.K: k, **classes}).doit()
            compiled[key] = sympy.lambdify([*y, *y_pred, *parameters], fixed, [sigma, "mpmath"])
        values = (getattr(loss, name, 0) for name in symbolic.PARAMETERS)
        numbers = [*np.atleast_1d(truth), *np.atleast_1d(prediction), *values]
        return compiled[key](*(x if isinstance(x, mpmath.mpf) else mpmath.mpf(float(x)) for x in numbers))

    return evaluate


def assert_exact(shipped, expected, what):
    for value, wanted, where in zip(np.ravel(shipped), expected, what, strict=True):
        error = abs(mpmath.mpf(float(value)) - wanted)
        assert error <= TOLERANCE * max(abs(wanted), TINY), (
            f"{where}: {value!r}, not {mpmath.nstr(wanted, 20)}"
        )


@pytest.mark.parametrize(("loss", "y", "y_pred"), CASES, ids=IDS)
def test_the_shipped_loss_equals_its_formula(loss, y, y_pred):
    formula = symbolic.of(loss)
    value = exact(formula, formula.loss)
    examples = list(zip(y, y_pred, strict=True))
    assert_exact(loss.per_example(y, y_pred), [value(t, p, loss) for t, p in examples], examples)


@pytest.mark.parametrize(("loss", "y", "y_pred"), CASES, ids=IDS)
def test_the_shipped_gradient_equals_its_formula(loss, y, y_pred):
    formula = symbolic.of(loss)
    entries = range(1, y_pred.shape[1] + 1) if y_pred.ndim == 2 else [None]
    slopes = [
        exact(formula, formula.gradient.subs(symbolic.M, m) if m else formula.gradient) for m in entries
    ]
    where = [(t, p, m) for t, p in zip(y, y_pred, strict=True) for m in entries]
    expected = [slope(t, p, loss) for t, p in zip(y, y_pred, strict=True) for slope in slopes]
    assert_exact(loss.gradient(y, y_pred), expected, where)


FORMULAS = [
    pytest.param(symbolic.FORMULAS[key], id=f"{key[0].__name__}-{key[1]}") for key in symbolic.FORMULAS
]


def random_example(formula, k=3):
    """Return numbers for the symbols of a formula: away from kinks, and rows that sum to 1."""
    y, y_pred, parameters = arguments(formula, k)
    logits = symbolic.LOGIT, symbolic.LOGIT_ROW
    values = map(sympy.Rational, ("0.7", "0.3", "1.7", "0.4", "2.5", "0.2"))
    numbers = dict(zip(parameters, values, strict=True))
    if formula.y == symbolic.C:
        numbers[symbolic.C] = 2
    else:
        label = 1 if formula.y_pred == symbolic.SCORE or formula.loss.has(sympy.Eq) else sympy.Rational(1, 4)
        numbers |= dict(
            zip(y, [label] if len(y) == 1 else map(sympy.Rational, ("1/4", "1/2", "1/4")), strict=True)
        )
    values = ("0.9", "-2.1", "0.4") if formula.y_pred in logits else ("0.6", "0.3", "0.1")
    return numbers | dict(zip(y_pred, map(sympy.Rational, values), strict=False))


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_gradient_is_the_slope_of_the_loss(formula):
    numbers = random_example(formula)
    variable = formula.variable.subs(symbolic.M, 2)

    def at(expression, shift=0):
        fixed = expression.subs({symbolic.K: 3, symbolic.M: 2, symbolic.C: 2}).doit()
        moved = numbers | {variable: numbers[variable] + shift}
        return fixed.rewrite(sympy.exp).subs(moved).evalf(200)

    step = sympy.Rational(1, 10**50)
    slope = (at(formula.loss, step) - at(formula.loss, -step)) / (2 * step)
    assert abs(at(formula.gradient) - slope) < 1e-40


@pytest.mark.parametrize("loss", [loss for loss, logits in symbolic.FORMULAS if logits])
def test_the_form_from_logits_is_the_form_from_probabilities(loss):
    from_probabilities, from_logits = symbolic.FORMULAS[loss, False], symbolic.FORMULAS[loss, True]
    numbers = random_example(from_logits)
    _, p, _ = arguments(from_probabilities)
    _, z, _ = arguments(from_logits)
    softmax = (
        [sympy.exp(x) / sum(map(sympy.exp, z)) for x in z] if len(z) > 1 else [1 / (1 + sympy.exp(-z[0]))]
    )
    fix = lambda x: x.subs({symbolic.K: 3, symbolic.C: 2}).doit().rewrite(sympy.exp)  # noqa: E731
    difference = fix(from_logits.loss) - fix(from_probabilities.loss).subs(dict(zip(p, softmax, strict=True)))
    assert abs(difference.subs(numbers).evalf(50)) < 1e-40


def test_what_falls_out():
    y, z, p = symbolic.Y, symbolic.LOGIT, symbolic.sigma(symbolic.LOGIT)
    assert symbolic.of(losses.BinaryCrossEntropy(from_logits=True)).gradient == p - y
    gradient = symbolic.of(losses.CategoricalCrossEntropy(from_logits=True)).gradient
    m, j, k = symbolic.M, symbolic.J, symbolic.K
    z, y = symbolic.LOGIT_ROW, symbolic.Y_ROW
    assert gradient == sympy.exp(z[m]) / sympy.Sum(sympy.exp(z[j]), (j, 1, k)) - y[m]


@pytest.mark.parametrize("loss", [losses.MeanAbsoluteError(), losses.Quantile(q=0.3), losses.Hinge()])
def test_at_a_corner_there_is_no_derivative_and_the_shipped_slope_lies_between(loss):
    formula = symbolic.of(loss)
    slope = exact(formula, formula.gradient)
    assert slope(1.0, 1.0, loss) is None  # neither side's case
    low, high = sorted([slope(1.0, 1 - 1e-9, loss), slope(1.0, 1 + 1e-9, loss)])
    assert low <= loss.gradient([1.0], [1.0])[0] <= high


def test_every_loss_has_its_formula():
    for name in set(losses.__all__) - {"Loss"}:
        kind = getattr(losses, name)
        assert symbolic.of(kind) == symbolic.of(kind())
        if "from_logits" in kind.__dataclass_fields__:
            assert symbolic.of(kind(from_logits=True)) == symbolic.of(kind(from_logits=True, reduction="sum"))
    assert {loss.__name__ for loss, _ in symbolic.FORMULAS} == set(losses.__all__) - {"Loss"}


def test_label_smoothing_shows_where_it_is_used():
    epsilon = symbolic.PARAMETERS["label_smoothing"]
    for loss in (losses.BinaryCrossEntropy, losses.CategoricalCrossEntropy):
        assert not symbolic.of(loss).loss.has(epsilon)
        assert symbolic.of(loss(label_smoothing=0.1)).loss.has(epsilon)
