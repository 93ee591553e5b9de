"""Interval arithmetic, by mpmath, that answers with all numbers where it finds no bound."""

from collections.abc import Callable, Sequence
from typing import Any

import sympy
from mpmath import iv

ALL = iv.mpf(["-inf", "inf"])
MOST_BITS = 2**2000
FAR = iv.mpf(10) ** 400


def rational(end: Any) -> sympy.Rational:
    """Return an end of an interval as a fraction."""
    sign, digits, exponent, _ = end._mpi_[0]
    return sympy.Rational((-1) ** sign * int(digits)) * sympy.Integer(2) ** exponent


def log_of_end(end: Any) -> Any:
    """Return the logarithm of an upper end, rounded up."""
    return "inf" if end == iv.inf else iv.log(end).b


def product(factors: Sequence) -> Any:
    """Return the product of intervals."""
    result = iv.mpf(1)
    for factor in factors:
        result *= factor
    return result


def exp(x: Any) -> Any:
    """Return eˣ; beyond ±10⁴⁰⁰ only a bound, for mpmath's own would be exact and never end."""
    low = iv.mpf(0) if x.a < -FAR else iv.exp(min(x.a, FAR))
    high = iv.inf if x.b > FAR else iv.exp(max(x.b, -FAR)).b
    return iv.mpf([low.a, high])


def falling(n: int, number: Any, low: Any) -> Any:
    """Return an interval of xⁿ·exp(−number·x) for x ≥ low, from where on it falls."""
    return iv.mpf([0, 1]) * low**n * exp(-number * low)


def power(base: Any, power: int) -> Any:
    """Return an interval to a whole power."""
    if power < 0 and base.a <= 0 <= base.b:
        return ALL
    return base**power


def checked(function: Callable, *arguments: Any) -> Any:
    """Return a function of intervals; all numbers where mpmath finds none."""
    try:
        result = function(*arguments)
    except (ValueError, ZeroDivisionError, OverflowError):
        return ALL
    result = iv.convert(result)
    return result if result.a <= result.b else ALL
