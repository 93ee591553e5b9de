"""Bad input becomes a clear error here, and nowhere else.

Each check says what was expected and what came. The checks of values run on one block of the data at a
time, while that block is in the processor's cache, so that checking costs at most one pass.
"""

import functools
import math
import sys
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossgd.typing import Numbers


def option(name: str, value: object, allowed: Collection[str]) -> None:
    """Raise unless `value` is one of the `allowed` words."""
    if value not in allowed:
        raise ValueError(f"{name} must be {' or '.join(map(repr, allowed))}; got {value!r}")


def boolean(name: str, value: object) -> bool:
    """Return `value` as a bool; raise unless it is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False; got {value!r}")
    return bool(value)


def number(name: str, value: object, low: float, high: float = math.inf, *, closed: str = "") -> float:
    """Return `value` as Python's number; raise unless it is between `low` and `high`.

    `closed` names the ends that count.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} must be a number; got {value!r}")
    if not (low < value < high or ("[" in closed and value == low) or ("]" in closed and value == high)):
        left, right = "[" if "[" in closed else "(", "]" if "]" in closed else ")"
        raise ValueError(f"{name} must be in {left}{low}, {high}{right}; got {value}")
    return python_number(value)


def count(name: str, value: object, low: int = 1) -> int:
    """Return `value` as an int; raise unless it is a whole number of at least `low`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number; got {value!r}")
    if value < low:
        raise ValueError(f"{name} must be at least {low}; got {value}")
    return int(value)


def python_number(value: Any) -> Any:
    """Return NumPy's number as Python's, which neither wraps round nor changes the precision of an array."""
    if isinstance(value, np.floating):
        return float(value)  # `item` would leave a long double as it is
    return value.item() if isinstance(value, np.generic) else value


def python_numbers(frozen: object) -> None:
    """Make Python's numbers of NumPy's in the fields of a frozen dataclass, and in the tuples there."""
    for name, value in vars(frozen).items():
        if isinstance(value, tuple):
            object.__setattr__(frozen, name, tuple(map(python_number, value)))
        elif isinstance(value, np.generic):
            object.__setattr__(frozen, name, python_number(value))


def learning_rate(value: ArrayLike) -> Numbers:
    """Return a positive number as a float, an array of them as a read-only array; raise if it is neither."""
    rates = np.array(unmasked("lr", value))
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


def start(theta0: ArrayLike) -> np.ndarray:
    """Return the start of a descent as a new float array; raise if it is not one."""
    theta = real_array("theta0", theta0)
    if theta.ndim == 0 or theta.size == 0:
        raise ValueError(f"theta0 must have shape (d,), or (…, d) for many descents; got {theta.shape}")
    theta = theta.astype(working(theta.dtype))  # a copy, safe from its giver
    finite("theta0", theta)
    return theta


def tolerance(name: str, value: object) -> float | None:
    """Return `value` as Python's number, or None; raise unless it is None or at least 0."""
    return None if value is None else number(name, value, 0, closed="[")


def floating(dtype: np.dtype) -> np.dtype:
    """Return the dtype in which an answer of an array's shape comes back: its own, float64 for integers."""
    return dtype if dtype.kind == "f" else np.dtype(float)


def working(dtype: np.dtype) -> np.dtype:
    """Return the dtype to compute in: as `floating`, but half precision is computed in float32.

    It has three digits and ends at 65504, where squares and exponentials are soon beyond.
    """
    return np.dtype(np.float32) if dtype == np.float16 else floating(dtype)


def steps(value: ArrayLike) -> np.ndarray:
    """Return the steps of a descent as an array; raise if one is negative, or no number."""
    array = real_array("step", value)
    if array.size and not array.min() >= 0:
        raise ValueError(f"step must be at least 0; got {array.min()}")
    # Few bits would overflow, unsigned ones when counted from elsewhere.
    return array.astype(np.int64) if array.dtype.kind in "iu" else array


def unmasked(name: str, value: ArrayLike) -> ArrayLike:
    """Return `value`; raise if it is a masked array, or a list of them: NumPy would forget what is masked."""
    if "numpy.ma" not in sys.modules:  # NumPy imports it when a masked array is first made
        return value
    for row in value if isinstance(value, list | tuple) else (value,):
        if isinstance(row, np.ma.MaskedArray):
            raise TypeError(
                f"{name} must not be a masked array; got one with {np.ma.count_masked(row)} entries masked. "
                "Leave those examples out, or fill them in and give them a sample_weight of 0."
            )
    return value


def real_array(name: str, value: ArrayLike) -> np.ndarray:
    """Return `value` as an array of a real dtype; raise if it is masked, sparse, or holds other things."""
    array = value if type(value) is np.ndarray else np.asarray(unmasked(name, value))
    if array.dtype.kind not in "fiub":
        ways = (way for way in ("toarray()", "astype(float)") if hasattr(value, way.partition("(")[0]))
        way = next(ways, None) if array.dtype == object else None  # a sparse matrix, or numbers as objects
        hint = f". Convert it with {name}.{way}" if way else ""
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}{hint}")
    return array


def numeric_array(name: str, value: ArrayLike) -> np.ndarray:
    """Return `value` as an array of one example or more, of a real dtype; raise if it is not."""
    array = real_array(name, value)
    if array.ndim == 0:
        raise ValueError(f"{name} must be an array with one entry an example; got the scalar {array[()]}")
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one example; got an empty array of shape {array.shape}")
    return array


def same_shape(y_true: np.ndarray, y_pred: np.ndarray) -> None:
    """Raise unless both have the same shape: broadcasting (n,) against (n, 1) would compare all pairs."""
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_true and y_pred must have the same shape; got {y_true.shape} and {y_pred.shape}")


