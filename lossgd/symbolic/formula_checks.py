"""What is checked of a formula before it becomes a loss."""

import contextlib
import functools
import itertools
import math
from typing import Any

import mpmath
import numpy as np
import sympy
from sympy import FiniteSet, Interval
from sympy.core.function import AppliedUndef, Derivative, Subs

from lossgd import checks
from lossgd.symbolic.compiled import anonymous, fraction, functions_of, signed, slope_of

ALL = Interval(-sympy.oo, sympy.oo)
SIZES = (0.001, 0.037, 0.5, 1, 3.7, 10, 100, 1000)  # distances from 0, and from the ends of a domain
DIGITS = (100, 2000)  # the more of them where a formula such as log(1 − σ(z)) loses all of the fewer
PRECISION = 1e-6  # to which NumPy must agree with the exact value; most formulas reach 1e-15
OPTIONS = {"formula", "y", "y_pred", "truths", "predictions", "reduction"}  # of `from_formula`
SIGNS = ("positive", "nonnegative", "negative", "nonpositive", "nonzero", "integer")


def checked(**fields: Any) -> dict[str, Any]:
    """Return the fields of a `FormulaLoss`: in their normal form, and found to be those of a loss."""
    fields = _normal_form(**fields)
    _try_out(**fields)
    return fields


def _normal_form(formula, y, y_pred, truths, predictions, parameters):
    """Return the fields, each checked, with a formula of real symbols that are all known."""
    if not isinstance(formula, sympy.Expr):
        raise TypeError(f"the formula must be a SymPy expression; got {formula!r}")
    for name, symbol in (("y", y), ("y_pred", y_pred)):
        if not isinstance(symbol, sympy.Symbol):
            raise TypeError(f"{name} must be a SymPy symbol; got {symbol!r}")
    numbers = dict(parameters)
    _check_names({x.name for x in formula.free_symbols}, y.name, y_pred.name, set(numbers))
    symbols = (*formula.free_symbols, y, y_pred)
    known: dict[str, dict[str, bool]] = {x.name: {"real": True} for x in symbols}
    for x in symbols:  # of one name, one may say what another does not
        known[x.name] |= x.assumptions0
    real = {x: sympy.Symbol(x.name, **known[x.name]) for x in symbols}
    for symbol in real.values():
        if symbol.name in numbers:
            numbers[symbol.name] = _parameter(symbol, numbers[symbol.name])
    # Of fractions, unlike numbers such as 0.3, SymPy knows which are equal.
    fractions = {number: fraction(number) for number in formula.atoms(sympy.Float)}
    return {
        "formula": formula.xreplace(fractions | real),
        "y": real[y],
        "y_pred": real[y_pred],
        "truths": _domain("truths", truths, y, (Interval, FiniteSet)),
        "predictions": _domain("predictions", predictions, y_pred, Interval),
        "parameters": tuple(sorted(numbers.items())),
    }


def _check_names(names, y, y_pred, parameters):
    if y == y_pred:
        raise ValueError(f"y and y_pred must be two symbols; got {y} for both")
    if missing := sorted({y, y_pred} - names):
        raise ValueError(f"the formula must depend on y and y_pred; {missing[0]} is not in it")
    if taken := sorted((names - {y, y_pred}) & OPTIONS):
        raise ValueError(
            f"the formula's symbol {taken[0]} needs another name; from_formula has an option of it"
        )
    if unknown := sorted(names - {y, y_pred} - parameters):
        raise ValueError(f"the formula's symbol {unknown[0]} needs a number: from_formula(…, {unknown[0]}=…)")
    if superfluous := sorted(parameters - (names - {y, y_pred})):
        raise ValueError(
            f"the formula has no parameter {superfluous[0]}; its symbols are {', '.join(sorted(names))}"
        )


def _parameter(symbol, value):
    """Return a parameter as Python's number; raise unless it is what its symbol says."""
    value = checks.number(symbol.name, value, -math.inf)
    for sign in SIGNS:
        if getattr(symbol, f"is_{sign}") and not getattr(sympy.Rational(value), f"is_{sign}"):
            raise ValueError(f"{symbol} must be {sign}, as its symbol says; got {value}")
    return value


