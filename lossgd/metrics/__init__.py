"""What to watch beside the loss: how often, how far and in which way a model is wrong.

Each metric is a function of `(y_true, y_pred)`, made for people to read and not for a gradient to descend.
All are equal to scikit-learn's, ties and absent classes included.
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
