"""The optimizers: how a gradient, and the gradients before it, become the next step.

Each is a frozen dataclass of hyperparameters. What changes during a descent is in a state of its own:

>>> import numpy as np
>>> adam = Adam(lr=0.1)
>>> theta = np.array([3.0, -2.0])
>>> state = adam.init(theta)
>>> theta, state = adam.step(theta, np.array([6.0, -4.0]), state)
>>> theta.round(6)
array([ 2.9, -1.9])

θ is the parameters, g the gradient at θ, α the learning rate `lr`, t the step, counted from 1. `lr` may be a
schedule, or an array of as many axes as θ that broadcasts to it: (k, 1) for k runs of (k, d) parameters.
"""

from lossgd.optimizers.adaptive import AdaGrad, Adam, AdamW, RMSProp
from lossgd.optimizers.base import Optimizer, State
from lossgd.optimizers.momentum import GradientDescent, Momentum, Nesterov

__all__ = [
    "AdaGrad",
    "Adam",
    "AdamW",
    "GradientDescent",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "State",
]
