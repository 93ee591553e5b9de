"""Learning-rate schedules: α as a function of the step, counted from 0.

An optimizer's `lr` may be one: `optimizers.Adam(lr=schedules.Cosine(lr=0.1, steps=500))`. Called with steps,
a schedule gives their learning rates, so that it can be drawn:

>>> import numpy as np
>>> Cosine(lr=0.1, steps=4)(np.arange(6)).round(3)
array([0.1  , 0.085, 0.05 , 0.015, 0.   , 0.   ])

`lr` may be an array, as in an optimizer: then each of several runs has a schedule of its own.
"""

from lossgd.schedules.base import Schedule
from lossgd.schedules.decay import Exponential, InverseTime, PiecewiseConstant, Step
from lossgd.schedules.falling import Cosine, CosineRestarts, Linear, OneCycle, Polynomial
from lossgd.schedules.fixed import Constant, WarmUp
from lossgd.schedules.plateau import ReduceOnPlateau

__all__ = [
    "Constant",
    "Cosine",
    "CosineRestarts",
    "Exponential",
    "InverseTime",
    "Linear",
    "OneCycle",
    "PiecewiseConstant",
    "Polynomial",
    "ReduceOnPlateau",
    "Schedule",
    "Step",
    "WarmUp",
]
