"""Complex-step differentiation of NumPy code: the derivative of f at x is Im f(x + ih) / h, to rounding.

With h so small that h² vanishes, the imaginary part is h times the derivative, and nothing is subtracted. But
some of NumPy's functions mean another thing for complex numbers: |z| has no imaginary part, a scalar product
conjugates, and which of two is larger may be decided by the imaginary part. `Stepped` lets through what is
known to be analytic, gives some others the meaning that can be differentiated, and refuses the rest.
"""

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import ArrayLike

from lossgd import checks

H = 1e-100


def complex_step(function: Callable[[Any], Any], x: ArrayLike) -> np.ndarray:
    """Return the gradient of `function` at `x`, to rounding, one evaluation a coordinate.

    Parameters
    ----------
    function : callable
        A function of an array that returns one number, made of arithmetic and of those functions of NumPy
        whose meaning for complex numbers is known to be right. It must not turn its argument into another
        type, as `np.asarray` does.
    x : array_like
        Where.

    Returns
    -------
    ndarray
        The gradient, of the shape of `x`.

    Raises
    ------
    NotImplementedError, TypeError, ValueError
        If the function does something that a complex step is not known to follow.

    Examples
    --------
    >>> complex_step(lambda x: np.sum(np.abs(x) ** 3), [1.0, -2.0])
    array([  3., -12.])

    References
    ----------
    Squire, W. and Trapp, G. (1998). Using complex variables to estimate derivatives of real functions. SIAM
    Review 40.
    """
    x = checks.real_array("x", x).astype(float)
    gradient = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        gradient[i] = along(function, x, i).item()
    return gradient


def along(function: Callable[[Any], Any], x: np.ndarray, where: Any = ...) -> np.ndarray:
    """Return the derivative of what `function` returns, each entry by its own entry of `x[where]`.

    So one evaluation serves all examples: by all entries if each has its own result, or by a column of `x`
    if each row has.
    """
    h = np.zeros(x.shape)
    h[where] = steps(x[where])
    result = function(Stepped(x + 1j * h))
    if not isinstance(result, Stepped):
        raise TypeError("the function loses the imaginary part of its argument")
    return result.z.imag / h[where]


def steps(x: np.ndarray) -> np.ndarray:
    """Return steps whose square vanishes beside x, yet not so small that a product of them does."""
    return np.where(x == 0, H, np.clip(1e-20 * abs(x), np.finfo(float).tiny, H))


def _maximum(a, b):
    return np.where(_is_above(a, b), a, b)


def _minimum(a, b):
    return np.where(_is_above(a, b), b, a)


def _is_above(a, b):
    """Whether a > b; of two that are equal, as the step decides: so all pieces meet at the same side."""
    a, b = np.asarray(a), np.asarray(b)
    return (a.real > b.real) | ((a.real == b.real) & (a.imag > b.imag))


def _clip(z, low, high):
    z = z if low is None else _maximum(z, low)
    return z if high is None else _minimum(z, high)


def _abs(z):
    return np.where(_is_above(z, 0), z, -z)


def _log1p(z):
    return np.log1p(z.real) + 1j * z.imag / (1 + z.real)  # NumPy's own loses digits of the real part near 0


def _expm1(z):
    return np.expm1(z.real) + 1j * z.imag * np.exp(z.real)


def _sign(z):
    return np.sign(z.real) + 0j


def _where(condition, *values):
    return np.where(np.real(condition), *values)  # a step is no reason to call 0 true


def _max(z, axis=None, keepdims=False):
    return _pick(z, np.argmax, axis, keepdims)


def _min(z, axis=None, keepdims=False):
    return _pick(z, np.argmin, axis, keepdims)


def _pick(z, arg, axis, keepdims):
    """Return the entries of z that are largest or smallest along an axis; `arg` is argmax or argmin."""
    picked = arg(z.real, axis, keepdims=True)
    if axis is None:
        return z.ravel()[picked if keepdims else picked.item()]
    picked = np.take_along_axis(z, picked, axis)
    return picked if keepdims else picked.squeeze(axis)


