"""The course's symbols, and LaTeX in the order of textbooks."""

import sympy
from sympy import Expr, Function, IndexedBase, Sum, cosh, exp, sign, symbols, tanh
from sympy.printing.latex import LatexPrinter

# The course's symbols: truth, prediction (a number, a probability), logit, score.
Y, Y_PRED, LOGIT, SCORE = symbols("y yhat z s", real=True)
# The parameters of losses, by the names they have there.
DELTA, Q, GAMMA, W0, W1, EPSILON = symbols("delta q gamma w_0 w_1 varepsilon", positive=True)
PARAMETERS = {"delta": DELTA, "q": Q, "gamma": GAMMA, "weight_0": W0, "weight_1": W1}
PARAMETERS["label_smoothing"] = EPSILON
# Rows of k classes: truths, predictions, logits. j runs over the classes, m and l are any, c is the true one.
K, J, M, L, C = symbols("k j m l c", integer=True, positive=True)
Y_ROW, Y_PRED_ROW, LOGIT_ROW = (IndexedBase(name, real=True) for name in ("y", "yhat", "z"))

# Descent: the parameters, the learning rate, the parameters of optimizers, what they remember, the step.
THETA, G = symbols("theta g", real=True)
ALPHA, ALPHA0, BETA, BETA1, BETA2 = symbols("alpha alpha_0 beta beta_1 beta_2", positive=True)
RHO, LAMBDA = symbols("rho lambda", positive=True)
V, M1, M1_HAT = symbols("v m mhat", real=True)
S, S_HAT, S_MAX = symbols("s shat s_max", nonnegative=True)
T = symbols("t", integer=True, nonnegative=True)

# Surfaces: the coordinates of a point; curvature, condition number, tilt.
THETA1, THETA2 = symbols("theta_1 theta_2", real=True)
CURVATURE, CONDITION, TILT = symbols("L kappa t", positive=True)

# Models: d features, n examples, i any of them; weights and bias of one score, or of a row of them.
D, N, I = symbols("d n i", integer=True, positive=True)  # noqa: E741
X_ROW, W_ROW = IndexedBase("x", real=True), IndexedBase("w", real=True)
WEIGHTS, BIASES = IndexedBase("W", real=True), IndexedBase("b", real=True)
X, W, B = symbols("x w b", real=True)

# What is different for each example.
G_ROW = IndexedBase("g", real=True)
DATA = (X, Y, Y_PRED, LOGIT, SCORE, G)
DATA_ROWS = (X_ROW, Y_ROW, Y_PRED_ROW, LOGIT_ROW, G_ROW)


class sigma(Function):
    """The sigmoid σ(z) = 1/(1 + e⁻ᶻ), kept as a name, so that gradients are written with it."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative σ(1 − σ)."""
        return self * (1 - self)

    def _latex(self, printer, exp=None):
        return _call(r"\sigma", self, printer, exp)

    def _eval_rewrite_as_exp(self, z, **_):
        return spelled_out(self)


def spelled_out(expr: Expr) -> Expr:
    """Return an expression with 1/(1 + e⁻ᶻ) for σ(z)."""
    return expr.replace(sigma, lambda z: 1 / (1 + exp(-z)))


class nabla_J(Function):
    """The gradient of the cost, ∇J(θ), whatever the cost is."""

    def _latex(self, printer, exp=None):
        return _call(r"\nabla J", self, printer, exp)


class phi(Function):
    """The activation φ of a layer, whichever it is."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return the derivative φ′."""
        return phi_prime(self.args[0])

    def _latex(self, printer, exp=None):
        return _call(r"\varphi", self, printer, exp)


class phi_prime(Function):
    """The derivative φ′ of the activation."""

    def _latex(self, printer, exp=None):
        return _call(r"\varphi'", self, printer, exp)


def _call(name, function, printer, exp):
    power = f"^{{{exp}}}" if exp else ""
    return f"{name}({printer.doprint(function.args[0])}){power}"


def turned(expr: Expr) -> Expr:
    """Write a product with 1 − x where it has x − 1, and ŷ − y where it has y − ŷ; so too in a logarithm."""
    expr = expr.replace(sympy.log, lambda x: sympy.log(turned(x)))
    powers = expr.as_powers_dict()
    for base in list(powers):
        below_0 = base.is_Add and base.as_coeff_Add()[0].is_negative
        if (below_0 or _is_residual(base)) and powers[base].is_odd:
            expr = sympy.Mul(-1, expr / base ** powers[base], (-base) ** powers[base])
    return expr


