"""What a model answers, and the gradient of a loss of one's own."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks, gradcheck, metrics
from lossgd.diagnose import meanings
from lossgd.diagnose.finding import Finding, Meaning

STILL = 0.01  # of the truth's deviation: predictions that vary by less are one number


def predictions(y: ArrayLike, y_pred: ArrayLike) -> Finding:
    """Compare predictions with those of no model: the most frequent class, or the mean.

    Parameters
    ----------
    y : array_like of shape (n,)
        The truth. Whole numbers or booleans are class labels, and floats are numbers to be predicted.
    y_pred : array_like of shape (n,) or (n, k)
        The predictions. Of classes: labels; probabilities of class 1, which ½ divides; or probabilities or
        scores of k classes, of which the highest counts. Of numbers: numbers.

    Returns
    -------
    Finding
        "constant", "class never predicted", "no better than the majority", "no better than the mean", "not a
        number", or "healthy". Its `numbers` are the `score`, accuracy or R², and the `baseline`, which is the
        share of the most frequent class or 0.

    Examples
    --------
    >>> predictions([0, 0, 0, 0, 1], [0.1, 0.2, 0.1, 0.3, 0.4])
    Saw:    all 5 predictions are class 0: an accuracy of 80.0 %
    Means:  nothing was learned, or a rare class hardly counts: look at
            recall and F1, and weigh the classes
    Clinic: 24 Watching only the loss
    >>> predictions([1.0, 2.5, 3.0], [1.1, 2.4, 3.2]).healthy
    True

    References
    ----------
    He, H. and Garcia, E. A. (2009). Learning from imbalanced data. IEEE Transactions on Knowledge and Data
    Engineering 21.
    """
    y, y_pred = checks.numeric_array("y", y), checks.numeric_array("y_pred", y_pred)
    if y.ndim != 1 or y_pred.ndim > 2 or len(y_pred) != len(y):
        raise ValueError(f"y must have shape (n,), y_pred (n,) or (n, k); got {y.shape} and {y_pred.shape}")
    checks.finite("y", y)
    if not np.isfinite(y_pred).all():
        saw = f"a prediction is {y_pred[~np.isfinite(y_pred)][0]}"
        return meanings.NOT_A_NUMBER.found(saw, {})
    if y.dtype.kind in "iub":
        return _of_classes(y.astype(int), _decided(y_pred))
    checks.same_shape(y, y_pred)
    return _of_numbers(y.astype(float), y_pred.astype(float))


def _decided(y_pred):
    """Return the labels that labels, probabilities or scores stand for."""
    if y_pred.ndim == 2 or (y_pred.dtype.kind == "f" and y_pred.min() >= 0 and y_pred.max() <= 1):
        return metrics.decide(y_pred)
    return checks.class_labels("y_pred", y_pred)


def _of_classes(y, labels):
    classes, counts = np.unique(y, return_counts=True)
    share, accuracy = float(counts.max() / len(y)), metrics.accuracy(y, labels)
    never = [int(c) for c in classes if c not in labels]
    majority = classes[counts.argmax()]
    saw = f"an accuracy of {100 * accuracy:.1f} %; always class {majority} has {100 * share:.1f} %"
    if len(classes) > 1 and (labels == labels[0]).all():
        meaning = meanings.ONE_CLASS
        saw = f"all {len(y)} predictions are class {labels[0]}: an accuracy of {100 * accuracy:.1f} %"
    elif never:
        meaning, saw = meanings.NEVER, f"class {', '.join(map(str, never))} is never predicted; {saw}"
    else:
        meaning = meanings.MAJORITY if len(classes) > 1 and accuracy <= share else meanings.BETTER
    return meaning.found(saw, {"score": accuracy, "baseline": share})


def _of_numbers(y, y_pred):
    spread, error = y.std(), metrics.rmse(y, y_pred)
    saw = f"a root mean squared error of {error:.3g}; the truth's mean alone has {spread:.3g}"
    if spread and y_pred.std() < STILL * spread:
        meaning, saw = meanings.ONE_NUMBER, f"all {len(y)} predictions are near {y_pred.mean():.3g}; {saw}"
    else:
        meaning = meanings.MEAN if error >= spread > 0 else meanings.BETTER
    score = float(1 - (error / spread) ** 2) if spread else float(error == 0)
    return meaning.found(saw, {"score": score, "baseline": 0.0})


def loss_gradient(
    loss: Callable[..., float], gradient: Callable[..., ArrayLike], y: ArrayLike, y_pred: ArrayLike
) -> Finding:
    """Compare the gradient of a loss of your own with slopes measured numerically: sign, scale, shape, kink.

    Parameters
    ----------
    loss : callable
        `loss(y, y_pred)`, one number.
    gradient : callable
        `gradient(y, y_pred)`, the slopes by `y_pred`, of its shape.
    y, y_pred : array_like
        A few examples: each prediction costs some evaluations. Take predictions on both sides of a kink.

    Returns
    -------
    Finding
        "wrong gradient", with the likely mistake; "broadcast", if the loss changes when truth and prediction
        get one shape; "no slope", at a jump; or "healthy". Its `numbers` are the `report` of
        `gradcheck.check`, a table.

    Examples
    --------
    >>> def squares(y, y_pred):
    ...     return np.mean((y - y_pred) ** 2)
    >>> loss_gradient(squares, lambda y, y_pred: (y - y_pred) * 2 / 3, [1.0, 2.0, 4.0], [1.5, 2.5, 3.0])
    Saw:    squares: the gradient is wrong at 3 of 3 coordinates, most at
            ŷ[2], by 1.33333
    Means:  the sign. Is it y − ŷ where ŷ − y belongs? Every entry is -1
            times the right one.
    Clinic: 25 A buggy custom loss
    """
    y, y_pred = checks.numeric_array("y", y), checks.numeric_array("y_pred", y_pred)
    if y.shape != y_pred.shape and y.size == y_pred.size:
        given, paired = (float(loss(truth.copy(), y_pred.copy())) for truth in (y, y.reshape(y_pred.shape)))
        if not np.isclose(given, paired):
            shapes = f"shapes {y.shape} and {y_pred.shape}"
            saw = f"the loss is {given:.3g} for {shapes}, {paired:.3g} for equal ones"
            return meanings.ALL_PAIRS.found(saw, {"given": given, "paired": paired})
    report = gradcheck.check(loss, y, y_pred, gradient=gradient)
    meaning = meanings.JUMP if report.unsure.any() else meanings.RIGHT
    if report.mistake:
        clinic = 20 if report.mistake.startswith("a kink") else 25
        meaning = Meaning("wrong gradient", report.mistake, clinic)
    return meaning.found(str(report).partition("\n")[0], {"report": report})
