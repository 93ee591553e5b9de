"""Domains as SymPy sets, and SymPy sets as domains."""

import math

import sympy
from sympy import FiniteSet, Interval, Range, Reals, Set

from lossgd import domains
from lossgd.domains import Domain
from lossgd.symbolic.notation import K


def set_of(domain: Domain) -> Set:
    """Return a domain as a set; of a row, that of each entry; of class indices, 1 … k, as formulas count."""
    if domain == domains.CLASS_INDICES:
        return Range(1, K + 1)
    if domain.values:
        return FiniteSet(*domain.values)
    if math.isinf(domain.low) and math.isinf(domain.high):
        return Reals
    low, high = (sympy.oo if math.isinf(end) else sympy.nsimplify(end) for end in (domain.low, domain.high))
    return Interval(low, high, "[" not in domain.closed, "]" not in domain.closed)


def domain_of(values: Set) -> Domain:
    """Return a set of numbers as a domain."""
    if isinstance(values, FiniteSet):
        return domains.one_of(tuple(sorted(map(float, values))))
    closed = ("" if values.left_open else "[") + ("" if values.right_open else "]")
    return domains.interval(float(values.inf), float(values.sup), closed)
