"""From a SymPy formula to NumPy: the loss and its slope as functions that share what they have in common."""

import functools
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
import sympy
from numpy.typing import ArrayLike
from sympy import Abs, Dummy, Eq, Expr, Max, Min, Piecewise, Pow, Symbol, cosh, exp, log, sinh, tanh
from sympy.printing.numpy import NumPyPrinter

from lossgd.typing import Numbers

Parameters: TypeAlias = tuple[tuple[str, float], ...]  # the name and the value of each

BRANCHES = 2048  # entries, from which on the branches cost more than what it takes to avoid them


class softplus(sympy.Function):
    """log(1 + eᵘ)."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return σ(u)."""
        return sigmoid(self.args[0])


class sigmoid(sympy.Function):
    """1/(1 + e⁻ᵘ)."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return σ(1 − σ)."""
        return self * (1 - self)


class log_cosh(sympy.Function):
    """log cosh u."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return tanh u."""
        return tanh(self.args[0])


class log1p(sympy.Function):
    """log(1 + u), exact for small u."""


class clip(sympy.Function):
    """The number in [low, high] that is nearest to x."""


class Functions(NamedTuple):
    """Functions of truth, prediction and parameters.

    `shared` returns the values that loss and slope have in common, which are further arguments of both.
    """

    shared: Callable[..., list[Any]]
    loss: Callable[..., Numbers]
    slope: Callable[..., Numbers]


def by_cases(expr: Expr) -> Expr:
    """Write maxima and minima by cases: where two are equal, the first counts.

    SymPy's own way compares a with b, not a − b with 0, and never ends if one is a multiple of the other.
    """
    return expr.replace(Max, functools.partial(_first_case, 1)).replace(
        Min, functools.partial(_first_case, -1)
    )


def _first_case(sign, *values):
    return functools.reduce(lambda a, b: Piecewise((a, sign * (a - b) >= 0), (b, True)), values)


def slope_of(formula: Expr, y_pred: Symbol) -> Expr:
    """Return the derivative; at a kink it is that of one side, or between both."""
    slope = sympy.diff(by_cases(formula), y_pred).replace(sympy.DiracDelta, lambda *_: 0)
    return sympy.factor_terms(sympy.powsimp(slope))


def fraction(value: float) -> sympy.Rational:
    """Return the fraction that a float stands for in print: 3/10 for 0.3."""
    return sympy.Rational(repr(float(value)))


def signed(formula: Expr, parameters: Parameters) -> tuple[Expr, dict[Symbol, float]]:
    """Return a formula in which the symbols of positive parameters are positive, and all values by symbol.

    A term with a factor of 0, such as a weight w or 1 − w, is not in it: it is 0 even where the rest of it is
    infinite.
    """
    symbols = {symbol.name: symbol for symbol in formula.free_symbols}
    known = {
        symbols[name]: Symbol(name, positive=True) if value > 0 else symbols[name]
        for name, value in parameters
    }
    values = {known[symbols[name]]: value for name, value in parameters}
    zeros = {symbol: sympy.S.Zero for symbol, value in values.items() if value == 0}
    numbers = {symbol: fraction(value) for symbol, value in values.items()}

    def is_0(term):
        factors = [x for x in term.args if x.free_symbols <= set(numbers)]
        return term.is_Mul and sympy.Mul(*factors).xreplace(numbers) == 0

    formula = formula.xreplace(known).xreplace(zeros)
    return formula.replace(is_0, lambda term: sympy.S.Zero), values


def anonymous(symbols: Iterable[Symbol]) -> dict[Symbol, Dummy]:
    """Return for each symbol one without a function's name, as `log` would hide the logarithm."""
    return {symbol: Dummy(symbol.name, **symbol.assumptions0) for symbol in symbols}


