"""What every surface shares: points of any leading axes, checked."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.typing import Examples, Numbers

Row: TypeAlias = tuple[Numbers, ...]  # an entry for each coordinate
Window: TypeAlias = tuple[tuple[float, float], ...]


class Surface(ABC):
    """A function to descend on, with gradient, Hessian, minimisers, and a window that shows what it is about.

    A subclass states value, gradient and Hessian for its coordinates; it uses products rather than powers, so
    that one point and a thousand are computed to the same last bit.

    Attributes
    ----------
    dimensions : int
        d, how many coordinates a point has.
    minimisers : ndarray of shape (m, d)
        Where the value is lowest near by; the lowest of all comes first.
    window : tuple of (low, high)
        For each coordinate, the part worth drawing.
    convex : bool
        Whether the value is convex.
    examples : tuple of dict
        Parameters with which it is proved, verified and tested.
    """

    dimensions: ClassVar[int]
    minimisers: np.ndarray
    window: Window
    convex: ClassVar[bool]
    examples: ClassVar[Examples] = ({},)

    def __call__(self, theta: ArrayLike) -> Numbers:
        """Return the value at `theta`, of shape (…, d): a float, or an array of the axes before the last."""
        value = self.value_at(*self._points(theta).T)
        return value.T if isinstance(value, np.ndarray) else float(value)

    def gradient(self, theta: ArrayLike) -> np.ndarray:
        """Return the gradient at `theta`, of its shape."""
        theta = checks.real_array("theta", theta)
        points = self._points(theta)
        gradient = np.empty_like(points)
        by_coordinate = gradient.T
        for i, part in enumerate(self.gradient_at(*points.T)):
            by_coordinate[i] = part
        return gradient.astype(checks.floating(theta.dtype), copy=False)

    def hessian(self, theta: ArrayLike) -> np.ndarray:
        """Return the matrix of second derivatives at `theta`, of shape (…, d, d)."""
        theta = self._points(theta)
        hessian = np.empty((*theta.shape, self.dimensions), theta.dtype)
        for i, row in enumerate(self.hessian_at(*theta.T)):
            for j, entry in enumerate(row):
                hessian.T[j, i] = entry
        return hessian

    def _points(self, theta: ArrayLike) -> np.ndarray:
        """Return points as an array of floats to compute with; its transpose goes through the coordinates."""
        theta = checks.real_array("theta", theta)
        if theta.shape[-1:] != (self.dimensions,):
            raise ValueError(
                f"{type(self).__name__} takes points of shape (…, {self.dimensions}); got {theta.shape}"
            )
        return theta.astype(checks.working(theta.dtype), copy=False)

    @abstractmethod
    def value_at(self, *coordinates: Any) -> Numbers:
        """Return the value."""

    @abstractmethod
    def gradient_at(self, *coordinates: Any) -> Row:
        """Return the derivative by each coordinate."""

    @abstractmethod
    def hessian_at(self, *coordinates: Any) -> tuple[Row, ...]:
        """Return the second derivatives, row by row."""
