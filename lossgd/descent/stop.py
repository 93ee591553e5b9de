"""Why a descent stops: each reason and its sentence, once."""

from enum import StrEnum
from typing import Self

import numpy as np

FAR = 1e6  # a loss that has changed by so much, in either direction, may have diverged


class Stop(StrEnum):
    """Why a descent stopped; as text, the word that `Path.stopped` and `History.stopped` hold.

    Attributes
    ----------
    sentence : str
        The reason in words; of "max steps" with the unit that is counted, of "diverged" with how.
    converged : bool
        Whether the loss or its gradient came to rest, which is not to say at a minimum.

    Examples
    --------
    >>> Stop("loss change").sentence
    'converged: the loss hardly changes'
    >>> [str(reason) for reason in Stop if reason.converged]
    ['gradient', 'loss change']
    """

    sentence: str

    GRADIENT = "gradient", "converged: the gradient is nearly 0"
    LOSS_CHANGE = "loss change", "converged: the loss hardly changes"
    MAX_STEPS = "max steps", "stopped: the limit of {unit} is reached"
    VALIDATION = "validation", "stopped: the validation loss no longer falls"
    DIVERGED = "diverged", "diverged: {how}"

    def __new__(cls, word: str, sentence: str = "") -> Self:
        """Make a reason of its word and its sentence; `Stop(word)` finds the one that there is."""
        reason = str.__new__(cls, word)
        reason._value_, reason.sentence = word, sentence
        return reason

    @property
    def converged(self) -> bool:
        """Whether the loss or its gradient came to rest."""
        return self.sentence.startswith("converged")


WORDS = np.dtype(f"U{max(map(len, Stop))}")  # of an array of reasons


def sentence(stopped: str, losses: np.ndarray, steps: int, unit: str = "steps") -> str:
    """Return why and when a descent stopped, and its first and last loss."""
    end = Stop(stopped).sentence.format(unit=unit, how=_how_it_diverged(losses[0], losses[-1]))
    return f"{end} after {steps} {unit if steps != 1 else unit[:-1]}; loss {losses[0]:.6g} → {losses[-1]:.6g}"


def sentence_of_many(
    stopped: str | np.ndarray, steps: np.ndarray, runs: str = "descents", unit: str = "steps"
) -> str:
    """Return how many runs of an ensemble stopped for each reason."""
    counts = zip(*np.unique(stopped, return_counts=True), strict=True)
    reasons = ", ".join(f"{count} × {reason}" for reason, count in counts)
    return f"{steps.size} {runs}, up to {steps.max()} {unit}: {reasons}"


def _how_it_diverged(first, last):
    if not np.isfinite(last):
        return "the loss is not finite"
    if abs(last - first) < FAR:
        return "the gradient is not a number"
    return f"the loss {'grows' if last > first else 'falls'} without bound"
