"""What a statement is made of: equalities, the settings in which they hold, and objects of symbols."""

import copy
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Symbol

from lossgd.proofs.pieces import piece, slopes
from lossgd.proofs.symbols import symbols
from lossgd.symbolic.lookup import FRACTIONS, LEAST, parameter_symbols

EXAMPLES = 2
VALUE, GRADIENT, HESSIAN = "value", "gradient", "Hessian"


class Unstated(Exception):
    """There is nothing that could be proved, for the reason given."""


@dataclass(frozen=True)
class Equality:
    """What the code gives, and what it should be: at a kink, the ends of an interval.

    `zeros` must be 0 besides: that at a kink both sides have the same value.
    """

    part: str
    code: sympy.Expr
    right: tuple
    zeros: tuple = ()


@dataclass(frozen=True)
class Setting:
    """Code to run, and what holds of its symbols.

    Parameters
    ----------
    run : callable
        Returns a list of equalities.
    facts : list of (sympy.Expr, bool)
        What is positive, or at least 0.
    coarse : bool
        As in `every_case`.
    """

    run: Callable
    facts: Sequence = ()
    coarse: bool = False


@dataclass(frozen=True)
class Statement:
    """All settings of one thing, for which inputs they are, and the values of its parameters."""

    scope: str
    settings: list
    numbers: dict = dataclasses.field(default_factory=dict)
    shown: dict = dataclasses.field(default_factory=dict)  # what symbols stand for

    def in_words(self, case: Any) -> str:
        """Return the conditions of a case in words."""
        words = [
            f"{_shown(a - b, self.shown)} {sign} 0"
            if not b.is_number
            else f"{_shown(a, self.shown)} {sign} {_number(b)}"
            for a, b, sign in case.conditions
        ]
        return ", ".join(words) or "everywhere"


def equality(part: str, code: Any, formula: Any, zeros: Iterable = ()) -> Any:
    """State that the code gives the formula."""
    return Equality(part, code, (formula, formula), tuple(zeros))


def of_slope(slope: Any, formula: Any, variable: Expr, part: str = GRADIENT) -> Any:
    """State that a slope is the formula's; at a kink, whose two sides must meet, that it is between both."""
    left, right = slopes(formula, variable)
    meets = [piece(formula) - piece(formula, variable, side) for side in (-1, 1)] if left != right else ()
    return Equality(part, slope, (left, right), tuple(meets))


def with_symbols(thing: Any, rename: Any = lambda symbol: symbol) -> tuple:
    """Return a copy of an object whose parameters are symbols, what holds of them, and their values.

    What stays a number comes last: 0, for a symbol is positive, and the whole number 1,
    which code tells apart.
    """
    code, facts = copy.copy(thing), []
    numbers: dict = {}
    zeros: dict = {}
    names = parameter_symbols(thing)
    for field in dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ():
        value = getattr(thing, field.name)
        if isinstance(names.get(field.name), sympy.IndexedBase):  # its entries: whole numbers stay numbers
            row = [(names[field.name][i], x) for i, x in enumerate(value, start=1)]
            entries = {
                entry: sympy.Integer(x) if isinstance(x, int) else Symbol(str(entry), positive=True)
                for entry, x in row
            }
            numbers |= {entries[entry]: symbols(x).item() for entry, x in row if not isinstance(x, int)}
            zeros |= entries
            value = tuple(symbols(x) for x in entries.values())
        elif field.name in names:
            pairs = list(zip(map(rename, np.ravel(names[field.name])), np.ravel(value), strict=True))
            for symbol, number in pairs:
                (zeros if is_special(number) else numbers)[symbol] = symbols(number).item()
                if not is_special(number) and field.name in FRACTIONS:
                    facts.append((1 - symbol, True))
                if not is_special(number) and field.name in LEAST:
                    facts.append((symbol - LEAST[field.name], True))
            values = [number.item() if is_special(number) else symbols(symbol) for symbol, number in pairs]
            value = tuple(values) if isinstance(value, tuple) else values[0]
        object.__setattr__(code, field.name, value)
    return code, facts, numbers, zeros


def is_special(number: Any) -> bool:
    """Return whether a parameter of this value stays a number in a proof."""
    return number == 0 or (isinstance(number, int | np.integer) and number == 1)


def scope(variables: Any, facts: Sequence, numbers: Any) -> str:
    """Return for which inputs and parameters a statement is, in words."""
    upper = {fact.as_independent(*numbers)[1] for fact, _ in facts if fact.free_symbols & numbers.keys()}
    names = [f"0 < {x} < 1" if -x in upper else f"{x} > 0" for x in numbers]
    return ", ".join([variables, *names])


def _shown(expr, names):
    return str(expr.subs(names)) if names else str(expr)


def _number(value):
    return str(value) if len(str(value)) < 10 else f"{float(value):.0e}"
