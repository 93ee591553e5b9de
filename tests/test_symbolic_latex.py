"""The formulas as they are shown: that the LaTeX says what the SymPy expression says."""

import re

import pytest
import sympy

from lossgd import losses, symbolic

FORMULAS = [
    pytest.param(formula, id=f"{loss.__name__}-{logits}")
    for (loss, logits), formula in symbolic.FORMULAS.items()
    if not formula.loss.has(sympy.IndexedBase)
]

# LaTeX is read back by the few rules that it follows here: the printer's order and brackets must be right.
PLAIN = [
    (r"\hat{y}", "yhat"), ("w_{0}", "w_0"), ("w_{1}", "w_1"), (r"\operatorname{sign}", "sign"),
    (r"\left|", "Abs("), (r"\right|", ")"), (r"\left", ""), (r"\right", ""), (r"\leq", "<="), (r"\geq", ">="),
    (r"\max", "Max"), ("{", "("), ("}", ")"), ("\\", ""), ("^", "**"),
]  # fmt: skip


def read(text):
    """Return the expression or condition that LaTeX without rows and sums stands for."""
    for latex, plain in PLAIN:
        text = text.replace(latex, plain)
    text = re.sub(r"(?<=[\w)]) +(?=[\w(])", "*", text.strip().replace(" )", ")"))  # a space between factors
    left, equals, right = text.partition(" = ")
    symbols = symbolic.Y, symbolic.Y_PRED, symbolic.LOGIT, symbolic.SCORE, *symbolic.PARAMETERS.values()
    names = vars(sympy) | {x.name: x for x in symbols} | {"sigma": symbolic.sigma, "e": sympy.E}
    names["frac"] = lambda a: lambda b: sympy.S(a) / b
    said = eval(f"Eq({left}, {right})" if equals else f"S({left})", names)
    return said.replace(
        sympy.sign, lambda x: -sympy.sign(-x) if x.could_extract_minus_sign() else sympy.sign(x)
    )


def against_zero(condition):
    return condition.func(condition.lhs - condition.rhs, 0).canonical


def assert_same(latex, expression):
    if expression.is_Relational:
        assert against_zero(read(latex)) == against_zero(expression), latex
    else:
        assert sympy.expand(read(latex) - expression) == 0, latex


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_latex_says_what_the_expression_says(formula):
    for expression in (formula.loss, formula.gradient):
        latex = symbolic.latex(expression)
        if not expression.is_Piecewise:
            assert_same(latex, expression)
            continue
        rows = latex.removeprefix(r"\begin{cases}").removesuffix(r"\end{cases}").split(r"\\")
        for row, (value, case) in zip(rows, expression.args, strict=True):
            shown_value, shown_case = row.split(" & ")
            assert_same(shown_value, value)
            if case == True:  # noqa: E712  (SymPy's truth)
                assert shown_case.strip() == r"\text{otherwise}"
            else:
                assert_same(shown_case.removeprefix(r"\text{for}\:"), case)


@pytest.mark.parametrize("factor", [-1, sympy.Rational(1, 2), sympy.Rational(-1, 2), 3])
def test_a_number_times_a_sum_has_brackets(factor):
    total = sympy.Mul(factor, symbolic.Y - symbolic.LOGIT, evaluate=False)
    assert_same(symbolic.latex(total), sympy.expand(total))
    assert_same(symbolic.latex(total / symbolic.SCORE), total / symbolic.SCORE)


def test_the_error_is_the_prediction_minus_the_truth():
    shown = [symbolic.latex(f(symbolic.Y - symbolic.Y_PRED)) for f in (sympy.Abs, sympy.cosh)]
    shown += [symbolic.latex(-f(symbolic.Y - symbolic.Y_PRED)) for f in (sympy.sign, sympy.tanh)]
    error = r"\hat{y} - y"
    assert shown == [
        rf"\left|{{{error}}}\right|",
        rf"\cosh{{\left({error} \right)}}",
        rf"\operatorname{{sign}}{{\left({error} \right)}}",
        rf"\tanh{{\left({error} \right)}}",
    ]
    assert symbolic.latex(symbolic.Y - symbolic.Y_PRED > 0) == r"\hat{y} < y"


