"""What is recorded on the way, in arrays that grow."""

import math

import numpy as np

from lossgd.descent.path import Path
from lossgd.typing import Numbers

FIRST_ROOM = 2_000_000  # for so many numbers, 16 MB: most descents fit, so that nothing is copied


class Records:
    """Parameters, losses, gradient norms and, if asked for, validation losses, point by point.

    Parameters
    ----------
    theta : ndarray
        The start.
    past : Path or None
        What is gone on with; its last point is recorded again.
    max_steps : int
        How many steps will be done at most.
    validated : bool
        Whether there are validation losses.

    Attributes
    ----------
    count : int
        How many points are recorded.
    full : bool
        Whether all steps are done.
    """

    def __init__(self, theta: np.ndarray, past: Path | None, max_steps: int, *, validated: bool) -> None:
        if past:
            kept = past.thetas, past.losses, past.gradient_norms, past.validation_losses
            self._arrays = [array[:-1] for array in kept if array is not None]
            self._arrays[0] = _transposed(self._arrays[0])
        else:
            runs = theta.shape[:-1]
            losses, norms = np.empty((0, *runs)), np.empty((0, *runs), theta.dtype)
            points = np.empty((0, *theta.T.shape), theta.dtype)
            self._arrays = [points, losses, norms] + [losses] * validated
        self.count = self._room = len(self._arrays[0])
        self.full = False
        self._limit = self.count + max_steps + 1

    def append(
        self, theta: np.ndarray, loss: Numbers, norm: Numbers, validation_loss: Numbers | None = None
    ) -> None:
        """Record what was measured at a point; θ comes transposed."""
        i, arrays = self.count, self._arrays
        if i == self._room:
            self._grow()
        arrays[0][i] = theta
        arrays[1][i] = loss
        arrays[2][i] = norm
        if validation_loss is not None:
            arrays[3][i] = validation_loss
        self.count = i + 1
        self.full = i + 1 == self._limit

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
        """Return what was recorded, as four arrays; the last is None if there are no validation losses."""
        thetas, losses, norms, *validation = (array[: self.count] for array in self._arrays)
        return _transposed(thetas), losses, norms, validation[0] if validation else None

    def _grow(self):
        entries = [math.prod(array.shape[1:]) for array in self._arrays]
        room = self._room = min(self._limit, 2 * self.count + 1 + FIRST_ROOM // entries[0])
        # In one piece: the system gives a large piece of memory at once, and small ones page by page.
        sizes = [room * n for n in entries]
        parts = np.split(np.empty(sum(sizes)), np.cumsum(sizes)[:-1])
        for i, (array, part, size) in enumerate(zip(self._arrays, parts, sizes, strict=True)):
            self._arrays[i] = part.view(array.dtype)[:size].reshape(room, *array.shape[1:])
            self._arrays[i][: self.count] = array


def _transposed(thetas):
    """Return thetas with the axes of each point in reverse order.

    So are they kept while they are recorded: with a coordinate of all runs side by side in memory.
    """
    return thetas.transpose(0, *range(thetas.ndim - 1, 0, -1))
