"""A schedule that watches the loss."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lossgd import checks
from lossgd.schedules.base import Schedule


class _Watch(NamedTuple):
    """What `ReduceOnPlateau` remembers, for one run or for each of several."""

    best: np.ndarray
    waited: np.ndarray
    scale: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class ReduceOnPlateau(Schedule):
    """Multiply by a factor whenever the loss has not fallen below its best for `patience` steps.

    It depends on the losses, not on the step alone: call it with the losses of a descent to see what its
    learning rates were. Keras' `ReduceLROnPlateau` counts as this does; with PyTorch's, `patience` is the
    number of steps that are put up with, one fewer.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    factor : float
        In (0, 1).
    patience : int
        How many steps without a better loss to wait.
    threshold : float
        By what share of the best loss a loss must be lower to count as better.

    Examples
    --------
    >>> ReduceOnPlateau(lr=1.0, factor=0.5, patience=2)([9.0, 4.0, 4.0, 4.0, 4.0, 3.0])
    array([1. , 1. , 1. , 0.5, 0.5, 0.5])

    References
    ----------
    Goodfellow, I., Bengio, Y. and Courville, A. (2016). Deep Learning, section 8.3.1. MIT Press.
    """

    factor: float = 0.5
    patience: int = 10
    threshold: float = 1e-4

    def __post_init__(self):
        super().__post_init__()
        checks.number("factor", self.factor, 0, 1)
        checks.count("patience", self.patience)
        checks.number("threshold", self.threshold, 0, 1, closed="[")

    def __call__(self, losses):
        """Return the learning rate of each step of one run, given the losses before the steps."""
        rates, memory = [], None
        for step, loss in enumerate(losses):
            rate, memory = self.at(step, loss, memory)
            rates.append(rate)
        return np.array(rates)

    def at(self, _step, loss, memory):
        """Return the learning rate after this loss, and what to remember for the next."""
        if loss is None:
            raise ValueError("ReduceOnPlateau needs the loss at every step: optimizer.step(…, loss=…)")
        loss = np.asarray(loss)
        if memory is None:
            memory = _Watch(np.full(loss.shape, np.inf), np.zeros(loss.shape, int), np.ones(loss.shape))
        best, waited, scale = memory
        enough = self.threshold * np.abs(np.where(np.isinf(best), 0.0, best))
        better = loss < best - enough
        waited = np.where(better, 0, waited + 1)
        tired = waited >= self.patience
        scale = np.where(tired, scale * self.factor, scale)
        memory = _Watch(np.where(better, loss, best), np.where(tired, 0, waited), scale)
        return self.lr * (scale[..., None] if loss.ndim else scale), memory
