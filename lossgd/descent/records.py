"""What is recorded on the way, in arrays that grow."""

import math

import numpy as np

from lossgd.descent.path import Path

FIRST_ROOM = 2_000_000  # for so many numbers, 16 MB: most descents fit, so that nothing is copied


class Records:
    """Parameters, losses, gradient norms and, if asked for, validation losses, point by point.

    Parameters
    ----------
    before : ndarray or Path
        The start; or the path that is gone on with, whose last point is recorded again.
    max_steps : int
        How many steps will be done at most.
    validated : bool
        Whether there are validation losses.
    """

    def __init__(self, before, max_steps, *, validated):
        if isinstance(before, Path):
            kept = before.thetas, before.losses, before.gradient_norms, before.validation_losses
            self._arrays = [array[:-1] for array in kept if array is not None]
            self._arrays[0] = _transposed(self._arrays[0])
        else:
            runs = before.shape[:-1]
            losses, norms = np.empty((0, *runs)), np.empty((0, *runs), before.dtype)
            points = np.empty((0, *before.T.shape), before.dtype)
            self._arrays = [points, losses, norms] + [losses] * validated
        self._length = len(self._arrays[0])
        self._limit = self._length + max_steps + 1

    @property
    def full(self):
        """Whether all steps are done."""
        return self._length == self._limit

    def append(self, *entries):
        """Record what was measured at a point; θ comes transposed."""
        if self._length == len(self._arrays[0]):
            self._grow()
        for array, entry in zip(self._arrays, entries, strict=True):
            array[self._length] = entry
        self._length += 1

    def arrays(self):
        """Return what was recorded, as four arrays; the last is None if there are no validation losses."""
        thetas, *others = (array[: self._length] for array in self._arrays)
        return (_transposed(thetas), *others, None)[:4]

    def _grow(self):
        room = min(self._limit, 2 * self._length + 1 + FIRST_ROOM // math.prod(self._arrays[0].shape[1:]))
        for i, array in enumerate(self._arrays):
            self._arrays[i] = np.empty((room, *array.shape[1:]), array.dtype)
            self._arrays[i][: self._length] = array


def _transposed(thetas):
    """Return thetas with the last two axes swapped, if they are of an ensemble.

    So are they kept while they are recorded: with a coordinate of all runs side by side in memory.
    """
    return thetas if thetas.ndim == 2 else thetas.swapaxes(1, 2)
