"""A learning rate that stays, and one that rises to another schedule."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossgd import checks
from lossgd.schedules.base import Fixed
from lossgd.schedules.falling import Cosine
from lossgd.typing import Numbers


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

    examples = ({"lr": 0.3},)

    def rate(self, step: Any) -> Any:
        return self.lr + 0.0 * step


@dataclass(frozen=True, kw_only=True, eq=False)
class WarmUp(Fixed):
    """Rise in a straight line to α₀ within so many steps, α₀(t + 1)/steps, then go on as another schedule.

    The first step is taken at α₀/steps, and not at 0 as by Optax' and Keras' warm-ups, α₀t/steps.

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

    lr: Numbers = field(init=False, repr=False)
    steps: int
    then: Fixed

    examples = (
        {"steps": 5, "then": Constant(lr=0.3)},
        {"steps": 5, "then": Cosine(lr=0.3, steps=7, lowest=0.1)},
    )

    def __post_init__(self):
        object.__setattr__(self, "steps", checks.count("steps", self.steps))
        if not isinstance(self.then, Fixed):
            raise TypeError(f"then must be a schedule that depends on the step alone; got {self.then!r}")
        object.__setattr__(self, "lr", self.then.lr)

    def rate(self, step: Any) -> Any:
        rise = np.minimum(step + 1, self.steps) / self.steps
        return rise * self.then.rate(np.maximum(step - self.steps, 0))
