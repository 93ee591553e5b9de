"""How well scores put the positive examples above the negative ones, whatever the threshold."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.arithmetic import difference, scaled


class RocCurve(NamedTuple):
    """A ROC curve: one point for each threshold, from (0, 0), where nothing is called positive, to (1, 1)."""

    fpr: np.ndarray  #: The false positive rate of the rule "positive if ŷ ≥ threshold".
    tpr: np.ndarray  #: Its true positive rate.
    thresholds: np.ndarray  #: The different predictions, from high to low, after infinity.


def roc_curve(y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> RocCurve:
    """Return how many positives are found, and how many false alarms raised, for every threshold.

    TPR = TP / (TP + FN) and FPR = FP / (FP + TN). Equal predictions fall together: they are one point. Every
    threshold is kept, as in scikit-learn with `drop_intermediate=False`.

    Parameters
    ----------
    y_true : array_like of shape (n,)
        The labels 0 and 1, or −1 and 1.
    y_pred : array_like of shape (n,)
        The probability of class 1, or any score that grows with it.
    sample_weight : array_like of shape (n,), optional
        How much each example counts: TP, FN, FP and TN are sums of weights. An example of weight 0 gives no
        threshold.

    Returns
    -------
    RocCurve
        Its fields are `fpr`, `tpr` and `thresholds`. If a class is absent, its rate is nan. Thresholds that
        float64 would round, integers beyond 2⁵³, are Python's integers in an array of dtype object.

    Examples
    --------
    >>> curve = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8])
    >>> curve.fpr, curve.tpr
    (array([0. , 0. , 0.5, 1. ]), array([0. , 0.5, 1. , 1. ]))

    References
    ----------
    Fawcett, T. (2006). An introduction to ROC analysis. Pattern Recognition Letters 27, 861–874.
    """
    false, true, thresholds = _roc_counts(y_true, y_pred, sample_weight)
    fpr, tpr = (count / count[-1] if count[-1] else np.full(len(count), math.nan) for count in (false, true))
    return RocCurve(fpr, tpr, thresholds)


def roc_auc(y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Return the area under the ROC curve, P(ŷ⁺ > ŷ⁻) + ½ P(ŷ⁺ = ŷ⁻).

    That is how often a positive example drawn at random is ranked above a negative one: 1 is a perfect order,
    ½ is chance. A tie counts half. It is nan if a class is absent.

    Parameters
    ----------
    y_true : array_like of shape (n,)
        The labels 0 and 1, or −1 and 1.
    y_pred : array_like of shape (n,)
        The probability of class 1, or any score that grows with it.
    sample_weight : array_like of shape (n,), optional
        How much each example counts: a pair of a positive and a negative one counts w⁺ · w⁻.

    Returns
    -------
    float

    Examples
    --------
    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8])
    0.875

    References
    ----------
    Hanley, J. A. and McNeil, B. J. (1982). The meaning and use of the area under a receiver operating
    characteristic (ROC) curve. Radiology 143, 29–36.
    """
    false, true, _ = _roc_counts(y_true, y_pred, sample_weight)
    if not (false[-1] and true[-1]):
        return math.nan
    twice_the_area = np.dot(np.diff(false), true[1:] + true[:-1])  # of whole numbers exact
    return float(twice_the_area / (2 * false[-1] * true[-1]))


def _roc_counts(y_true, y_pred, sample_weight):
    """Return the false and the true positives, and the threshold, from high thresholds to low."""
    y_true = checks.class_labels("y_true", y_true)
    y_pred = checks.numeric_array("y_pred", y_pred)
    checks.same_shape(y_true, y_pred)
    checks.finite("y_pred", y_pred)
    checks.labels(y_true, -1 if y_true.min() < 0 else 0, "Let 1 stand for the class that is looked for.")
    positive = y_true == 1
    true, false = positive.astype(int), (~positive).astype(int)
    if sample_weight is not None:
        weights = checks.metric_weights(sample_weight, len(y_true))
        true, false = scaled(weights * true)[0], scaled(weights * false)[0]  # a rate has no scale
        counts = weights > 0
        true, false, y_pred = true[counts], false[counts], y_pred[counts]
    order = np.argsort(y_pred, kind="stable")[::-1]
    y_pred = y_pred[order]
    last = np.flatnonzero(np.r_[y_pred[1:] != y_pred[:-1], True])  # the last of each run of equal predictions
    true, false = np.cumsum(true[order])[last], np.cumsum(false[order])[last]
    thresholds = y_pred[last]
    if difference(thresholds, thresholds.astype(float))[0].any():  # integers that float64 does not hold
        thresholds = thresholds.astype(object)
    return np.r_[0, false], np.r_[0, true], np.r_[math.inf, thresholds]
