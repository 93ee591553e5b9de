"""How far predicted numbers are off."""

import math

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.arithmetic import mean, scaled, scaled_difference, times_power, total


def r2(y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Return the coefficient of determination, R² = 1 − Σ (ŷᵢ − yᵢ)² / Σ (yᵢ − ȳ)².

    1 is a perfect prediction, 0 is no better than the mean ȳ of the truth; worse than the mean is negative.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,) or (n, d)
        The truth and the prediction; of d outputs, the mean of their values is returned.
    sample_weight : array_like of shape (n,), optional
        How much each example counts: 2 as if it were there twice, 0 as if it were not. All sums and means are
        weighted, and a mean divides by Σ wᵢ.

    Returns
    -------
    float
        For a constant truth 1 if every prediction is right, else 0. Of a single example nan.

    Notes
    -----
    scikit-learn's `r2_score` has the same rules, but lets rounding decide. The mean of three times 0.1 is not
    0.1 in float64, so it finds a spread in that truth, and for three predictions of 0.2 an R² of −5e31 where
    this is 0. It gives nan, 0 or 1 where squares are beyond float64, and rounds integers beyond 2⁵³. Examples
    of weight 0 count when it looks whether there is more than one.

    Examples
    --------
    >>> r2([1.0, 2.0, 3.0], [1.5, 2.0, 2.5])
    0.75

    References
    ----------
    Draper, N. R. and Smith, H. (1998). Applied Regression Analysis, 3rd edition. Wiley.
    """
    return _over_outputs(_r2, y_true, y_pred, sample_weight)


def mae(y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Return the mean absolute error, Σ |ŷᵢ − yᵢ| / n, in the unit of y.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,) or (n, d)
        The truth and the prediction; of d outputs, the mean of their values is returned.
    sample_weight : array_like of shape (n,), optional
        How much each example counts: the mean is Σ wᵢ … / Σ wᵢ.

    Returns
    -------
    float

    Examples
    --------
    >>> mae([2.0, 4.0], [3.0, 1.0])
    2.0

    References
    ----------
    Willmott, C. J. and Matsuura, K. (2005). Advantages of the mean absolute error (MAE) over the root mean
    square error (RMSE) in assessing average model performance. Climate Research 30, 79–82.
    """
    return _over_outputs(_mae, y_true, y_pred, sample_weight)


def rmse(y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Return the root of the mean squared error, √(Σ (ŷᵢ − yᵢ)² / n), in the unit of y.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,) or (n, d)
        The truth and the prediction; of d outputs, the mean of their values is returned.
    sample_weight : array_like of shape (n,), optional
        How much each example counts: the mean is Σ wᵢ … / Σ wᵢ.

    Returns
    -------
    float

    Examples
    --------
    >>> rmse([2.0, 4.0], [3.0, -3.0])
    5.0

    References
    ----------
    Willmott, C. J. and Matsuura, K. (2005). Advantages of the mean absolute error (MAE) over the root mean
    square error (RMSE) in assessing average model performance. Climate Research 30, 79–82.
    """
    return _over_outputs(_rmse, y_true, y_pred, sample_weight)


def _r2(y, p, weights):
    if len(y) < 2:
        return math.nan
    missed, e = scaled_difference(y, p)
    pivot = y[:1] if weights is None else y[weights.argmax(), None]
    spread, f = scaled_difference(y, pivot)  # exactly 0 for a constant truth
    spread -= mean(spread, weights)
    if not spread.any():
        return 0.0 if missed.any() else 1.0
    return 1 - times_power(total(missed**2, weights) / total(spread**2, weights), 2 * (e - f))


def _mae(y, p, weights):
    error, e = scaled_difference(y, p)
    return times_power(mean(abs(error), weights), e)


def _rmse(y, p, weights):
    error, e = scaled_difference(y, p)
    return times_power(math.sqrt(mean(error**2, weights)), e)


def _over_outputs(metric, y_true, y_pred, sample_weight):
    """Return the mean over the outputs of a metric of numbers."""
    y_true, y_pred = checks.numeric_array("y_true", y_true), checks.numeric_array("y_pred", y_pred)
    checks.same_shape(y_true, y_pred)
    checks.finite("y_true", y_true)
    checks.finite("y_pred", y_pred)
    n, weights = len(y_true), None
    if sample_weight is not None:
        weights, _ = scaled(checks.metric_weights(sample_weight, n))
        counts = weights > 0  # an example that does not count has no say in the scale of the others
        y_true, y_pred, weights = y_true[counts], y_pred[counts], weights[counts]
    outputs = zip(*(y.reshape(len(y), -1).T for y in (y_true, y_pred)), strict=True)
    return mean(np.array([metric(y, p, weights) for y, p in outputs]))
