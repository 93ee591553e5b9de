"""Surfaces with one valley and no trap: quadratics of one and two coordinates."""

from dataclasses import dataclass

import numpy as np

from lossgd import checks
from lossgd.surfaces.base import Row, Surface, Window
from lossgd.typing import Numbers


@dataclass(frozen=True, kw_only=True)
class Parabola(Surface):
    """A parabola, ½Lθ²: the simplest valley, of one coordinate.

    Parameters
    ----------
    curvature : float, default 1.0
        L > 0, the second derivative. Gradient descent converges for α < 2/L.

    Examples
    --------
    >>> Parabola(curvature=4.0)([3.0])
    18.0
    >>> Parabola(curvature=4.0).gradient([3.0])
    array([12.])

    References
    ----------
    Boyd, S. and Vandenberghe, L. (2004). Convex Optimization, section 9.3. Cambridge University Press.
    """

    curvature: float = 1.0

    def __post_init__(self):
        checks.python_numbers(self)
        checks.number("curvature", self.curvature, 0)

    convex = True
    examples = {"curvature": 1.0}, {"curvature": 4.0}

    dimensions = 1
    minimisers = np.zeros((1, 1))
    window = ((-4.0, 4.0),)

    def value_at(self, x: Numbers) -> Numbers:
        return self.curvature / 2 * x * x

    def gradient_at(self, x: Numbers) -> Row:
        return (self.curvature * x,)

    def hessian_at(self, x: Numbers) -> tuple[Row, ...]:
        return ((self.curvature,),)


@dataclass(frozen=True, kw_only=True)
class Ravine(Surface):
    """A ravine, ½(θ₁² + κθ₂²): flat along its floor, steep across.

    The curvatures are 1 and κ, so L = κ, and the condition number is κ.

    Parameters
    ----------
    condition : float, default 25.0
        κ ≥ 1: how many times steeper the walls are than the floor.

    Examples
    --------
    >>> ravine = Ravine(condition=25.0)
    >>> ravine([10.0, 1.0])
    62.5
    >>> ravine.gradient([10.0, 1.0])
    array([10., 25.])

    References
    ----------
    Boyd, S. and Vandenberghe, L. (2004). Convex Optimization, section 9.3.2. Cambridge University Press.
    """

    condition: float = 25.0

    def __post_init__(self):
        checks.python_numbers(self)
        checks.number("condition", self.condition, 1, closed="[")

    convex = True
    examples = {"condition": 1.0}, {"condition": 25.0}, {"condition": 1e4}

    dimensions = 2
    minimisers = np.zeros((1, 2))

    @property  # data of the class elsewhere; here it depends on the condition
    def window(self) -> Window:  # type: ignore[override]
        """Wide along the floor; across it, the same range of values."""
        across = 12 / self.condition**0.5
        return (-12.0, 12.0), (-across, across)

    def value_at(self, x: Numbers, y: Numbers) -> Numbers:
        return 0.5 * (x * x + self.condition * y * y)

    def gradient_at(self, x: Numbers, y: Numbers) -> Row:
        return x, self.condition * y

    def hessian_at(self, x: Numbers, y: Numbers) -> tuple[Row, ...]:
        return (1.0, 0.0), (0.0, self.condition)