def example_weights(weights: ArrayLike, n: int) -> np.ndarray:
    """Return `sample_weight` as a float array of shape (n,) without negative entries; raise if it is not."""
    weights = numeric_array("sample_weight", weights)
    if weights.shape != (n,):
        raise ValueError(f"sample_weight must have shape ({n},), one weight an example; got {weights.shape}")
    finite("sample_weight", weights)
    if weights.min() < 0:
        raise ValueError(f"sample_weight must not be negative; got {weights.min()}")
    return weights


def metric_weights(weights: ArrayLike, n: int) -> np.ndarray:
    """Return `sample_weight` as `example_weights` does; raise if no example counts: a mean would be 0/0."""
    weights = example_weights(weights, n)
    if not weights.any():
        raise ValueError("sample_weight must be positive for at least one example; got zeros")
    return weights


def finite(name: str, block: np.ndarray) -> None:
    """Raise if `block` holds NaN or infinity."""
    # The sum of squares is the fastest look at every entry; only if it overflowed is a second look needed.
    if block.dtype.kind == "f" and not (math.isfinite(np.vdot(block, block)) or np.isfinite(block).all()):
        raise ValueError(f"{name} must be finite; got {block[~np.isfinite(block)][0]}")


def probabilities(name: str, block: np.ndarray, hint: str = "") -> None:
    """Raise unless every entry of `block` is in [0, 1]."""
    if not (block.min() >= 0 and block.max() <= 1):  # a NaN fails here too
        wrong = block[~((block >= 0) & (block <= 1))][0]
        raise ValueError(f"{name} must hold probabilities in [0, 1]; got {wrong}{hint}")


def within(name: str, block: np.ndarray, low: float, high: float, closed: str) -> None:
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


def one_of(name: str, block: np.ndarray, values: Collection[float]) -> None:
    """Raise unless every entry of `block` is one of the `values`."""
    right = functools.reduce(np.logical_or, (block == value for value in values))
    if not right.all():
        listed = ", ".join(f"{value:g}" for value in values)
        raise ValueError(f"{name} must be one of {listed}; got {block[~right][0]:g}")


def labels(block: np.ndarray, low: int, advice: str) -> None:
    """Raise unless every entry of `block` is `low` or 1; `advice` converts the other convention."""
    right = np.abs(block) == 1 if low == -1 else (block == 0) | (block == 1)
    if not right.all():
        raise ValueError(f"y_true must hold the labels {low} and 1; got {block[~right][0]:g}. {advice}")


def distributions(name: str, block: np.ndarray, tolerance: float, hint: str = "") -> None:
    """Raise unless every row of `block` holds probabilities that sum to 1, to within `tolerance`."""
    total = block @ np.ones(block.shape[1], block.dtype)  # faster than many sums of a few numbers each
    low, high = total.min(), total.max()
    # In a row without negative numbers, none is above the sum.
    if not (block.min() >= 0 and (high <= 1 or block.max() <= 1)):
        probabilities(name, block, hint)
    if not 1 - tolerance <= low <= high <= 1 + tolerance:
        wrong = total[abs(total - 1) > tolerance][0]
        raise ValueError(f"each row of {name} must sum to 1; got a sum of {wrong:.6g}{hint}")


def class_table(y_pred: np.ndarray) -> None:
    """Raise unless `y_pred` has shape (n, k) with at least two classes."""
    if y_pred.ndim != 2 or y_pred.shape[1] < 2:
        raise ValueError(
            f"y_pred must have shape (n, k), one column for each of k ≥ 2 classes; got {y_pred.shape}"
        )


def class_indices(y_true: np.ndarray, n: int) -> None:
    """Raise unless `y_true` holds one integer an example."""
    if y_true.dtype.kind not in "iu":
        raise TypeError(f"y_true must hold integer class indices; got dtype {y_true.dtype}")
    if y_true.shape != (n,):
        raise ValueError(f"y_true must have shape ({n},), one class index an example; got {y_true.shape}")


def in_classes(block: np.ndarray, k: int) -> None:
    """Raise unless every class index of `block` is in 0 … k − 1."""
    if block.min() < 0 or block.max() >= k:
        wrong = block[(block < 0) | (block >= k)][0]
        raise ValueError(
            f"y_true must hold class indices 0 … {k - 1}, for {k} columns of y_pred; got {wrong}"
        )


def class_labels(name: str, value: ArrayLike) -> np.ndarray:
    """Return `value` as integers of shape (n,), one class label an example; raise if it is not."""
    array = numeric_array(name, value)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), one class label an example; got {array.shape}")
    finite(name, array)
    if array.dtype.kind == "f" and (array != np.rint(array)).any():
        wrong = array[array != np.rint(array)][0]
        advice = "Make labels of probabilities with metrics.decide."
        raise ValueError(f"{name} must hold class labels, whole numbers; got {wrong:g}. {advice}")
    if int(array.min()) >= -(2**63) and int(array.max()) < 2**63:
        return array.astype(np.int64)
    return np.array([int(label) for label in array], dtype=object)  # Python's integers have no end


def feature_table(name: str, value: ArrayLike) -> np.ndarray:
    """Return `value` as a finite float array of shape (n, features); raise if it is not one."""
    array = number_table(name, value)
    return array.astype(floating(array.dtype), copy=False)


def number_table(name: str, value: ArrayLike) -> np.ndarray:
    """Return `value` as a finite array of shape (n, features), of its own dtype; raise if it is not one."""
    array = numeric_array(name, value)
    if array.ndim != 2:
        hint = f" For a single feature, use {name}[:, None]." if array.ndim == 1 else ""
        raise ValueError(
            f"{name} must have shape (n, features), one row an example; got {array.shape}.{hint}"
        )
    finite(name, array)
    return array
