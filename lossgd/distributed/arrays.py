"""What can be said against Dask arrays before any block is read."""

import math
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import dask.array as da


def check_arrays(arrays: Mapping[str, Any]) -> None:
    """Raise unless these are real numbers in the same blocks of whole rows, of a table first of all."""
    for name, array in arrays.items():
        if not isinstance(array, da.Array):
            raise TypeError(
                f"{name} must be a Dask array, such as dask.array.from_array({name}, chunks=…) makes; "
                f"got {type(array).__name__}"
            )
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}")
        if array.ndim == 0:
            raise ValueError(f"{name} must be an array with one entry an example; got a scalar")
        if math.isnan(sum(array.chunks[0])):
            raise ValueError(
                f"{name} has blocks of unknown sizes; count their rows with {name}.compute_chunk_sizes()"
            )
        for axis, blocks in enumerate(array.numblocks[1:], 1):
            if blocks > 1:
                raise ValueError(
                    f"{name} must have whole rows in each block; got {blocks} blocks along axis {axis}. "
                    f"Use {name}.rechunk({{{axis}: -1}})."
                )
    (first, X), *others = arrays.items()
    if X.ndim != 2:
        hint = f" For a single feature, use {first}[:, None]." if X.ndim == 1 else ""
        raise ValueError(f"{first} must have shape (n, features), one row an example; got {X.shape}.{hint}")
    if 0 in X.shape:
        raise ValueError(f"{first} must hold at least one example; got an empty array of shape {X.shape}")
    for name, array in others:
        _check_same_blocks(first, X, name, array)


def _check_same_blocks(first, X, name, array):
    for number, (ours, theirs) in enumerate(zip_longest(X.chunks[0], array.chunks[0], fillvalue="no")):
        if ours != theirs:
            if len(X) != len(array):
                advice = f"{first} has {len(X)} rows in all, {name} has {len(array)}"
            else:
                advice = f"Use {name}.rechunk({{0: {first}.chunks[0]}})"
            raise ValueError(
                f"{first} and {name} must have the same blocks of rows; block {number} has {ours} rows in "
                f"{first} and {theirs} in {name}. {advice}."
            )
