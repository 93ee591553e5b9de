"""The formulas: every loss once, as SymPy, from which pages print equations and tests prove the NumPy code.

A formula states the loss of one example and no more: its gradient is derived from it. `of` finds the formula
of a loss:

>>> from lossgd import losses, symbolic
>>> symbolic.of(losses.MeanSquaredError).equation
ell(y, yhat) = (y - yhat)**2
>>> symbolic.of(losses.MeanSquaredError).gradient
2*(-y + yhat)

In a notebook, formulas and equations show themselves as LaTeX.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import sympy
from sympy import Abs, Eq, Expr, Function, IndexedBase, Max, Piecewise, Sum, cosh, exp, log, symbols
from sympy.printing.latex import LatexPrinter

from lossgd import losses

# The course's symbols: truth, prediction (a number, a probability), logit, score.
Y, Y_PRED, LOGIT, SCORE = symbols("y yhat z s", real=True)
# The parameters of losses, by the names they have there.
DELTA, Q, GAMMA, W0, W1, EPSILON = symbols("delta q gamma w_0 w_1 varepsilon", positive=True)
PARAMETERS = {"delta": DELTA, "q": Q, "gamma": GAMMA, "weight_0": W0, "weight_1": W1}
PARAMETERS["label_smoothing"] = EPSILON
# Rows of k classes: truths, predictions, logits. j runs over the classes, m is any of them, c the true one.
K, J, M, C = symbols("k j m c", integer=True, positive=True)
Y_ROW, Y_PRED_ROW, LOGIT_ROW = (IndexedBase(name, real=True) for name in ("y", "yhat", "z"))


class sigma(Function):
    """The sigmoid σ(z) = 1/(1 + e⁻ᶻ), kept as a name, so that gradients are written with it."""

    def fdiff(self, argindex=1):
        """Return the derivative σ(1 − σ)."""
        return self * (1 - self)

    def _latex(self, printer, exp=None):
        power = f"^{{{exp}}}" if exp else ""
        return rf"\sigma({printer.doprint(self.args[0])}){power}"

    def _eval_rewrite_as_exp(self, z, **_):
        return 1 / (1 + exp(-z))


@dataclass(frozen=True)
class Equation:
    """An equation to be shown: a left side in words or LaTeX, and an expression."""

    name: str
    latex_name: str
    right: Expr

    def __repr__(self):
        return f"{self.name} = {self.right}"

    def _repr_latex_(self):
        return rf"$\displaystyle {self.latex_name} = {latex(self.right)}$"


@dataclass(frozen=True)
class Formula:
    """The loss of one example as SymPy, and what follows from it.

    Parameters
    ----------
    loss : sympy.Expr
        The loss in terms of `y`, `y_pred` and the parameters.
    y, y_pred : sympy.Symbol or sympy.IndexedBase
        The truth and the prediction (or logit, or score); a row of k classes is an `IndexedBase`.
    kinked : bool
        Whether the loss has a corner, where it has no derivative. The gradient's cases leave it out.
    """

    loss: Expr
    y: Expr = Y
    y_pred: Expr = Y_PRED
    kinked: bool = False

    @property
    def variable(self):
        """The prediction, or its entry m of a row, by which the loss is differentiated."""
        return self.y_pred[M] if isinstance(self.y_pred, IndexedBase) else self.y_pred

    @cached_property
    def gradient(self):
        """The derivative of the loss with respect to the prediction."""
        loss = self.loss.rewrite(Max, Piecewise)
        if self.kinked:
            loss = loss.rewrite(Abs, Piecewise)
        slope = sympy.diff(loss, self.variable)
        if isinstance(self.y_pred, IndexedBase):
            # A sum of Kronecker deltas becomes two cases; m is a class, so the first holds.
            return slope.doit().replace(Piecewise, lambda first, _: first.expr)
        if not isinstance(slope, Piecewise):
            return _tidy(slope)
        cases = [(_tidy(value), case) for value, case in slope.args]
        return Piecewise(*(_without_corner(cases) if self.kinked else cases))

    @property
    def equation(self):
        """The loss as an equation, that of ℓ(y, ŷ)."""
        latex_name = rf"\ell({latex(self.y)}, {latex(self.y_pred)})"
        return Equation(f"ell({self.y}, {self.y_pred})", latex_name, self.loss)

    @property
    def gradient_equation(self):
        """The gradient as an equation, that of ∂ℓ/∂ŷ."""
        latex_name = rf"\frac{{\partial \ell}}{{\partial {latex(self.variable)}}}"
        return Equation(f"d ell/d {self.variable}", latex_name, self.gradient)

    @property
    def cost_equation(self):
        """The cost of n examples as an equation, J(θ) = 1/n Σ ℓ(yᵢ, ŷᵢ)."""
        i, n = symbols("i n", integer=True, positive=True)
        if isinstance(self.y_pred, IndexedBase):
            loss = self.loss.replace(sympy.Indexed, lambda row, entry: row[i, entry])
            loss = loss.subs(C, IndexedBase("c", integer=True)[i])
        else:
            loss = self.loss.subs({x: IndexedBase(x)[i] for x in (self.y, self.y_pred)})
        factor, loss = loss.as_coeff_Mul()
        return Equation("J(theta)", r"J(\theta)", sympy.Mul(factor / n, Sum(loss, (i, 1, n)), evaluate=False))

    def __repr__(self):
        return f"{self.equation}\n{self.gradient_equation}"

    def _repr_latex_(self):
        rows = (f"{e.latex_name} &= {latex(e.right)}" for e in (self.equation, self.gradient_equation))
        return r"$\displaystyle \begin{aligned}" + r" \\[1ex] ".join(rows) + r"\end{aligned}$"


def of(loss):
    """Return the formula of a loss: a class such as `losses.Huber`, or an instance.

    Of an instance, `from_logits` chooses the form, and label smoothing is left out where it is 0. Its other
    parameters stay symbols.
    """
    kind = loss if isinstance(loss, type) else type(loss)
    formula = FORMULAS[kind, getattr(loss, "from_logits", False)]
    if getattr(loss, "label_smoothing", 0):
        return formula
    return replace(formula, loss=formula.loss.subs(EPSILON, 0))


def _without_corner(cases):
    """Return the two sides of a corner, without the corner itself."""
    (left, here), (right, _) = cases
    strict = {sympy.Ge: sympy.Gt, sympy.Le: sympy.Lt, sympy.Gt: sympy.Gt, sympy.Lt: sympy.Lt}
    sides = ((left, here), (right, sympy.Not(here)))
    return [(value, strict[case.func](*case.args)) for value, case in sides]


def _tidy(slope):
    """Write a derivative as a textbook does: with tanh and σ(z), and a common factor drawn out."""
    p = sigma(LOGIT)
    slope = slope.subs({1 + exp(LOGIT): 1 / (1 - p), 1 + exp(-LOGIT): 1 / p}).subs(exp(LOGIT), p / (1 - p))
    return min(sympy.trigsimp(slope), sympy.factor_terms(slope), key=sympy.count_ops)


class _Printer(LatexPrinter):
    """LaTeX with terms and factors in the order of textbooks: 1 − yŷ and w₀ y log ŷ, not −ŷy + 1."""

    def _print_Add(self, expr, order=None):
        terms = sorted(expr.as_ordered_terms(), key=_sign)
        return super()._print_Add(sympy.Add(*terms, evaluate=False), order="none")

    def _print_Mul(self, expr):
        factor, rest = expr.as_coeff_Mul()
        if factor.is_negative:
            return f"- {self._bracketed(-expr)}"
        if not factor.is_Integer:
            return f"{self._print(factor)} {self._bracketed(rest)}"
        sums = [x for x in expr.args if isinstance(x, Sum)]
        if sums and expr != sums[0]:
            return f"{self._bracketed(expr / sums[0])} {self._print(sums[0])}"
        return super()._print_Mul(sympy.Mul(*sorted(expr.as_ordered_factors(), key=_rank), evaluate=False))

    def _bracketed(self, factor):
        return rf"\left({self._print(factor)}\right)" if factor.is_Add else self._print(factor)

    def _print_KroneckerDelta(self, expr, exp=None):
        return f"[{self._print(expr.args[1])} = {self._print(expr.args[0])}]"  # δ is Huber's

    def _print_Relational(self, expr):
        # SymPy sorts the sides by name; a reader expects the prediction's side on the left.
        predictions = {Y_PRED, LOGIT, SCORE}
        left, right = expr.lhs.free_symbols & predictions, expr.rhs.free_symbols & predictions
        return super()._print_Relational(expr.reversed if right and not left else expr)


def _sign(term):
    """Sort terms: what is added before what is taken away; of each, numbers first, bare parameters last."""
    negative = bool(term.as_coeff_Mul()[0].is_negative)
    bare = term.free_symbols <= {*PARAMETERS.values(), K}
    return negative, not term.is_number, bare, term.count_ops()


def _rank(factor):
    """Sort factors: numbers, parameters, truths, powers, sums in brackets, predictions, functions."""
    return (
        not factor.is_number,
        not factor.free_symbols <= set(PARAMETERS.values()),
        not (factor == Y or getattr(factor, "base", None) == Y_ROW),
        not factor.is_Pow,
        not factor.is_Add,
        factor.is_Function,
    )


def latex(expr):
    """Return the LaTeX of an expression, in the course's notation."""
    return _Printer({"order": "none"}).doprint(expr)