def _is_residual(expr):
    """Whether this is y − ŷ, which SymPy prefers to the error ŷ − y; so too of an example or a class."""
    names = {Y_ROW: Y, Y_PRED_ROW: Y_PRED}
    return expr.xreplace({x: names.get(x.base, x) for x in expr.atoms(sympy.Indexed)}) == Y - Y_PRED


class _Printer(LatexPrinter):
    """LaTeX with terms and factors in the order of textbooks: 1 − yŷ and w₀ y log ŷ, not −ŷy + 1; |ŷ − y|."""

    def _print_Add(self, expr, order=None):
        terms = sorted(expr.as_ordered_terms(), key=_sign)
        return super()._print_Add(sympy.Add(*terms, evaluate=False), order="none")

    def _print_Mul(self, expr):
        factor, rest = expr.as_coeff_Mul()
        odd = {f: _of_error(f) for f in expr.args if isinstance(f, sign | tanh) and _is_residual(f.args[0])}
        if factor.is_negative and odd:  # SymPy has drawn the minus out
            return self._print((-expr).xreplace(odd))
        if factor.is_negative:
            return f"- {self._bracketed(-expr)}"
        if not factor.is_Integer:
            return f"{self._print(factor)} {self._bracketed(rest)}"
        sums = [x for x in expr.args if isinstance(x, Sum)]
        if sums and expr != sums[0] and not (expr / sums[0]).has(Sum):
            return f"{self._bracketed(expr / sums[0])} {self._print(sums[0])}"
        return super()._print_Mul(sympy.Mul(*sorted(expr.as_ordered_factors(), key=_rank), evaluate=False))

    def _bracketed(self, factor):
        return rf"\left({self._print(factor)}\right)" if factor.is_Add else self._print(factor)

    def _print_Abs(self, expr, exp=None):
        return super()._print_Abs(_of_error(expr), exp)

    def _print_Function(self, expr, exp=None):
        return super()._print_Function(_of_error(expr) if isinstance(expr, cosh) else expr, exp)

    def _print_KroneckerDelta(self, expr, exp=None):
        return f"[{self._print(expr.args[1])} = {self._print(expr.args[0])}]"  # δ is Huber's

    def _print_Str(self, expr):
        return rf"\text{{{expr.name}}}"

    def _print_Range(self, expr):
        return rf"\left\{{{self._print(expr.start)}, \ldots, {self._print(expr.stop - 1)}\right\}}"

    def _print_Heaviside(self, expr, exp=None):
        return f"[{self._print(expr.args[0])} > 0]"  # as a factor: 1 where it holds, else 0

    def _print_Relational(self, expr):
        # SymPy sorts the sides by name; a reader expects the prediction's (or step's) side on the left.
        variables = {Y_PRED, LOGIT, SCORE, T}
        if _is_residual(expr.lhs) and expr.rhs == 0:
            expr = expr.func(Y, Y_PRED)
        left, right = expr.lhs.free_symbols & variables, expr.rhs.free_symbols & variables
        return super()._print_Relational(expr.reversed if right and not left else expr)


def _of_error(function):
    """Return f(ŷ − y) where SymPy has made f(y − ŷ) of it."""
    (x,) = function.args
    return function.func(-x, evaluate=False) if _is_residual(x) else function


# What stands before other symbols in a product: βv, not vβ. And what stands last in a sum.
_LEADING = {*PARAMETERS.values(), ALPHA, ALPHA0, BETA, BETA1, BETA2, RHO, LAMBDA}
_OF_SURFACES = {CURVATURE, CONDITION, TILT}  # after the others: αL
_LEADING |= _OF_SURFACES
_BARE = {*PARAMETERS.values(), K}


def _sign(term):
    """Sort terms: what is added before what is taken away; of each, numbers first, bare parameters last."""
    negative = bool(term.as_coeff_Mul()[0].is_negative)
    bare = term.free_symbols <= _BARE or B in term.free_symbols
    return negative, term != T, not term.is_number, bare, term.count_ops()


def _rank(factor):
    """Sort factors: numbers, parameters, truths, powers, ŷ, sums in brackets, others, functions, inputs."""
    base = getattr(factor, "base", None)
    return (
        factor == X or base == X_ROW,
        not factor.is_number,
        not factor.free_symbols <= _LEADING,
        bool(factor.free_symbols & _OF_SURFACES),
        not (factor == Y or base == Y_ROW),
        not factor.is_Pow,
        not (factor == Y_PRED or base == Y_PRED_ROW),
        not factor.is_Add,
        factor.is_Function,
    )


def latex(expr: Expr) -> str:
    """Return the LaTeX of an expression, in the course's notation."""
    return _Printer({"order": "none"}).doprint(expr)
