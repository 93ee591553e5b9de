"""The rule of each optimizer: what becomes of the parameters and of what is remembered, step by step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Matrix, Max, Symbol, sqrt

from lossgd import optimizers
from lossgd.symbolic.equation import Equation, Equations
from lossgd.symbolic.notation import (
    ALPHA,
    BETA,
    BETA1,
    BETA2,
    CURVATURE,
    EPSILON,
    LAMBDA,
    M1,
    M1_HAT,
    RHO,
    S_HAT,
    S_MAX,
    THETA,
    G,
    S,
    T,
    V,
    latex,
    nabla_J,
    turned,
)


@dataclass(frozen=True)
class UpdateRule:
    """One step of an optimizer for one coordinate of θ: lines that are carried out in order.

    Parameters
    ----------
    lines : tuple of (sympy.Symbol, sympy.Expr)
        In each, the symbol takes the value of the expression. What is remembered starts at 0.
    passing : tuple of sympy.Symbol
        The symbols that are only names for a value within the step; they are shown with "=".
    """

    lines: tuple[tuple[Symbol, Expr], ...]
    passing: tuple[Symbol, ...] = ()

    @property
    def memory(self) -> tuple[Symbol, ...]:
        """The symbols whose values are carried from step to step, θ aside."""
        return tuple(left for left, _ in self.lines if left not in (*self.passing, THETA))

    @property
    def look_ahead(self) -> Expr:
        """Where the gradient is evaluated: θ, unless the rule says otherwise."""
        (call,) = {call for _, right in self.lines for call in right.atoms(nabla_J)}
        return call.args[0]

    @property
    def equations(self) -> Equations:
        """The lines as equations, in which "←" gives a symbol its new value."""
        return Equations(
            tuple(
                Equation(str(left), latex(left), right, "=" if left in self.passing else "←")
                for left, right in self.lines
            )
        )

    def start(self, theta: Any = THETA) -> dict[Symbol, Expr]:
        """Return the values before the first step: θ, and 0 for all that is remembered."""
        return {THETA: sympy.sympify(theta), **dict.fromkeys(self.memory, sympy.S.Zero)}

    def step(self, values: Mapping[Symbol, Any], gradient: Callable[[Expr], Any]) -> dict[Symbol, Any]:
        """Return the values after one step.

        Parameters
        ----------
        values : dict
            From symbols to numbers or expressions: those of `start` or of the step before, and any
            hyperparameters. A symbol that is left out stays a symbol.
        gradient : callable
            ∇J as a function of θ, such as `lambda theta: L * theta`; it may return a plain number.
        """
        values = dict(values)
        for left, right in self.lines:
            right = right.subs(values, simultaneous=True)
            values[left] = right.replace(nabla_J, lambda theta: sympy.sympify(gradient(theta)))
        return {symbol: value for symbol, value in values.items() if symbol not in self.passing}

    def on_parabola(self) -> Matrix:
        """Return the matrix that one step on ½Lθ² multiplies (θ, v) by; for rules linear in the gradient."""
        state = [THETA, *self.memory]
        after = self.step({symbol: symbol for symbol in state}, lambda theta: CURVATURE * theta)
        return Matrix([after[symbol] for symbol in state]).jacobian(state)

    def stability_bound(self) -> Expr:
        """Return the learning rate below which the steps on ½Lθ² die out.

        There an eigenvalue of `on_parabola` reaches −1: from then on each step overshoots by more than it
        gained.
        """
        matrix = self.on_parabola()
        (bound,) = sympy.solve((matrix + sympy.eye(matrix.rows)).det(), ALPHA)
        return turned(sympy.factor(bound))

    @property
    def stability_equation(self) -> Equation:
        """The stability bound as an inequality for α."""
        return Equation("alpha", r"\alpha", self.stability_bound(), "<")

    def __repr__(self):
        return repr(self.equations)

    def _repr_latex_(self):
        return self.equations._repr_latex_()


def _rules():
    gradient = nabla_J(THETA)
    take_v = (THETA, THETA - ALPHA * V)
    take_g = (THETA, THETA - ALPHA * G / sqrt(S + EPSILON))
    names = (G, M1_HAT, S_HAT)
    adam = M1_HAT / (sqrt(S_HAT) + EPSILON)

    def moments(change, amsgrad):
        largest = ((S_MAX, Max(S_MAX, S)),) if amsgrad else ()
        lines = (
            (T, T + 1),
            (G, gradient),
            (M1, BETA1 * M1 + (1 - BETA1) * G),
            (S, BETA2 * S + (1 - BETA2) * G**2),
            *largest,
            (M1_HAT, M1 / (1 - BETA1**T)),
            (S_HAT, (S_MAX if amsgrad else S) / (1 - BETA2**T)),
            (THETA, THETA - ALPHA * change),
        )
        return UpdateRule(lines, names)

    return {
        optimizers.GradientDescent: UpdateRule(((THETA, THETA - ALPHA * gradient),)),
        (optimizers.Momentum, True): UpdateRule(((V, BETA * V + (1 - BETA) * gradient), take_v)),
        (optimizers.Momentum, False): UpdateRule(((V, BETA * V + gradient), take_v)),
        optimizers.Nesterov: UpdateRule(
            ((V, BETA * V + ALPHA * nabla_J(THETA - BETA * V)), (THETA, THETA - V))
        ),
        optimizers.AdaGrad: UpdateRule(((G, gradient), (S, S + G**2), take_g), (G,)),
        optimizers.RMSProp: UpdateRule(((G, gradient), (S, RHO * S + (1 - RHO) * G**2), take_g), (G,)),
        **{(optimizers.Adam, amsgrad): moments(adam, amsgrad) for amsgrad in (False, True)},
        **{(optimizers.AdamW, amsgrad): moments(adam + LAMBDA * THETA, amsgrad) for amsgrad in (False, True)},
    }


RULES = (
    _rules()
)  # by an optimizer's class; momentum's also by whether it is averaged, Adam's by whether s falls


def of_optimizer(kind: type[optimizers.Optimizer], optimizer: Any) -> UpdateRule:
    """Return the rule of an optimizer of this class; `optimizer` is the class or an instance."""
    if kind is optimizers.Momentum:
        return RULES[kind, optimizer.averaged]
    return RULES[(kind, optimizer.amsgrad) if issubclass(kind, optimizers.Adam) else kind]
