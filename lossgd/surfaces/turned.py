"""A surface seen in other coordinates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.surfaces.base import Surface
from lossgd.typing import Numbers


@dataclass(frozen=True)
class Turned:
    """A surface of two coordinates, turned about the origin: the same landscape, the axes elsewhere.

    Parameters
    ----------
    surface : Surface
        What is turned.
    degrees : float
        By what angle, against the clock.

    Examples
    --------
    >>> from lossgd.surfaces import Ravine
    >>> ravine = Turned(Ravine(condition=25.0), degrees=90)
    >>> ravine([0.0, 10.0]), ravine([1.0, 0.0])  # its floor is upright
    (50.0, 12.5)
    """

    surface: Surface
    degrees: float

    def __post_init__(self):
        if not (isinstance(self.surface, Surface) and self.surface.dimensions == 2):
            raise TypeError(f"surface must be a surface of two coordinates; got {self.surface!r}")
        object.__setattr__(self, "degrees", checks.number("degrees", self.degrees, -np.inf))

    @property
    def rotation(self) -> np.ndarray:
        """The matrix that turns a column vector; a row vector times it is turned back."""
        angle = np.radians(self.degrees)
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def turn(self, theta: ArrayLike) -> np.ndarray:
        """Return points of the surface, turned with it."""
        return np.asarray(theta) @ self.rotation.T

    @property
    def minimisers(self) -> np.ndarray:
        """Where the value is lowest near by."""
        return self.turn(self.surface.minimisers)

    def __call__(self, theta: ArrayLike) -> Numbers:
        """Return the value at `theta`, of shape (…, 2)."""
        return self.surface(np.asarray(theta) @ self.rotation)

    def gradient(self, theta: ArrayLike) -> np.ndarray:
        """Return the gradient at `theta`, of its shape."""
        return self.turn(self.surface.gradient(np.asarray(theta) @ self.rotation))
