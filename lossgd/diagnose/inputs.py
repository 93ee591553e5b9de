"""The data before training: the inputs' scale, and what the test set shares with the training set."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.diagnose import meanings
from lossgd.diagnose.finding import Finding

GAIN = 10.0  # what scaling would divide κ by, and with it the steps that gradient descent needs
SHARED = 0.01  # of the test set: less moves an accuracy by less than chance does in a test set of some 1,000
TOLD = 0.999  # rank correlation of a column with the target; what is measured beside it has more noise
CLASSES = 20  # at most so many different whole numbers are class labels
ROUNDING = 1e-6  # how far a mean or deviation of scaled columns may be off, in float32 too


def input_scale(X: ArrayLike) -> Finding:
    """Return whether the columns' scales make gradient descent slow.

    The steps that it needs grow with the condition number κ of the curvature: for a linear model with a bias
    that of [1, X]ᵀ[1, X]. It is compared with κ for columns of mean 0 and deviation 1.

    Parameters
    ----------
    X : array_like of shape (n, features)
        The inputs, as the model gets them.

    Returns
    -------
    Finding
        "not normalised" if scaling makes κ ten times smaller, "constant column" if a column says nothing, or
        "healthy". Its `numbers` are the columns' `spreads` and `offsets`, their deviations and means, and
        `condition` and `condition_scaled`, κ as it is and as it could be.

    Examples
    --------
    >>> input_scale([[0.1, 100.0], [0.4, 900.0], [0.9, 300.0], [0.6, 500.0]])
    Saw:    deviations go from 0.292 to 296, means from 0.5 to 450; κ is
            4.4e+06, of scaled columns 1.3
    Means:  the steps that gradient descent needs grow with κ: subtract each
            column's mean and divide by its deviation, as measured on the
            training set
    Clinic: 19 Inputs not normalised

    References
    ----------
    LeCun, Y., Bottou, L., Orr, G. B. and Müller, K.-R. (1998). Efficient backprop. In Neural Networks: Tricks
    of the Trade. Springer.
    """
    X = checks.feature_table("X", X).astype(float)
    offsets, spreads = X.mean(axis=0), X.std(axis=0)
    constant = spreads <= 1e-12 * np.abs(offsets)  # of equal numbers the mean may be off by rounding
    raw = _condition(X[:, ~constant])
    scaled = _condition((X - offsets)[:, ~constant] / spreads[~constant])
    # What is left of a mean after centring is rounding, which differs by machine.
    means = np.where(np.abs(offsets) <= ROUNDING * spreads, 0.0, offsets)
    saw = (
        f"deviations go from {spreads.min():.3g} to {spreads.max():.3g}, means from {means.min():.3g} to "
        f"{means.max():.3g}; κ is {raw:.2g}, of scaled columns {scaled:.2g}"
    )
    meaning = meanings.NOT_NORMALISED if raw > GAIN * scaled else meanings.NORMALISED
    if constant.any():
        which = _listed("column", np.flatnonzero(constant))
        meaning, saw = meanings.CONSTANT, f"{which}: the same value in all {len(X)} rows"
    numbers = {"spreads": spreads, "offsets": offsets, "condition": raw, "condition_scaled": scaled}
    return meaning.found(saw, numbers)


def leakage(X_train: ArrayLike, X_test: ArrayLike, y_train: ArrayLike | None = None) -> Finding:
    """Return whether the test set, or a column of the inputs, knows what it should not.

    Parameters
    ----------
    X_train, X_test : array_like of shape (n, features)
        The inputs of both sets, as the model gets them.
    y_train : array_like of shape (n,), optional
        The truth of the training set: then a column is looked for that gives it away.

    Returns
    -------
    Finding
        "shared rows" if a hundredth of the test set's rows or more stands in the training set; "answer among
        the inputs" if one column alone separates the classes, or ranks the rows as the target does; "scaled
        together" if the columns of both sets together, and not the training set's, have mean 0 and deviation
        1, or fill [0, 1]; or "healthy". Its `numbers` are `rows`, of the test set, and `columns`.

    Notes
    -----
    Rows are compared in the coarser precision of the two. Inputs that are a few whole numbers have equal rows
    by chance. Two images of one patient no such comparison finds, nor a test set older than the training set.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(100, 3))
    >>> leakage(X[:80], X[80:]).healthy
    True
    >>> leakage(X[:81], X[80:])
    Saw:    1 of 20 rows of the test set also in the training set
    Means:  a model that remembers does well on this test: remove what is
            there twice before you split
    Clinic: 24 Watching only the loss

    References
    ----------
    Kaufman, S., Rosset, S., Perlich, C. and Stitelman, O. (2012). Leakage in data mining: formulation,
    detection, and avoidance. ACM Transactions on Knowledge Discovery from Data 6.
    """
    train, test = checks.feature_table("X_train", X_train), checks.feature_table("X_test", X_test)
    if train.shape[1] != test.shape[1]:
        raise ValueError(
            f"X_train and X_test must have as many columns; got {train.shape[1]} and {test.shape[1]}"
        )
    rows, columns = _shared(train, test), [] if y_train is None else _telling(train, y_train)
    saw = f"{len(rows)} of {len(test)} rows of the test set also in the training set"
    if len(rows) >= SHARED * len(test):
        meaning = meanings.SHARED_ROWS
    elif columns:
        meaning, saw = meanings.ANSWER, f"{_listed('column', columns)} alone tells the answer"
    elif _is_scaled(np.concatenate([train, test])) and not _is_scaled(train):
        meaning, saw = (
            meanings.TOGETHER,
            "mean 0 and deviation 1, or a range of [0, 1], over both sets together",
        )
    else:
        meaning = meanings.NO_LEAK
    return meaning.found(saw, {"rows": rows, "columns": columns})


def _condition(X):
    """Return κ of [1, X]ᵀ[1, X]: the squared ratio of the largest singular value to the smallest."""
    values = np.linalg.svd(np.column_stack([np.ones(len(X)), X]), compute_uv=False)
    singular = len(X) <= X.shape[1] or values[-1] <= values[0] * np.finfo(float).eps
    return float("inf") if singular else float(np.square(values[0] / values[-1]))


def _listed(what, numbers):
    return f"{what}{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def _shared(train, test):
    """Return the indices of the test set's rows that stand in the training set."""
    coarse = min(train.dtype, test.dtype, key=lambda dtype: dtype.itemsize)
    train, test = (X.astype(coarse) + 0 for X in (train, test))  # + 0 makes 0 of −0
    seen = {row.tobytes() for row in train}
    return [i for i, row in enumerate(test) if row.tobytes() in seen]


