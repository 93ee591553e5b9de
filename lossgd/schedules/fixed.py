"""Schedules that are settled beforehand: their learning rate depends on the step alone."""

from dataclasses import dataclass, field

import numpy as np

from lossgd import checks
from lossgd.schedules.base import Fixed


@dataclass(frozen=True, kw_only=True, eq=False)
class Constant(Fixed):
    """The same learning rate at every step, α₀.

    Examples
    --------
    >>> Constant(lr=0.1)(1000)
    0.1

    References
    ----------
    Robbins, H. and Monro, S. (1951). A stochastic approximation method. Annals of Mathematical Statistics 22.
    """

    def _rate(self, step):
        return self.lr + 0.0 * step


@dataclass(frozen=True, kw_only=True, eq=False)
class Step(Fixed):
    """Multiply by a factor every so many steps, α₀·factor^⌊t/every⌋.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    every : int
        After how many steps it changes.
    factor : float
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

    def __post_init__(self):
        super().__post_init__()
        checks.count("every", self.every)
        checks.number("factor", self.factor, 0, 1)

    def _rate(self, step):
        return self.lr * self.factor ** (step // self.every)


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

    def __post_init__(self):
        super().__post_init__()
        checks.number("factor", self.factor, 0, 1)

    def _rate(self, step):
        return self.lr * self.factor**step


@dataclass(frozen=True, kw_only=True, eq=False)
class Cosine(Fixed):
    """Fall along half a cosine, lowest + ½(α₀ − lowest)(1 + cos(πt/steps)), then stay at the lowest.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    steps : int
        After how many steps it is at its lowest.
    lowest : float
        The last learning rate, ≥ 0.

    Examples
    --------
    >>> Cosine(lr=0.1, steps=100)(np.array([0, 50, 100])).round(3)
    array([0.1 , 0.05, 0.  ])

    References
    ----------
    Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with warm restarts. ICLR.
    """

    steps: int
    lowest: float = 0.0

    def __post_init__(self):
        super().__post_init__()
        checks.count("steps", self.steps)
        checks.number("lowest", self.lowest, 0, float(np.min(self.lr)), closed="[]")

    def _rate(self, step):
        share = np.minimum(step, self.steps) / self.steps
        return self.lowest + (self.lr - self.lowest) * 0.5 * (1 + np.cos(np.pi * share))


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

    def __post_init__(self):
        super().__post_init__()
        checks.number("decay", self.decay, 0)

    def _rate(self, step):
        return self.lr / (1 + self.decay * step)


@dataclass(frozen=True, kw_only=True, eq=False)
class WarmUp(Fixed):
    """Rise in a straight line to α₀ within so many steps, α₀(t + 1)/steps, then go on as another schedule.

    Parameters
    ----------
    steps : int
        How many steps the rise takes.
    then : Schedule
        What follows, counted from the end of the rise; α₀ is its `lr`.

    Examples
    --------
    >>> WarmUp(steps=4, then=Constant(lr=0.1))(np.arange(6))
    array([0.025, 0.05 , 0.075, 0.1  , 0.1  , 0.1  ])

    References
    ----------
    Goyal, P. et al. (2017). Accurate, large minibatch SGD: training ImageNet in 1 hour. arXiv:1706.02677.
    """

    lr: float = field(init=False, repr=False)
    steps: int
    then: Fixed

    def __post_init__(self):
        checks.count("steps", self.steps)
        if not isinstance(self.then, Fixed):
            raise TypeError(f"then must be a schedule that depends on the step alone; got {self.then!r}")
        object.__setattr__(self, "lr", self.then.lr)

    def _rate(self, step):
        rise = np.minimum(step + 1, self.steps) / self.steps
        return rise * self.then._rate(np.maximum(step - self.steps, 0))
