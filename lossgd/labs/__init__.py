"""The live figures. A lab is one line in a notebook, such as `labs.fit_line()`.

In Jupyter its sliders call Python; on the book's pages they move without a kernel; in print it is a still.
"""

from lossgd.labs.adaptive import turned_ravine
from lossgd.labs.batches import batch_size
from lossgd.labs.classification import decision_boundary, margin_losses, penalty
from lossgd.labs.convexity import chord
from lossgd.labs.custom import class_weight
from lossgd.labs.delays import late_gradients
from lossgd.labs.descent import learning_rate, learning_rate_ravine, step_by_step
from lossgd.labs.directions import contributions
from lossgd.labs.gradients import gradient_arrow
from lossgd.labs.initialisation import depth_and_scale
from lossgd.labs.lab import MIMETYPE, Control, Lab, lab
from lossgd.labs.landscapes import basins, turned
from lossgd.labs.momentum import momentum_plane, momentum_ravine
from lossgd.labs.optimizers import one_rate, race
from lossgd.labs.overfitting import l2_strength
from lossgd.labs.range_test import range_test
from lossgd.labs.regression import fit_line, huber_delta, outlier
from lossgd.labs.scaling import input_range
from lossgd.labs.scene import Scene
from lossgd.labs.schedules import rate_drop
from lossgd.labs.stopping import stopping
from lossgd.labs.subgradients import supporting_line

__all__ = [
    "MIMETYPE",
    "Control",
    "Lab",
    "Scene",
    "basins",
    "batch_size",
    "chord",
    "class_weight",
    "contributions",
    "decision_boundary",
    "depth_and_scale",
    "fit_line",
    "gradient_arrow",
    "huber_delta",
    "input_range",
    "l2_strength",
    "lab",
    "late_gradients",
    "learning_rate",
    "learning_rate_ravine",
    "margin_losses",
    "momentum_plane",
    "momentum_ravine",
    "one_rate",
    "outlier",
    "penalty",
    "race",
    "range_test",
    "rate_drop",
    "step_by_step",
    "stopping",
    "supporting_line",
    "turned",
    "turned_ravine",
]
