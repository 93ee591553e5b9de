"""What a data set is, its two parts for training and test, and the scaling of its features."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.arithmetic import difference, mean, scaled_difference, times_power
from lossgd.typing import Numbers


@dataclass(frozen=True, eq=False)
class Data:
    """Examples: a table of features, and what is to be predicted. Unpacks as `X, y`.

    Parameters
    ----------
    X : array_like of shape (n, features)
        One row an example, one column a feature. It keeps its dtype, as `y` does.
    y : array_like of shape (n,)
        A number or a class label for each example.
    features : tuple of str
        The names of the columns of `X`, where they have names.
    classes : tuple of str
        The names of the classes 0, 1, …, where they have names.

    Examples
    --------
    >>> data = Data([[1.0], [2.0], [3.0], [4.0]], [2.0, 4.0, 6.0, 8.0])
    >>> data
    Data(4 examples, 1 feature)
    >>> train, test = data.split(test=0.25)
    >>> train
    Data(3 examples, 1 feature)
    >>> X, y = test
    >>> X.shape, y.shape
    ((1, 1), (1,))
    """

    X: np.ndarray
    y: np.ndarray
    features: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def __post_init__(self):
        X, y = checks.numeric_array("X", self.X), checks.numeric_array("y", self.y)
        _without_gaps("X", X)
        _without_gaps("y", y)
        X = checks.number_table("X", X)
        if y.shape != (len(X),):
            raise ValueError(f"y must have shape ({len(X)},), one entry a row of X; got {y.shape}")
        object.__setattr__(self, "X", X)  # the way to set a field of a frozen dataclass
        object.__setattr__(self, "y", y)

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter((self.X, self.y))

    def __repr__(self):
        n, features = self.X.shape
        return f"Data({n} example{'s' * (n != 1)}, {features} feature{'s' * (features != 1)})"

    def split(self, *, test: float = 0.25, seed: int = 0) -> tuple["Data", "Data"]:
        """Part the examples at random into training data and test data.

        Parameters
        ----------
        test : float, default 0.25
            The share of the examples that is kept for the test, in (0, 1); rounded to whole examples.
        seed : int, default 0
            The same seed makes the same parts.

        Returns
        -------
        train, test : Data
            Each example is in one of the two.
        """
        test = checks.number("test", test, 0, 1)
        n = len(self.y)
        held_out = round(test * n)
        if not 0 < held_out < n:
            raise ValueError(f"both parts must hold an example; test={test} of {n} examples is {held_out}")
        order = np.random.default_rng(seed).permutation(n)
        return self._rows(order[held_out:]), self._rows(order[:held_out])

    def _rows(self, rows):
        return Data(self.X[rows], self.y[rows], self.features, self.classes)


def _without_gaps(name, array):
    """Raise if NaN or infinity stands in `array`, and say where: in a file, that is the row to look at."""
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        place = tuple(wrong[0])
        named = ", ".join(f"{axis} {i}" for axis, i in zip(("row", "column"), place, strict=False))
        raise ValueError(f"{name} must be finite; got {array[place]} in {named}")


@dataclass(frozen=True, eq=False)
class Scaling:
    """A change of the features' scale, x → (x − shift) / spread, column by column.

    Make one with `z_score` or `min_max` of the training features, and use it for all others too: a scaling
    made from the test data would tell the model about them (leakage).

    Parameters
    ----------
    shift, spread : ndarray of shape (features,)
        What each column is moved and divided by, in float64.
    rest : ndarray of shape (features,), default 0.0
        What the shift has beyond the digits of float64: of a time in nanoseconds it holds but every 256th.
    exponent : ndarray of int, shape (features,), default 0
        Where it is not 0, `spread` and `rest` are given over 2 to this power: float64 would not hold them, or
        not their digits. It is 0 unless a column's range is below 1e-307 or beyond 1.8e308.
    """

    shift: np.ndarray
    spread: np.ndarray
    rest: Numbers = 0.0
    exponent: int | np.ndarray = 0

    def __call__(self, X: ArrayLike) -> np.ndarray:
        """Return `X`, of shape (n, features), at the new scale, in its own dtype (float64 for integers)."""
        X = checks.number_table("X", X)
        if X.shape[1:] != self.shift.shape:
            raise ValueError(
                f"X must have {len(self.shift)} columns, as it had when scaled; got {X.shape[1]}"
            )
        moved, e = difference(X, self.shift)
        with np.errstate(over="ignore"):  # what is beyond the dtype is infinite
            scaled = (times_power(moved, e - self.exponent) - self.rest) / self.spread
            return scaled.astype(checks.floating(X.dtype), copy=False)


def z_score(X: ArrayLike) -> Scaling:
    """Make the scaling to mean 0 and standard deviation 1 of each column: x → (x − mean) / deviation.

    The deviation divides by n, as in scikit-learn's `StandardScaler`. A constant column, one of equal
    values, becomes 0. scikit-learn also leaves a column at its scale if the deviation is within rounding
    errors of the mean, as that of times in nanoseconds may be. Here integers lose no digit, and float32 and
    float16 are added up in float64.

    Parameters
    ----------
    X : array_like of shape (n, features)
        The training features.

    Returns
    -------
    Scaling

    Examples
    --------
    >>> scale = z_score([[0.0, 1000.0], [2.0, 3000.0]])
    >>> scale([[1.0, 1000.0]])
    array([[ 0., -1.]])

    References
    ----------
    Hastie, T., Tibshirani, R. and Friedman, J. (2009). The Elements of Statistical Learning, 2nd edition.
    Springer.
    """
    return _scaling(X, _moments)


def min_max(X: ArrayLike) -> Scaling:
    """Make the scaling of each column's range to [0, 1]: x → (x − min) / (max − min).

    A constant column becomes 0; new data may fall outside [0, 1]. As scikit-learn's `MinMaxScaler`, but that
    also leaves a column at its scale if the range is below ten machine epsilons, 2.2e-15 in float64, and it
    makes floats of integers, such as times in nanoseconds. Here they lose no digit.

    Parameters
    ----------
    X : array_like of shape (n, features)
        The training features.

    Returns
    -------
    Scaling

    Examples
    --------
    >>> scale = min_max([[0.0, 1000.0], [2.0, 3000.0]])
    >>> scale([[1.0, 4000.0]])
    array([[0.5, 1.5]])

    References
    ----------
    Hastie, T., Tibshirani, R. and Friedman, J. (2009). The Elements of Statistical Learning, 2nd edition.
    Springer.
    """
    return _scaling(X, _range)


def _scaling(X, measure):
    """Make a scaling of what `measure` returns of a column: shift, rest over 2ᵉ, spread over 2ᵉ, and e."""
    columns = np.ascontiguousarray(checks.number_table("X", X).T)
    shift, rest, spread, e = map(np.array, zip(*map(measure, columns), strict=True))
    spread[spread == 0] = 1
    exponent = np.where((e >= -1020) & (e <= 1024), 0, e)
    return Scaling(shift, times_power(spread, e - exponent), times_power(rest, e - exponent), exponent)


def _moments(x):
    if x.min() == x.max():
        return _range(x)
    shift = mean(x.astype(float))
    moved, e = scaled_difference(x, np.asarray(shift))
    rest = mean(moved)
    return shift, rest, math.sqrt(mean((moved - rest) ** 2)), e


def _range(x):
    low, high = x.min(), x.max()
    shift = low.astype(float)
    rest, _ = difference(low, shift)
    spread, e = scaled_difference(high, low)
    return shift, times_power(rest, -e), spread, e
