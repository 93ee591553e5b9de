"""Complex-step differentiation of NumPy code: the derivative of f at x is Im f(x + ih) / h, to rounding.

With h so small that h² vanishes, the imaginary part is h times the derivative, and nothing is subtracted. But
some of NumPy's functions mean another thing for complex numbers: |z| has no imaginary part, and which of two
is larger may be decided by the imaginary part. `Stepped` gives them the meaning that can be differentiated.
"""

import numpy as np

H = 1e-100


def complex_step(function, x):
    """Return the gradient of `function` at `x`, to rounding, one evaluation a coordinate.

    Parameters
    ----------
    function : callable
        A smooth function of an array that returns one number. It must be made of NumPy's operations and must
        not turn its argument into another type.
    x : array_like
        Where.

    Returns
    -------
    ndarray
        The gradient, of the shape of `x`.

    Raises
    ------
    NotImplementedError, TypeError, ValueError
        If the function does something that has no meaning for a complex number.

    Examples
    --------
    >>> complex_step(lambda x: np.sum(np.abs(x) ** 3), [1.0, -2.0])
    array([  3., -12.])

    References
    ----------
    Squire, W. and Trapp, G. (1998). Using complex variables to estimate derivatives of real functions. SIAM
    Review 40.
    """
    x = np.asarray(x, dtype=float)
    gradient = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        gradient[i] = along(function, x, i).item()
    return gradient


def along(function, x, where=...):
    """Return the derivative of what `function` returns, each entry by its own entry of `x[where]`.

    So one evaluation serves all examples: by all entries if each has its own result, or by a column of `x`
    if each row has.
    """
    h = np.zeros(x.shape)
    h[where] = _step(x[where])
    result = np.asarray(function((x + 1j * h).view(Stepped)))
    if result.dtype.kind != "c":
        raise TypeError("the function loses the imaginary part of its argument")
    return result.imag / h[where]


def _step(x):
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
    return _minimum(_maximum(z, low), high)


def _abs(z):
    return np.where(_is_above(z, 0), z, -z)


def _log1p(z):
    return np.log1p(z.real) + 1j * z.imag / (1 + z.real)  # NumPy's own loses digits of the real part near 0


def _expm1(z):
    return np.expm1(z.real) + 1j * z.imag * np.exp(z.real)


def _sign(z):
    return np.sign(z.real) + 0j


def _pick(z, arg, axis, keepdims):
    """Return the entries of z that are largest or smallest along an axis; `arg` is argmax or argmin."""
    if axis is None:
        return z.ravel()[arg(z.real)]
    picked = np.take_along_axis(z, arg(z.real, axis, keepdims=True), axis)
    return picked if keepdims else picked.squeeze(axis)


# By the names of NumPy's functions.
SAFE = {
    "maximum": _maximum,
    "minimum": _minimum,
    "clip": _clip,
    "absolute": _abs,
    "log1p": _log1p,
    "expm1": _expm1,
    "sign": _sign,
}
EXTREME = {"maximum": np.argmax, "minimum": np.argmin}
COMPARISONS = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isfinite"}
SMOOTH = {"add", "subtract", "multiply", "divide", "negative", "positive", "power", "square", "matmul"}
SMOOTH |= {"sqrt", "exp", "log", "sin", "cos", "sinh", "cosh", "tanh", "arctan"}


class Stepped(np.ndarray):
    """A complex array whose imaginary part carries h times the derivative through the code under test."""

    __array_priority__ = 1  # so that the product of a plain array and this is one too

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        inputs = [np.asarray(value) for value in inputs]
        name = ufunc.__name__
        if name in COMPARISONS:
            return ufunc(*(value.real for value in inputs))
        if method == "reduce" and name in EXTREME:
            result = _pick(*inputs, EXTREME[name], options.get("axis", 0), options.get("keepdims", False))
        elif method == "__call__" and name in SAFE:
            result = SAFE[name](*inputs)
        elif name in SMOOTH:
            result = getattr(ufunc, method)(*inputs, **options)
        else:
            raise NotImplementedError(f"is {name} safe for a complex step?")
        if out is None:
            return np.asarray(result).view(Stepped)
        out[0][...] = result
        return out[0]

    def __array_function__(self, function, types, args, kwargs):
        result = super().__array_function__(function, types, args, kwargs)
        return result.view(Stepped) if function is np.where else result
