"""What a batch size costs: `python -m benchmarks.batches`. Chapter 13 quotes the table.

An epoch of logistic regression on the 569 images of cell nuclei, in plain NumPy on one core: its time and
that of an update, the shortest of many rounds, as other programs can only make them longer; and the peak
of memory beyond the data, for logistic regression and for a network of 256 hidden units.
"""

import benchmarks.timing  # noqa: F401, I001 - first, so that NumPy counts one thread

import time
import tracemalloc

import numpy as np

from lossgd import datasets, losses, models

SIZES = (1, 4, 16, 64, 256, 569)


def epoch(table, truth, size):
    """Go once through the examples, in a random order."""
    theta, order = np.zeros(table.shape[1]), np.random.default_rng(0).permutation(len(truth))
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        inputs = table[rows]
        errors = 1 / (1 + np.exp(-(inputs @ theta))) - truth[rows]
        theta = theta - 0.01 / len(rows) * (errors @ inputs)
    return theta


def shortest(table, truth, rounds=200):
    """Return the shortest time of an epoch with each batch size, all taken in turn."""
    times = dict.fromkeys(SIZES, np.inf)
    for _ in range(rounds):
        for size in SIZES:
            start = time.perf_counter()
            epoch(table, truth, size)
            times[size] = min(times[size], time.perf_counter() - start)
    return times


def peak(cost, theta, size):
    """Return how many bytes a gradient on so many examples needs at most, beyond them and its own."""
    batch = [array[:size] for array in cost.data]
    cost.on(theta, *batch)
    tracemalloc.start()
    cost.on(theta, *batch)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def main():
    data = datasets.breast_cancer()
    X = datasets.z_score(data.X)(data.X)
    table = np.column_stack([X, np.ones(len(X))])
    loss = losses.BinaryCrossEntropy(from_logits=True)
    costs = [models.Cost(model, loss, X, data.y) for model in (models.Linear(), models.Perceptron((256,)))]
    print("batch size  updates  ms an epoch  µs an update  KB, linear  KB, network")
    for size, seconds in shortest(table, data.y).items():
        updates = -(-len(X) // size)
        memory = [peak(cost, cost.model.init(X.shape[1]), size) / 1000 for cost in costs]
        print(
            f"{size:10}  {updates:7}  {1e3 * seconds:11.2f}  {1e6 * seconds / updates:12.1f}"
            f"  {memory[0]:10.1f}  {memory[1]:11.1f}"
        )


if __name__ == "__main__":
    main()
