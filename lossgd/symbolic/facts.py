"""What holds of a loss for one truth: its kinks and subgradients, where it is smallest, and its limits."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sympy
from sympy import Expr, FiniteSet, Interval, Rational, Set, Sum, Symbol, exp
from sympy.core.symbol import Str

from lossgd.symbolic.calculus import case_at, derivative, kinks, some_numbers
from lossgd.symbolic.compiled import by_cases
from lossgd.symbolic.equation import Equation, Equations
from lossgd.symbolic.minima import argmin, is_convex
from lossgd.symbolic.notation import EPSILON, LOGIT_ROW, Y_ROW, C, J, latex, sigma, spelled_out

if TYPE_CHECKING:
    from lossgd.symbolic.formula import Formula

NOT_FOUND = Str("not found")
NEAR, FAR = Rational(1, 10**9), 10**6  # what counts as near to a point, and near to infinity


@dataclass(frozen=True)
class Limit:
    """What a loss and its gradient approach as the prediction approaches a point, from inside its domain."""

    at: Expr
    loss: Expr
    gradient: Expr


@dataclass(frozen=True)
class Facts:
    """What follows from a loss for one truth.

    Parameters
    ----------
    truth : sympy.Expr
        The truth: any number y, or a label.
    loss : sympy.Expr
        The loss for this truth.
    variable : sympy.Symbol
        The prediction; of a row, that for the true class.
    predictions : sympy.Interval
        Which values it may have.
    """

    truth: Expr
    loss: Expr
    variable: Symbol
    predictions: Set

    @cached_property
    def gradient(self) -> Expr:
        """The derivative for this truth."""
        return derivative(self.loss, self.variable)

    @cached_property
    def kinks(self) -> FiniteSet:
        """The predictions at which the slope jumps."""
        return kinks(self.loss, self.variable)

    @cached_property
    def subgradients(self) -> dict[Expr, Interval]:
        """For each kink, the interval of its subgradients: all slopes between those of its two sides."""
        sides = {
            x: [
                case_at(self.gradient, self.variable, x + step).subs(self.variable, x)
                for step in (-NEAR, NEAR)
            ]
            for x in self.kinks
        }
        return {x: Interval(left, right) for x, (left, right) in sides.items()}

    @cached_property
    def minimiser(self) -> Set | None:
        """The set of predictions with the lowest loss; empty if it is only approached, None if not found."""
        return argmin(self.loss, self.variable, self.predictions)

    @cached_property
    def convex(self) -> bool | None:
        """Whether the loss is convex in the prediction; None if that is not found."""
        return is_convex(self.loss, self.variable, self.predictions)

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """What loss and gradient approach at both ends of the domain, and at a truth between them."""
        low, high = self.predictions.inf, self.predictions.sup
        inside = [self.truth] if self.loss.has(self.truth) and self.truth.is_Symbol else []
        return tuple(self._limit(at) for at in (low, *inside, high))

    def _limit(self, at):
        """Return the limit from inside; at a kink, the slope's is the interval of subgradients."""
        side = "+" if at == self.predictions.inf else "-"
        near = FAR * sympy.sign(at) if at.is_infinite else at + (NEAR if side == "+" else -NEAR)

        def limit(expr):
            expr = case_at(by_cases(expr), self.variable, near)
            value = sympy.limit(*self._by_probability(expr, at), side)
            return value.replace(sympy.sign, lambda x: sympy.sign(x.subs(some_numbers(x))))

        return Limit(at, limit(self.loss), self.subgradients.get(at) or limit(self.gradient))

    def _by_probability(self, expr, at):
        """Return expression, variable and point: of σ(z) alone, as z → ±∞, by p = σ(z) → 0 or 1."""
        probability = sympy.Dummy(positive=True)
        by_p = expr.subs(sigma(self.variable), probability)
        if by_p.has(probability) and not by_p.has(self.variable):
            return by_p, probability, 0 if at < 0 else 1
        return spelled_out(expr), self.variable, at

    @property
    def equations(self) -> Equations:
        """All of it as equations."""
        of = rf"\ell({latex(self.truth)}, {latex(self.variable)})"
        name, variable = f"ell({self.truth}, {self.variable})", latex(self.variable)
        slope, slope_name = rf"\frac{{\partial \ell}}{{\partial {variable}}}", f"d ell/d {self.variable}"
        minimiser = NOT_FOUND if self.minimiser is None else self.minimiser
        rows = [Equation(f"argmin {name}", rf"\operatorname*{{arg\,min}}_{{{variable}}} {of}", minimiser)]
        rows += [
            Equation(
                f"subgradients at {x}", rf"\left. \partial {of} \right|_{{{variable} = {latex(x)}}}", slopes
            )
            for x, slopes in self.subgradients.items()
        ]
        for limit in self.limits:
            under, arrow = rf"\lim_{{{variable} \to {latex(limit.at)}}}", f"lim {self.variable} → {limit.at}"
            rows.append(Equation(f"{arrow} {name}", f"{under} {of}", limit.loss))
            if limit.at not in self.subgradients:
                rows.append(Equation(f"{arrow} {slope_name}", f"{under} {slope}", limit.gradient))
        return Equations(tuple(rows))


def facts_of(formula: "Formula") -> tuple[Facts, ...]:
    """Return what holds of a loss for each truth: for any number y, for each label, for the class c."""
    if formula.has_rows:
        return (_of_true_class(formula),)
    truths = formula.truths if isinstance(formula.truths, FiniteSet) else [formula.y]
    return tuple(
        Facts(truth, formula.loss.subs(formula.y, truth), formula.y_pred, formula.predictions)
        for truth in truths
    )


def _of_true_class(formula):
    """Return the facts of a loss of rows for a certain truth, by what is predicted for its class."""
    base = formula.y_pred
    predicted, others = Symbol(f"{base}_c", real=True), Symbol("R", positive=True)

    def one_hot(term, *_):  # of a sum over the classes only the true one is left; of exponentials, others too
        return exp(LOGIT_ROW[C]) + others if term == exp(LOGIT_ROW[J]) else term.subs(J, C)

    loss = formula.loss.subs(EPSILON, 0).replace(Sum, one_hot)
    return Facts(C, loss.subs({Y_ROW[C]: 1, base[C]: predicted}), predicted, formula.predictions)
