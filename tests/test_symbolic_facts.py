"""What is said of each loss besides its derivative: curvature, domain, kinks, minimisers and limits."""

import pytest
import sympy
from sympy import EmptySet, FiniteSet, Interval, Reals, log, oo, tanh

from lossgd import losses, symbolic
from lossgd.symbolic import notation
from tests.test_symbolic import FORMULAS, random_example

Y, P, S, Z = symbolic.Y, symbolic.Y_PRED, symbolic.SCORE, symbolic.LOGIT
Q, DELTA, GAMMA, W0, W1, EPSILON = (
    symbolic.PARAMETERS[name] for name in ("q", "delta", "gamma", "weight_0", "weight_1", "label_smoothing")
)
NUMBERS = {Q: 0.3, DELTA: 1.7, GAMMA: 1.5, W0: 0.4, W1: 2.5, EPSILON: 0.2, symbolic.Y: 0.7}
NUMBERS = {name: sympy.Rational(str(value)) for name, value in NUMBERS.items()}
NUMBERS[sympy.Symbol("R", positive=True)] = 2  # the exponentials of the other classes


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_second_derivative_is_the_slope_of_the_gradient(formula):
    numbers = random_example(formula)
    by = formula.y_pred[3] if formula.has_rows else formula.y_pred

    def at(expression, shift=0):
        sizes = {symbolic.K: 3, symbolic.M: 2, notation.L: 3, symbolic.C: 2}
        fixed = expression.subs(sizes).doit()
        return notation.spelled_out(fixed).subs(numbers | {by: numbers[by] + shift}).evalf(200)

    step = sympy.Rational(1, 10**50)
    slope = (at(formula.gradient, step) - at(formula.gradient, -step)) / (2 * step)
    assert abs(at(formula.second_derivative) - slope) < 1e-40


ALL_FACTS = [
    pytest.param(facts, id=f"{loss.__name__}-{logits}-{facts.truth}")
    for (loss, logits), formula in symbolic.FORMULAS.items()
    for facts in formula.facts
]


def number(expr):
    return notation.spelled_out(sympy.sympify(expr)).subs(NUMBERS).evalf(60)


def loss_at(facts, x):
    return number(facts.loss.subs(facts.variable, x))


def grid(facts):
    """Return predictions all over the domain."""
    if facts.predictions == Reals:
        return [sign * sympy.Rational(a, 10) for a in (1, 3, 7, 10, 13, 17, 50, 300) for sign in (1, -1)]
    return [sympy.Rational(k, 20) for k in range(1, 20)]


@pytest.mark.slow
@pytest.mark.parametrize("facts", ALL_FACTS)
def test_no_prediction_is_better_than_the_minimiser(facts):
    others = [loss_at(facts, x) for x in grid(facts)]
    if not facts.minimiser:  # the lowest loss is approached at an end, which is infinitely far
        low, high = (facts.limits[i].loss for i in (0, -1))
        assert min(others) > min(low, high) == 0
        return
    ends = facts.minimiser.boundary if isinstance(facts.minimiser, Interval) else facts.minimiser
    for x in ends:
        assert loss_at(facts, x) <= min(others)
    for x, loss in zip(grid(facts), others, strict=True):
        if x in facts.minimiser.subs(NUMBERS):
            assert loss == loss_at(facts, next(iter(ends)))
        else:
            assert loss > loss_at(facts, next(iter(ends)))


@pytest.mark.slow
@pytest.mark.parametrize("facts", ALL_FACTS)
def test_limits_are_what_values_approach(facts):
    for limit in facts.limits:
        at = number(limit.at)
        inward = 1 if limit.at == facts.predictions.inf else -1
        near = -inward * 10**40 if at.is_infinite else at + inward * sympy.Rational(1, 10**40)
        for expr, value in ((facts.loss, limit.loss), (facts.gradient, limit.gradient)):
            approached, value = (
                number(expr.subs(facts.variable, near)),
                number(value) if value.is_Number else value,
            )
            if isinstance(value, Interval):  # at a kink both slopes are its ends
                assert abs(approached - value.subs(NUMBERS).start) < 1e-9
            elif number(value).is_infinite:
                assert sympy.sign(value) == sympy.sign(approached)
                assert abs(approached) > 5
            else:
                assert abs(approached - number(value)) < 1e-9


def of(loss, truth=Y):
    """Return the facts of a loss for a truth."""
    (facts,) = (facts for facts in symbolic.of(loss).facts if facts.truth == truth)
    return facts


