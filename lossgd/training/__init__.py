"""Training: descent on batches of the examples, epoch by epoch, with what keeps it healthy.

The loop, its stopping rules and the optimizers are those of `descend`: one step of that loop is an epoch
here, in which the optimizer makes a step for each batch.
"""

from lossgd.training.clipping import clipped_by_norm, clipped_by_value
from lossgd.training.fitting import fit
from lossgd.training.history import History

__all__ = ["History", "clipped_by_norm", "clipped_by_value", "fit"]
