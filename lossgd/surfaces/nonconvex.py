"""Surfaces with bent valleys, several minima, saddles, a plateau."""

from dataclasses import dataclass

import numpy as np

from lossgd import checks
from lossgd.surfaces.base import Row, Surface
from lossgd.typing import Numbers


@dataclass(frozen=True, kw_only=True)
class Rosenbrock(Surface):
    """Rosenbrock's valley, (1 − θ₁)² + 100(θ₂ − θ₁²)²: easy to enter, slow along its bent floor.

    Examples
    --------
    >>> round(Rosenbrock()([-1.2, 1.0]), 4)
    24.2
    >>> Rosenbrock().gradient([-1.2, 1.0]).round(4)
    array([-215.6,  -88. ])

    References
    ----------
    Rosenbrock, H. H. (1960). An automatic method for finding the greatest or least value of a function.
    The Computer Journal 3.
    """

    convex = False
    dimensions = 2
    minimisers = np.array([[1.0, 1.0]])
    window = (-2.0, 2.0), (-1.0, 3.0)

    def value_at(self, x: Numbers, y: Numbers) -> Numbers:
        along, across = 1 - x, y - x * x
        return along * along + 100 * across * across

    def gradient_at(self, x: Numbers, y: Numbers) -> Row:
        across = y - x * x
        return -2 * (1 - x) - 400 * x * across, 200 * across

    def hessian_at(self, x: Numbers, y: Numbers) -> tuple[Row, ...]:
        return (2 + 1200 * x * x - 400 * y, -400 * x), (-400 * x, 200.0)


@dataclass(frozen=True, kw_only=True)
class Himmelblau(Surface):
    """Himmelblau's function, (θ₁² + θ₂ − 11)² + (θ₁ + θ₂² − 7)²: four minima, all of value 0.

    Examples
    --------
    >>> Himmelblau()([3.0, 2.0])
    0.0
    >>> Himmelblau().gradient([0.0, 0.0])
    array([-14., -22.])

    References
    ----------
    Himmelblau, D. M. (1972). Applied Nonlinear Programming. McGraw-Hill.
    """

    convex = False
    dimensions = 2
    minimisers = np.array(
        [
            [3.0, 2.0],
            [-2.805118086952745, 3.131312518250573],
            [-3.779310253377747, -3.283185991286170],
            [3.584428340330492, -1.848126526964404],
        ]
    )
    window = (-6.0, 6.0), (-6.0, 6.0)

    def value_at(self, x: Numbers, y: Numbers) -> Numbers:
        a, b = x * x + y - 11, x + y * y - 7
        return a * a + b * b

    def gradient_at(self, x: Numbers, y: Numbers) -> Row:
        a, b = x * x + y - 11, x + y * y - 7
        return 4 * x * a + 2 * b, 2 * a + 4 * y * b

    def hessian_at(self, x: Numbers, y: Numbers) -> tuple[Row, ...]:
        mixed = 4 * (x + y)
        return (12 * x * x + 4 * y - 42, mixed), (mixed, 12 * y * y + 4 * x - 26)