def functions_of(
    formula: Expr,
    y: Symbol,
    y_pred: Symbol,
    truths: sympy.Set,
    predictions: sympy.Interval,
    parameters: Parameters,
) -> Functions:
    """Return the functions of a `FormulaLoss`: the same ones for all positive values of its parameters."""
    formula, values = signed(formula, parameters)
    # The ends that belong to an interval, such as a probability of 0.
    true_ends, ends = (tuple(values.boundary & values) for values in (truths, predictions))
    if not isinstance(truths, sympy.FiniteSet):
        return _functions(formula, y, y_pred, tuple(values), true_ends, ends)
    return _functions(formula, y, y_pred, tuple(values), (), ends, labels=tuple(truths) if ends else ())


@functools.lru_cache
def _functions(formula, y, y_pred, parameters, true_ends, ends, labels=()):
    """Return a formula's functions for NumPy; of `labels`, if given, each gets a case of its own."""
    names = anonymous([y, y_pred, *parameters])
    y, y_pred, *_ = arguments = list(names.values())
    formula = _stable(formula.xreplace(names))
    slope = slope_of(formula, y_pred)
    corners = [{y: true, y_pred: end} for true in (y, *true_ends) for end in (y_pred, *ends)]
    both = [_by_label(expr, y, labels) for expr in (formula, slope)]
    both = [_accurate(_without_0_times_infinity(expr, y_pred, corners)) for expr in both]
    steps, (loss, slope) = sympy.cse(both, symbols=sympy.numbered_symbols("_", cls=Dummy))
    for_loss, for_slope = _needed(loss, steps), _needed(slope, steps)
    shared = [step for step in steps if step[0] in for_loss & for_slope]
    common = [name for name, _ in shared]

    def function(result, needed):
        own = [step for step in steps if step[0] in needed and step not in shared]
        return _to_numpy([*arguments, *common], result, own)

    return Functions(
        _to_numpy(arguments, common, shared), function(loss, for_loss), function(slope, for_slope)
    )


def _needed(expr, steps):
    """Return the names of all steps that lead to an expression."""
    names = expr.free_symbols
    for name, value in reversed(steps):
        if name in names:
            names |= value.free_symbols
    return names & {name for name, _ in steps}


def _to_numpy(arguments, result, steps):
    printer, names = _Printer(_Printer.settings), [{"choose": choose}, "numpy"]
    return sympy.lambdify(arguments, result, names, printer=printer, cse=lambda expr: (steps, expr))


def choose(condition: np.ndarray, this: ArrayLike, that: ArrayLike) -> np.ndarray:
    """Return what `np.where` does, but from bit patterns, without a branch for each entry.

    Where the condition of an entry cannot be guessed from those before, a processor loses half its time by
    branching the wrong way.
    """
    dtype = np.result_type(this, that)
    if np.size(condition) < BRANCHES or dtype.itemsize not in (4, 8):
        return np.where(condition, this, that)
    bits = f"i{dtype.itemsize}"
    this, that = (np.asarray(values, dtype).view(bits) for values in (this, that))
    mask = np.negative(condition.astype(bits))  # all bits 1 where it is true, else 0
    mask &= this ^ that
    mask ^= that
    return mask.view(dtype)


