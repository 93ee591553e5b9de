"""Inequalities that are sums of monomials: rows of coefficients, each > 0 or ≥ 0."""

import functools

import sympy
from sympy import Expr, S


def is_impossible(rows: list[tuple[dict, bool]]) -> bool:
    """Return whether no numbers satisfy all of Σ coefficient·monomial > 0 (or ≥ 0): Fourier and Motzkin."""
    for monomial in sorted({m for row, _ in rows for m in row if m != 1}, key=str):
        above = [row for row in rows if row[0].get(monomial, 0) > 0]
        below = [row for row in rows if row[0].get(monomial, 0) < 0]
        rows = [row for row in rows if not row[0].get(monomial, 0)]
        if len(rows) + len(above) * len(below) > 400:
            return False
        rows += [_without(monomial, up, down) for up in above for down in below]
    return any(row.get(S.One, 0) < 0 or (strictly and row.get(S.One, 0) == 0) for row, strictly in rows)


@functools.lru_cache(maxsize=10_000)
def coefficients(expr: Expr) -> dict[Expr, Expr]:
    """Return the row of a sum: the coefficient of each monomial."""
    return dict(sympy.expand(expr).as_coefficients_dict())


def _without(monomial, up, down):
    (a, a_strictly), (b, b_strictly) = up, down
    p, q = -b[monomial], a[monomial]
    keys = (a.keys() | b.keys()) - {monomial}
    row = {key: p * a.get(key, S.Zero) + q * b.get(key, S.Zero) for key in keys}
    return {key: value for key, value in row.items() if value != 0}, a_strictly or b_strictly


@functools.lru_cache(maxsize=10_000)
def ends(row: Expr) -> dict[Expr, tuple[bool, Expr]]:
    """Return for each symbol that `row` ≥ 0 is linear in: whether it is an upper end, and the end."""
    found = {}
    for symbol in row.free_symbols:
        slope = row.coeff(symbol)
        rest = row - slope * symbol
        if slope.is_Rational and not rest.has(symbol):
            found[symbol] = slope < 0, -rest / slope
    return found