@dataclass(frozen=True, kw_only=True)
class Beale(Surface):
    """Beale's function, Σ (cᵢ − θ₁(1 − θ₂ⁱ))² with c = 1.5, 2.25, 2.625: flat ground between steep corners.

    Examples
    --------
    >>> Beale()([3.0, 0.5])
    0.0
    >>> Beale().gradient([1.0, 1.0])
    array([ 0.  , 27.75])

    References
    ----------
    Beale, E. M. L. (1958). On an iterative method for finding a local minimum of a function of more than one
    variable. Technical report 25, Princeton University.
    """

    convex = False
    dimensions = 2
    minimisers = np.array([[3.0, 0.5]])
    window = (-4.5, 4.5), (-4.5, 4.5)

    def _residuals(self, x, y):
        """Return the three residuals, and their first and second derivatives by θ₂ for θ₁ = 1."""
        y2, y3 = y * y, y * y * y
        residuals = 1.5 - x * (1 - y), 2.25 - x * (1 - y2), 2.625 - x * (1 - y3)
        return list(zip(residuals, (y, y2, y3), (1.0, 2 * y, 3 * y2), (0.0, 2.0, 6 * y), strict=True))

    def value_at(self, x: Numbers, y: Numbers) -> Numbers:
        return sum(r * r for r, *_ in self._residuals(x, y))

    def gradient_at(self, x: Numbers, y: Numbers) -> Row:
        parts = self._residuals(x, y)
        by_x = sum(2 * r * (power - 1) for r, power, _, _ in parts)
        return by_x, sum(2 * r * x * slope for r, _, slope, _ in parts)

    def hessian_at(self, x: Numbers, y: Numbers) -> tuple[Row, ...]:
        parts = self._residuals(x, y)
        xx = sum(2 * (power - 1) * (power - 1) for _, power, _, _ in parts)
        xy = sum(2 * slope * (r + x * (power - 1)) for r, power, slope, _ in parts)
        yy = sum(2 * x * (x * slope * slope + r * bend) for r, _, slope, bend in parts)
        return (xx, xy), (xy, yy)


@dataclass(frozen=True, kw_only=True)
class Saddle(Surface):
    """A saddle between two minima, ½θ₁² − ½θ₂² + ¼θ₂⁴.

    At the origin the gradient is 0, but it is a minimum only along θ₁.

    Examples
    --------
    >>> Saddle().gradient([0.0, 0.0])
    array([0., 0.])
    >>> np.linalg.eigvalsh(Saddle().hessian([0.0, 0.0]))
    array([-1.,  1.])

    References
    ----------
    Nesterov, Y. (2004). Introductory Lectures on Convex Optimization, example 1.2.2. Kluwer.
    """

    convex = False
    dimensions = 2
    minimisers = np.array([[0.0, 1.0], [0.0, -1.0]])
    window = (-2.0, 2.0), (-1.8, 1.8)

    def value_at(self, x: Numbers, y: Numbers) -> Numbers:
        y2 = y * y
        return 0.5 * x * x - 0.5 * y2 + 0.25 * y2 * y2

    def gradient_at(self, x: Numbers, y: Numbers) -> Row:
        return x, y * y * y - y

    def hessian_at(self, x: Numbers, y: Numbers) -> tuple[Row, ...]:
        return (1.0, 0.0), (0.0, 3 * y * y - 1)


@dataclass(frozen=True, kw_only=True)
class Camel(Surface):
    """The six-hump camel, (4 − 2.1θ₁² + θ₁⁴/3)θ₁² + θ₁θ₂ + 4(θ₂² − 1)θ₂²: minima of three heights.

    Seven saddles and two maxima lie between its six minima. It is even: f(−θ) = f(θ).

    Examples
    --------
    >>> camel = Camel()
    >>> camel(camel.minimisers).round(2)
    array([-1.03, -1.03, -0.22, -0.22,  2.1 ,  2.1 ])
    >>> np.linalg.eigvalsh(camel.hessian([0.0, 0.0])).round(2)
    array([-8.06,  8.06])

    References
    ----------
    Dixon, L. C. W. and Szegő, G. P. (1978). The global optimization problem: an introduction. In Towards
    Global Optimisation 2. North-Holland.
    """

    convex = False
    dimensions = 2
    minimisers = np.array(
        [
            [-0.08984201310031806, 0.7126564030207396],
            [0.08984201310031806, -0.7126564030207396],
            [-1.703606714969981, 0.7960835686726251],
            [1.703606714969981, -0.7960835686726251],
            [-1.60710475292019723, -0.5686514548841314],
            [1.60710475292019723, 0.5686514548841314],
        ]
    )
    window = (-2.1, 2.1), (-1.2, 1.2)

    def value_at(self, x: Numbers, y: Numbers) -> Numbers:
        x2, y2 = x * x, y * y
        return (4 - 2.1 * x2 + x2 * x2 / 3) * x2 + x * y + 4 * (y2 - 1) * y2

    def gradient_at(self, x: Numbers, y: Numbers) -> Row:
        x2, y2 = x * x, y * y
        return x * (8 - 8.4 * x2 + 2 * x2 * x2) + y, x + y * (16 * y2 - 8)

    def hessian_at(self, x: Numbers, y: Numbers) -> tuple[Row, ...]:
        x2 = x * x
        return (8 - 25.2 * x2 + 10 * x2 * x2, 1.0), (1.0, 48 * y * y - 8)


