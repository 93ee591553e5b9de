"""Value and gradient of each loss, against other libraries, on one core: `python -m benchmarks.losses`.

Every contender is called in turn, round after round, so that all see the same noise; medians count.
What one call costs in lossgd is a time; the others are ratios to it: 2.0 takes twice as long.
"""

from benchmarks.timing import medians  # isort: split

import sys
import tracemalloc

import numpy as np

from benchmarks.contenders import installed
from lossgd import losses

CLASSES = 10
SIZES = (10, 1_000, 100_000, 10_000_000)
SUBJECTS = {
    "MSE": losses.MeanSquaredError(),
    "MAE": losses.MeanAbsoluteError(),
    "Huber": losses.Huber(),
    "log-cosh": losses.LogCosh(),
    "quantile": losses.Quantile(q=0.9),
    "BCE": losses.BinaryCrossEntropy(from_logits=True),
    "hinge": losses.Hinge(),
    "CCE": losses.CategoricalCrossEntropy(from_logits=True),
}


def data(name, size):
    """Return the truth and the prediction: `size` numbers to predict in all."""
    rng = np.random.default_rng(0)
    if name == "CCE":
        return np.eye(CLASSES)[rng.integers(CLASSES, size=size // CLASSES)], rng.normal(
            size=(size // CLASSES, CLASSES)
        )
    p = rng.normal(size=size)
    labels = (rng.random(size) < 0.5).astype(float)
    return {"BCE": labels, "hinge": 2 * labels - 1}.get(name, p + 2 * rng.normal(size=size)), p


def extra_memory(loss, y, p):
    """Return the peak of memory in bytes beyond the inputs and the gradient."""
    tracemalloc.start()
    _, gradient = loss.value_and_gradient(y, p)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - gradient.nbytes


def main(sizes):
    """Print the table."""
    peers = installed()
    columns = list(peers)
    print(
        f"{'loss':<9} {'size':>10} {'lossgd':>11}" + "".join(f"{name:>15}" for name in columns) + "   memory"
    )
    for size in sizes:
        for name, loss in SUBJECTS.items():
            y, p = data(name, size)
            calls = {"lossgd": lambda loss=loss, y=y, p=p: loss.value_and_gradient(y, p)}
            for peer, (formulas, convert) in peers.items():
                if name in formulas:
                    arrays = convert(y), convert(p)
                    calls[peer] = lambda f=formulas[name], arrays=arrays: f(*arrays)
            rounds = 5 if size > 1_000_000 else 25
            times = medians(calls, repeats=max(1, 2_000 // size), rounds=rounds)
            ratios = [f"{times[c] / times['lossgd']:>15.2f}" if c in times else f"{'–':>15}" for c in columns]
            memory = f"{extra_memory(loss, y, p) / 1e6:6.2f} MB"
            print(f"{name:<9} {size:>10,} {times['lossgd'] * 1e6:>8.1f} µs" + "".join(ratios) + f"  {memory}")
            sys.stdout.flush()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
