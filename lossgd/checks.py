"""Bad input becomes a clear error here, and nowhere else.

Each check says what was expected and what came. The checks of values run on one block of the data at a
time, while that block is in the processor's cache, so that checking costs at most one pass.
"""

import functools
import math

import numpy as np


def option(name, value, allowed):
    """Raise unless `value` is one of the `allowed` words."""
    if value not in allowed:
        raise ValueError(f"{name} must be {' or '.join(map(repr, allowed))}; got {value!r}")


def boolean(name, value):
    """Raise unless `value` is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False; got {value!r}")


def number(name, value, low, high=math.inf, *, closed=""):
    """Raise unless `value` is a number between `low` and `high`; `closed` names the ends that count."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} must be a number; got {value!r}")
    if not (low < value < high or ("[" in closed and value == low) or ("]" in closed and value == high)):
        left, right = "[" if "[" in closed else "(", "]" if "]" in closed else ")"
        raise ValueError(f"{name} must be in {left}{low}, {high}{right}; got {value}")


def count(name, value, low=1):
    """Raise unless `value` is a whole number of at least `low`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number; got {value!r}")
    if value < low:
        raise ValueError(f"{name} must be at least {low}; got {value}")


def python_numbers(frozen):
    """Make Python's numbers of NumPy's in a frozen dataclass: those, unlike these, leave float32 as it is."""
    for name, value in vars(frozen).items():
        if isinstance(value, np.generic):
            object.__setattr__(frozen, name, value.item())


def learning_rate(value):
    """Return a positive number as a float, an array of them as a read-only array; raise if it is neither."""
    rates = np.array(value)
    if rates.dtype.kind not in "fiu" or rates.size == 0:
        raise TypeError(
            f"lr must be a number, an array of numbers or, for an optimizer, a schedule; got {value!r}"
        )
    right = np.isfinite(rates) & (rates > 0)
    if not right.all():
        raise ValueError(f"lr must be positive and finite; got {rates[~right][0]}")
    if rates.ndim == 0:
        return float(rates)
    rates = rates.astype(float)
    rates.flags.writeable = False
    return rates


def start(theta0):
    """Return the start of a descent as a new float array; raise if it is not one."""
    theta = np.asarray(theta0)
    if theta.dtype.kind not in "fiub":
        raise TypeError(f"theta0 must hold real numbers; got dtype {theta.dtype}")
    if theta.ndim not in (1, 2) or theta.size == 0:
        raise ValueError(f"theta0 must have shape (d,), or (k, d) for k descents; got {theta.shape}")
    theta = theta.astype(theta.dtype if theta.dtype.kind == "f" else float)  # a copy, safe from its giver
    finite("theta0", theta)
    return theta


def tolerance(name, value):
    """Raise unless `value` is None or a number of at least 0."""
    if value is not None:
        number(name, value, 0, closed="[")


def numeric_array(name, value):
    """Return `value` as an array of one example or more, of a real dtype; raise if it is not."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}")
    if array.ndim == 0:
        raise ValueError(f"{name} must be an array with one entry an example; got the scalar {array[()]}")
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one example; got an empty array of shape {array.shape}")
    return array


def same_shape(y_true, y_pred):
    """Raise unless both have the same shape: broadcasting (n,) against (n, 1) would compare all pairs."""
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_true and y_pred must have the same shape; got {y_true.shape} and {y_pred.shape}")


def example_weights(weights, n):
    """Return `sample_weight` as a float array of shape (n,) without negative entries; raise if it is not."""
    weights = numeric_array("sample_weight", weights)
    if weights.shape != (n,):
        raise ValueError(f"sample_weight must have shape ({n},), one weight an example; got {weights.shape}")
    finite("sample_weight", weights)
    if weights.min() < 0:
        raise ValueError(f"sample_weight must not be negative; got {weights.min()}")
    return weights


def finite(name, block):
    """Raise if `block` holds NaN or infinity."""
    # The sum of squares is the fastest look at every entry; only if it overflowed is a second look needed.
    if block.dtype.kind == "f" and not (math.isfinite(np.vdot(block, block)) or np.isfinite(block).all()):
        raise ValueError(f"{name} must be finite; got {block[~np.isfinite(block)][0]}")


