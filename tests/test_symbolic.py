"""The formulas: that they are derived right. That the shipped losses equal them is in test_proofs.py."""

import pytest
import sympy

from lossgd import losses, symbolic


def arguments(formula, k=3):
    """Return the symbols that stand for one example: truth, prediction, parameters; a row is k symbols."""
    row = lambda x: [x[i] for i in range(1, k + 1)] if isinstance(x, sympy.IndexedBase) else [x]  # noqa: E731
    return row(formula.y), row(formula.y_pred), list(symbolic.PARAMETERS.values())


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
    link = [sympy.exp(x) / sum(map(sympy.exp, z)) for x in z] if len(z) > 1 else [1 / (1 + sympy.exp(-z[0]))]
    if loss is losses.PoissonDeviance:
        link = [sympy.exp(z[0])]
    fix = lambda x: x.subs({symbolic.K: 3, symbolic.C: 2}).doit().rewrite(sympy.exp)  # noqa: E731
    difference = fix(from_logits.loss) - fix(from_probabilities.loss).subs(dict(zip(p, link, strict=True)))
    assert abs(difference.subs(numbers).evalf(50)) < 1e-40


def test_what_falls_out():
    y, z, p = symbolic.Y, symbolic.LOGIT, symbolic.sigma(symbolic.LOGIT)
    assert symbolic.of(losses.BinaryCrossEntropy(from_logits=True)).gradient == p - y
    gradient = symbolic.of(losses.CategoricalCrossEntropy(from_logits=True)).gradient
    m, j, k = symbolic.M, symbolic.J, symbolic.K
    z, y = symbolic.LOGIT_ROW, symbolic.Y_ROW
    assert gradient == sympy.exp(z[m]) / sympy.Sum(sympy.exp(z[j]), (j, 1, k)) - y[m]


def test_every_loss_has_its_formula():
    names = set(losses.__all__) - {"Loss"}
    for name in names:
        kind = getattr(losses, name)
        assert symbolic.of(kind) == symbolic.of(kind())
        if "from_logits" in kind.__dataclass_fields__:
            assert symbolic.of(kind(from_logits=True)) == symbolic.of(kind(from_logits=True, reduction="sum"))
    assert {loss.__name__ for loss, _ in symbolic.FORMULAS} == names


def test_label_smoothing_shows_where_it_is_used():
    epsilon = symbolic.PARAMETERS["label_smoothing"]
    for loss in (losses.BinaryCrossEntropy, losses.CategoricalCrossEntropy):
        assert not symbolic.of(loss).loss.has(epsilon)
        assert symbolic.of(loss(label_smoothing=0.1)).loss.has(epsilon)
