"""The slopes of the losses of many examples at once, measured from the shipped values."""

from typing import Any

import numpy as np

from lossgd.gradcheck.complex_step import along
from lossgd.gradcheck.differences import entrywise_slopes


def by_complex_step(loss: Any, y: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return the slope of each example's loss by each entry of its prediction."""
    return _each_entry(p, lambda where: along(lambda moved: _losses(loss, y, moved), p, where))


def by_differences(loss: Any, y: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return the same by central differences; NaN where these cannot see: at a kink, at a domain's end."""

    def along_entry(where):
        def losses(values):  # of shape (…, n): the examples, again and again
            again = values.shape[:-1]
            moved = np.empty((*again, *p.shape))
            moved[...] = p
            moved[where] = values
            truth = np.broadcast_to(y, (*again, *y.shape)).reshape(-1, *y.shape[1:])
            return _losses(loss, truth, moved.reshape(-1, *p.shape[1:])).reshape(values.shape)

        measured = entrywise_slopes(losses, p[where])
        return np.where(measured.kinked | measured.unsure, np.nan, measured.slope)

    return _each_entry(p, along_entry)


def _losses(loss, y, p):
    return loss.loss(*loss.parts(y, p))


def _each_entry(p, slope):
    """Return slopes by the predictions, or for rows of them, by each column."""
    if p.ndim == 1:
        return slope((...,))
    return np.stack([slope((..., j)) for j in range(p.shape[1])], axis=1)
