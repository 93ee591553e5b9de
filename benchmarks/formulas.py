"""A loss made from a formula against the same loss written by hand: `python -m benchmarks.formulas`.

Value and gradient, on one core. The ratio should stay below 2.
"""

from benchmarks.timing import medians  # isort: split

import sys

import numpy as np
from sympy import Abs, Interval, Max, Piecewise, cosh, exp, log, symbols

from lossgd import losses, symbolic

SIZES = (1_000, 100_000, 10_000_000)
Y, P, DELTA = symbols("y p delta")
A = Y - P
HUBER = Piecewise((A**2 / 2, Abs(A) <= DELTA), (DELTA * (Abs(A) - DELTA / 2), True))
ZERO_ONE, SIGNS = {"truths": {0, 1}}, {"truths": {-1, 1}}
SUBJECTS = {
    "MSE": (A**2, {}, losses.MeanSquaredError()),
    "MAE": (Abs(A), {}, losses.MeanAbsoluteError()),
    "Huber": (HUBER, {"delta": 1.0}, losses.Huber()),
    "log-cosh": (log(cosh(A)), {}, losses.LogCosh()),
    "BCE, logits": (log(1 + exp(P)) - Y * P, ZERO_ONE, losses.BinaryCrossEntropy(from_logits=True)),
    "BCE": (
        -Y * log(P) - (1 - Y) * log(1 - P),
        ZERO_ONE | {"predictions": Interval(0, 1)},
        losses.BinaryCrossEntropy(),
    ),
    "hinge": (Max(0, 1 - Y * P), SIGNS, losses.Hinge()),
}


def data(name, size):
    rng = np.random.default_rng(0)
    p = rng.random(size) if name == "BCE" else rng.normal(size=size)
    labels = (rng.random(size) < 0.5).astype(float)
    return {"BCE": labels, "BCE, logits": labels, "hinge": 2 * labels - 1}.get(
        name, p + 2 * rng.normal(size=size)
    ), p


def main(sizes):
    print(f"{'loss':<12}{'size':>12}{'by hand':>14}{'formula':>14}{'ratio':>8}")
    for size in sizes:
        for name, (formula, options, by_hand) in SUBJECTS.items():
            y, p = data(name, size)
            made = symbolic.from_formula(formula, y=Y, y_pred=P, **options)
            calls = {
                "by hand": lambda y=y, p=p, loss=by_hand: loss.value_and_gradient(y, p),
                "formula": lambda y=y, p=p, loss=made: loss.value_and_gradient(y, p),
            }
            times = medians(calls, repeats=max(1, 20_000 // size), rounds=5 if size > 1_000_000 else 25)
            hand, made = times["by hand"], times["formula"]
            print(f"{name:<12}{size:>12,}{hand * 1e6:>11.1f} µs{made * 1e6:>11.1f} µs{made / hand:>8.2f}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
