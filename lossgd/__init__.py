"""Loss functions and gradient descent, in NumPy that you can read and trust."""

from lossgd import losses, optimizers, schedules, surfaces
from lossgd.descent import Path, descend

__all__ = ["Path", "descend", "losses", "optimizers", "schedules", "surfaces"]
