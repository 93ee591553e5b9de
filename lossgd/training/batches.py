"""The examples of a training, batch by batch."""

from collections.abc import Iterator

import numpy as np

from lossgd.models import Cost

CACHED = 65536  # numbers, of 512 KB: the examples that are put in order at a time


class Batches:
    """The examples in batches, each example once; with `rng`, in a new order each time they are gone through.

    A batch holds what `Cost.on` takes: inputs, truth, and the weights if there are any.
    """

    def __init__(self, cost: Cost, size: int, rng: "np.random.Generator | None") -> None:
        self.arrays = cost.data if cost.weight is None else (*cost.data, cost.weight)
        self.n, self.size, self.rng = len(cost.data[0]), size, rng

    def __iter__(self) -> Iterator[list[np.ndarray]]:
        if self.rng is None or self.size == self.n:
            yield from self._split(self.arrays)
            return
        order = self.rng.permutation(self.n)
        # A few batches at a time, which the processor's cache holds until they are used.
        room = self.size * max(1, CACHED // (self.size * self.arrays[0][0].size))
        for start in range(0, self.n, room):
            rows = order[start : start + room]
            yield from self._split([array.take(rows, axis=0) for array in self.arrays])

    def _split(self, arrays):
        for start in range(0, len(arrays[0]), self.size):
            yield [array[start : start + self.size] for array in arrays]
