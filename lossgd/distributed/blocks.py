"""The work on one block of rows, and the graph that adds up what comes of all blocks."""

import functools
import operator
import uuid
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dask
import dask.array as da
import numpy as np
from dask.core import flatten
from dask.delayed import Delayed
from dask.highlevelgraph import HighLevelGraph

from lossgd import losses, models
from lossgd.models.cost import QUIET

FAN = 8  # results that are added up in one task


def prepared(
    model: models.Model,
    loss: losses.Loss,
    arrays: Mapping[str, da.Array],
    rows: Mapping[str, tuple[int, ...]],
) -> da.Array:
    """Return an array of blocks, each a `models.Cost`; reading and checking a block are one task.

    `arrays` are X, y, and sample_weight if there is one; `rows` says of which shape a row of each is.
    """
    flat = [name for name, array in arrays.items() if array.ndim == 1]
    blocks = da.map_blocks(
        functools.partial(_block, model, loss, rows, flat),
        *(_table(array) if name in flat else array for name, array in arrays.items()),
        dtype=object,
        meta=np.empty((0, 0), object),
        name=f"block-{uuid.uuid4().hex}",
    )
    return dask.optimize(blocks)[0]


def _table(array):
    """Return an array of shape (n,) as a table, such as Dask makes one task of with the reading."""
    return array.map_blocks(_column, new_axis=1, dtype=array.dtype, meta=np.empty((0, 0), array.dtype))


def _column(block):
    return block[:, None]


def _block(model, loss, rows, flat, *tables, block_info):
    """Return the cost of a block, or None of an empty one; raise, with the place, if it is not legal."""
    number, (start, stop) = block_info[0]["chunk-location"][0], block_info[0]["array-location"][0]
    arrays = dict(zip(rows, tables, strict=True))
    arrays |= {name: arrays[name][:, 0] for name in flat}
    for name, array in arrays.items():
        shape = (stop - start, *rows[name])
        if array.shape != shape:
            raise ValueError(f"block {number} of {name} was to have the shape {shape}; it has {array.shape}")
    if start == stop:
        return None

    def of(part: slice) -> models.Cost:
        return models.Cost(model, loss, **{name: array[part] for name, array in arrays.items()})

    try:
        block = of(slice(None))
    except TypeError as error:
        raise TypeError(f"block {number}: {error}") from None
    except ValueError as error:
        row = _first_refused(of, stop - start)
        raise ValueError(
            f"block {number}, row {start + row}: {_refusal(of, slice(row, row + 1)) or error}"
        ) from None
    for name in arrays:  # of which the cost has made what it needs: they would take as much memory again
        object.__setattr__(block, name, None)
    return block


def _first_refused(of, count):
    """Return the first row with which those up to it are refused."""
    return bisect_left(range(1, count), True, key=lambda rows: _refusal(of, slice(rows)) is not None)


def _refusal(of, rows):
    """Return why these rows are refused; None if they are not."""
    try:
        of(rows)
    except ValueError as error:
        return error
    return None


@dataclass(frozen=True)
class Step:
    """What all blocks need in one evaluation; a worker gets it once."""

    theta: np.ndarray
    value: bool
    gradient: bool

    @QUIET  # a worker does not know what its caller ignores
    def on(self, block: models.Cost) -> tuple[Any, Any, float | None]:
        """Return the block's cost, gradient and sum of weights; None for what there is not."""
        inputs, truth = block.data
        value, g = block.on(self.theta, inputs, truth, block.weight, cost=self.value, gradient=self.gradient)
        if g is not None:  # those of float32 are added up in float64
            g = g.astype(np.result_type(g, np.float64), copy=False)
        return value, g, None if block.weight is None else float(block.weight.sum())


@QUIET
def add(results: Sequence[tuple[Any, Any, float | None]]) -> tuple[Any, Any, float | None]:
    """Return the sums of some blocks' results, added from the left."""
    value, g, weight = (
        None if parts[0] is None else functools.reduce(operator.add, parts)
        for parts in zip(*results, strict=True)
    )
    return value, g, weight


def total(step: Step, blocks: da.Array) -> Delayed:
    """Return the sums of what `step` makes of all blocks.

    Neighbours are added first, then neighbouring sums, and so on: the order depends on the number of blocks
    alone, and neither on who computes their results nor on which is ready first.
    """
    name = f"cost-{uuid.uuid4().hex}"
    full = [
        key for key, count in zip(flatten(blocks.__dask_keys__()), blocks.chunks[0], strict=True) if count
    ]
    layer: dict[Any, Any] = {f"{name}-step": step}
    keys = [(name, 0, number) for number in range(len(full))]
    layer |= {key: (Step.on, f"{name}-step", block) for key, block in zip(keys, full, strict=True)}
    while len(keys) > 1:
        groups = [keys[i : i + FAN] for i in range(0, len(keys), FAN)]
        keys = [(name, keys[0][1] + 1, number) for number in range(len(groups))]
        layer |= {key: (add, group) for key, group in zip(keys, groups, strict=True)}
    return Delayed(keys[0], HighLevelGraph.from_collections(name, layer, [blocks]), layer=name)
