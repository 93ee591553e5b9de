"""A formula in one case: which of its pieces holds there, and which on both sides of a kink."""

from typing import Any

import sympy
from sympy import Abs, Expr, KroneckerDelta, Max, Min, Piecewise, S
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, Not, Or

from lossgd.proofs.cases import current_case

SHOWS = {
    sympy.Gt: (1,),
    sympy.Ge: (1, 0),
    sympy.Lt: (-1,),
    sympy.Le: (-1, 0),
    sympy.Eq: (0,),
    sympy.Ne: (1, -1),
}

IN_PIECES = Abs, KroneckerDelta, Max, Min, Piecewise, sympy.sign


def piece(expr: Expr, variable: Expr = None, side: Any = 0) -> Any:
    """Return the piece of an expression that holds in the current case.

    With `side` 1 or −1, what holds if the variable is a little larger or smaller: at a kink, its two sides.
    """

    def sign(x):
        """Return the sign of x; of 0, that which it has on the side."""
        found = current_case().compare(x, S.Zero)
        if found or not side:
            return found
        return side * current_case().compare(sympy.diff(x, variable), S.Zero)

    def holds(condition):
        if isinstance(condition, Relational):
            return sign(walk(condition.lhs) - walk(condition.rhs)) in SHOWS[type(condition)]
        if isinstance(condition, And | Or):
            return (all if isinstance(condition, And) else any)(map(holds, condition.args))
        return not holds(condition.args[0]) if isinstance(condition, Not) else bool(condition)

    def walk(x):
        if isinstance(x, Piecewise):
            return next((walk(value) for value, condition in x.args if holds(condition)), S.NaN)
        if not x.args or not x.has(*IN_PIECES):
            return x
        arguments = [walk(argument) for argument in x.args]
        if isinstance(x, Abs):
            return sign(arguments[0]) * arguments[0]
        if isinstance(x, KroneckerDelta):
            return S(int(sign(arguments[0] - arguments[1]) == 0))
        if isinstance(x, sympy.sign):
            return S(sign(arguments[0]))
        if isinstance(x, Max | Min):
            wanted = 1 if isinstance(x, Max) else -1
            best, *others = sorted(arguments, key=lambda x: not x.is_number)  # of equal ones, the number
            for other in others:
                best = other if sign(other - best) == wanted else best
            return best
        return x.func(*arguments)

    return walk(sympy.sympify(expr))


def slopes(expr: Expr, variable: Expr) -> Any:
    """Return the derivative on the left and on the right of where the current case is."""
    return tuple(sympy.diff(piece(expr, variable, side), variable) for side in (-1, 1))
