"""Complex-step differentiation of NumPy code: the derivative of f at x is Im f(x + ih) / h, to rounding.

With h so small that h² vanishes, the imaginary part is h times the derivative, and nothing is subtracted. But
some of NumPy's functions mean another thing for complex numbers: |z| has no imaginary part, and which of two
is larger may be decided by the imaginary part. `Stepped` gives them the meaning that can be differentiated.
"""

import numpy as np

H = 1e-100


def derivative(f, x):
    """Return df/dx for a function f of an array: for each entry of the result, by its own entry of x."""
    return np.asarray(f((x + 1j * H).view(Stepped))).imag / H


def _maximum(a, b):
    return np.where(a.real >= b.real, a, b)


def _minimum(a, b):
    return np.where(a.real <= b.real, a, b)


def _abs(z):
    return np.where(z.real >= 0, z, -z)


def _log1p(z):
    return np.log1p(z.real) + 1j * z.imag / (1 + z.real)  # NumPy's own loses digits of the real part near 0


def _expm1(z):
    return np.expm1(z.real) + 1j * z.imag * np.exp(z.real)


def _pick(z, arg, axis, keepdims):
    """Return the entries of z that are largest or smallest along an axis; `arg` is argmax or argmin."""
    if axis is None:
        return z.ravel()[arg(z.real)]
    picked = np.take_along_axis(z, arg(z.real, axis, keepdims=True), axis)
    return picked if keepdims else picked.squeeze(axis)


SAFE = {np.maximum: _maximum, np.minimum: _minimum, np.absolute: _abs, np.log1p: _log1p, np.expm1: _expm1}
EXTREME = {np.maximum: np.argmax, np.minimum: np.argmin}
COMPARISONS = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
SMOOTH = {np.add, np.subtract, np.multiply, np.divide, np.negative, np.power, np.square}
SMOOTH |= {np.sqrt, np.exp, np.log, np.sinh, np.cosh, np.tanh}


class Stepped(np.ndarray):
    """A complex array whose imaginary part carries h times the derivative through the code under test."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        inputs = [np.asarray(value) for value in inputs]
        if ufunc in COMPARISONS:
            return ufunc(*(value.real for value in inputs))
        if method == "reduce" and ufunc in EXTREME:
            result = _pick(*inputs, EXTREME[ufunc], options["axis"], options["keepdims"])
        elif ufunc in SAFE:
            result = SAFE[ufunc](*inputs)
        elif ufunc in SMOOTH:
            result = getattr(ufunc, method)(*inputs, **options)
        else:
            raise NotImplementedError(f"is {ufunc.__name__} safe for a complex step?")
        if out is None:
            return np.asarray(result).view(Stepped)
        out[0][...] = result
        return out[0]

    def __array_function__(self, function, types, args, kwargs):
        result = super().__array_function__(function, types, args, kwargs)
        return result.view(Stepped) if function is np.where else result