BCE, CCE = losses.BinaryCrossEntropy, losses.CategoricalCrossEntropy
AT_INFINITY = EmptySet
MINIMISERS = [
    *((of(kind), FiniteSet(Y)) for kind in (losses.MeanSquaredError, losses.MeanAbsoluteError, losses.Huber)),
    *((of(kind), FiniteSet(Y)) for kind in (losses.LogCosh, losses.Quantile)),
    *((of(kind, label), FiniteSet(label)) for kind in (BCE, losses.Focal) for label in (0, 1)),
    (of(BCE(label_smoothing=0.1), 0), FiniteSet(EPSILON / 2)),
    (of(BCE(from_logits=True), 1), AT_INFINITY),
    (of(BCE(from_logits=True, label_smoothing=0.1), 0), FiniteSet(log(EPSILON / (2 - EPSILON)))),
    (of(losses.Hinge, 1), Interval(1, oo)),
    (of(losses.Hinge, -1), Interval(-oo, -1)),
    (of(losses.SquaredHinge, 1), Interval(1, oo)),
    (of(CCE, symbolic.C), FiniteSet(1)),
    (of(CCE(from_logits=True), symbolic.C), AT_INFINITY),
    (of(losses.KLDivergence, symbolic.C), FiniteSet(1)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("facts", "minimiser"), MINIMISERS)
def test_where_a_loss_is_lowest(facts, minimiser):
    assert facts.minimiser == minimiser


# Losses that are not the package's: most are not convex, and flat far away.
A, SPAN = Y - P, sympy.Symbol("c", positive=True)
OTHERS = {
    "Tukey": (
        sympy.Piecewise(
            (SPAN**2 / 6 * (1 - (1 - (A / SPAN) ** 2) ** 3), abs(A) <= SPAN), (SPAN**2 / 6, True)
        ),
        FiniteSet(Y),
        False,
    ),
    "Geman-McClure": (A**2 / (1 + A**2), FiniteSet(Y), False),
    "truncated squares": (sympy.Min(A**2, SPAN**2), FiniteSet(Y), False),
    "epsilon-insensitive": (sympy.Max(0, abs(A) - SPAN), Interval(Y - SPAN, Y + SPAN), True),
    "Welsch": (1 - sympy.exp(-((A / SPAN) ** 2)), FiniteSet(Y), False),
    "Cauchy": (log(1 + (A / SPAN) ** 2), FiniteSet(Y), False),
    "fair": (abs(A) - log(1 + abs(A)), FiniteSet(Y), True),
    "fourth power": (A**4, FiniteSet(Y), True),
    "two wells": ((A**2 - 1) ** 2, FiniteSet(Y - 1, Y + 1), False),
    "one well deeper": ((A**2 - 1) ** 2 + A / 10, None, False),  # its minimiser is no short formula
    "upside down": (-(A**2), EmptySet, False),
    "jump": (sympy.Piecewise((A**2, A <= 1), (A**2 + 1, True)), FiniteSet(Y), False),
    "wave": (1 - sympy.cos(A), None, False),  # it has a minimiser in each period, of which not all are named
}


@pytest.mark.slow
@pytest.mark.parametrize(("loss", "minimiser", "convex"), OTHERS.values(), ids=OTHERS)
def test_what_holds_of_losses_that_are_not_convex(loss, minimiser, convex):
    (facts,) = symbolic.Formula(loss).facts
    assert (facts.minimiser, facts.convex) == (minimiser, convex)


def test_truncated_squares_have_kinks_where_they_are_cut():
    (facts,) = symbolic.Formula(OTHERS["truncated squares"][0]).facts
    assert facts.kinks == FiniteSet(Y - SPAN, Y + SPAN)
    assert [limit.loss for limit in facts.limits] == [SPAN**2, 0, SPAN**2]


def test_what_is_not_found_is_said():
    (facts,) = symbolic.Formula(OTHERS["wave"][0]).facts
    assert repr(facts.equations[0]).endswith("= not found")
    assert facts.equations[0]._repr_latex_().endswith(r"= \text{not found}$")


@pytest.mark.slow
@pytest.mark.parametrize("facts", ALL_FACTS)
def test_convexity_agrees_with_chords(facts):
    points = sorted(grid(facts))
    values = [loss_at(facts, x) for x in points]
    below = [
        value <= left + (right - left) * (x - low) / (high - low) + 1e-30
        for low, x, high, left, value, right in zip(
            points, points[1:], points[2:], values, values[1:], values[2:], strict=False
        )
    ]
    assert facts.convex is not False or not all(below)
    assert facts.convex is not True or all(below)


SUBGRADIENTS = [
    (of(losses.MeanSquaredError), {}),
    (of(losses.MeanAbsoluteError), {Y: Interval(-1, 1)}),
    (of(losses.Huber), {}),
    (of(losses.Quantile), {Y: Interval(-Q, 1 - Q)}),
    (of(losses.Hinge, 1), {1: Interval(-1, 0)}),
    (of(losses.Hinge, -1), {-1: Interval(0, 1)}),
    (of(losses.SquaredHinge, 1), {}),
    (of(BCE, 1), {}),
]


@pytest.mark.parametrize(("facts", "subgradients"), SUBGRADIENTS)
def test_kinks_and_subgradients(facts, subgradients):
    assert facts.subgradients == subgradients
    assert set(facts.kinks) == set(subgradients)


def test_kinks_of_a_gradient():
    for loss, jumps in (
        (losses.Huber, FiniteSet(Y - DELTA, Y + DELTA)),
        (losses.SquaredHinge, FiniteSet(1 / Y)),
        (losses.LogCosh, EmptySet),
    ):
        formula = symbolic.of(loss)
        assert symbolic.kinks(formula.gradient, formula.y_pred) == jumps


SECOND = [
    (losses.MeanSquaredError(), 2),
    (losses.LogCosh(), 1 - tanh(Y - P) ** 2),
    (BCE(), (1 - Y) / (1 - P) ** 2 + Y / P**2),
    (BCE(from_logits=True), (1 - symbolic.sigma(Z)) * symbolic.sigma(Z)),
]


@pytest.mark.parametrize(("loss", "second"), SECOND, ids=repr)
def test_second_derivatives(loss, second):
    assert symbolic.of(loss).second_derivative - second == 0


def test_a_second_derivative_does_not_hold_where_the_gradient_has_a_kink():
    second = symbolic.of(losses.Huber).second_derivative
    assert [second.subs({Y: 0, P: x, DELTA: 2}) for x in (1, 3)] == [1, 0]
    assert second.subs({Y: 0, P: 2, DELTA: 2}) == sympy.nan
    assert symbolic.of(losses.MeanAbsoluteError).second_derivative.args == ((0, sympy.Ne(Y - P, 0)),)


def test_domains():
    for loss, truths, predictions in (
        (losses.Huber(), Reals, Reals),
        (BCE(), FiniteSet(0, 1), Interval(0, 1)),
        (BCE(from_logits=True), FiniteSet(0, 1), Reals),
        (losses.Hinge(), FiniteSet(-1, 1), Reals),
        (CCE(), Interval(0, 1), Interval(0, 1)),
        (losses.SparseCategoricalCrossEntropy(), sympy.Range(1, symbolic.K + 1), Interval(0, 1)),
    ):
        formula = symbolic.of(loss)
        assert (formula.truths, formula.predictions) == (truths, predictions)


HINGE = [
    r"\ell(y, s) &= \max\left(0, 1 - y s\right)",
    r"\frac{\partial \ell}{\partial s} &= "
    r"\begin{cases} 0 & \text{for}\: y s > 1 \\- y & \text{for}\: y s < 1 \end{cases}",
    r"\frac{\partial^{2} \ell}{\partial s^{2}} &= \begin{cases} 0 & \text{for}\: y s \neq 1 \end{cases}",
    r"y &\in \left\{-1, 1\right\}",
    r"s &\in \mathbb{R}",
    r"\operatorname*{arg\,min}_{s} \ell(-1, s) &= \left(-\infty, -1\right]",
    r"\left. \partial \ell(-1, s) \right|_{s = -1} &= \left[0, 1\right]",
    r"\lim_{s \to -\infty} \ell(-1, s) &= 0",
    r"\lim_{s \to -\infty} \frac{\partial \ell}{\partial s} &= 0",
    r"\lim_{s \to \infty} \ell(-1, s) &= \infty",
    r"\lim_{s \to \infty} \frac{\partial \ell}{\partial s} &= 1",
    r"\operatorname*{arg\,min}_{s} \ell(1, s) &= \left[1, \infty\right)",
    r"\left. \partial \ell(1, s) \right|_{s = 1} &= \left[-1, 0\right]",
    r"\lim_{s \to -\infty} \ell(1, s) &= \infty",
    r"\lim_{s \to -\infty} \frac{\partial \ell}{\partial s} &= -1",
    r"\lim_{s \to \infty} \ell(1, s) &= 0",
    r"\lim_{s \to \infty} \frac{\partial \ell}{\partial s} &= 0",
]


def test_all_that_is_known_as_latex():
    rows = r" \\[1ex] ".join(HINGE)
    shown = symbolic.of(losses.Hinge).analysis._repr_latex_()
    assert shown == rf"$\displaystyle \begin{{aligned}}{rows}\end{{aligned}}$"


def test_the_domain_of_rows_as_latex():
    assert symbolic.of(losses.SparseCategoricalCrossEntropy).domain._repr_latex_() == (
        r"$\displaystyle \begin{aligned}c &\in \left\{1, \ldots, k\right\} \\[1ex] "
        r"{\hat{y}}_{m} &\in \left[0, 1\right] \\[1ex] \sum_{j=1}^{k} {\hat{y}}_{j} &= 1\end{aligned}$"
    )


def test_work_out_shows_question_and_answer():
    slope = sympy.Derivative((Y - P) ** 2, P)
    assert sympy.expand(symbolic.work_out(slope).right) == 2 * P - 2 * Y
    assert symbolic.work_out(slope)._repr_latex_() == (
        r"$\displaystyle \frac{\partial}{\partial \hat{y}} \left(y - \hat{y}\right)^{2} "
        r"= 2 \left(\hat{y} - y\right)$"
    )
    both = symbolic.work_out(slope, sympy.Limit(tanh(P), P, oo))
    assert [sympy.expand(equation.right) for equation in both] == [2 * P - 2 * Y, 1]