def _domain(name, given, symbol, kinds):
    """Return the set of values that are allowed: the one given, or the one that the symbol's sign says."""
    if given is None:
        low = 0 if symbol.is_nonnegative else -sympy.oo
        high = 0 if symbol.is_nonpositive else sympy.oo
        return Interval(low, high, bool(symbol.is_positive), bool(symbol.is_negative))
    if isinstance(given, set):
        given = FiniteSet(*given)
    if given == sympy.Reals:
        return ALL
    if not isinstance(given, kinds) or not given.is_subset(sympy.Reals):
        wanted = "a SymPy Interval" if kinds is Interval else "a SymPy Interval, or a set of numbers"
        raise TypeError(f"{name} must be {wanted}; got {given!r}")
    return given


@functools.lru_cache(maxsize=1024)
def _try_out(formula, y, y_pred, truths, predictions, parameters):
    """Raise unless formula and slope are real and finite inside the domain, and NumPy computes them right."""
    if unknown := formula.atoms(AppliedUndef):
        raise ValueError(f"the formula must be made of known functions; got {min(map(str, unknown))}")
    stated, by_symbol = signed(formula, parameters)
    if stated.has(sympy.zoo, sympy.nan):
        raise ValueError(f"the formula must be a finite number; with these parameters it is {stated}")
    slope = slope_of(stated, y_pred)
    if slope.has(Derivative, Subs):
        raise ValueError(f"the formula must have a derivative; SymPy finds none of {formula}")
    names, numbers = anonymous([y, y_pred, *by_symbol]), [float(value) for value in by_symbol.values()]
    points = _points(truths, predictions)
    values = {}
    for what, expr in (("formula", stated), ("slope", slope)):
        exact = sympy.lambdify(names.values(), expr.xreplace(names), "mpmath")
        values[what] = [_exactly(exact, [*point, *numbers]) for point in points]
        if None in values[what]:
            point = points[values[what].index(None)]
            raise ValueError(
                f"the {what} must be a real and finite number inside the domain; it is not "
                f"at {y} = {point[0]:g}, {y_pred} = {point[1]:g}. "
                "Say with truths=… and predictions=… which values there may be."
            )
    functions = functions_of(formula, y, y_pred, truths, predictions, parameters)
    for what, computed in _in_numpy(functions, points, numbers).items():
        for point, wanted, value in zip(points, values[what], computed, strict=True):
            if value != wanted and not abs(value - wanted) <= PRECISION * (1 + abs(wanted)) < math.inf:
                raise ValueError(
                    f"the {what} must be written so that nothing overflows and no digits cancel: at {y} = "
                    f"{point[0]:g}, {y_pred} = {point[1]:g} it is {wanted:g}, but {value:g} in NumPy. "
                    "If such values never come, say with truths=… and predictions=… which do."
                )


def _points(truths, predictions):
    """Return pairs of truth and prediction inside the domain, equal ones among them."""
    true = list(map(float, truths)) if isinstance(truths, FiniteSet) else _inside(truths)
    equal = [(t, t) for t in true if t in predictions.interior]
    return [*itertools.product(true, _inside(predictions)), *equal]


def _inside(interval):
    """Return numbers inside an interval, from 1 to small and large ones, some of them near its ends."""
    ends = {float(end) for end in (interval.inf, interval.sup) if end.is_finite}
    near = {base + sign * size for base in {0.0, *ends} for size in SIZES for sign in (1, -1)}
    return sorted(
        (x for x in {0.0, *near} if x in interval.interior), key=lambda x: abs(math.log(abs(x) or 1))
    )


def _exactly(function, arguments):
    """Return the value as a float, of which no digit is lost; None where it is no finite real number."""
    for digits in DIGITS:
        with mpmath.workdps(digits), contextlib.suppress(ZeroDivisionError, TypeError):
            value = function(*map(mpmath.mpf, arguments))  # it cannot compare what is not real: a TypeError
            if value is not None and mpmath.isfinite(value) and not mpmath.im(value):
                return float(mpmath.re(value))
    return None


def _in_numpy(functions, points, numbers):
    """Return losses and slopes as NumPy computes them."""
    arguments = [*np.array(points).T, *numbers]
    try:
        with np.errstate(all="ignore"):
            arguments += functions.shared(*arguments)
            values = {"formula": functions.loss(*arguments), "slope": functions.slope(*arguments)}
    except (NameError, TypeError) as error:
        raise ValueError(f"the formula must be made of functions that NumPy has: {error}") from None
    return {what: np.broadcast_to(column, len(points)) for what, column in values.items()}