def probabilities(name, block, hint=""):
    """Raise unless every entry of `block` is in [0, 1]."""
    if not (block.min() >= 0 and block.max() <= 1):  # a NaN fails here too
        wrong = block[~((block >= 0) & (block <= 1))][0]
        raise ValueError(f"{name} must hold probabilities in [0, 1]; got {wrong}{hint}")


def within(name, block, low, high, closed):
    """Raise unless every entry of `block` is between `low` and `high`; `closed` names the ends that count."""
    if math.isinf(low) and math.isinf(high):
        finite(name, block)
        return
    above = np.greater_equal if "[" in closed else np.greater
    below = np.less_equal if "]" in closed else np.less
    if not (above(block.min(), low) and below(block.max(), high)):  # a NaN fails here too
        wrong = block[~(above(block, low) & below(block, high))][0]
        left, right = "[" if "[" in closed else "(", "]" if "]" in closed else ")"
        raise ValueError(f"{name} must be in {left}{low:g}, {high:g}{right}; got {wrong:g}")


def one_of(name, block, values):
    """Raise unless every entry of `block` is one of the `values`."""
    right = functools.reduce(np.logical_or, (block == value for value in values))
    if not right.all():
        listed = ", ".join(f"{value:g}" for value in values)
        raise ValueError(f"{name} must be one of {listed}; got {block[~right][0]:g}")


def labels(block, low, advice):
    """Raise unless every entry of `block` is `low` or 1; `advice` converts the other convention."""
    right = (block == low) | (block == 1)
    if not right.all():
        raise ValueError(f"y_true must hold the labels {low} and 1; got {block[~right][0]:g}. {advice}")


def distributions(name, block, tolerance, hint=""):
    """Return the sums over the classes, which come first; raise unless they are 1, to within `tolerance`."""
    total = block.sum(axis=0)
    if not (block.min() >= 0 and block.max() <= 1 and abs(total - 1).max() <= tolerance):
        probabilities(name, block, hint)
        wrong = total[abs(total - 1) > tolerance][0]
        raise ValueError(f"each row of {name} must sum to 1; got a sum of {wrong:.6g}{hint}")
    return total


def class_table(y_pred):
    """Raise unless `y_pred` has shape (n, k) with at least two classes."""
    if y_pred.ndim != 2 or y_pred.shape[1] < 2:
        raise ValueError(
            f"y_pred must have shape (n, k), one column for each of k ≥ 2 classes; got {y_pred.shape}"
        )


def class_indices(y_true, n):
    """Raise unless `y_true` holds one integer an example."""
    if y_true.dtype.kind not in "iu":
        raise TypeError(f"y_true must hold integer class indices; got dtype {y_true.dtype}")
    if y_true.shape != (n,):
        raise ValueError(f"y_true must have shape ({n},), one class index an example; got {y_true.shape}")


def in_classes(block, k):
    """Raise unless every class index of `block` is in 0 … k − 1."""
    if block.min() < 0 or block.max() >= k:
        wrong = block[(block < 0) | (block >= k)][0]
        raise ValueError(
            f"y_true must hold class indices 0 … {k - 1}, for {k} columns of y_pred; got {wrong}"
        )


def class_labels(name, value):
    """Return `value` as an integer array of shape (n,), one class label an example; raise if it is not."""
    array = numeric_array(name, value)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), one class label an example; got {array.shape}")
    finite(name, array)
    if array.dtype.kind == "f" and (array != np.rint(array)).any():
        wrong = array[array != np.rint(array)][0]
        advice = "Make labels of probabilities with metrics.decide."
        raise ValueError(f"{name} must hold class labels, whole numbers; got {wrong:g}. {advice}")
    return array.astype(int)


def feature_table(name, value):
    """Return `value` as a finite float array of shape (n, features); raise if it is not one."""
    array = numeric_array(name, value)
    if array.ndim != 2:
        hint = f" For a single feature, use {name}[:, None]." if array.ndim == 1 else ""
        raise ValueError(
            f"{name} must have shape (n, features), one row an example; got {array.shape}.{hint}"
        )
    finite(name, array)
    return array if array.dtype.kind == "f" else array.astype(float)
