"""Names for types that signatures share."""

from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

Numbers: TypeAlias = float | np.ndarray  # a number, or one for each of several runs, points or steps
Examples: TypeAlias = tuple[dict[str, Any], ...]  # the parameters of some objects of a class
Link: TypeAlias = Literal["identity", "sigmoid", "softmax"]  # what makes predictions of a model's scores
Reduction: TypeAlias = Literal["mean", "sum", "mean_with_sample_weight"]


class Random(Protocol):
    """A source of random numbers, such as `numpy.random.Generator`."""

    def random(self, size: tuple[int, ...], /) -> np.ndarray:
        """Return numbers in [0, 1)."""

    def permutation(self, n: int, /) -> np.ndarray:
        """Return the numbers from 0 to n − 1 in a random order."""


class LossLike(Protocol):
    """What a cost needs of a loss; see `losses.Loss`.

    It may also have `trusted_each`, as `losses.Loss` has it, for the members of an ensemble; without it,
    `trusted` is called for one after the other.
    """

    @property
    def link(self) -> Link:
        """What makes of scores what is compared with the truth."""

    @property
    def takes_scores(self) -> bool:
        """Whether it is the scores themselves that the loss takes."""

    def check(self, y_true: np.ndarray, y_pred: np.ndarray, *, sample_weight: np.ndarray | None) -> None:
        """Raise unless the data are legal."""

    def trusted(
        self,
        y_true: np.ndarray,
        y_pred: np.ndarray,
        *,
        sample_weight: np.ndarray | None,
        cost: bool,
        gradient: bool,
    ) -> tuple[float | None, np.ndarray | None]:
        """Return the cost and its gradient, None for what is not asked for, without any check."""
