"""Loss functions and gradient descent, in NumPy that you can read and trust."""

from lossgd import losses, metrics, models, optimizers, schedules, surfaces
from lossgd.descent import Path, descend
from lossgd.training import History, fit

__all__ = [
    "History",
    "Path",
    "descend",
    "fit",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "schedules",
    "surfaces",
]
