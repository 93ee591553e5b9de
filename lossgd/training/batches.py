"""The examples of a training, batch by batch."""

from collections.abc import Iterator

import numpy as np

from lossgd.models import Cost
from lossgd.typing import Random

CACHED = 65536  # numbers, of 512 KB: the examples that are put in order at a time


class Batches:
    """The examples in batches, each example once; with `rng`, in a new order each time they are gone through.

    A batch holds what `Cost.on` takes: inputs, truth, and the weights if there are any. Where `rng` has an
    order for each of several seeds, their axes come first.
    """

    def __init__(self, cost: Cost, size: int, rng: Random | None) -> None:
        self.arrays = cost.data if cost.weight is None else (*cost.data, cost.weight)
        self.n, self.size, self.rng = len(cost.data[0]), size, rng

    def __iter__(self) -> Iterator[list[np.ndarray]]:
        if self.rng is None or self.size == self.n:
            yield from self._split(self.arrays)
            return
        order = self.rng.permutation(self.n)
        # A few batches at a time, which the processor's cache holds until they are used.
        room = self.size * max(1, CACHED * self.n // (self.size * self.arrays[0][0].size * order.size))
        for start in range(0, self.n, room):
            rows = order[..., start : start + room]
            yield from self._split([array.take(rows, axis=0) for array in self.arrays], seeds=rows.ndim - 1)

    def _split(self, arrays, seeds=0):
        """Yield the batches; axes of seeds are before those of the examples."""
        axes = (slice(None),) * seeds
        for start in range(0, arrays[0].shape[seeds], self.size):
            rows = (*axes, slice(start, start + self.size))
            yield [array[rows] for array in arrays]
