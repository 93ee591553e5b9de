"""Schedules that fall by a factor, or as 1/t: α₀ and a rule, without an end."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossgd import checks
from lossgd.schedules.base import Fixed


@dataclass(frozen=True, kw_only=True, eq=False)
class Step(Fixed):
    """Multiply by a factor every so many steps, α₀·factor^⌊t/every⌋.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    every : int
        After how many steps it changes.
    factor : float, default 0.5
        In (0, 1).

    Examples
    --------
    >>> Step(lr=0.8, every=10, factor=0.5)(np.array([0, 9, 10, 20]))
    array([0.8, 0.8, 0.4, 0.2])

    References
    ----------
    Goodfellow, I., Bengio, Y. and Courville, A. (2016). Deep Learning, section 8.3.1. MIT Press.
    """

    every: int
    factor: float = 0.5

    examples = ({"lr": 0.3, "every": 4, "factor": 0.7},)

    def __post_init__(self):
        super().__post_init__()
        checks.count("every", self.every)
        checks.number("factor", self.factor, 0, 1)

    def rate(self, step: Any) -> Any:
        return self.lr * self.factor ** (step // self.every)


@dataclass(frozen=True, kw_only=True, eq=False)
class PiecewiseConstant(Fixed):
    """Multiply by a factor of its own at each of some steps, α₀·∏ factorsⱼ over the boundariesⱼ ≤ t.

    A boundary is the first step with the new rate, as in PyTorch's `MultiStepLR` (whose factors are all the
    same) and Optax' `piecewise_constant_schedule`. Keras' `PiecewiseConstantDecay` is given the rates
    themselves, and changes one step later.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    boundaries : tuple of int
        The steps at which it changes, in order, the first ≥ 1.
    factors : tuple of float
        What it is multiplied by there, each > 0.

    Examples
    --------
    >>> PiecewiseConstant(lr=0.8, boundaries=(10, 20), factors=(0.5, 0.25))(np.array([0, 9, 10, 20]))
    array([0.8, 0.8, 0.4, 0.1])

    References
    ----------
    He, K., Zhang, X., Ren, S. and Sun, J. (2016). Deep residual learning for image recognition. CVPR.
    """

    boundaries: tuple[int, ...]
    factors: tuple[float, ...]

    examples = ({"lr": 0.3, "boundaries": (2, 5), "factors": (0.5, 2.0)},)

    def __post_init__(self):
        super().__post_init__()
        boundaries, factors = self.boundaries, self.factors
        for name, value in (("boundaries", boundaries), ("factors", factors)):
            if not isinstance(value, tuple):
                raise TypeError(f"{name} must be a tuple; got {value!r}")
        if len(boundaries) != len(factors):
            raise ValueError(f"factors must be as many as boundaries, {len(boundaries)}; got {len(factors)}")
        before = 0
        for i, boundary in enumerate(boundaries):
            before = checks.count(f"boundaries[{i}]", boundary, before + 1)
        for i, factor in enumerate(factors):
            checks.number(f"factors[{i}]", factor, 0)

    def rate(self, step: Any) -> Any:
        products = np.cumprod((1.0, *self.factors))
        return self.lr * products[np.searchsorted(self.boundaries, step, side="right")]


@dataclass(frozen=True, kw_only=True, eq=False)
class Exponential(Fixed):
    """Multiply by a factor at every step, α₀·factorᵗ.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    factor : float
        In (0, 1).

    Examples
    --------
    >>> Exponential(lr=1.0, factor=0.5)(3)
    0.125

    References
    ----------
    Goodfellow, I., Bengio, Y. and Courville, A. (2016). Deep Learning, section 8.3.1. MIT Press.
    """

    factor: float

    examples = ({"lr": 0.3, "factor": 0.9},)

    def __post_init__(self):
        super().__post_init__()
        checks.number("factor", self.factor, 0, 1)

    def rate(self, step: Any) -> Any:
        return self.lr * self.factor**step


@dataclass(frozen=True, kw_only=True, eq=False)
class InverseTime(Fixed):
    """Fall as 1/t, α₀/(1 + decay·t): the rates' sum grows without bound, the sum of their squares does not.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    decay : float
        > 0; at step 1/decay the learning rate is half of α₀.

    Examples
    --------
    >>> InverseTime(lr=1.0, decay=0.1)(10)
    0.5

    References
    ----------
    Robbins, H. and Monro, S. (1951). A stochastic approximation method. Annals of Mathematical Statistics 22.
    """

    decay: float

    examples = ({"lr": 0.3, "decay": 0.2},)

    def __post_init__(self):
        super().__post_init__()
        checks.number("decay", self.decay, 0)

    def rate(self, step: Any) -> Any:
        return self.lr / (1 + self.decay * step)
