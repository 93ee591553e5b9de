"""How often, and in which way, predicted classes are wrong."""

import math
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.arithmetic import mean, scaled
from lossgd.typing import Numbers

Average: TypeAlias = Literal["binary", "macro", "micro"] | None


def decide(y_pred: ArrayLike, *, threshold: float = 0.5) -> np.ndarray:
    """Make class labels of predictions: 1 where ŷ ≥ threshold, or each row's most probable class.

    Parameters
    ----------
    y_pred : array_like of shape (n,) or (n, k)
        The probability of class 1, or a score; or one column for each of k classes.
    threshold : float, default 0.5
        From where on a prediction of shape (n,) counts as class 1: 0.5 for probabilities, 0 for scores. It is
        rounded to the dtype of the predictions, as NumPy does: a float32 of 0.7 is not below 0.7.

    Returns
    -------
    ndarray of int, shape (n,)
        The class of each example; of equal columns, the first.

    Examples
    --------
    >>> decide([0.2, 0.5, 0.9])
    array([0, 1, 1])
    >>> decide([[0.1, 0.7, 0.2], [0.6, 0.3, 0.1]])
    array([1, 0])
    """
    y_pred = checks.numeric_array("y_pred", y_pred)
    checks.finite("y_pred", y_pred)
    threshold = checks.number("threshold", threshold, -math.inf)
    if y_pred.ndim == 1:
        if y_pred.dtype.kind != "f":
            threshold = math.ceil(threshold)  # the same rule, and no integer has to become a float
        with np.errstate(over="ignore"):  # a threshold beyond the dtype is beyond all predictions
            return (y_pred >= threshold).astype(int)
    checks.class_table(y_pred)
    return y_pred.argmax(axis=1)


def accuracy(y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Return the share of right answers, (1/n) Σ [yᵢ = ŷᵢ].

    Misleading where one class is rare: of 95 % zeros, a model that always says 0 has an accuracy of 0.95.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        The true and the predicted class of each example, whole numbers.
    sample_weight : array_like of shape (n,), optional
        How much each example counts: the share is Σ wᵢ [yᵢ = ŷᵢ] / Σ wᵢ.

    Returns
    -------
    float

    Examples
    --------
    >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
    0.75

    References
    ----------
    Fawcett, T. (2006). An introduction to ROC analysis. Pattern Recognition Letters 27, 861–874.
    """
    y_true, y_pred = _labels(y_true, y_pred)
    return mean(y_true == y_pred, _weights(sample_weight, len(y_true)))


def confusion_matrix(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> np.ndarray:
    """Count how often each class is taken for which: row i, column j counts y = class i, ŷ = class j.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        The true and the predicted class of each example, whole numbers.
    labels : array_like of int, optional
        The classes, in the order of the rows; every class that occurs must be among them (scikit-learn drops
        the examples of those that are not). Without it, the classes that occur in the truth or in the
        prediction, from low to high.
    sample_weight : array_like of shape (n,), optional
        How much each example counts: each cell is then the sum of its examples' weights.

    Returns
    -------
    ndarray of shape (k, k)
        Whole numbers, unless `sample_weight` holds floats. For the classes 0 and 1 it is
        [[true negatives, false positives], [false negatives, true positives]].

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 0, 1], [0, 1, 0, 0, 1])
    array([[2, 0],
           [1, 2]])
    >>> confusion_matrix([0, 0], [0, 0], labels=[0, 1])
    array([[2, 0],
           [0, 0]])

    References
    ----------
    Fawcett, T. (2006). An introduction to ROC analysis. Pattern Recognition Letters 27, 861–874.
    """
    y_true, y_pred = _labels(y_true, y_pred)
    present = np.union1d(y_true, y_pred)
    labels = present if labels is None else checks.class_labels("labels", labels)
    ordered, positions = np.unique(labels, return_index=True)
    if len(ordered) < len(labels):
        raise ValueError(f"labels must not repeat a class; got {labels.tolist()}")
    if not np.isin(present, ordered).all():
        missing = present[~np.isin(present, ordered)][0]
        raise ValueError(
            f"labels must hold every class that occurs; got {labels.tolist()}, without {missing}"
        )
    rows, columns = (positions[np.searchsorted(ordered, y)] for y in (y_true, y_pred))
    k = len(labels)
    if sample_weight is None:
        return np.bincount(k * rows + columns, minlength=k * k).reshape(k, k)
    weights = checks.metric_weights(sample_weight, len(y_true))
    sums = np.zeros((k, k), int if weights.dtype.kind in "iub" else float)
    with np.errstate(over="ignore"):
        np.add.at(sums, (rows, columns), weights.astype(sums.dtype))
    return sums


def precision(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    average: Average = "binary",
    zero_division: float = 0.0,
    sample_weight: ArrayLike | None = None,
) -> Numbers:
    """Return which share of the examples called positive is so, TP / (TP + FP).

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,)
        The true and the predicted class of each example, whole numbers.
    average : {"binary", "macro", "micro"} or None, default "binary"
        "binary" is of class 1, where there are at most two classes. Of more classes, each in its turn is the
        positive one: None gives an array of each class's value, "macro" their mean, "micro" the value of the
        counts added up over the classes. The classes are those in the truth or in the prediction, sorted.
    zero_division : {0.0, 1.0, nan}, default 0.0
        The value where nothing was called positive, 0/0. With nan, the class is left out of the mean.
    sample_weight : array_like of shape (n,), optional
        How much each example counts: TP, FP and FN are sums of weights.

    Returns
    -------
    float, or ndarray of shape (k,)

    Examples
    --------
    >>> precision([0, 1, 1, 0], [1, 1, 0, 0])
    0.5
    >>> precision([0, 1, 2, 2], [0, 2, 2, 2], average=None).round(2)
    array([1.  , 0.  , 0.67])

    References
    ----------
    van Rijsbergen, C. J. (1979). Information Retrieval. Butterworths.
    """
    hits, _, called = _counts(y_true, y_pred, average, sample_weight)
    return _averaged(hits, called, average, zero_division)


def recall(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    average: Average = "binary",
    zero_division: float = 0.0,
    sample_weight: ArrayLike | None = None,
) -> Numbers:
    """Return which share of the positive examples was found, TP / (TP + FN).

    Parameters
    ----------
    y_true, y_pred, average, sample_weight
        As in `precision`.
    zero_division : {0.0, 1.0, nan}, default 0.0
        The value where no example is positive, 0/0. With nan, the class is left out of the mean.

    Returns
    -------
    float, or ndarray of shape (k,)

    Examples
    --------
    >>> recall([0, 1, 1, 1, 1], [1, 1, 0, 0, 0])
    0.25

    References
    ----------
    van Rijsbergen, C. J. (1979). Information Retrieval. Butterworths.
    """
    hits, actual, _ = _counts(y_true, y_pred, average, sample_weight)
    return _averaged(hits, actual, average, zero_division)


def f1(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    average: Average = "binary",
    zero_division: float = 0.0,
    sample_weight: ArrayLike | None = None,
) -> Numbers:
    """Return the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).

    Parameters
    ----------
    y_true, y_pred, average, sample_weight
        As in `precision`.
    zero_division : {0.0, 1.0, nan}, default 0.0
        The value where no example is positive or called so, 0/0. With nan, it is left out of the mean.

    Returns
    -------
    float, or ndarray of shape (k,)

    Examples
    --------
    >>> f1([0, 1, 1, 0], [1, 1, 0, 0])
    0.5

    References
    ----------
    van Rijsbergen, C. J. (1979). Information Retrieval. Butterworths.
    """
    hits, actual, called = _counts(y_true, y_pred, average, sample_weight)
    return _averaged(2 * hits, actual + called, average, zero_division)


def _labels(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return both as integer labels of the same shape."""
    y_true, y_pred = checks.class_labels("y_true", y_true), checks.class_labels("y_pred", y_pred)
    checks.same_shape(y_true, y_pred)
    return y_true, y_pred


