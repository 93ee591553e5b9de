"""What a descent was: the whole path, and why it ended."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossgd.descent.stop import Stop, sentence, sentence_of_many
from lossgd.optimizers import State
from lossgd.typing import Numbers


@dataclass(frozen=True, eq=False)
class Path:
    """A descent, from its start to its end: what `descend` returns.

    Of an ensemble, each array has the ensemble's axes after its first, such as `thetas` of k runs the shape
    (steps + 1, k, d), and the fields of a run have the shape of the ensemble, (k,); a run that stopped before
    the others keeps its last values.

    Attributes
    ----------
    thetas : ndarray of shape (steps + 1, d) or (steps + 1, k, d)
        The parameters before the first step, and after each.
    losses, gradient_norms : ndarray of shape (steps + 1,) or (steps + 1, k)
        The objective and the length of its gradient there.
    validation_losses : ndarray of shape (steps + 1,) or (steps + 1, k), or None
        The validation loss, where one was asked for.
    stopped : str, or ndarray of str
        "gradient", "loss change", "max steps", "validation" or "diverged".
    steps : int, or ndarray of int
        How many steps were done.
    state : State
        What the optimizer remembers at the end: with it a descent is resumed.
    """

    thetas: np.ndarray = field(repr=False)
    losses: np.ndarray = field(repr=False)
    gradient_norms: np.ndarray = field(repr=False)
    validation_losses: np.ndarray | None = field(repr=False)
    stopped: str | np.ndarray
    steps: int | np.ndarray
    state: State = field(repr=False)

    @property
    def theta(self) -> np.ndarray:
        """The parameters at the end."""
        return self.thetas[-1]

    @property
    def loss(self) -> Numbers:
        """The objective at the end."""
        return plain(self.losses[-1])

    @property
    def converged(self) -> bool | np.ndarray:
        """Whether the loss or its gradient came to rest, which is not to say at a minimum."""
        return plain(np.isin(self.stopped, [reason for reason in Stop if reason.converged]))

    @property
    def best(self) -> np.ndarray:
        """The parameters where the validation loss, or without one the loss, was lowest."""
        return np.take_along_axis(self.thetas, np.asarray(self.best_step)[None, ..., None], axis=0)[0]

    @property
    def best_step(self) -> int | np.ndarray:
        """After how many steps that loss was lowest; NaN counts as infinite."""
        losses = self.losses if self.validation_losses is None else self.validation_losses
        return plain(np.argmin(np.where(np.isnan(losses), np.inf, losses), axis=0))

    def __str__(self):
        if isinstance(self.steps, np.ndarray):
            return sentence_of_many(self.stopped, self.steps)
        return sentence(str(self.stopped), self.losses, self.steps)


def plain(values: np.ndarray) -> Any:
    """Return an array, or Python's number or word if it holds one only."""
    return values if values.ndim else values.item()