class _Printer(NumPyPrinter):
    """NumPy code for whole arrays: two-way choices and pairwise maxima, which are faster than SymPy's own."""

    settings: ClassVar = {"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True}

    def _print_Piecewise(self, expr):
        *cases, (last, case) = expr.args
        code = self._print(last) if case == True else self._choice(last, case, "nan")  # noqa: E712
        for value, case in reversed(cases):
            code = self._choice(value, case, code)
        return code

    def _choice(self, value, case, otherwise):
        return f"choose({self._print(case)}, {self._print(value)}, {otherwise})"

    def _pairwise(self, name, values):
        return functools.reduce(lambda a, b: f"{name}({a}, {b})", map(self._print, values))

    def _print_Max(self, expr):
        return self._pairwise("maximum", expr.args)

    def _print_Min(self, expr):
        return self._pairwise("minimum", expr.args)

    def _print_And(self, expr):
        return self._pairwise("logical_and", expr.args)

    def _print_Or(self, expr):
        return self._pairwise("logical_or", expr.args)

    def _call(self, expr):
        return f"{type(expr).__name__}({', '.join(map(self._print, expr.args))})"

    _print_log1p = _print_clip = _call


def _by_label(expr, y, labels):
    """Return the expression of each label on its own: 0·log 0, which is NaN in NumPy, is not in it then."""
    if not labels:
        return expr
    *others, last = ((expr.subs(y, label), Eq(y, label)) for label in labels)
    return Piecewise(*others, (last[0], True))


def _without_0_times_infinity(expr, y_pred, corners):
    """Write 0 at corners of the domain where x log x, or a term that is 0 for every ŷ, would be NaN."""

    def guarded(term):
        if sympy.nan not in (term.xreplace(corner) for corner in corners):
            return term
        poles = [x for x in term.args if any(power.exp.is_negative for power in x.atoms(Pow))]
        kept = [x for x in term.args if not (x.has(log) or x in poles or (poles and x.has(y_pred)))]
        return Piecewise((0, Eq(sympy.Mul(*kept), 0)), (term, True))

    return expr.replace(lambda x: x.is_Mul, guarded)


def _stable(expr):
    """Write what overflows or loses digits, such as log(1 + eᵘ) and log cosh u, by functions that do not."""
    u, v = sympy.Wild("u"), sympy.Wild("v")
    expr = expr.replace(_is_even_power, lambda power: (-power.base) ** power.exp)
    expr = expr.replace(log(cosh(u)), log_cosh(u))
    expr = expr.replace(log(exp(u) + exp(v)), v + softplus(u - v))
    expr = expr.replace(log(1 + exp(u)), softplus(u))
    expr = expr.replace(Pow(1 + exp(u), -1), sigmoid(-u)).replace(exp(u) * sigmoid(-u), sigmoid(u))
    expr = expr.replace(1 - sigmoid(u), sigmoid(-u)).replace(log(sigmoid(u)), -softplus(-u))
    return expr


def _is_even_power(expr):
    """Return whether this is (y − ŷ)²; written (ŷ − y)², it shares ŷ − y with its derivative."""
    return expr.is_Pow and expr.exp.is_even and expr.base.is_Add and expr.base.could_extract_minus_sign()


def _clipped(*cases):
    """Return x for |x| ≤ c and ±c beyond, which is the slope of Huber's loss, without a choice by cases."""
    (x, case), (beyond, _) = cases[0], cases[-1]
    if len(cases) == 2 and case.is_Relational and case.has(Abs(x)):
        c = case.lhs if case.rhs == Abs(x) else case.rhs
        is_edge = c.is_positive and case in (c >= Abs(x), c > Abs(x))
        if is_edge and beyond in (c * sympy.sign(x), -c * sympy.sign(-x)):
            return clip(x, -c, c)
    return Piecewise(*cases)


def _accurate(expr):
    """Write those functions by what NumPy has, so that a value and its slope share exponentials."""
    u = sympy.Wild("u")
    e = exp(-Abs(u))
    near = Min(Abs(u), 20)  # beyond, log cosh u grows as fast as u
    expr = expr.replace(sympy.ITE, lambda *parts: sympy.ITE(*parts).to_nnf())  # for arrays, by and and or
    expr = expr.replace(softplus(u), Max(u, 0) + log1p(e))
    expr = expr.replace(sigmoid(u), Piecewise((1, u >= 0), (e, True)) / (1 + e))
    expr = expr.replace(log_cosh(u), log1p(2 * sinh(near / 2) ** 2) + Abs(u) - near)
    expr = expr.replace(Piecewise, _clipped)
    return expr.replace(log, lambda x: log1p(x - 1) if x.is_Add and x.as_coeff_Add()[0] == 1 else log(x))
