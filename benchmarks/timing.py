"""Times side by side, on one core. Import this before NumPy: it is then that threads are counted."""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import random
import statistics
import time


def medians(calls, *, repeats=1, rounds=25):
    """Return the median time of each call, all taken once a round; one time is the mean of some repeats.

    In each round they have another order: who comes after a large one finds its own data out of the cache.
    """
    order = random.Random(0)
    times = {name: [] for name in calls}
    for call in calls.values():
        call()  # what is compiled or allocated at the first call is not measured
    for _ in range(rounds):
        for name, call in order.sample(list(calls.items()), len(calls)):
            start = time.perf_counter()
            for _ in range(repeats):
                call()
            times[name].append((time.perf_counter() - start) / repeats)
    return {name: statistics.median(values) for name, values in times.items()}
