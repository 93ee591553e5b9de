"""A schedule that watches the loss."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from lossgd import checks
from lossgd.schedules.base import Schedule
from lossgd.typing import Numbers


class _Watch(NamedTuple):
    """What `ReduceOnPlateau` remembers, for one run or for each of several."""

    best: np.ndarray
    waited: np.ndarray
    cooling: np.ndarray
    scale: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class ReduceOnPlateau(Schedule):
    """Multiply by a factor whenever the loss has not been better than its best for `patience` looks.

    It depends on the losses, not on the step alone: call it with the losses of a descent to see what its
    learning rates were. It looks whenever an optimizer's step is given a loss: at every step in `descend`,
    once an epoch in `fit`. A step without a loss keeps the rate.

    The options are named as in PyTorch, whose `patience` is the number of looks that are put up with, one
    fewer; whose relative threshold lets a negative loss that is a little worse count as better; and which
    leaves out a change of less than 1e-8. Keras' `ReduceLROnPlateau` counts `patience` as here, and one look
    fewer of `cooldown`; its threshold is absolute and named `min_delta`.

    Parameters
    ----------
    lr : float or array_like
        The learning rate that the schedule starts from.
    factor : float, default 0.5
        In (0, 1).
    patience : int, default 10
        How many looks without a better loss to wait.
    threshold : float, default 0.0001
        By how much a loss must be better than the best so far to count as better, ≥ 0.
    threshold_mode : {"rel", "abs"}, default "rel"
        Whether the threshold is a share of the best loss, or in the unit of the loss.
    cooldown : int, default 0
        How many looks after a reduction do not count, ≥ 0.
    min_lr : float, default 0.0
        The learning rate below which it does not fall, ≥ 0.
    mode : {"min", "max"}, default "min"
        Whether lower is better, or higher: "max" is for what is watched in the place of a loss, such as an
        accuracy.

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
    threshold_mode: Literal["rel", "abs"] = "rel"
    cooldown: int = 0
    min_lr: float = 0.0
    mode: Literal["min", "max"] = "min"

    examples = (
        {"lr": 0.1, "factor": 0.5, "patience": 3},
        {"lr": 0.1, "threshold_mode": "abs", "cooldown": 2, "min_lr": 0.01, "mode": "max"},
    )

    def __post_init__(self):
        super().__post_init__()
        checks.number("factor", self.factor, 0, 1)
        checks.count("patience", self.patience)
        checks.option("threshold_mode", self.threshold_mode, ("rel", "abs"))
        checks.number(
            "threshold", self.threshold, 0, 1 if self.threshold_mode == "rel" else np.inf, closed="["
        )
        checks.count("cooldown", self.cooldown, 0)
        checks.number("min_lr", self.min_lr, 0, float(np.min(self.lr)), closed="[]")
        checks.option("mode", self.mode, ("min", "max"))

    def __call__(self, losses: Iterable[float]) -> np.ndarray:
        """Return the learning rate of each step of one run, given the losses before the steps."""
        rates, memory = [], None
        for step, loss in enumerate(losses):
            rate, memory = self.at(step, loss, memory)
            rates.append(rate)
        return np.array(rates)

    def at(self, _step: int, loss: Numbers | None, memory: _Watch | None) -> tuple[np.ndarray, _Watch]:
        """Return the learning rate after this loss, and what to remember for the next.

        A loss of None is nothing new: the rate stays.
        """
        if loss is not None:
            memory = self._look(checks.real_array("the loss", loss).astype(float), memory)
        if memory is None:
            raise ValueError("ReduceOnPlateau needs the loss at the first step: optimizer.step(…, loss=…)")
        scale = memory.scale
        rate = self.lr * (scale[..., None] if scale.ndim else scale)
        return np.maximum(rate, self.min_lr), memory

    def _look(self, loss, memory):
        if self.mode == "max":
            loss = -loss
        if memory is None:
            none = np.zeros(loss.shape, int)
            memory = _Watch(np.full(loss.shape, np.inf), none, none, np.ones(loss.shape))
        best, waited, cooling, scale = memory
        enough: Numbers = self.threshold
        if self.threshold_mode == "rel":
            enough = enough * np.abs(np.where(np.isinf(best), 0.0, best))
        better = loss < best - enough
        waited = np.where(better | (cooling > 0), 0, waited + 1)
        tired = waited >= self.patience
        return _Watch(
            best=np.where(better, loss, best),
            waited=np.where(tired, 0, waited),
            cooling=np.where(tired, self.cooldown, np.maximum(cooling - 1, 0)),
            scale=np.where(tired, scale * self.factor, scale),
        )
