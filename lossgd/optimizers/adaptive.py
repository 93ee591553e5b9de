"""Optimizers that give each coordinate a learning rate of its own."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lossgd import checks
from lossgd.optimizers.base import Optimizer
from lossgd.schedules.base import Schedule
from lossgd.typing import Examples, Numbers

LEAST_IN_FLOAT32 = 1.2e-38


def _positive(eps, s):
    """Return ε; in the place of an ε that is 0 in the precision of s, the least number that is not."""
    return eps if eps > LEAST_IN_FLOAT32 else max(eps, np.finfo(s.dtype).tiny)


@dataclass(frozen=True, kw_only=True, eq=False)
class AdaGrad(Optimizer):
    """AdaGrad, s ← s + g² and θ ← θ − αg/√(s + ε): each coordinate has a rate of its own, which only falls.

    ε is inside the root, as in Keras and Optax, in both of which s starts at 0.1 unless told otherwise;
    PyTorch has it outside.

    Parameters
    ----------
    lr : float, array_like or Schedule
        The learning rate α > 0.
    eps : float, default 1e-7
        ε > 0, in the unit of g².

    Examples
    --------
    >>> adagrad = AdaGrad(lr=0.1)
    >>> theta = np.array([1.0, 100.0])
    >>> (theta - adagrad.step(theta, 2 * theta, adagrad.init(theta))[0]).round(6)
    array([0.1, 0.1])

    References
    ----------
    Duchi, J., Hazan, E. and Singer, Y. (2011). Adaptive subgradient methods for online learning and
    stochastic optimization. JMLR 12.
    """

    eps: float = 1e-7

    examples = ({"lr": 0.3, "eps": 0.01},)
    remembers = ("sum_of_squares",)

    def __post_init__(self):
        super().__post_init__()
        checks.number("eps", self.eps, 0)

    def change(
        self, theta: np.ndarray, g: np.ndarray, lr: Numbers, t: int, s: np.ndarray
    ) -> tuple[np.ndarray, ...]:
        s = s + g * g
        return lr * g / np.sqrt(s + _positive(self.eps, s)), s


@dataclass(frozen=True, kw_only=True, eq=False)
class RMSProp(Optimizer):
    """RMSProp, s ← ρs + (1 − ρ)g² and θ ← θ − αg/√(s + ε): AdaGrad with an average for the sum.

    ε is inside the root, as in Keras and Optax; PyTorch has it outside.

    Parameters
    ----------
    lr : float, array_like or Schedule, default 0.001
        The learning rate α > 0.
    rho : float, default 0.9
        ρ in [0, 1): how much of the average is kept.
    eps : float, default 1e-7
        ε > 0, in the unit of g².

    Examples
    --------
    >>> rmsprop = RMSProp(lr=0.1)
    >>> theta = np.array([1.0, 100.0])
    >>> (theta - rmsprop.step(theta, 2 * theta, rmsprop.init(theta))[0]).round(4)
    array([0.3162, 0.3162])

    References
    ----------
    Tieleman, T. and Hinton, G. (2012). Lecture 6.5: RMSProp. Coursera, Neural Networks for Machine Learning.
    """

    lr: Numbers | Schedule = 0.001
    rho: float = 0.9
    eps: float = 1e-7

    examples = ({"lr": 0.02, "rho": 0.8, "eps": 0.01},)
    remembers = ("mean_square",)

    def __post_init__(self):
        super().__post_init__()
        checks.number("rho", self.rho, 0, 1, closed="[")
        checks.number("eps", self.eps, 0)

    def change(
        self, theta: np.ndarray, g: np.ndarray, lr: Numbers, t: int, s: np.ndarray
    ) -> tuple[np.ndarray, ...]:
        s = self.rho * s + (1 - self.rho) * (g * g)
        return lr * g / np.sqrt(s + _positive(self.eps, s)), s


@dataclass(frozen=True, kw_only=True, eq=False)
class Adam(Optimizer):
    """Adam, m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g² and θ ← θ − α m̂/(√ŝ + ε).

    The averages start at 0; m̂ = m/(1 − β₁ᵗ) and ŝ = s/(1 − β₂ᵗ) correct that bias. ε is outside the root and
    added after the correction, as in the paper's algorithm, PyTorch and Optax. Keras adds it to √s before the
    correction, as if it were ε/√(1 − β₂ᵗ) here: at the first step it weighs 32 times as much.

    With `amsgrad`, the largest s so far is used for s, so that no step is longer for want of a large gradient
    that is forgotten. As in PyTorch and Keras, it is then corrected for the bias; Optax takes the largest ŝ,
    and the paper corrects nothing.

    Parameters
    ----------
    lr : float, array_like or Schedule, default 0.001
        The learning rate α > 0.
    betas : (float, float), default (0.9, 0.999)
        β₁ and β₂, each in [0, 1).
    eps : float, default 1e-8
        ε > 0, in the unit of g.
    amsgrad : bool, default False
        Whether s never falls.

    Examples
    --------
    >>> adam = Adam(lr=0.1)
    >>> theta = np.array([1.0, 100.0])
    >>> (theta - adam.step(theta, 2 * theta, adam.init(theta))[0]).round(6)
    array([0.1, 0.1])

    References
    ----------
    Kingma, D. P. and Ba, J. (2015). Adam: a method for stochastic optimization. ICLR.
    Reddi, S. J., Kale, S. and Kumar, S. (2018). On the convergence of Adam and beyond. ICLR.
    """

    lr: Numbers | Schedule = 0.001
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    amsgrad: bool = False

    examples: ClassVar[Examples] = (
        {"lr": 0.1, "betas": (0.8, 0.95), "eps": 0.01},
        {"lr": 0.1, "betas": (0.8, 0.5), "eps": 0.01, "amsgrad": True},
    )
    remembers = ("first_moment", "second_moment")

    def __post_init__(self):
        super().__post_init__()
        if not (isinstance(self.betas, tuple) and len(self.betas) == 2):
            raise TypeError(f"betas must be a tuple of two numbers; got {self.betas!r}")
        for i, beta in enumerate(self.betas):
            checks.number(f"betas[{i}]", beta, 0, 1, closed="[")
        object.__setattr__(self, "betas", tuple(map(float, self.betas)))
        checks.number("eps", self.eps, 0)
        if checks.boolean("amsgrad", self.amsgrad):
            object.__setattr__(self, "remembers", (*self.remembers, "largest_second_moment"))

    def change(
        self,
        theta: np.ndarray,
        g: np.ndarray,
        lr: Numbers,
        t: int,
        m: np.ndarray,
        s: np.ndarray,
        *largest: np.ndarray,
    ) -> tuple[np.ndarray, ...]:
        beta1, beta2 = self.betas
        m = beta1 * m + (1 - beta1) * g
        s = used = beta2 * s + (1 - beta2) * (g * g)
        if self.amsgrad:
            used = np.maximum(largest[0], s)
            largest = (used,)
        s_hat = used / (1 - beta2**t)
        # m̂ = m/(1 − β₁ᵗ): it is quicker to divide α by that, a number, than m.
        return lr / (1 - beta1**t) * m / (np.sqrt(s_hat) + _positive(self.eps, s)), m, s, *largest


@dataclass(frozen=True, kw_only=True, eq=False)
class AdamW(Adam):
    """AdamW, Adam with decoupled weight decay: θ ← θ − α(m̂/(√ŝ + ε) + λθ).

    The decay does not pass through the averages, as it would if λθ were added to the gradient. As in
    PyTorch, it is multiplied by α.

    Parameters
    ----------
    lr : float, array_like or Schedule, default 0.001
        The learning rate α > 0.
    betas : (float, float), default (0.9, 0.999)
        β₁ and β₂, each in [0, 1).
    eps : float, default 1e-8
        ε > 0, in the unit of g.
    amsgrad : bool, default False
        Whether s never falls.
    weight_decay : float, default 0.01
        λ ≥ 0.

    Examples
    --------
    >>> adamw = AdamW(lr=0.1, weight_decay=0.5)
    >>> theta = np.array([1.0, 100.0])
    >>> (theta - adamw.step(theta, 2 * theta, adamw.init(theta))[0]).round(6)
    array([0.15, 5.1 ])

    References
    ----------
    Loshchilov, I. and Hutter, F. (2019). Decoupled weight decay regularization. ICLR.
    """

    weight_decay: float = 0.01

    examples = tuple(example | {"weight_decay": 0.3} for example in Adam.examples)

    def __post_init__(self):
        super().__post_init__()
        checks.number("weight_decay", self.weight_decay, 0, closed="[")

    def change(
        self, theta: np.ndarray, g: np.ndarray, lr: Numbers, t: int, *memory: np.ndarray
    ) -> tuple[np.ndarray, ...]:
        change, *moments = super().change(theta, g, lr, t, *memory)
        return change + lr * self.weight_decay * theta, *moments
