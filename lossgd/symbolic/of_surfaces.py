"""The formula of each surface, as a textbook has it."""

from dataclasses import dataclass

import sympy
from sympy import Expr, Matrix, Rational, Symbol

from lossgd import surfaces
from lossgd.symbolic.equation import Equation, Equations
from lossgd.symbolic.notation import CONDITION, CURVATURE, THETA, THETA1, THETA2, TILT, latex


@dataclass(frozen=True)
class SurfaceFormula:
    """A surface as SymPy.

    Parameters
    ----------
    value : sympy.Expr
        The value in terms of the coordinates and the parameters.
    coordinates : tuple of sympy.Symbol
        The coordinates of a point.
    """

    value: Expr
    coordinates: tuple[Symbol, ...] = (THETA1, THETA2)

    @property
    def gradient(self) -> tuple[Expr, ...]:
        """The derivative by each coordinate, as a tuple."""
        return tuple(sympy.diff(self.value, x) for x in self.coordinates)

    @property
    def hessian(self) -> Matrix:
        """The matrix of second derivatives."""
        return sympy.hessian(self.value, self.coordinates)

    @property
    def equation(self) -> Equation:
        """The surface as an equation, that of f(θ)."""
        names = ", ".join(map(str, self.coordinates))
        return Equation(f"f({names})", rf"f({', '.join(map(latex, self.coordinates))})", self.value)

    @property
    def gradient_equations(self) -> Equations:
        """The derivatives as equations."""
        return Equations(
            tuple(
                Equation(f"d f/d {x}", rf"\frac{{\partial f}}{{\partial {latex(x)}}}", slope)
                for x, slope in zip(self.coordinates, self.gradient, strict=True)
            )
        )

    def __repr__(self):
        return repr(self.equation)

    def _repr_latex_(self):
        return self.equation._repr_latex_()


def _surfaces():
    x, y = THETA1, THETA2
    r2 = x**2 + y**2
    beale = (
        (c - x * (1 - y**i)) ** 2 for i, c in enumerate(map(Rational, ("1.5", "2.25", "2.625")), start=1)
    )
    return {
        surfaces.Parabola: SurfaceFormula(CURVATURE * THETA**2 / 2, (THETA,)),
        surfaces.Ravine: SurfaceFormula((x**2 + CONDITION * y**2) / 2),
        surfaces.Rosenbrock: SurfaceFormula((1 - x) ** 2 + 100 * (y - x**2) ** 2),
        surfaces.Himmelblau: SurfaceFormula((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2),
        surfaces.Beale: SurfaceFormula(sum(beale)),
        surfaces.Saddle: SurfaceFormula(x**2 / 2 - y**2 / 2 + y**4 / 4),
        surfaces.Camel: SurfaceFormula(
            (4 - Rational("2.1") * x**2 + x**4 / 3) * x**2 + x * y + 4 * (y**2 - 1) * y**2
        ),
        surfaces.DoubleWell: SurfaceFormula((THETA**2 - 1) ** 2 + TILT * THETA, (THETA,)),
        surfaces.Plateau: SurfaceFormula(r2 / (1 + r2)),
    }


SURFACES: dict[type[surfaces.Surface], SurfaceFormula] = _surfaces()
