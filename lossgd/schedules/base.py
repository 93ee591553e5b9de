"""What all that has a learning rate shares: how it is checked, kept and compared."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.typing import Examples, Numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class HasLearningRate(ABC):
    """What has a learning rate, a number or an array; equal to its like if all parameters are."""

    lr: Any  # its type is said below: of an optimizer, it may be a schedule

    examples: ClassVar[Examples]  # parameters with which it is proved, verified and tested

    def __post_init__(self):
        checks.python_numbers(self)
        object.__setattr__(self, "lr", checks.learning_rate(self.lr))

    def _key(self):
        values = (getattr(self, field.name) for field in fields(self))
        return tuple((v.shape, v.tobytes()) if isinstance(v, np.ndarray) else v for v in values)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self._key()))


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule(HasLearningRate):
    """A learning rate that changes with the step.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from, α₀ > 0.
    """

    lr: Numbers

    @abstractmethod
    def at(self, step: int, loss: Numbers | None, memory: Any) -> tuple[Numbers, Any]:
        """Return the learning rate of a step, and what to remember for the next.

        Parameters
        ----------
        step : int
            Which step, counted from 0.
        loss : float, ndarray or None
            The loss before the step, one a run; None if nothing new was measured.
        memory : object
            What the call for the step before returned; None at first.
        """


@dataclass(frozen=True, kw_only=True, eq=False)
class Fixed(Schedule):
    """A learning rate that is settled beforehand: it depends on the step alone.

    A subclass says in `rate` what it is.
    """

    def __call__(self, step: ArrayLike) -> Numbers:
        """Return the learning rate at `step`, an integer or an array of integers ≥ 0."""
        steps = checks.steps(step)
        return self.rate(steps if steps.ndim else steps.item())

    def at(self, step: int, _loss: Numbers | None, _memory: Any) -> tuple[Numbers, None]:
        """Return the learning rate at `step`; there is nothing to remember."""
        return self.rate(step), None

    @abstractmethod
    def rate(self, step: Any) -> Any:
        """Return the learning rate at `step`, a Python number or an array."""
