"""Derivatives as a textbook writes them, and where there is none."""

import sympy
from sympy import Abs, DiracDelta, Expr, FiniteSet, Piecewise, Rational, exp
from sympy.core.relational import Relational

from lossgd.symbolic.compiled import by_cases
from lossgd.symbolic.equation import Equation, Equations
from lossgd.symbolic.notation import LOGIT, latex, sigma

STEP = Rational(1, 10**30)  # how far from a point its two sides are looked at
DIGITS = 80


def derivative(expr: Expr, variable: Expr) -> Expr:
    """Return the derivative; at a kink there is none, and no case of it holds."""
    expr = by_cases(expr)
    has_kink = bool(kinks(expr, variable))
    if has_kink and not isinstance(expr, Piecewise):
        expr = expr.rewrite(Abs, Piecewise)
    slope = sympy.diff(expr, variable).replace(DiracDelta, lambda *_: 0)  # 0 but at a kink
    if not isinstance(slope, Piecewise):
        return _tidy(slope)
    cases = [(_tidy(value), case) for value, case in slope.args]
    return Piecewise(*(_without_corner(cases) if has_kink else cases)).replace(sympy.Or, _unequal)


def kinks(expr: Expr, variable: Expr) -> FiniteSet:
    """Return the set of points where the slopes from the left and from the right differ."""
    expr = by_cases(expr)
    return FiniteSet(*(x for x in breaks(expr, variable) if _slopes_differ(expr, variable, x)))


def breaks(expr: Expr, variable: Expr) -> set[Expr]:
    """Return the points where one case of an expression ends and another begins."""
    edges = {size.args[0] for size in expr.atoms(Abs)}
    for condition in (case for piece in expr.atoms(Piecewise) for _, case in piece.args):
        edges |= {side.lhs - side.rhs for side in condition.atoms(Relational)}
    return {x for edge in edges if edge.has(variable) for x in sympy.solve(edge, variable)}


def work_out(*questions: Expr) -> Equation | Equations:
    """Return SymPy operations that are not carried out yet, with their answers, as equations.

    Parameters
    ----------
    *questions : sympy.Expr
        Such as `Derivative(loss, Y_PRED)`, `Limit(slope, Y_PRED, oo)`, a `Sum` or an `Integral`.

    Returns
    -------
    Equation or Equations
        One equation for one question, a block for several. The answer is `.right`.

    Examples
    --------
    >>> from sympy import Derivative
    >>> from lossgd.symbolic import Y, Y_PRED
    >>> work_out(Derivative((Y_PRED - Y) ** 2, Y_PRED))
    Derivative((-y + yhat)**2, yhat) = 2*(-y + yhat)
    """
    rows = tuple(
        Equation(str(question), latex(question), _shortest(question.doit())) for question in questions
    )
    return rows[0] if len(rows) == 1 else Equations(rows)


def _shortest(expr):
    """Return the shortest of some ways to write an expression."""
    return min(sympy.simplify(expr), sympy.factor_terms(expr), expr, key=sympy.count_ops)


def some_numbers(*exprs: Expr) -> dict[Expr, Rational]:
    """Return a number in (0, 1) for each symbol, to try out what holds whatever the symbols are."""
    names = sorted({x for expr in exprs for x in expr.free_symbols}, key=str)
    return {x: Rational(2 * i + 3, 2 * len(names) + 5) for i, x in enumerate(names)}


def case_at(expr: Expr, variable: Expr, x: Expr) -> Expr:
    """Return an expression with the cases of it that hold at x, whatever its other symbols are."""
    numbers = some_numbers(expr, x)
    numbers.pop(variable, None)

    def holding(*cases):
        return next(value for value, case in cases if case.subs(variable, x).subs(numbers) == True)  # noqa: E712

    return expr.replace(Piecewise, holding)


def _slopes_differ(expr, variable, x):
    numbers = some_numbers(expr, x)
    numbers.pop(variable, None)
    at = [expr.subs(variable, x + k * STEP).subs(numbers).evalf(DIGITS) for k in (-2, -1, 1, 2)]
    return abs((at[1] - at[0]) - (at[3] - at[2])) > STEP / 10**9


def _without_corner(cases):
    """Return the two sides of a corner, without the corner itself."""
    (left, here), (right, _) = cases
    strict = {sympy.Ge: sympy.Gt, sympy.Le: sympy.Lt, sympy.Gt: sympy.Gt, sympy.Lt: sympy.Lt}
    sides = ((left, here), (right, sympy.Not(here)))
    return [(value, strict[case.func](*case.args)) for value, case in sides]


def _unequal(below, above):
    """Return a ≠ b for a < b or a > b."""
    return sympy.Ne(*below.args)


def _tidy(slope):
    """Write a derivative as a textbook does: with tanh and σ(z), and a common factor drawn out."""
    p = sigma(LOGIT)
    slope = slope.subs({1 + exp(LOGIT): 1 / (1 - p), 1 + exp(-LOGIT): 1 / p}).subs(exp(LOGIT), p / (1 - p))
    return min(sympy.trigsimp(slope), sympy.factor_terms(slope), key=sympy.count_ops)