def _counts(y_true, y_pred, average, sample_weight):
    """Return for each class the weight of the examples that are rightly called so, are so, are called so."""
    if average is not None:
        checks.option("average", average, ("binary", "macro", "micro"))
    y_true, y_pred = _labels(y_true, y_pred)
    weights = np.ones(len(y_true)) if sample_weight is None else _weights(sample_weight, len(y_true))
    classes = np.union1d(y_true, y_pred)
    true, called = np.searchsorted(classes, y_true), np.searchsorted(classes, y_pred)
    weighed = (true, weights * (true == called)), (true, weights), (called, weights)
    sums = [np.bincount(which, weight, len(classes)) for which, weight in weighed]
    if average == "binary":
        if len(classes) > 2 or (len(classes) == 2 and 1 not in classes):
            advice = 'Use average="macro", "micro" or None.'
            raise ValueError(
                f'average="binary" is for two classes, one of which is 1; got {classes.tolist()}. {advice}'
            )
        sums = [each[classes == 1].sum(keepdims=True) for each in sums]  # of an absent class 0
    return sums


def _weights(sample_weight, n):
    """Return the weights times a power of 2, so that no sum of them is beyond float64."""
    return None if sample_weight is None else scaled(checks.metric_weights(sample_weight, n))[0]


def _averaged(numerator, denominator, average, zero_division):
    """Return the ratio of the counts as `average` wants it."""
    if zero_division not in (0, 1) and zero_division == zero_division:  # only nan differs from itself
        raise ValueError(f"zero_division must be 0.0 or 1.0 or nan; got {zero_division!r}")
    if average == "micro":
        numerator, denominator = numerator.sum(keepdims=True), denominator.sum(keepdims=True)
    ratios = np.full(len(numerator), float(zero_division))
    np.divide(numerator, denominator, out=ratios, where=denominator > 0)
    if average is None:
        return ratios
    defined = ratios[~np.isnan(ratios)]
    return float(defined.mean()) if defined.size else math.nan
