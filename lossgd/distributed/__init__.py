"""Costs of data that do not fit in memory: sums over blocks of a Dask array.

The data are read, and the cost and its gradient computed, block by block, by whatever scheduler Dask is set
to: one thread, several, several processes, or the workers of a cluster. All else is as it is for small data:

>>> import dask.array as da
>>> import numpy as np
>>> from lossgd import descend, losses, models, optimizers
>>> X = da.from_array(np.arange(12.0).reshape(6, 2) / 10, chunks=(2, -1))  # 3 blocks of 2 rows
>>> y = X @ np.array([1.0, -2.0])
>>> cost = Cost(models.Linear(), losses.MeanSquaredError(), X, y)
>>> print(descend(cost, np.zeros(3), optimizers.GradientDescent(lr=0.3), max_steps=2))
stopped: the limit of steps is reached after 2 steps; loss 0.606667 → 0.0176695
"""

try:
    import dask.array  # noqa: F401
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"lossgd.distributed needs Dask ({error}); install it with pip install 'lossgd[distributed]'",
        name=error.name,
    ) from error

from lossgd.distributed.cost import Cost
from lossgd.distributed.reading import from_npy, from_parquet, from_zarr

__all__ = ["Cost", "from_npy", "from_parquet", "from_zarr"]
