"""Where an expression of one variable is lowest, and whether it is convex: piece by piece."""

from itertools import pairwise
from typing import NamedTuple

import sympy
from sympy import Abs, EmptySet, Expr, FiniteSet, Interval, Piecewise, Rational, Reals, Set, Symbol, exp

from lossgd.symbolic.calculus import breaks, case_at, some_numbers
from lossgd.symbolic.compiled import by_cases
from lossgd.symbolic.notation import spelled_out, turned

DIGITS = 60
EQUAL = Rational(1, 10**40)  # what two equal numbers, computed with so many digits, differ by at most
TRIALS = (lambda x: x, lambda x: 1 - x, lambda x: x / 3)  # a parameter may have to be below 1
WAYS = (sympy.sympify, sympy.simplify, sympy.factor)  # to write an expression so that its sign can be seen


class Piece(NamedTuple):
    """A part of the domain on which one smooth expression holds."""

    low: Expr
    high: Expr
    expr: Expr

    def point(self, t: Expr) -> Expr:
        """Return a point inside that goes through all of the piece as t goes through the positive numbers."""
        low, high, _ = self
        if low.is_infinite and high.is_infinite:
            return sympy.log(t)
        if high.is_infinite:
            return low + t
        return high - t if low.is_infinite else (low + high * t) / (1 + t)


def pieces(expr: Expr, variable: Symbol, domain: Interval) -> list[Piece]:
    """Return an expression piece by piece, from left to right."""
    expr = by_cases(spelled_out(expr)).replace(Abs, lambda u: Piecewise((u, u >= 0), (-u, True)))
    numbers = some_numbers(expr, variable)
    inside = [x for x in breaks(expr, variable) if x.subs(numbers) in domain.interior]
    ends = [domain.inf, *sorted(inside, key=lambda x: x.subs(numbers)), domain.sup]
    middles = (Piece(low, high, expr).point(sympy.S.One) for low, high in pairwise(ends))
    parts = (case_at(expr, variable, middle) for middle in middles)
    return [Piece(low, high, part) for (low, high), part in zip(pairwise(ends), parts, strict=True)]


def argmin(expr: Expr, variable: Symbol, domain: Interval) -> Set | None:
    """Return the set of points where an expression is lowest; None if it cannot be found.

    The set is empty if the lowest value is only approached, at an end that is infinite or open.
    """
    trials = _trials(expr, variable)
    candidates, complete = [], True
    for piece in pieces(expr, variable, domain):
        slope = sympy.diff(piece.expr, variable)
        if sympy.simplify(slope) == 0:
            candidates.append((Interval(piece.low, piece.high), piece.expr))
            continue
        zeros, are_all = _zeros(slope, variable)
        complete = complete and (are_all or _has_one_sign(slope, variable, piece))
        inside = [x for x in zeros if _is_between(piece.low, x, piece.high, trials[0])]
        candidates += [(FiniteSet(x), piece.expr.subs(variable, x)) for x in inside]
        for end, side in ((piece.low, "+"), (piece.high, "-")):
            where = FiniteSet(end) & domain if end.is_finite else EmptySet
            candidates.append((where, sympy.limit(piece.expr, variable, end, side)))
    if not complete and not is_convex(expr, variable, domain):
        return None
    found = {_lowest(candidates, numbers) for numbers in trials}
    return found.pop() if len(found) == 1 else None


def is_convex(expr: Expr, variable: Symbol, domain: Interval) -> bool | None:
    """Return whether an expression is convex in a variable; None if that cannot be found."""
    trials = _trials(expr, variable)
    parts = pieces(expr, variable, domain)
    steps = []  # how much the slope grows from piece to piece
    for left, right in pairwise(parts):
        jump = (right.expr - left.expr).subs(variable, left.high)
        if sympy.simplify(jump) != 0:
            return False
        steps.append(sympy.diff(right.expr - left.expr, variable).subs(variable, left.high))
    t = sympy.Dummy(positive=True)
    bends = [(sympy.diff(part.expr, variable, 2), part.point(t)) for part in parts]
    signs = [*steps, *(bend.subs(variable, at) for bend, at in bends)]
    tried = (Rational(k, 7) for k in (1, 3, 5, 7, 10, 20, 60))
    if any(_number(sign.subs(t, x), numbers) < -EQUAL for x in tried for sign in signs for numbers in trials):
        return False
    known = [_is_nonnegative(step) for step in steps]
    known += [_is_nonnegative(bend) or _is_nonnegative(bend.subs(variable, at)) for bend, at in bends]
    return True if all(known) else None


def _trials(expr, variable):
    """Return some numbers for the symbols, the variable aside, to try out what must hold for all."""
    numbers = some_numbers(expr)
    numbers.pop(variable, None)
    return [{x: trial(value) for x, value in numbers.items()} for trial in TRIALS]


def _number(expr, numbers):
    return sympy.sympify(expr).subs(numbers).evalf(DIGITS)


def _is_between(low, x, high, numbers):
    low, x, high = (_number(each, numbers) for each in (low, x, high))
    return bool(x.is_real and low < x < high)


def _zeros(slope, variable):
    """Return the points that SymPy finds where a slope is 0, and whether it says that these are all."""
    try:
        zeros = [turned(x) for x in sympy.solve(slope, variable)]
    except NotImplementedError:
        return [], False
    found = sympy.solveset(slope, variable, Reals)
    found = found.args[0] if isinstance(found, sympy.Complement) else found
    return zeros, isinstance(found, FiniteSet | type(EmptySet))


def _has_one_sign(expr, variable, piece):
    """Return whether SymPy can see that an expression is nowhere negative on a piece, or nowhere positive."""
    t = sympy.Dummy(positive=True)
    ways = [_factored(expr.subs(variable, piece.point(x))) for x in (t, 1 / t)]
    return any(_is_nonnegative(sign * way) for way in ways for sign in (1, -1))


def _factored(expr):
    """Write the terms of a sum with sums inside them as fractions of products, whose signs can be seen."""
    terms = (term.replace(lambda e: e.is_Add, sympy.factor) for term in sympy.Add.make_args(expr))
    return sympy.Add(*(sympy.expand_log(term) for term in terms))


def _lowest(candidates, numbers):
    """Return the union of the candidates with the lowest value."""
    values = [_number(value, numbers) for _, value in candidates]
    lowest = min(values)
    is_lowest = [value == lowest or value - lowest <= EQUAL for value in values]
    best = [where for (where, _), lowest in zip(candidates, is_lowest, strict=True) if lowest]
    flat: list[Interval] = []
    for where in (where for where in best if isinstance(where, Interval)):
        touches = flat and flat[-1].end == where.start
        flat = [*flat[:-1], Interval(flat[-1].start, where.end)] if touches else [*flat, where]
    ends = {end for where in flat for end in (where.start, where.end)}
    return sympy.Union(
        *flat, *(where for where in best if not isinstance(where, Interval) and not set(where) <= ends)
    )


def _is_nonnegative(expr):
    """Return whether SymPy can see that an expression is nowhere negative."""
    return any(way(expr.rewrite(exp)).is_nonnegative for way in WAYS)
