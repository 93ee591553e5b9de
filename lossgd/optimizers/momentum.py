"""Gradient descent, and gradient descent that remembers its direction."""

from dataclasses import dataclass

import numpy as np

from lossgd import checks
from lossgd.optimizers.base import Optimizer, State
from lossgd.typing import Numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class GradientDescent(Optimizer):
    """Gradient descent, θ ← θ − αg.

    PyTorch's `SGD`, Keras' `SGD`, Optax's `sgd`.

    Examples
    --------
    >>> import numpy as np
    >>> descent = GradientDescent(lr=0.1)
    >>> theta = np.array([1.0])
    >>> descent.step(theta, 2 * theta, descent.init(theta))[0]
    array([0.8])

    References
    ----------
    Cauchy, A. (1847). Méthode générale pour la résolution des systèmes d'équations simultanées. Comptes
    rendus 25.
    """

    examples = ({"lr": 0.001},)

    def change(self, theta: np.ndarray, g: np.ndarray, lr: Numbers, t: int) -> tuple[np.ndarray]:
        return (lr * g,)


@dataclass(frozen=True, kw_only=True, eq=False)
class Momentum(Optimizer):
    """Momentum, v ← βv + (1 − β)g and θ ← θ − αv; as heavy ball, v ← βv + g.

    The averaged form with α takes the same path as the heavy ball with α(1 − β). PyTorch's
    `SGD(momentum=β)` and Optax's `sgd(momentum=β)` are the heavy ball; in Keras v is −α times the heavy
    ball's, which for a constant α is the same path.

    Parameters
    ----------
    lr : float, array_like or Schedule
        The learning rate α > 0.
    beta : float, default 0.9
        β in [0, 1): how much of v is kept.
    averaged : bool, default True
        Whether v is an average of gradients, or their decaying sum.

    Examples
    --------
    >>> import numpy as np
    >>> theta = np.array([1.0])
    >>> for averaged in (True, False):
    ...     momentum = Momentum(lr=0.1, beta=0.9, averaged=averaged)
    ...     print(momentum.step(theta, 2 * theta, momentum.init(theta))[0].round(6))
    [0.98]
    [0.8]

    References
    ----------
    Polyak, B. T. (1964). Some methods of speeding up the convergence of iteration methods. USSR
    Computational Mathematics and Mathematical Physics 4.
    """

    beta: float = 0.9
    averaged: bool = True

    examples = {"lr": 0.002, "beta": 0.8}, {"lr": 0.001, "beta": 0.7, "averaged": False}
    remembers = ("velocity",)

    def __post_init__(self):
        super().__post_init__()
        checks.number("beta", self.beta, 0, 1, closed="[")
        checks.boolean("averaged", self.averaged)

    def change(
        self, theta: np.ndarray, g: np.ndarray, lr: Numbers, t: int, v: np.ndarray
    ) -> tuple[np.ndarray, ...]:
        v = self.beta * v + ((1 - self.beta) * g if self.averaged else g)
        return lr * v, v


@dataclass(frozen=True, kw_only=True, eq=False)
class Nesterov(Optimizer):
    """Nesterov's accelerated gradient, v ← βv + αg(θ − βv) and θ ← θ − v: the gradient is that ahead.

    PyTorch's and Keras' `SGD(nesterov=True)` follow the point ahead, θ − βv, instead of θ: for a constant α
    their θ is this one's `look_ahead`.

    Parameters
    ----------
    lr : float, array_like or Schedule
        The learning rate α > 0.
    beta : float, default 0.9
        β in [0, 1): how much of v is kept.

    Examples
    --------
    >>> import numpy as np
    >>> nesterov = Nesterov(lr=0.1, beta=0.9)
    >>> theta = np.array([1.0])
    >>> theta, state = nesterov.step(theta, 2 * theta, nesterov.init(theta))
    >>> theta.round(6), nesterov.look_ahead(theta, state).round(6)
    (array([0.8]), array([0.62]))

    References
    ----------
    Nesterov, Y. E. (1983). A method of solving a convex programming problem with convergence rate O(1/k²).
    Soviet Mathematics Doklady 27.
    """

    beta: float = 0.9

    examples = ({"lr": 0.001, "beta": 0.9},)
    remembers = ("velocity",)

    def __post_init__(self):
        super().__post_init__()
        checks.number("beta", self.beta, 0, 1, closed="[")

    def look_ahead(self, theta: np.ndarray, state: State) -> np.ndarray:
        """Return θ − βv, where the next gradient is to be evaluated."""
        ahead = theta - self.beta * state.memory["velocity"]
        return ahead.astype(theta.dtype, copy=False)  # half precision stays

    def change(
        self, theta: np.ndarray, g: np.ndarray, lr: Numbers, t: int, v: np.ndarray
    ) -> tuple[np.ndarray, ...]:
        v = self.beta * v + lr * g
        return v, v
