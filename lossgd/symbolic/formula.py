"""The formula of a loss: stated once, and what follows from it."""

from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy import Expr, IndexedBase, Piecewise, Reals, Set, Sum, Symbol

from lossgd.symbolic.calculus import derivative
from lossgd.symbolic.equation import Equation, Equations
from lossgd.symbolic.facts import Facts, facts_of
from lossgd.symbolic.notation import DATA, DATA_ROWS, Y_PRED, C, I, J, K, L, M, N, Y, latex


@dataclass(frozen=True)
class Formula:
    """The loss of one example as SymPy, and what follows from it.

    Parameters
    ----------
    loss : sympy.Expr
        The loss in terms of `y`, `y_pred` and the parameters.
    y, y_pred : sympy.Symbol or sympy.IndexedBase
        The truth and the prediction (or logit, or score); a row of k classes is an `IndexedBase`.
    truths, predictions : sympy.Set
        Which values they may have; of a row, each entry. A row of numbers in [0, 1] sums to 1.
    """

    loss: Expr
    y: Symbol | IndexedBase = Y
    y_pred: Symbol | IndexedBase = Y_PRED
    truths: Set = Reals
    predictions: Set = Reals

    @property
    def variable(self) -> Expr:
        """The prediction, or its entry m of a row, by which the loss is differentiated."""
        return self.y_pred[M] if self.has_rows else self.y_pred

    @property
    def has_rows(self) -> bool:
        """Whether a prediction is a row of k classes."""
        return isinstance(self.y_pred, IndexedBase)

    @cached_property
    def gradient(self) -> Expr:
        """The derivative of the loss with respect to the prediction; where there is a kink, without it."""
        if self.has_rows:
            return first_case(sympy.diff(self.loss, self.variable))
        return derivative(self.loss, self.variable)

    @cached_property
    def second_derivative(self) -> Expr:
        """The derivative of the gradient; of a row, that of entry m by the prediction for class l."""
        if self.has_rows:
            return first_case(sympy.diff(self.gradient, self.y_pred[L]))
        return derivative(self.gradient, self.variable)

    @property
    def equation(self) -> Equation:
        """The loss as an equation, that of ℓ(y, ŷ)."""
        latex_name = rf"\ell({latex(self.y)}, {latex(self.y_pred)})"
        return Equation(f"ell({self.y}, {self.y_pred})", latex_name, self.loss)

    @property
    def gradient_equation(self) -> Equation:
        """The gradient as an equation, that of ∂ℓ/∂ŷ."""
        latex_name = rf"\frac{{\partial \ell}}{{\partial {latex(self.variable)}}}"
        return Equation(f"d ell/d {self.variable}", latex_name, self.gradient)

    @property
    def second_derivative_equation(self) -> Equation:
        """The second derivative as an equation, that of ∂²ℓ/∂ŷ²."""
        first = second = latex(self.variable)
        name = f"d2 ell/d {self.variable}2"
        if self.has_rows:
            second, name = latex(self.y_pred[L]), f"d2 ell/d {self.variable} d {self.y_pred[L]}"
        by = rf"\partial {first}^{{2}}" if first == second else rf"\partial {first} \partial {second}"
        return Equation(name, rf"\frac{{\partial^{{2}} \ell}}{{{by}}}", self.second_derivative)

    @property
    def cost_equation(self) -> Equation:
        """The cost of n examples as an equation, J(θ) = 1/n Σ ℓ(yᵢ, ŷᵢ)."""
        factor, loss = of_example(self.loss).as_coeff_Mul()
        return Equation("J(theta)", r"J(\theta)", sympy.Mul(factor / N, Sum(loss, (I, 1, N)), evaluate=False))

    @property
    def facts(self) -> tuple[Facts, ...]:
        """What holds for each truth: kinks, subgradients, minimiser and limits; a tuple of `Facts`."""
        return facts_of(self)

    @property
    def domain(self) -> Equations:
        """Which truths and predictions there are, as equations."""
        rows = []
        for base, values in ((self.y, self.truths), (self.y_pred, self.predictions)):
            is_row = isinstance(base, IndexedBase)
            entry = base[M] if is_row else base
            rows.append(Equation(str(entry), latex(entry), values, "∈"))
            if is_row and values != Reals:
                total = Sum(base[J], (J, 1, K))
                rows.append(Equation(str(total), latex(total), sympy.S.One))
        return Equations(tuple(rows))

    @property
    def analysis(self) -> Equations:
        """All that is known of the loss, as equations: derivatives, domain, and the facts for each truth."""
        derivatives = (self.equation, self.gradient_equation, self.second_derivative_equation)
        return Equations(
            (*derivatives, *self.domain, *(row for facts in self.facts for row in facts.equations))
        )

    @property
    def _shown(self):
        return Equations((self.equation, self.gradient_equation))

    def __repr__(self):
        return repr(self._shown)

    def _repr_latex_(self):
        return self._shown._repr_latex_()


def first_case(expr: Expr) -> Expr:
    """Carry out sums of Kronecker deltas: of the two cases of each, the first holds, as m is a class."""
    return expr.doit().replace(Piecewise, lambda first, *_: first.expr)


def of_example(expr: Expr) -> Expr:
    """Return an expression for one example as that for the example i: y becomes yᵢ, and xⱼ becomes xᵢⱼ."""
    entries = {e: sympy.Dummy() for e in expr.atoms(sympy.Indexed) if e.base in DATA_ROWS}
    numbers = {x: IndexedBase(x.name, real=True)[I] for x in DATA} | {C: IndexedBase("c", integer=True)[I]}
    expr = expr.xreplace(entries).subs(numbers)  # while they hide the rows, whose names are the same
    return expr.xreplace({hidden: e.base[(I, *e.subs(numbers).indices)] for e, hidden in entries.items()})
