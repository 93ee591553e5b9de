"""What every optimizer shares: its state, its learning rate, the checks of a step."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.schedules.base import HasLearningRate, Schedule
from lossgd.typing import Numbers


class State(NamedTuple):
    """What an optimizer remembers: the steps done, its arrays by name, and its schedule's memory."""

    steps: int
    memory: dict[str, np.ndarray]
    schedule: Any = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimizer(HasLearningRate):
    """A rule that turns gradients into steps.

    A subclass names the arrays it `remembers`, all 0 at first, and says in `change` what is taken from θ.

    Parameters
    ----------
    lr : float, array_like or Schedule
        The learning rate α > 0.
    """

    lr: Numbers | Schedule

    remembers: ClassVar[tuple[str, ...]] = ()  # the arrays that are kept from step to step, by name

    def __post_init__(self):
        if isinstance(self.lr, Schedule):
            checks.python_numbers(self)
        else:
            super().__post_init__()

    def init(self, theta: np.ndarray) -> State:
        """Return the state before the first step from `theta`, an array of floats."""
        if not (isinstance(theta, np.ndarray) and theta.dtype.kind == "f"):
            raise TypeError(f"theta must be an array of floats; got {theta!r}")
        rate = np.asarray(self.lr.lr if isinstance(self.lr, Schedule) else self.lr)
        fits = rate.ndim == theta.ndim and all(
            r in (1, n) for r, n in zip(rate.shape, theta.shape, strict=True)
        )
        if rate.ndim and not fits:
            raise ValueError(
                f"lr must be a number, or broadcast to theta's shape {theta.shape} with as many axes "
                f"((k, 1) for k runs); got shape {rate.shape}"
            )
        dtype = checks.working(theta.dtype)
        return State(0, {name: np.zeros_like(theta, dtype) for name in self.remembers})

    def look_ahead(self, theta: np.ndarray, _state: State) -> np.ndarray:
        """Return where the next gradient is to be evaluated: at `theta`, unless a class says otherwise."""
        return theta

    def step(
        self, theta: np.ndarray, gradient: ArrayLike, state: State, loss: Numbers | None = None
    ) -> tuple[np.ndarray, State]:
        """Return the parameters and the state after one step.

        Half precision is computed in float32, and so is what is remembered; the parameters come back in half
        precision.

        Parameters
        ----------
        theta : ndarray
            The parameters, of any shape.
        gradient : array_like of the same shape
            The gradient there (or, for Nesterov, at `look_ahead(theta, state)`).
        state : State
            Of the step before, or of `init`.
        loss : float or ndarray, optional
            The loss at `theta`; only `schedules.ReduceOnPlateau` looks at it, whenever it is given.

        Raises
        ------
        ValueError, TypeError
            If the gradient has another shape than `theta`, or is masked or not real numbers.
        """
        half = theta.dtype == np.float16
        if half:
            theta = theta.astype(np.float32)
        theta, state = self.trusted(theta, checked_gradient(gradient, theta), state, loss)
        return (theta.astype(np.float16) if half else theta), state

    def trusted(
        self, theta: np.ndarray, gradient: np.ndarray, state: State, loss: Numbers | None = None
    ) -> tuple[np.ndarray, State]:
        """Do a step without any check, for a caller that made sure of shapes and dtypes, as `descend` does.

        The gradient has the shape and the dtype of θ, float32 or float64.
        """
        steps, memory, of_schedule = state
        lr = self.lr
        if type(lr) is not float and isinstance(lr, Schedule):  # the first is quicker to ask
            lr, of_schedule = lr.at(steps, loss, of_schedule)
        if not (type(lr) is float and theta.itemsize == 8):
            lr = np.asarray(lr, theta.dtype)  # a number is rounded as it would be in an array of rates
        if memory:
            change, *arrays = self.change(theta, gradient, lr, steps + 1, *memory.values())
            memory = dict(zip(self.remembers, arrays, strict=True))
        else:
            (change,) = self.change(theta, gradient, lr, steps + 1)
        return theta - change, State(steps + 1, memory, of_schedule)

    @abstractmethod
    def change(
        self, theta: np.ndarray, g: np.ndarray, lr: Numbers, t: int, *memory: Any
    ) -> tuple[np.ndarray, ...]:
        """Return what step t takes from θ, and the new value of each array that is remembered.

        Parameters
        ----------
        theta, g : ndarray
            The parameters, and the gradient there or at `look_ahead`.
        lr : float or ndarray
            The learning rate α of this step.
        t : int
            The number of the step, counted from 1.
        *memory : ndarray
            What is remembered of the step before, in the order of `remembers`; at first 0.
        """


def checked_gradient(gradient: ArrayLike, theta: np.ndarray) -> np.ndarray:
    """Return the gradient as an array of the dtype of θ; raise if it has another shape, or is not real."""
    if (
        type(gradient) is np.ndarray
        and gradient.shape == theta.shape
        and gradient.dtype is theta.dtype
        and theta.dtype.kind == "f"
    ):
        return gradient  # most are right, and this is quicker
    gradient = np.asarray(checks.unmasked("the gradient", gradient))
    if gradient.shape != theta.shape:
        raise ValueError(f"the gradient must have theta's shape, {theta.shape}; got {gradient.shape}")
    return checks.real_array("the gradient", gradient).astype(theta.dtype, copy=False)
