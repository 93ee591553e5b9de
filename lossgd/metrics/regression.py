"""How far predicted numbers are off."""

import math

import numpy as np

from lossgd import checks


def r2(y_true, y_pred):
    """Return the coefficient of determination, R² = 1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)².

    1 is a perfect prediction, 0 is no better than the mean ȳ of the truth; worse than the mean is negative.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,) or (n, d)
        The truth and the prediction; of d outputs, the mean of their values is returned.

    Returns
    -------
    float
        For a constant truth 1 if every prediction is right, else 0. Of a single example nan.

    Examples
    --------
    >>> r2([1.0, 2.0, 3.0], [1.5, 2.0, 2.5])
    0.75

    References
    ----------
    Draper, N. R. and Smith, H. (1998). Applied Regression Analysis, 3rd edition. Wiley.
    """
    y_true, y_pred = _numbers(y_true, y_pred)
    if len(y_true) < 2:
        return math.nan
    with np.errstate(over="ignore"):  # an error beyond float64 makes −∞, which is the right answer
        missed = ((y_true - y_pred) ** 2).sum(axis=0)
        shifted = y_true - y_true[0]  # exactly 0 for a constant truth
        spread = ((shifted - shifted.mean(axis=0)) ** 2).sum(axis=0)
        constant = np.where(missed == 0, 0.0, 1.0)
        return float(np.mean(1 - np.divide(missed, spread, out=constant, where=spread > 0)))


def mae(y_true, y_pred):
    """Return the mean absolute error, Σ |yᵢ − ŷᵢ| / n, in the unit of y.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,) or (n, d)
        The truth and the prediction; of d outputs, the mean of their values is returned.

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
    y_true, y_pred = _numbers(y_true, y_pred)
    return float(np.mean(np.abs(y_true - y_pred)))


def rmse(y_true, y_pred):
    """Return the root of the mean squared error, √(Σ (yᵢ − ŷᵢ)² / n), in the unit of y.

    Parameters
    ----------
    y_true, y_pred : array_like of shape (n,) or (n, d)
        The truth and the prediction; of d outputs, the mean of their values is returned.

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
    y_true, y_pred = _numbers(y_true, y_pred)
    with np.errstate(over="ignore"):
        return float(np.mean(np.sqrt(np.mean((y_true - y_pred) ** 2, axis=0))))


def _numbers(y_true, y_pred):
    """Return both as float64 arrays of the same shape."""
    y_true, y_pred = checks.numeric_array("y_true", y_true), checks.numeric_array("y_pred", y_pred)
    checks.same_shape(y_true, y_pred)
    checks.finite("y_true", y_true)
    checks.finite("y_pred", y_pred)
    return y_true.astype(float), y_pred.astype(float)
