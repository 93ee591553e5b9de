"""Equations as they are shown: one, or several in an aligned block."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sympy import Expr

from lossgd.symbolic.notation import latex


@dataclass(frozen=True)
class Equation:
    """An equation to be shown: a left side in words and in LaTeX, and an expression.

    Parameters
    ----------
    name, latex_name : str
        The left side, as plain text and as LaTeX.
    right : sympy.Expr
        The right side.
    sign : {"=", "←", "<", "∈"}
        What stands between: "←" where the right side becomes the new value of the left.
    """

    name: str
    latex_name: str
    right: Expr
    sign: Literal["=", "←", "<", "∈"] = "="

    def __repr__(self):
        return f"{self.name} {self.sign} {self.right}"

    def _latex(self, align=""):
        sign = {"←": r"\leftarrow", "∈": r"\in"}.get(self.sign, self.sign)
        return rf"{self.latex_name} {align}{sign} {latex(self.right)}"

    def _repr_latex_(self):
        return rf"$\displaystyle {self._latex()}$"


@dataclass(frozen=True)
class Equations:
    """Several equations, shown under each other.

    Parameters
    ----------
    rows : tuple of Equation
        The equations.
    """

    rows: tuple[Equation, ...]

    def __iter__(self) -> Iterator[Equation]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Equation:
        return self.rows[i]

    def __repr__(self):
        return "\n".join(map(repr, self.rows))

    def _repr_latex_(self):
        rows = r" \\[1ex] ".join(row._latex(align="&") for row in self.rows)
        return rf"$\displaystyle \begin{{aligned}}{rows}\end{{aligned}}$"
