"""Loss functions and gradient descent, in NumPy that you can read and trust."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_FROM = {"History": "training", "fit": "training", "Path": "descent", "descend": "descent"}


def __getattr__(name):
    """Import a part when it is first asked for: all of them take longer than NumPy's own import."""
    if name not in __all__:
        raise AttributeError(f"module 'lossgd' has no attribute {name!r}")
    module = importlib.import_module(f"lossgd.{_FROM.get(name, name)}")
    globals()[name] = value = getattr(module, name) if name in _FROM else module
    return value


def __dir__():
    return sorted({*globals(), *__all__})
