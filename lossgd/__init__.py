"""Loss functions and gradient descent, in NumPy that you can read and trust."""

from lossgd import losses

__all__ = ["losses"]
