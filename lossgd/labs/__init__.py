"""The live figures. A lab is one line in a notebook, such as `labs.fit_line()`.

In Jupyter its sliders call Python; on the book's pages they move without a kernel; in print it is a still.
"""

from lossgd.labs.classification import decision_boundary, margin_losses, penalty
from lossgd.labs.descent import learning_rate, learning_rate_ravine, step_by_step
from lossgd.labs.gradients import gradient_arrow
from lossgd.labs.lab import MIMETYPE, Control, Lab, Scene, lab
from lossgd.labs.optimizers import race
from lossgd.labs.regression import fit_line, huber_delta, outlier

__all__ = [
    "MIMETYPE",
    "Control",
    "Lab",
    "Scene",
    "decision_boundary",
    "fit_line",
    "gradient_arrow",
    "huber_delta",
    "lab",
    "learning_rate",
    "learning_rate_ravine",
    "margin_losses",
    "outlier",
    "penalty",
    "race",
    "step_by_step",
]