def _focal(p):
    return Piecewise((-((1 - p) ** GAMMA) * log(p), Eq(Y, 1)), (-(p**GAMMA) * log(1 - p), Eq(Y, 0)))


def _formulas():
    """Return the formula of each loss: from its usual prediction, and from logits."""
    y, p, z, s = Y, Y_PRED, LOGIT, SCORE
    a = y - p
    t0, t1 = ((1 - EPSILON) * label + EPSILON / 2 for label in (1 - y, y))
    yj, pj, zj = Y_ROW[J], Y_PRED_ROW[J], LOGIT_ROW[J]
    tj = (1 - EPSILON) * yj + EPSILON / K
    classes = (J, 1, K)
    log_sum_exp = log(Sum(exp(zj), classes))
    weighted = W1 * y * log(1 + exp(-z)) + W0 * (1 - y) * log(1 + exp(z))
    predictions = {
        losses.MeanSquaredError: Formula(a**2),
        losses.MeanAbsoluteError: Formula(Abs(a), kinked=True),
        losses.Huber: Formula(Piecewise((a**2 / 2, Abs(a) <= DELTA), (DELTA * (Abs(a) - DELTA / 2), True))),
        losses.LogCosh: Formula(log(cosh(a))),
        losses.Quantile: Formula(Piecewise((Q * a, p <= y), ((1 - Q) * -a, True)), kinked=True),
        losses.BinaryCrossEntropy: Formula(-(t1 * log(p)) - t0 * log(1 - p)),
        losses.WeightedBinaryCrossEntropy: Formula(-W1 * y * log(p) - W0 * (1 - y) * log(1 - p)),
        losses.Focal: Formula(_focal(p)),
        losses.Hinge: Formula(Max(0, 1 - y * s), y_pred=s, kinked=True),
        losses.SquaredHinge: Formula(Max(0, 1 - y * s) ** 2, y_pred=s),
        losses.CategoricalCrossEntropy: Formula(-Sum(tj * log(pj), classes), Y_ROW, Y_PRED_ROW),
        losses.SparseCategoricalCrossEntropy: Formula(-log(Y_PRED_ROW[C]), C, Y_PRED_ROW),
        losses.KLDivergence: Formula(Sum(yj * log(yj / pj), classes), Y_ROW, Y_PRED_ROW),
    }
    logits = {
        losses.BinaryCrossEntropy: Formula(log(1 + exp(z)) - t1 * z, y_pred=z),
        losses.WeightedBinaryCrossEntropy: Formula(weighted, y_pred=z),
        losses.Focal: Formula(_focal(sigma(z)), y_pred=z),
        losses.CategoricalCrossEntropy: Formula(log_sum_exp - Sum(tj * zj, classes), Y_ROW, LOGIT_ROW),
        losses.SparseCategoricalCrossEntropy: Formula(log_sum_exp - LOGIT_ROW[C], C, LOGIT_ROW),
    }
    return {(k, False): f for k, f in predictions.items()} | {(k, True): f for k, f in logits.items()}


FORMULAS = _formulas()  # by a loss's class, and whether its prediction is a logit
