"""What all that has a learning rate shares: how it is checked, kept and compared."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields

import numpy as np

from lossgd import checks


@dataclass(frozen=True, kw_only=True, eq=False)
class Rated(ABC):
    """What has a learning rate, a number or an array; equal to its like if all parameters are."""

    lr: float

    def __post_init__(self):
        checks.python_numbers(self)
        object.__setattr__(self, "lr", checks.learning_rate(self.lr))

    def _key(self):
        values = (getattr(self, field.name) for field in fields(self))
        return tuple((v.shape, v.tobytes()) if isinstance(v, np.ndarray) else v for v in values)

    def __eq__(self, other):
        return self._key() == other._key() if type(self) is type(other) else NotImplemented

    def __hash__(self):
        return hash((type(self), self._key()))


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule(Rated):
    """A learning rate that changes with the step.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from, α₀ > 0.
    """

    @abstractmethod
    def __call__(self, step):
        """Return the learning rate at `step`, an integer or an array of integers ≥ 0."""

    def at(self, step, _loss, _memory):
        """Return the learning rate at `step`, and what to remember for the next; most remember nothing."""
        return self(step), None
