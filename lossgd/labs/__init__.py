"""The live figures. A lab is one line in a notebook, such as `labs.fit_line()`.

In Jupyter its sliders call Python; on the book's pages they move without a kernel; in print it is a still.
"""

from lossgd.labs.classification import decision_boundary, margin_losses, penalty
from lossgd.labs.lab import MIMETYPE, Control, Lab, Scene, lab
from lossgd.labs.regression import fit_line, huber_delta, outlier

__all__ = [
    "MIMETYPE",
    "Control",
    "Lab",
    "Scene",
    "decision_boundary",
    "fit_line",
    "huber_delta",
    "lab",
    "margin_losses",
    "outlier",
    "penalty",
]
