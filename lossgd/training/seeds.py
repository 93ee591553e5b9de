"""Random numbers for each of several seeds, as each gives them alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lossgd.typing import Random


class Generators:
    """Generators of random numbers for an array of seeds, whose axes come first in what is drawn."""

    def __init__(self, generators: Sequence[Random], shape: tuple[int, ...]) -> None:
        self.generators, self.shape = generators, shape

    def random(self, size: tuple[int, ...]) -> np.ndarray:
        """Return numbers in [0, 1) for each seed."""
        return np.reshape([rng.random(size) for rng in self.generators], self.shape + size)

    def permutation(self, n: int) -> np.ndarray:
        """Return an order of n things for each seed."""
        return np.reshape([rng.permutation(n) for rng in self.generators], (*self.shape, n))


def checked_seeds(seed: Any) -> Any:
    """Return an array of seeds as an array of integers, and one seed as it is; raise if they are no seeds."""
    if not np.ndim(seed):
        return seed
    seeds = np.asarray(seed)
    if seeds.dtype.kind not in "iu" or not seeds.size:
        raise TypeError(f"seed must be a whole number, or an array of them; got {seed!r}")
    if seeds.min() < 0:
        raise ValueError(f"seeds must not be negative; got {seeds.min()}")
    return seeds


def spawned(seed: Any, parts: int) -> Sequence[Random]:
    """Return so many sources of random numbers that do not disturb each other."""
    if not np.ndim(seed):
        return np.random.default_rng(seed).spawn(parts)
    each = [np.random.default_rng(s).spawn(parts) for s in seed.ravel().tolist()]
    return [Generators(generators, seed.shape) for generators in zip(*each, strict=True)]