@dataclass(frozen=True, kw_only=True)
class DoubleWell(Surface):
    """Two wells, (θ² − 1)² + tθ: of one coordinate, the left one deeper.

    Parameters
    ----------
    tilt : float, default 0.3
        t, between 0 and 1.5: how much deeper the left well is. The wells differ by about 2t.

    Examples
    --------
    >>> well = DoubleWell(tilt=0.3)
    >>> well.minimisers.round(3)
    array([[-1.036],
           [ 0.96 ]])
    >>> well(well.minimisers).round(3)
    array([-0.305,  0.294])

    References
    ----------
    Strogatz, S. H. (2015). Nonlinear Dynamics and Chaos, chapter 12. Westview Press.
    """

    tilt: float = 0.3

    def __post_init__(self):
        checks.python_numbers(self)
        checks.number("tilt", self.tilt, 0, 1.5, closed="[]")

    convex = False
    examples = {"tilt": 0.3}, {"tilt": 0.0}
    dimensions = 1
    window = ((-1.8, 1.8),)

    @property  # data of the class elsewhere; here it depends on the tilt
    def minimisers(self) -> np.ndarray:  # type: ignore[override]
        """The outer roots of the derivative, 4θ³ − 4θ + t; the deeper well comes first."""
        left, _, right = np.sort(np.roots([4, 0, -4, self.tilt]))
        return np.array([[left], [right]])

    def value_at(self, x: Numbers) -> Numbers:
        a = x * x - 1
        return a * a + self.tilt * x

    def gradient_at(self, x: Numbers) -> Row:
        return (4 * x * (x * x - 1) + self.tilt,)

    def hessian_at(self, x: Numbers) -> tuple[Row, ...]:
        return ((12 * x * x - 4,),)


@dataclass(frozen=True, kw_only=True)
class Plateau(Surface):
    """A hole in a plateau, r²/(1 + r²) with r² = θ₁² + θ₂²: far from the hole the gradient is nearly 0.

    Examples
    --------
    >>> np.linalg.norm(Plateau().gradient([[1.0, 0.0], [10.0, 0.0]]), axis=1).round(4)
    array([0.5  , 0.002])

    References
    ----------
    Geman, S. and McClure, D. E. (1987). Statistical methods for tomographic image reconstruction. Bulletin of
    the International Statistical Institute 52.
    """

    convex = False
    dimensions = 2
    minimisers = np.zeros((1, 2))
    window = (-6.0, 6.0), (-6.0, 6.0)

    def value_at(self, x: Numbers, y: Numbers) -> Numbers:
        r2 = x * x + y * y
        return r2 / (1 + r2)

    def gradient_at(self, x: Numbers, y: Numbers) -> Row:
        q = 1 + (x * x + y * y)
        scale = 2 / (q * q)
        return scale * x, scale * y

    def hessian_at(self, x: Numbers, y: Numbers) -> tuple[Row, ...]:
        q = 1 + (x * x + y * y)
        scale, bend = 2 / (q * q), 8 / (q * q * q)
        mixed = -bend * x * y
        return (scale - bend * x * x, mixed), (mixed, scale - bend * y * y)
