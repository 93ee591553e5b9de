"""Arrays of symbols: NumPy code that is given them computes formulas instead of numbers.

Where the code asks which of two is larger (`maximum`, `abs`, `where`, `argmax`, an `if`), the `case` at hand
answers: the code is run once for each case.
"""

import functools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from sympy import Rational, S

from lossgd.proofs.cases import current_case

CONSTANTS = {math.pi: sympy.pi, math.e: sympy.E}  # what these floats stand for


def symbols(values: Any) -> Any:
    """Return the values as an array of SymPy's expressions: floats become exact fractions."""
    values = np.asarray(values, dtype=object)
    exact = np.empty(values.shape, dtype=object)
    for i in np.ndindex(values.shape):
        exact[i] = exactly(values[i])
    return exact.view(Symbols)


def exactly(value: Any) -> Any:
    """Return a number as SymPy's: a float as the shortest decimal that is this float, 0.1 as 1/10."""
    if isinstance(value, np.ndarray):
        return exactly(value.item())
    if isinstance(value, sympy.Basic):
        return value
    if isinstance(value, bool | np.bool_ | int | np.integer):
        return sympy.Integer(int(value))
    if not math.isfinite(value):
        return {math.inf: S.Infinity, -math.inf: S.NegativeInfinity}.get(value, S.NaN)
    fraction = Fraction(repr(float(value)))
    return CONSTANTS.get(value, Rational(fraction.numerator, fraction.denominator))


def _larger(a, b):
    return a if current_case().is_at_least(a, b) else b


def _smaller(a, b):
    return b if current_case().is_at_least(a, b) else a


def _abs(a):
    return _larger(a, S.Zero) if current_case().is_at_least(a, S.Zero) else -a


def _sign(a):
    return S(current_case().compare(a, S.Zero))


ELEMENTWISE = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "floor_divide": lambda a, b: sympy.floor(a / b),
    "remainder": lambda a, b: a - b * sympy.floor(a / b),
    "power": lambda a, b: a**b,
    "negative": lambda a: -a,
    "positive": lambda a: a,
    "square": lambda a: a * a,
    "sqrt": sympy.sqrt,
    "exp": sympy.exp,
    "expm1": lambda a: sympy.exp(a) - 1,
    "log": sympy.log,
    "log1p": lambda a: sympy.log(1 + a),
    "sin": sympy.sin,
    "cos": sympy.cos,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "arctan": sympy.atan,
    "floor": sympy.floor,
    "absolute": _abs,
    "sign": _sign,
    "copysign": lambda a, b: _abs(a) if current_case().is_at_least(b, S.Zero) else -_abs(a),
    "maximum": _larger,
    "minimum": _smaller,
    "clip": lambda a, low, high: _smaller(_larger(a, low), high),
}
COMPARISONS = {
    "greater": lambda a, b: current_case().is_above(a, b),
    "less": lambda a, b: current_case().is_above(b, a),
    "greater_equal": lambda a, b: current_case().is_at_least(a, b),
    "less_equal": lambda a, b: current_case().is_at_least(b, a),
    "equal": lambda a, b: current_case().is_equal(a, b),
    "not_equal": lambda a, b: not current_case().is_equal(a, b),
    "isnan": lambda a: a is S.NaN,
    "isinf": lambda a: a.is_infinite is True,
    "isfinite": lambda a: a.is_infinite is not True and a is not S.NaN,
}
SHAPES = {np.concatenate, np.stack, np.transpose, np.reshape, np.ravel, np.broadcast_to, np.take_along_axis}
SHAPES |= {np.zeros_like, np.empty_like, np.ones_like, np.full_like, np.copy, np.expand_dims, np.squeeze}

ABOUT = {np.shape, np.ndim, np.size, np.result_type}


