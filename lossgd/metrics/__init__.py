"""What to watch beside the loss: how often, how far and in which way a model is wrong.

Each metric is a function of `(y_true, y_pred)`, made for people to read and not for a gradient to descend.
`sample_weight`, of shape (n,), says how much each example counts. All are equal to scikit-learn's, ties and
absent classes included, but where rounding decides there: the notes of `r2` say how. Integers beyond 2⁵³ are
not rounded here, and squares of 1e200 do not overflow.
"""

from lossgd.metrics.classification import accuracy, confusion_matrix, decide, f1, precision, recall
from lossgd.metrics.ranking import RocCurve, roc_auc, roc_curve
from lossgd.metrics.regression import mae, r2, rmse

__all__ = [
    "RocCurve",
    "accuracy",
    "confusion_matrix",
    "decide",
    "f1",
    "mae",
    "precision",
    "r2",
    "recall",
    "rmse",
    "roc_auc",
    "roc_curve",
]
