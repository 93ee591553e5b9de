"""Dask arrays of files, in blocks of whole rows of known sizes, and clear errors.

The libraries' own readers do the work: Zarr's, NumPy's and PyArrow's. At first only what the files say of
themselves is read; the rows of a block, when they are needed.
"""

import functools
import os
import uuid
from collections.abc import Sequence
from typing import Any

import dask
import dask.array as da
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zarr

from lossgd import checks

File = str | os.PathLike[str]
Row = tuple[tuple[int, ...], np.dtype]


def from_zarr(path: File, *, component: str | None = None, rows: int | None = None) -> da.Array:
    """Return a Zarr array as a Dask array.

    Of a chunk that is missing, Zarr takes all numbers to be the array's fill value, by default 0. Write the
    data with `fill_value=np.nan`, and a missing chunk is refused as NaN is.

    Parameters
    ----------
    path : path
        Where the array is, or the group that holds it.
    component : str, optional
        Which array of a group.
    rows : int, optional
        The rows of a block, best a multiple of the rows of Zarr's chunks; these, if not given.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = zarr.create_array(f"{folder}/X.zarr", data=np.ones((10, 3)), chunks=(4, 3))
    ...     from_zarr(f"{folder}/X.zarr").chunks
    ((4, 4, 2), (3,))
    """
    name = os.fspath(path) if component is None else f"{os.fspath(path)}/{component}"
    try:
        array = zarr.open_array(os.fspath(path), path=component or "", mode="r")
    except FileNotFoundError as error:
        raise FileNotFoundError(f"there is no Zarr array {name}") from error
    rows = array.chunks[0] if rows is None else checks.count("rows", rows)
    return da.from_zarr(array, chunks=(rows, *array.shape[1:]))


def from_npy(paths: File | Sequence[File], *, rows: int | None = None) -> da.Array:
    """Return the arrays of NumPy's files, one below the other, as a Dask array.

    Parameters
    ----------
    paths : path or sequence of path
        The `.npy` files; their arrays differ in nothing but their numbers and how many rows they have.
    rows : int, optional
        How many rows of a file are a block; all, if not given. The last block of a file may have fewer.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/a.npy", np.ones((10, 3)))
    ...     np.save(f"{folder}/b.npy", np.zeros((5, 3)))
    ...     X = from_npy([f"{folder}/a.npy", f"{folder}/b.npy"], rows=8)
    ...     X.chunks, X.sum().compute().item()
    (((8, 2, 5), (3,)), 30.0)
    """
    rows = None if rows is None else checks.count("rows", rows)
    pieces: list[tuple[Any, ...]] = []
    counts: list[int] = []
    kinds: list[Row] = []
    for number, path in enumerate(_listed(paths)):
        file = np.load(_existing(number, path), mmap_mode="r")
        if not isinstance(file, np.ndarray) or file.ndim == 0:
            raise ValueError(f"file {number}, {path}, must hold one array with one row an example")
        kinds.append((file.shape[1:], file.dtype))
        _check_same(kinds, number, path)
        for start in range(0, len(file), rows or max(1, len(file))):
            stop = min(start + rows, len(file)) if rows else len(file)
            counts.append(stop - start)
            pieces.append((path, start, stop))
    return _array(_npy_rows, pieces, counts, *kinds[0])


def from_parquet(paths: File | Sequence[File], columns: str | Sequence[str]) -> da.Array:
    """Return columns of Parquet files, one file below the other, as a Dask array: a block a row group.

    Parameters
    ----------
    paths : path or sequence of path
        The files.
    columns : str or sequence of str
        The columns of a table, in this order; or one, for an array of shape (n,). Numbers that are missing
        become NaN, which a cost refuses.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = pa.table({"size": [1.0, 2.0, 3.0], "age": [4, 5, 6], "price": [7, 8, 9]})
    ...     pq.write_table(table, f"{folder}/a.parquet", row_group_size=2)
    ...     X = from_parquet(f"{folder}/a.parquet", ["size", "age"])
    ...     y = from_parquet(f"{folder}/a.parquet", "price")
    ...     X.chunks, y.compute()
    (((2, 1), (2,)), array([7, 8, 9]))
    """
    single = isinstance(columns, str)
    names = [columns] if single else list(columns)
    if not names:
        raise ValueError("columns must name one column or more; got none")
    pieces: list[tuple[Any, ...]] = []
    counts: list[int] = []
    kinds: list[Row] = []
    for number, path in enumerate(_listed(paths)):
        with pq.ParquetFile(_existing(number, path)) as file:
            groups = file.metadata
            dtypes = [_dtype(file.schema_arrow, name, f"file {number}, {path},") for name in names]
        kinds.append((() if single else (len(names),), np.result_type(*dtypes)))
        _check_same(kinds, number, path)
        for group in range(groups.num_row_groups):
            counts.append(groups.row_group(group).num_rows)
            pieces.append((path, group, names, single))
    return _array(_parquet_rows, pieces, counts, *kinds[0])


def _npy_rows(path, start, stop):
    return np.array(np.load(path, mmap_mode="r")[start:stop])


def _parquet_rows(path, group, names, single):
    with pq.ParquetFile(path) as file:
        table = file.read_row_group(group, columns=names)
    rows = [table[name].to_numpy() for name in names]
    return rows[0] if single else np.column_stack(rows)


def _dtype(schema, name, where):
    """Return the dtype of a column of numbers; raise if it is none."""
    if name not in schema.names:
        raise ValueError(f"{where} has no column {name!r}; it has {', '.join(schema.names)}")
    type_ = schema.field(name).type
    if not (pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_boolean(type_)):
        raise TypeError(f"{where} must hold numbers in the column {name!r}; it holds {type_}")
    return np.dtype(type_.to_pandas_dtype())


def _listed(paths):
    paths = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not paths:
        raise ValueError("paths must name one file or more; got none")
    return [os.fspath(path) for path in paths]


def _existing(number, path):
    if not os.path.exists(path):
        raise FileNotFoundError(f"file {number}, {path}, does not exist")
    return path


def _check_same(kinds, number, path):
    """Raise unless the rows of the last file are like those of the first."""
    if kinds[-1] != kinds[0]:
        ours, first = (f"rows of shape {shape} and dtype {dtype}" for shape, dtype in (kinds[-1], kinds[0]))
        raise ValueError(f"file {number}, {path}, has {ours}; file 0 has {first}")


def _array(read, pieces, counts, shape, dtype):
    """Return the Dask array whose blocks are what `read` makes of the pieces."""
    return da.map_blocks(
        functools.partial(_piece, read),
        pieces=dask.delayed(pieces, traverse=False),
        chunks=(tuple(counts), *((size,) for size in shape)),
        dtype=dtype,
        meta=np.empty((0,) * (1 + len(shape)), dtype),
        name=f"rows-{uuid.uuid4().hex}",
    )


def _piece(read, pieces, block_id):
    return read(*pieces[block_id[0]])
