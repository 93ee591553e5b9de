"""What sums over blocks cost: `python -m benchmarks.distributed [gigabytes]`. Chapter 29 quotes the memory.

1. Out of core: steps of a linear regression on a Zarr file of 10 GB, or as many as you say, in a temporary
   folder, deleted at the end; the peak of memory beyond the start, for blocks and data of some sizes.
2. Scaling: a step on data in memory, by plain `models.Cost`, by threads, and by the processes of a cluster.
3. Communication: a step with d parameters on blocks of one row each, where there is little to compute; the
   bytes are all that went over the loopback device, those of other programs too.

BLAS has one thread everywhere. The shortest time of some steps is told: other programs can only add to it.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import math
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time

import dask
import dask.array as da
import numpy as np
import psutil
import zarr
from distributed import Client, LocalCluster

from lossgd import losses, models
from lossgd.distributed import Cost, from_zarr

FEATURES, MB, GB = 100, 10**6, 10**9
ROWS = 25_000  # of a chunk of the file, 20 MB


def linear(X, y, cost=Cost):
    return cost(models.Linear(), losses.MeanSquaredError(), X, y)


def steps(cost, count):
    """Return the shortest time of some steps of gradient descent, and the bytes over the loopback of one."""
    theta, times, sent = np.zeros(cost.X.shape[1] + 1), [], []
    for _ in range(count):
        before, start = loopback(), time.perf_counter()
        theta = theta - 0.1 / cost.X.shape[1] * cost.value_and_gradient(theta)[1]
        times.append(time.perf_counter() - start)
        sent.append(loopback() - before)
    return min(times), min(sent)


def loopback():
    devices = psutil.net_io_counters(pernic=True)
    return next((devices[name].bytes_sent for name in ("lo", "lo0") if name in devices), math.nan)


def cluster(workers):
    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0")


def write(folder, size):
    """Write a table of about so many bytes and its truth, chunk by chunk."""
    n = max(1, round(size / (8 * FEATURES * ROWS))) * ROWS
    options = {"dtype": float, "compressors": None, "fill_value": np.nan}
    X = zarr.create_array(f"{folder}/X.zarr", shape=(n, FEATURES), chunks=(ROWS, FEATURES), **options)
    y = zarr.create_array(f"{folder}/y.zarr", shape=(n,), chunks=(ROWS,), **options)
    weights = np.linspace(-1, 1, FEATURES)
    for number, start in enumerate(range(0, n, ROWS)):
        rng = np.random.default_rng(number)
        block = rng.standard_normal((ROWS, FEATURES))
        X[start : start + ROWS] = block
        y[start : start + ROWS] = block @ weights + 0.1 * rng.standard_normal(ROWS)


def peak():
    """Return the largest memory that this process has had, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def descend(folder, rows, part, threads):
    """Return bytes of data and of a block, the time of a step and the peak of memory beyond the start."""
    X, y = (from_zarr(f"{folder}/{name}.zarr", rows=rows) for name in "Xy")
    n = max(rows, round(part * len(X)) // rows * rows)
    start = peak()
    with dask.config.set(scheduler="threads", num_workers=threads):
        seconds, _ = steps(linear(X[:n], y[:n]), 1)
    return 8 * n * FEATURES, 8 * rows * FEATURES, seconds, peak() - start


def out_of_core(size):
    folder = tempfile.mkdtemp()
    try:
        free = shutil.disk_usage(folder).free
        print(f"Out of core: {size / GB:g} GB of data, {free / GB:.0f} GB of the disk free")
        if free < 1.1 * size:
            print("The disk has no room for it.")
            return
        start = time.perf_counter()
        write(folder, size)
        print(f"written in {time.perf_counter() - start:.0f} s")
        print("GB of data  MB a block  threads  s a step  peak, MB")
        for part, rows, threads in ((0.1, ROWS, 2), (1, ROWS, 2), (1, 4 * ROWS, 2)):
            with multiprocessing.get_context("spawn").Pool(1) as pool:  # a peak is that of a whole process
                data, block, seconds, most = pool.apply(descend, (folder, rows, part, threads))
            print(
                f"{data / GB:10.2f}  {block / MB:10.0f}  {threads:7}  {seconds:8.1f}  {most / MB:8.0f}",
                flush=True,
            )
    finally:
        shutil.rmtree(folder)


def scaling():
    X = da.random.default_rng(0).standard_normal((8 * ROWS, FEATURES), chunks=(ROWS, -1))
    y = X @ np.linspace(-1, 1, FEATURES)
    table, truth = dask.compute(X, y)
    print(f"\nScaling: {table.nbytes / MB:.0f} MB in memory, in 8 blocks")
    print("                ms a step")
    print(f"models.Cost     {1e3 * steps(linear(table, truth, models.Cost), 9)[0]:9.1f}", flush=True)
    for threads in (1, 2):
        with dask.config.set(scheduler="threads", num_workers=threads):
            seconds, _ = steps(linear(X, y).persist(), 9)
        print(f"{threads} of threads    {1e3 * seconds:9.1f}", flush=True)
    for workers in (1, 2):
        with cluster(workers) as local, Client(local):
            seconds, _ = steps(linear(X, y).persist(), 9)
        print(f"{workers} of processes  {1e3 * seconds:9.1f}", flush=True)


def communication():
    print("\nCommunication: 16 blocks of one row, 2 processes")
    print("        d  ms a step  KB a step  in vectors of d")
    with cluster(2) as local, Client(local):
        for d in (10, 100, 1_000, 10_000, 100_000, 1_000_000):
            X = da.random.default_rng(0).standard_normal((16, d - 1), chunks=(1, -1))
            seconds, sent = steps(linear(X, da.ones(16, chunks=1)).persist(), 9)
            print(f"{d:9}  {1e3 * seconds:9.1f}  {sent / 1e3:9.0f}  {sent / 8 / d:15.1f}", flush=True)


def main():
    out_of_core(float(sys.argv[1]) * GB if len(sys.argv) > 1 else 10 * GB)
    scaling()
    communication()


if __name__ == "__main__":
    main()
