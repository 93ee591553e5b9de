"""What a data set is, its two parts for training and test, and the scaling of its features."""

from dataclasses import dataclass

import numpy as np

from lossgd import checks


@dataclass(frozen=True, eq=False)
class Data:
    """Examples: a table of features, and what is to be predicted. Unpacks as `X, y`.

    Parameters
    ----------
    X : array_like of shape (n, features)
        One row an example, one column a feature.
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
    features: tuple = ()
    classes: tuple = ()

    def __post_init__(self):
        X, y = checks.feature_table("X", self.X), checks.numeric_array("y", self.y)
        if y.shape != (len(X),):
            raise ValueError(f"y must have shape ({len(X)},), one entry a row of X; got {y.shape}")
        object.__setattr__(self, "X", X)  # the way to set a field of a frozen dataclass
        object.__setattr__(self, "y", y)

    def __iter__(self):
        return iter((self.X, self.y))

    def __repr__(self):
        n, features = self.X.shape
        return f"Data({n} example{'s' * (n != 1)}, {features} feature{'s' * (features != 1)})"

    def split(self, *, test=0.25, seed=0):
        """Part the examples at random into training data and test data.

        Parameters
        ----------
        test : float
            The share of the examples that is kept for the test, in (0, 1); rounded to whole examples.
        seed : int
            The same seed makes the same parts.

        Returns
        -------
        train, test : Data
            Each example is in one of the two.
        """
        checks.number("test", test, 0, 1)
        n = len(self.y)
        held_out = round(test * n)
        if not 0 < held_out < n:
            raise ValueError(f"both parts must hold an example; test={test} of {n} examples is {held_out}")
        order = np.random.default_rng(seed).permutation(n)
        return self._rows(order[held_out:]), self._rows(order[:held_out])

    def _rows(self, rows):
        return Data(self.X[rows], self.y[rows], self.features, self.classes)


@dataclass(frozen=True, eq=False)
class Scaling:
    """A change of the features' scale, x → (x − shift) / spread, column by column.

    Make one with `z_score` or `min_max` of the training features, and use it for all others too: a scaling
    made from the test data would tell the model about them (leakage).

    Parameters
    ----------
    shift, spread : ndarray of shape (features,)
        What each column is moved and divided by.
    """

    shift: np.ndarray
    spread: np.ndarray

    def __call__(self, X):
        """Return `X`, of shape (n, features), at the new scale."""
        X = checks.feature_table("X", X)
        if X.shape[1:] != self.shift.shape:
            raise ValueError(
                f"X must have {len(self.shift)} columns, as it had when scaled; got {X.shape[1]}"
            )
        return (X - self.shift) / self.spread


def z_score(X):
    """Make the scaling to mean 0 and standard deviation 1 of each column: x → (x − mean) / deviation.

    The deviation divides by n, as scikit-learn's `StandardScaler` does. A constant column becomes 0.

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
    X = checks.feature_table("X", X)
    return Scaling(X.mean(axis=0), _or_1(X, X.std(axis=0)))


def min_max(X):
    """Make the scaling of each column's range to [0, 1]: x → (x − min) / (max − min).

    The same as scikit-learn's `MinMaxScaler`. A constant column becomes 0; new data may fall outside [0, 1].

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
    X = checks.feature_table("X", X)
    return Scaling(X.min(axis=0), _or_1(X, np.ptp(X, axis=0)))


def _or_1(X, spread):
    """Replace a constant column's spread, which is 0 or rounding, by 1."""
    return np.where(np.ptp(X, axis=0) == 0, 1.0, spread)
