"""Schedules that fall to a lowest learning rate within so many steps."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lossgd import checks
from lossgd.schedules.base import Fixed
from lossgd.typing import Examples


@dataclass(frozen=True, kw_only=True, eq=False)
class Falling(Fixed):
    """A fall from α₀ to the lowest rate, where it stays; a subclass says in `_left` how it falls.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    steps : int
        After how many steps it is at its lowest.
    lowest : float, default 0.0
        The last learning rate, ≥ 0.
    """

    steps: int
    lowest: float = 0.0

    examples: ClassVar[Examples] = {"lr": 0.3, "steps": 7}, {"lr": 0.3, "steps": 7, "lowest": 0.1}

    def __post_init__(self):
        super().__post_init__()
        checks.count("steps", self.steps)
        checks.number("lowest", self.lowest, 0, float(np.min(self.lr)), closed="[]")

    def _share(self, step):
        return np.minimum(step, self.steps) / self.steps

    def rate(self, step: Any) -> Any:
        return self.lowest + (self.lr - self.lowest) * self._left(self._share(step))

    @abstractmethod
    def _left(self, share):
        """Return which part of the fall is still to come when this share of the steps is done."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Linear(Falling):
    """Fall in a straight line, lowest + (α₀ − lowest)(1 − t/steps), then stay at the lowest.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    steps : int
        After how many steps it is at its lowest.
    lowest : float, default 0.0
        The last learning rate, ≥ 0.

    Examples
    --------
    >>> Linear(lr=0.4, steps=4)(np.arange(6)).round(3)
    array([0.4, 0.3, 0.2, 0.1, 0. , 0. ])

    References
    ----------
    Goyal, P. et al. (2017). Accurate, large minibatch SGD: training ImageNet in 1 hour. arXiv:1706.02677.
    """

    def _left(self, share):
        return 1 - share


@dataclass(frozen=True, kw_only=True, eq=False)
class Polynomial(Falling):
    """Fall as a power of the steps left, lowest + (α₀ − lowest)(1 − t/steps)^power, then stay at the lowest.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    steps : int
        After how many steps it is at its lowest.
    lowest : float, default 0.0
        The last learning rate, ≥ 0.
    power : float
        > 0; 1 is a straight line, above it the fall is fast at first.

    Examples
    --------
    >>> Polynomial(lr=1.6, steps=4, power=2)(np.arange(6)).round(3)
    array([1.6, 0.9, 0.4, 0.1, 0. , 0. ])

    References
    ----------
    Chen, L.-C. et al. (2018). DeepLab: semantic image segmentation with deep convolutional nets. IEEE
    TPAMI 40.
    """

    power: float

    examples = tuple(example | {"power": 1.5} for example in Falling.examples)

    def __post_init__(self):
        super().__post_init__()
        checks.number("power", self.power, 0)

    def _left(self, share):
        return (1 - share) ** self.power


@dataclass(frozen=True, kw_only=True, eq=False)
class Cosine(Falling):
    """Fall along half a cosine, lowest + ½(α₀ − lowest)(1 + cos(πt/steps)), then stay at the lowest.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    steps : int
        After how many steps it is at its lowest.
    lowest : float, default 0.0
        The last learning rate, ≥ 0.

    Examples
    --------
    >>> Cosine(lr=0.1, steps=100)(np.array([0, 50, 100])).round(3)
    array([0.1 , 0.05, 0.  ])

    References
    ----------
    Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with warm restarts. ICLR.
    """

    def _left(self, share):
        return 0.5 * (1 + np.cos(np.pi * share))


