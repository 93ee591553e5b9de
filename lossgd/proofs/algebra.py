"""Exact algebra: expressions as fractions of polynomials, in names for the exponentials and logarithms there.

Every step is an identity for real numbers; that of a logarithm of a product needs factors that are positive,
which it asks. So what comes out as 0 is 0. What does not may be 0 all the same: it is then not proved.
"""

import functools
from collections.abc import Callable
from typing import Any

import sympy
from sympy import QQ, Add, Dummy, Expr, NumberSymbol, Pow, Rational, S, Symbol, cosh, exp, log, sinh, tanh
from sympy.polys.rings import PolyRing

from lossgd.symbolic.notation import sigma

SPELLED_OUT = {
    sigma: lambda z: exp(z) / (1 + exp(z)),
    sinh: lambda z: (exp(z) - exp(-z)) / 2,
    cosh: lambda z: (exp(z) + exp(-z)) / 2,
}
LARGE = 10


def has_rounded(expr: Expr) -> bool:
    """Return whether a number has so many decimals that it is another one rounded, as in a series."""
    return any(number.q > 10**12 for number in expr.atoms(Rational))


@functools.lru_cache(maxsize=10_000)
def factored(polynomial: Expr) -> Expr:
    """Return a number and factors with their powers; of what is linear in a symbol, at once."""
    number, rest = polynomial.as_content_primitive()
    if rest.is_Add and any(
        rest.coeff(x) and rest.coeff(x).is_number and not (rest - x * rest.coeff(x)).has(x)
        for x in rest.free_symbols
    ):
        return number, [(rest, 1)]
    return sympy.factor_list(polynomial)


class Algebra:
    """Names for what is not a polynomial, and what is known of them.

    Parameters
    ----------
    is_positive, is_at_least_0 : callable
        Whether a polynomial in symbols and names is known to be so.
    """

    def __init__(self, is_positive: Callable, is_at_least_0: Callable) -> None:
        self.is_positive, self.is_at_least_0 = is_positive, is_at_least_0
        self.names: dict = {}  # the name by a function and its argument,
        self.meanings: dict = {}  # and the other way round
        self._known: dict = {}

    def fraction(self, expr: Expr) -> Any:
        """Return an expression as a cancelled fraction in symbols and names."""
        if expr not in self._known:
            self._known[expr] = sympy.cancel(self.rational(expr))
        return self._known[expr]

    def is_zero(self, expr: Expr) -> bool:
        """Return whether an expression is 0 for all values of its symbols."""
        if expr.has(sinh, cosh):
            expr = expr.replace(tanh, lambda z: sinh(z) / cosh(z))
        if has_rounded(expr):
            return False
        expr = self.rational(expr)
        if expr.has(S.NaN, S.Infinity, S.NegativeInfinity):
            return False
        numerator = sympy.numer(sympy.together(expr))
        names = sorted(numerator.atoms(Symbol, NumberSymbol), key=str)
        numerator = PolyRing(names, QQ).from_expr(numerator) if names else numerator
        if numerator == 0:
            return True
        roots = [x for x in names if x in self.meanings and self._is_root(x)]
        if not roots:
            return False
        numerator = numerator.as_expr()
        for root in roots:  # the square of the root of f is f
            numerator = sympy.expand(
                sympy.rem(numerator, root**2 - self.meanings[self.meanings[root][1]][1], root)
            )
        return numerator == 0

    def _is_root(self, name):
        kind, of = self.meanings[name][:2]
        return kind == "half" and self.meanings.get(of, ("",))[0] == "log"

    def rational(self, expr: Expr) -> Any:
        """Return an expression with a name for each function of it."""
        if expr.is_Rational or expr.is_Symbol or expr in (sympy.pi, S.Infinity, S.NegativeInfinity):
            return expr
        if expr.is_Add or expr.is_Mul:
            return expr.func(*map(self.rational, expr.args))
        if not expr.args and expr is not S.Exp1:  # i, or the result of a division by 0
            return S.NaN
        kind = type(expr)
        if kind in SPELLED_OUT:
            return self.rational(SPELLED_OUT[kind](*expr.args))
        if kind is exp or expr is S.Exp1:
            return self._exp(self.fraction(expr.args[0] if expr.args else S.One))
        if kind is log:
            return self._log(self.fraction(expr.args[0]))
        if expr.is_Pow:
            return self._power(self.fraction(expr.base), self.fraction(expr.exp))
        return self._name(kind, *map(self.fraction, expr.args))

    def _name(self, kind, *arguments, **assumptions):
        key = (kind, *arguments)
        if key not in self.names:
            self.names[key] = Dummy(**({"real": True} | assumptions))
            self.meanings[self.names[key]] = key
        return self.names[key]

    def _exp(self, power):
        """Return e to a power: the product of those of its terms, each a power of exp(term/2)."""
        numerator, denominator = sympy.fraction(power)
        result = S.One
        for part in Add.make_args(sympy.expand(numerator)):
            number, term = (part / denominator).as_coeff_Mul()
            halves = 2 * number
            if self.meanings.get(term, ("",))[0] == "log":
                whole = halves // 2
                result *= self.meanings[term][1] ** whole
                halves -= 2 * whole
            if term == 1 and abs(number) >= LARGE:  # the degree of a polynomial should not be 40
                term, halves = 2 * abs(number), sympy.sign(number)
            if self.is_at_least_0(term):  # so that names are of what is at most 1
                term, halves = -term, -halves
            if not halves.is_Integer:
                term, halves = term * halves, S.One
            result *= self._name("half", term, positive=True) ** halves
        return result

    def _log(self, value):
        """Return the logarithm of a product as the sum of those of its factors, if these are positive."""
        result, sign = S.Zero, 1
        for part, side in zip(sympy.fraction(value), (1, -1), strict=True):
            number, factors = factored(part)
            if number == 0:
                return S.NegativeInfinity if side == 1 else S.Infinity
            sign *= sympy.sign(number)
            for prime, power in sympy.factorrat(abs(number)).items():
                result += side * power * self._name("log", S(prime))
            for factor, power in factors:
                if self.meanings.get(factor, ("",))[0] == "half":
                    result += side * power * self.meanings[factor][1] / 2
                elif self.is_positive(factor):
                    result += side * power * self._name("log", factor)
                elif self.is_positive(-factor):
                    sign *= (-1) ** power
                    result += side * power * self._name("log", sympy.expand(-factor))
                else:
                    return self._name(log, value)
        return result if sign == 1 else self._name(log, value)

    def _power(self, base, power):
        if power.is_Integer or base == 0:
            return base**power
        logarithm = self._log(base)
        if self.meanings.get(logarithm, ("",))[0] is log:  # the base's sign is not known
            number, rest = base.as_content_primitive()
            return self._exp(power * self._log(number)) * self._name(Pow, rest, power)
        return self._exp(sympy.cancel(power * logarithm))

    def spelled_out(self, expr: Expr) -> Expr:
        """Return an expression without names."""
        inner = {"half": lambda t: exp(t / 2), "log": log}
        while names := expr.free_symbols & self.meanings.keys():
            meanings = {name: self.meanings[name] for name in names}
            expr = expr.xreplace({name: inner.get(f, f)(*of) for name, (f, *of) in meanings.items()})
        return expr
