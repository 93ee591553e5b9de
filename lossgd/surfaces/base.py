"""What every surface shares: points of any leading axes, checked."""

from abc import ABC, abstractmethod

import numpy as np

from lossgd import checks


class Surface(ABC):
    """A function to descend on, with gradient, Hessian, minimisers, and a window that shows what it is about.

    A subclass states value, gradient and Hessian for its coordinates; it uses products rather than powers, so
    that one point and a thousand are computed to the same last bit.

    Attributes
    ----------
    minimisers : ndarray of shape (m, d)
        Where the value is lowest near by; the lowest of all comes first.
    window : tuple of (low, high)
        For each coordinate, the part worth drawing.
    """

    minimisers: np.ndarray
    window: tuple

    def __call__(self, theta):
        """Return the value at `theta`, of shape (…, d): a float, or an array of the axes before the last."""
        value = self._value(*self._coordinates(theta))
        return value if isinstance(value, np.ndarray) else float(value)

    def gradient(self, theta):
        """Return the gradient at `theta`, of its shape."""
        coordinates = self._coordinates(theta)
        return _last_axis(self._gradient(*coordinates), coordinates[0])

    def hessian(self, theta):
        """Return the matrix of second derivatives at `theta`, of shape (…, d, d)."""
        coordinates = self._coordinates(theta)
        rows = [_last_axis(row, coordinates[0]) for row in self._hessian(*coordinates)]
        return np.stack(rows, axis=-2)

    def _coordinates(self, theta):
        theta = np.asarray(theta)
        if theta.shape[-1:] != (len(self.window),):
            raise ValueError(
                f"{type(self).__name__} takes points of shape (…, {len(self.window)}); got {theta.shape}"
            )
        if theta.dtype.kind != "f":
            theta = checks.numeric_array("theta", theta).astype(float)
        return [theta[..., i] for i in range(len(self.window))]

    @abstractmethod
    def _value(self, *coordinates):
        """Return the value."""

    @abstractmethod
    def _gradient(self, *coordinates):
        """Return the derivative by each coordinate."""

    @abstractmethod
    def _hessian(self, *coordinates):
        """Return the second derivatives, row by row."""


def _last_axis(parts, like):
    """Return the parts, numbers or arrays of the shape of `like`, along a new last axis."""
    whole = np.empty((*like.shape, len(parts)), like.dtype)
    for i, part in enumerate(parts):
        whole[..., i] = part
    return whole
