"""The losses: how wrong a prediction is, and in which direction it gets better.

Every loss is called as `loss(y_true, y_pred)`; its parameters are keyword-only; it is never changed by use.
"""

from lossgd.losses.base import Loss
from lossgd.losses.binary import (
    BinaryCrossEntropy,
    Focal,
    Hinge,
    SquaredHinge,
    WeightedBinaryCrossEntropy,
)
from lossgd.losses.categorical import CategoricalCrossEntropy, KLDivergence, SparseCategoricalCrossEntropy
from lossgd.losses.regression import (
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanSquaredError,
    PoissonDeviance,
    Quantile,
)

__all__ = [
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Focal",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "PoissonDeviance",
    "Quantile",
    "SparseCategoricalCrossEntropy",
    "SquaredHinge",
    "WeightedBinaryCrossEntropy",
]