# Analytic, and computed as such for complex numbers. What stands in no list here is refused.
SMOOTH: set[Any] = {
    np.add,
    np.subtract,
    np.multiply,
    np.divide,
    np.negative,
    np.positive,
    np.power,
    np.float_power,
}
SMOOTH |= {np.square, np.reciprocal, np.matmul, np.sqrt, np.exp, np.exp2, np.log, np.log2, np.log10}
SMOOTH |= {np.sin, np.cos, np.tan, np.sinh, np.cosh, np.tanh, np.arcsin, np.arccos, np.arctan, np.arcsinh}
SMOOTH_FUNCTIONS: set[Any] = {np.sum, np.mean, np.average, np.prod, np.cumsum, np.cumprod, np.diff, np.trace}
SMOOTH_FUNCTIONS |= {np.dot, np.inner, np.outer, np.tensordot, np.einsum, np.polyval}
SMOOTH_FUNCTIONS |= {np.linalg.solve, np.linalg.inv, np.linalg.det}
REARRANGING: set[Any] = {
    np.reshape,
    np.ravel,
    np.transpose,
    np.squeeze,
    np.expand_dims,
    np.swapaxes,
    np.moveaxis,
}
REARRANGING |= {np.concatenate, np.stack, np.hstack, np.vstack, np.column_stack, np.atleast_1d, np.atleast_2d}
REARRANGING |= {np.broadcast_to, np.tile, np.repeat, np.roll, np.flip, np.take, np.take_along_axis}
REARRANGING |= {np.diag, np.diagonal, np.triu, np.tril, np.copy}
REARRANGING |= {np.empty_like, np.zeros_like, np.ones_like, np.full_like}
ABOUT: set[Any] = {np.shape, np.ndim, np.size, np.result_type}
# Decided by the real part alone.
DECISIONS: set[Any] = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
DECISIONS |= {np.isfinite, np.isinf, np.isnan, np.argmax, np.argmin}
WITH_OWN_MEANING: dict[Any, Callable[..., Any]] = {
    np.maximum: _maximum,
    np.minimum: _minimum,
    np.absolute: _abs,
    np.sign: _sign,
    np.log1p: _log1p,
    np.expm1: _expm1,
    np.clip: _clip,
    np.where: _where,
    np.max: _max,
    np.min: _min,
}
REDUCED: dict[Any, Callable[..., Any]] = {np.maximum: _max, np.minimum: _min}
OWN_METHODS: dict[str, Callable[..., Any]] = {
    "max": np.max,
    "min": np.min,
    "argmax": np.argmax,
    "argmin": np.argmin,
    "clip": np.clip,
}
METHODS = {"sum", "mean", "prod", "cumsum", "cumprod", "trace", "dot", "reshape", "ravel", "flatten"}
METHODS |= {"transpose", "squeeze", "swapaxes", "repeat", "take", "diagonal", "copy"}


class Stepped(NDArrayOperatorsMixin):
    """Complex numbers whose imaginary part carries h times the derivative through the code under test.

    It is no NumPy array, for a function that is handed one can do with it what cannot be seen from here.
    """

    def __init__(self, z: ArrayLike) -> None:
        self.z = np.asarray(z)

    shape, ndim, size, dtype = (
        property(attrgetter(f"z.{name}")) for name in ("shape", "ndim", "size", "dtype")
    )
    T = property(lambda self: Stepped(self.z.T))

    def __len__(self):
        return len(self.z)

    def __iter__(self) -> Iterator["Stepped"]:
        return map(Stepped, self.z)

    def __bool__(self):
        return bool(self.z.real)

    def __getitem__(self, where):
        return Stepped(self.z[where])

    def __setitem__(self, where, values):
        self.z[where] = _plain(values)

    def __array__(self, dtype=None, copy=None):
        raise TypeError("a complex step does not follow its argument into another array")

    def __getattr__(self, name):
        if name.startswith("__"):  # NumPy asks what it is
            raise AttributeError(name)
        if name in OWN_METHODS:
            return partial(OWN_METHODS[name], self)
        if name not in METHODS:
            raise _refusal(name)
        return lambda *args, **options: Stepped(getattr(self.z, name)(*_plain(args), **_known(options)))

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        inputs, options = _plain(inputs), _known(options)
        if ufunc in DECISIONS:
            return ufunc(*map(np.real, inputs), **options)
        if method == "reduce" and ufunc in REDUCED:
            result = REDUCED[ufunc](*inputs, **{"axis": 0, **options})
        elif method == "__call__" and ufunc in WITH_OWN_MEANING:
            result = WITH_OWN_MEANING[ufunc](*inputs, **options)
        elif method != "at" and ufunc in SMOOTH:
            result = getattr(ufunc, method)(*inputs, **options)
        else:
            raise _refusal(ufunc.__name__)
        if not out:
            return Stepped(result)
        out[0][...] = (
            result if isinstance(out[0], Stepped) else Stepped(result)
        )  # which a plain array refuses
        return out[0]

    def __array_function__(self, function, types, args, options):
        args, options = _plain(args), _known(options)
        if function in ABOUT:
            return function(*args, **options)
        if function in DECISIONS:
            return function(np.real(args[0]), *args[1:], **options)
        if function in WITH_OWN_MEANING:
            return Stepped(WITH_OWN_MEANING[function](*args, **options))
        if function in SMOOTH_FUNCTIONS | REARRANGING:
            return Stepped(function(*args, **options))
        raise _refusal(function.__name__)


def _plain(values):
    """Return arguments with NumPy's complex arrays in place of `Stepped`, in lists and tuples too."""
    if isinstance(values, list | tuple):
        return type(values)(map(_plain, values))
    return values.z if isinstance(values, Stepped) else values


def _known(options):
    """Return a function's options; raise if the result would go elsewhere, or be cut to its real part."""
    if options.get("out") is not None:
        raise _refusal("out")
    if np.dtype(options.get("dtype") or float).char not in "dD":
        raise _refusal(f"dtype={options['dtype']}")
    return {name: _plain(value) for name, value in options.items() if name not in ("out", "dtype")}


def _refusal(name):
    return NotImplementedError(f"is {name} safe for a complex step?")