LOG_SUM_EXP = r"\log{\left(\sum_{j=1}^{k} e^{{z}_{j}} \right)}"
SOFTMAX = r"\frac{e^{{z}_{m}}}{\sum_{j=1}^{k} e^{{z}_{j}}}"
BY_P, BY_Z = r"\frac{\partial \ell}{\partial {\hat{y}}_{m}} = ", r"\frac{\partial \ell}{\partial {z}_{m}} = "
ROWS = [
    (
        losses.CategoricalCrossEntropy(),
        r"\ell(y, \hat{y}) = - \sum_{j=1}^{k} {y}_{j} \log{\left({\hat{y}}_{j} \right)}",
        BY_P + r"- \frac{{y}_{m}}{{\hat{y}}_{m}}",
    ),
    (
        losses.CategoricalCrossEntropy(from_logits=True),
        r"\ell(y, z) = " + LOG_SUM_EXP + r" - \sum_{j=1}^{k} {y}_{j} {z}_{j}",
        BY_Z + SOFTMAX + r" - {y}_{m}",
    ),
    (
        losses.CategoricalCrossEntropy(from_logits=True, label_smoothing=0.1),
        r"\ell(y, z) = "
        + LOG_SUM_EXP
        + r" - \sum_{j=1}^{k} \left(\left(1 - \varepsilon\right) {y}_{j} "
        + r"+ \frac{\varepsilon}{k}\right) {z}_{j}",
        BY_Z + SOFTMAX + r" - \left(1 - \varepsilon\right) {y}_{m} - \frac{\varepsilon}{k}",
    ),
    (
        losses.SparseCategoricalCrossEntropy(),
        r"\ell(c, \hat{y}) = - \log{\left({\hat{y}}_{c} \right)}",
        BY_P + r"- \frac{[m = c]}{{\hat{y}}_{c}}",
    ),
    (
        losses.SparseCategoricalCrossEntropy(from_logits=True),
        r"\ell(c, z) = " + LOG_SUM_EXP + r" - {z}_{c}",
        BY_Z + SOFTMAX + r" - [m = c]",
    ),
    (
        losses.KLDivergence(),
        r"\ell(y, \hat{y}) = \sum_{j=1}^{k} {y}_{j} \log{\left(\frac{{y}_{j}}{{\hat{y}}_{j}} \right)}",
        BY_P + r"- \frac{{y}_{m}}{{\hat{y}}_{m}}",
    ),
]


@pytest.mark.parametrize(("loss", "shown", "gradient"), ROWS)
def test_the_latex_of_rows(loss, shown, gradient):
    formula = symbolic.of(loss)
    assert formula.equation._repr_latex_() == rf"$\displaystyle {shown}$"
    assert formula.gradient_equation._repr_latex_() == rf"$\displaystyle {gradient}$"


def test_the_cost_is_a_mean():
    of = symbolic.of
    assert of(losses.MeanSquaredError).cost_equation._repr_latex_() == (
        r"$\displaystyle J(\theta) = \frac{1}{n} \sum_{i=1}^{n} \left({\hat{y}}_{i} - {y}_{i}\right)^{2}$"
    )
    assert of(losses.CategoricalCrossEntropy).cost_equation._repr_latex_() == (
        r"$\displaystyle J(\theta) = - \frac{1}{n} \sum_{\substack{1 \leq j \leq k\\1 \leq i \leq n}} "
        r"{y}_{i,j} \log{\left({\hat{y}}_{i,j} \right)}$"
    )
    assert of(losses.SparseCategoricalCrossEntropy).cost_equation._repr_latex_() == (
        r"$\displaystyle J(\theta) = - \frac{1}{n} \sum_{i=1}^{n} \log{\left({\hat{y}}_{i,{c}_{i}} \right)}$"
    )


def test_a_formula_shows_loss_and_gradient():
    formula = symbolic.of(losses.MeanSquaredError)
    assert formula._repr_latex_() == (
        r"$\displaystyle \begin{aligned}\ell(y, \hat{y}) &= \left(\hat{y} - y\right)^{2} \\[1ex] "
        r"\frac{\partial \ell}{\partial \hat{y}} &= 2 \left(\hat{y} - y\right)\end{aligned}$"
    )
    assert repr(formula) == "ell(y, yhat) = (-y + yhat)**2\nd ell/d yhat = 2*(-y + yhat)"