def _telling(X, y):
    """Return the columns that separate the classes, or rank the rows as the target does."""
    y = checks.numeric_array("y_train", y)
    if y.shape != (len(X),):
        raise ValueError(f"y_train must have shape ({len(X)},), one entry a row of X_train; got {y.shape}")
    checks.finite("y_train", y)
    labels = np.unique(y)
    if len(labels) <= CLASSES and (labels == np.rint(labels)).all():
        return [j for j, column in enumerate(X.T) if len(labels) > 1 and _separates(column, y, labels)]
    ranks = _ranks(y)
    return [j for j, column in enumerate(X.T) if abs(_correlation(_ranks(column), ranks)) > TOLD]


def _separates(column, y, labels):
    """Return whether each class has an interval of the column to itself."""
    ends = sorted((column[y == label].min(), column[y == label].max()) for label in labels)
    return all(before[1] < after[0] for before, after in pairwise(ends))


def _ranks(values):
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - counts / 2)[places]  # equal values share the mean of their ranks


def _correlation(a, b):
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a @ a) * (b @ b))
    return a @ b / size if size else 0.0


def _is_scaled(X):
    """Return whether each column has mean 0 and deviation 1, or each has the range [0, 1]."""
    middle, low = (X.mean(axis=0), X.std(axis=0)), (X.min(axis=0), X.max(axis=0))
    return any(np.allclose(pair, [[0], [1]], rtol=0, atol=ROUNDING) for pair in (middle, low))
