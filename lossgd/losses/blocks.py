"""Evaluation in blocks of examples: small enough for the cache, and in several threads if it pays."""

import math
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

# Entries worked on at a time: temporaries of 80 KB stay in the processor's cache. From 128 KB on, the memory
# of each may be fresh from the system.
BLOCK = 10_240
THREADED = 500_000  # entries a thread must have before a further one pays for its start

# A log of 0 or an overflow is a loss of infinity, which is the right answer. NaN may come of illegal values,
# before they are found.
QUIET = np.errstate(divide="ignore", over="ignore", invalid="ignore")


def total(block: Callable[..., float], arrays: Sequence[np.ndarray | None], n: int, size: int) -> float:
    """Return the sum of what `block` returns for blocks of the examples, in several threads if it pays.

    `block` takes rows of the arrays, which are of n examples, or None for those that are None; `size` is how
    many entries the work is.
    """
    step = max(1, BLOCK * n // size)

    @QUIET  # a thread does not know what was ignored in the one that started it
    def run(start, stop):
        rows = [slice(i, min(i + step, stop)) for i in range(start, stop, step)]
        return [block(*[None if array is None else array[r] for array in arrays]) for r in rows]

    workers = min(_cores(), size // THREADED) if size >= 2 * THREADED else 1
    if workers == 1:
        return _sum(run(0, n))
    share = -(-n // (workers * step)) * step  # whole blocks, so that the sum does not depend on the cores
    starts = range(0, n, share)
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(run, starts, [min(start + share, n) for start in starts])
        return _sum([each for part in parts for each in part])


def _sum(totals):
    try:
        return math.fsum(totals)
    except OverflowError:  # finite parts, the sum of which is beyond float64
        return math.inf


def _cores():
    """Return how many cores this process may use; 1 in the browser, where no thread can be started."""
    if sys.platform == "emscripten":
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
