"""The formula of a model for one example, its Jacobian, and the chain rule that joins it to a loss."""

from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy import Expr, Indexed, Sum

from lossgd.symbolic.equation import Equation, Equations
from lossgd.symbolic.formula import Formula, first_case, of_example
from lossgd.symbolic.notation import (
    G_ROW,
    LOGIT,
    LOGIT_ROW,
    Y_PRED,
    Y_PRED_ROW,
    G,
    I,
    K,
    L,
    M,
    N,
    latex,
    turned,
)


@dataclass(frozen=True)
class ModelFormula:
    """What a model makes of one example: a score, linear in its parameters, then the link.

    Of a model with a row of k outputs, each is stated for the output m, and derivatives are by what belongs
    to the output l.

    Parameters
    ----------
    score : sympy.Expr
        The score z in terms of the inputs, the weights and the bias.
    link : sympy.Expr
        The prediction in terms of the score.
    inputs, weights, bias : sympy.Expr
        The input j, its weight, and the bias.
    y_pred : sympy.Expr
        What the prediction is called.
    """

    score: Expr
    link: Expr
    inputs: Expr
    weights: Expr
    bias: Expr
    y_pred: Expr = Y_PRED

    @property
    def has_row(self) -> bool:
        """Whether the model has a row of outputs, rather than one."""
        return isinstance(self.y_pred, Indexed)

    @property
    def z(self) -> Expr:
        """What the score is called: z, or the entry m of a row of scores."""
        return LOGIT_ROW[M] if self.has_row else LOGIT

    @property
    def equations(self) -> Equations:
        """The model: its score, and the prediction made of it."""
        if self.link == self.z:
            return Equations((_equation(self.y_pred, self.score),))
        return Equations((_equation(self.z, self.score), _equation(self.y_pred, self.link)))

    @cached_property
    def link_slope(self) -> Expr:
        """The derivative of the prediction by the score, in terms of the prediction; of a row, m by l."""
        if not self.has_row:
            return sympy.diff(self.link, LOGIT).subs(self.link, self.y_pred)
        slope = first_case(sympy.diff(self.link, LOGIT_ROW[L]))
        total = sympy.denom(self.link)  # of a softmax: the sum of exponentials
        slope = slope.subs({sympy.exp(LOGIT_ROW[x]): Y_PRED_ROW[x] * total for x in (M, L)})
        return sympy.factor_terms(sympy.expand(slope))

    @property
    def score_slopes(self) -> tuple[tuple[Expr, Expr], ...]:
        """The derivatives of the score by weight and bias, as pairs of what by and the derivative."""
        inputs = {self.weights: self.inputs, self.bias: sympy.S.One}
        return tuple((self._of_l(by), slope) for by, slope in inputs.items())

    @property
    def jacobian(self) -> Equations:
        """The derivatives of the prediction by weight and bias, as equations."""
        name = self.y_pred
        return Equations(
            tuple(_derivative(name, by, self.link_slope * slope) for by, slope in self.score_slopes)
        )

    def pull_back(self, g: Expr) -> Expr:
        """Return ∂J/∂z of one example, given g = ∂J/∂ŷ: the vector-Jacobian product of the link.

        Of a row, g is stated for the output m, and the result for the output l.
        """
        if self.link_slope == 1:
            return g
        if not self.has_row:
            return turned(sympy.factor(g * self.link_slope))
        terms = sympy.expand(g * self.link_slope).as_ordered_terms()
        return sympy.factor_terms(sympy.Add(*(first_case(Sum(term, (M, 1, K))) for term in terms)))

    @property
    def vjp(self) -> Equations:
        """The vector-Jacobian product Jᵀg over n examples, g = ∂J/∂ŷ, as equations for ∂J/∂(parameters)."""
        return self._sum_over_examples(self.pull_back(G_ROW[M] if self.has_row else G))

    def cost_gradient(self, loss: Formula) -> Equations:
        """Return the gradient of the mean cost over n examples, by the chain rule, as equations.

        Parameters
        ----------
        loss : Formula
            A loss of this model's predictions, or of its scores (logits).
        """
        slope = loss.gradient
        if loss.variable == self.y_pred:
            slope = self.pull_back(slope)
        elif self.has_row:
            slope = slope.subs({self.link: self.y_pred}).subs(M, L)
        else:
            slope = slope.subs(self.link, self.y_pred)
        return self._sum_over_examples(slope, 1 / N)

    def _sum_over_examples(self, slope, factor=1):
        """Return the derivatives by weight and bias: a factor times a sum over the examples."""
        number, slope = slope.as_coeff_Mul()
        rows = []
        for by, inputs in self.score_slopes:
            total = Sum(of_example(slope * inputs), (I, 1, N))
            if number * factor != 1:
                total = sympy.Mul(number * factor, total, evaluate=False)
            rows.append(_derivative("J", by, total))
        return Equations(tuple(rows))

    def _of_l(self, entry):
        return entry.subs(M, L) if self.has_row else entry

    def __repr__(self):
        return repr(self.equations)

    def _repr_latex_(self):
        return self.equations._repr_latex_()


def _equation(left, right):
    return Equation(str(left), latex(left), right)


def _derivative(of, by, right):
    name = of if isinstance(of, str) else latex(of)
    return Equation(f"d {of}/d {by}", rf"\frac{{\partial {name}}}{{\partial {latex(by)}}}", right)
