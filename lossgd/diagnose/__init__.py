"""What a run's numbers tell, in words: the look at a training that is easy to forget.

Plain functions of plain arrays, from whatever library. Each returns a `Finding`: what it saw, what that
means, and which clinic of the book has the test that makes sure, and the cure.
"""

from lossgd.diagnose.answers import loss_gradient, predictions
from lossgd.diagnose.curves import curve
from lossgd.diagnose.finding import Finding
from lossgd.diagnose.inputs import input_scale, leakage
from lossgd.diagnose.networks import dead_units, gradient_norms, initial_loss
from lossgd.diagnose.rates import range_test, rates

__all__ = [
    "Finding",
    "curve",
    "dead_units",
    "gradient_norms",
    "initial_loss",
    "input_scale",
    "leakage",
    "loss_gradient",
    "predictions",
    "range_test",
    "rates",
]