class Symbols(np.ndarray):
    """An array of SymPy expressions."""

    __array_priority__ = 1

    def __array_ufunc__(self, ufunc, method, *given, out=None, dtype=None, where=True, **options):
        name, inputs = ufunc.__name__, [np.asarray(value, dtype=object) for value in given]
        if name == "matmul":
            result = _product(*inputs)
        elif name in COMPARISONS and method == "__call__":
            return _each(COMPARISONS[name], bool)(*inputs)
        elif name not in ELEMENTWISE or method not in ("__call__", "reduce"):
            raise NotImplementedError(f"symbols do not know {name}.{method}")
        elif method == "reduce" and name == "maximum" and current_case().coarse:
            result = _reduced(lambda *_: sympy.Dummy(real=True), *inputs, **options)
        elif method == "reduce":
            result = _reduced(ELEMENTWISE[name], *inputs, **options)
        elif where is not True:
            # What is left out is not computed: it may have no value.
            kept, _ = np.broadcast_arrays(np.asarray(where, dtype=object), inputs[0])
            result = np.array(out[0], dtype=object)
            for i in np.ndindex(result.shape):
                if kept[i]:
                    result[i] = ELEMENTWISE[name](
                        *(exactly(np.broadcast_to(x, result.shape)[i]) for x in inputs)
                    )
        else:
            result = _each(ELEMENTWISE[name], object)(*inputs)
        if out is None or out[0].dtype != object:
            if out is not None:
                out[0][...] = np.nan  # which cannot hold symbols, and must not be read
            return np.asarray(result, dtype=object).view(Symbols)
        out[0].view(np.ndarray)[...] = result
        return out[0]

    def __array_function__(self, function, types, args, kwargs):
        if function is np.where:
            condition, this, that = np.broadcast_arrays(*(np.asarray(x, dtype=object) for x in args))
            chosen = _each(lambda c, a, b: exactly(a) if c else exactly(b), object, convert=False)
            return chosen(condition, this, that).view(Symbols)
        if function is np.clip:
            value, low, high = args
            return symbols(value).clip(low, high)
        if function in (np.sum, np.mean, np.max, np.min, np.argmax, np.argmin):
            array, *args = args
            return getattr(symbols(array), function.__name__)(*args, **kwargs)
        if function is np.copyto:
            into, values = args
            np.copyto(into.view(np.ndarray), np.asarray(values, dtype=object), **kwargs)
            return None
        if function is np.searchsorted:
            ascending, value = args
            is_before = {"left": np.less, "right": np.less_equal}[kwargs.get("side", "left")]
            return sum(int(is_before(symbols(x), value)) for x in ascending)
        if function not in SHAPES | ABOUT:
            raise NotImplementedError(
                f"it calls np.{function.__name__}, which sorts or counts and needs numbers"
            )
        result = super().__array_function__(function, types, args, kwargs)
        return result.view(Symbols) if function in SHAPES else result

    def __getitem__(self, key):
        item = super().__getitem__(key)
        return item if isinstance(item, Symbols) else symbols(item)

    def any(self) -> bool:
        """Return whether any is not 0, in this case."""
        return any(not current_case().is_equal(exactly(x), S.Zero) for x in self.ravel().tolist())

    def argmax(self, axis: Any = None, **options: Any) -> Any:
        """Return where the largest is, the first of several, in this case."""
        return self._extreme(axis, lambda best, x: current_case().is_above(x, best), **options)

    def argmin(self, axis: Any = None, **options: Any) -> Any:
        """Return where the smallest is, the first of several, in this case."""
        return self._extreme(axis, lambda best, x: current_case().is_above(best, x), **options)

    def astype(self, dtype: Any, **_: Any) -> Any:
        """Return a copy: symbols have no other type. Of truths of the case, whole numbers."""
        return symbols(self)

    def _extreme(self, axis, is_better, keepdims=False):
        def best(row):
            return functools.reduce(lambda i, j: j if is_better(row[i], row[j]) else i, range(len(row)))

        plain = self.ravel() if axis is None else self
        where = np.apply_along_axis(best, axis or 0, plain.view(np.ndarray)) if axis != 1 else None
        if where is None:
            where = np.array([best(row) for row in plain.view(np.ndarray)])
        return np.expand_dims(where, axis) if keepdims else where


def _each(function, dtype, convert=True):
    def apply(*arrays):
        arrays = np.broadcast_arrays(*arrays)
        result = np.empty(arrays[0].shape, dtype)
        for i in np.ndindex(result.shape):
            entries = (array[i] for array in arrays)
            result[i] = function(*(map(exactly, entries) if convert else entries))
        return result

    return apply


def _reduced(function, array, axis=0, keepdims=False, initial=None, **_):
    axes = range(array.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    axes = sorted(a % array.ndim for a in axes)
    start = [] if initial is None or initial is np._NoValue else [exactly(initial)]
    rest = [n for a, n in enumerate(array.shape) if a not in axes]
    rows = np.moveaxis(array, axes, range(len(axes))).reshape(-1, *rest)
    result = functools.reduce(_each(function, object), rows, *start)
    return np.expand_dims(result, axes) if keepdims else result


def _product(a, b):
    return np.asarray(_each(exactly, object, convert=False)(a).dot(_each(exactly, object, convert=False)(b)))