@dataclass(frozen=True, kw_only=True, eq=False)
class CosineRestarts(Cosine):
    """Fall along half a cosine again and again, each time from α₀: stochastic descent with warm restarts.

    Within a cycle of k steps, t steps after its start, it is lowest + ½(α₀ − lowest)(1 + cos(πt/k)).
    PyTorch's `CosineAnnealingWarmRestarts`, Keras' `CosineDecayRestarts` (whose cycles grow to twice the
    length unless told otherwise).

    Parameters
    ----------
    lr : float or array_like
        The learning rate that each cycle starts from.
    steps : int
        The length of the first cycle.
    lowest : float, default 0.0
        What the rate falls towards, ≥ 0.
    growth : int, default 1
        How many times as long as the one before a cycle is, ≥ 1.

    Examples
    --------
    >>> CosineRestarts(lr=0.1, steps=2, growth=2)(np.arange(7)).round(3)
    array([0.1  , 0.05 , 0.1  , 0.085, 0.05 , 0.015, 0.1  ])

    References
    ----------
    Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with warm restarts. ICLR.
    """

    growth: int = 1

    examples = (
        {"lr": 0.3, "steps": 3, "lowest": 0.1},
        {"lr": 0.3, "steps": 3, "lowest": 0.1, "growth": 2},
    )

    def __post_init__(self):
        super().__post_init__()
        checks.count("growth", self.growth)

    def _share(self, step):
        if self.growth == 1:
            return step % self.steps / self.steps
        # Cycle i starts at steps·(growthⁱ − 1)/(growth − 1); no start is missed by a rounding error.
        cycles = np.floor(np.log1p(step * (self.growth - 1) / self.steps) / np.log(self.growth) + 1e-12)
        times = self.growth**cycles
        return (step - self.steps * (times - 1) / (self.growth - 1)) / (self.steps * times)


@dataclass(frozen=True, kw_only=True, eq=False)
class OneCycle(Fixed):
    """Rise along half a cosine to α₀, then fall along another to far below where it began: one cycle.

    It begins at α₀/div_factor, is at α₀ after pct_start·steps, and ends at α₀/(div_factor·final_div_factor).
    The options are those of PyTorch's `OneCycleLR`, whose `total_steps` N are the points 0 … N − 1, so that
    its peak is at pct_start·N − 1 and its end at N − 1; it turns the momentum down and up again too, unless
    told not to. Optax' `cosine_onecycle_schedule` counts as here.

    Parameters
    ----------
    lr : float or array_like
        The highest learning rate, α₀.
    steps : int
        How many steps the cycle takes.
    pct_start : float, default 0.3
        In (0, 1): the share of the steps in which it rises.
    div_factor : float, default 25.0
        ≥ 1: what α₀ is divided by at the start.
    final_div_factor : float, default 10000.0
        ≥ 1: what that is divided by once more at the end.

    Examples
    --------
    >>> OneCycle(lr=0.1, steps=8, pct_start=0.25, div_factor=4)(np.arange(0, 9, 2)).round(4)
    array([0.025, 0.1  , 0.075, 0.025, 0.   ])

    References
    ----------
    Smith, L. N. and Topin, N. (2019). Super-convergence: very fast training of neural networks using large
    learning rates. Artificial Intelligence and Machine Learning for Multi-Domain Operations Applications.
    """

    steps: int
    pct_start: float = 0.3
    div_factor: float = 25.0
    final_div_factor: float = 1e4

    examples = ({"lr": 0.3, "steps": 9},)

    def __post_init__(self):
        super().__post_init__()
        checks.count("steps", self.steps)
        checks.number("pct_start", self.pct_start, 0, 1)
        checks.number("div_factor", self.div_factor, 1, closed="[")
        checks.number("final_div_factor", self.final_div_factor, 1, closed="[")

    def rate(self, step: Any) -> Any:
        peak, end = self.pct_start * self.steps, self.steps
        step = np.minimum(step, end)
        away = np.where(step < peak, 1 - step / peak, (step - peak) / (end - peak))
        low = np.where(step < peak, 1, 1 / self.final_div_factor) / self.div_factor
        return self.lr * (low + (1 - low) * 0.5 * (1 + np.cos(np.pi * away)))
