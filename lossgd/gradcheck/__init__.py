"""Is a gradient right? Any gradient, compared with slopes measured numerically, and the likely mistake named.

>>> import numpy as np
>>> from lossgd import gradcheck
>>> def cost(y, p):
...     return np.mean((p - y) ** 2)
>>> def wrong_gradient(y, p):
...     return 2 * (y - p) / len(p)
>>> gradcheck.check(cost, np.array([1.0, 2.0]), np.array([1.5, 4.0]), gradient=wrong_gradient)
cost: the gradient is wrong at 2 of 2 coordinates, most at ŷ[1], by 4
coordinate  yours  numeric  difference
ŷ[0]         -0.5      0.5          -1  ✗
ŷ[1]           -2        2          -4  ✗
Likely mistake: the sign. Is it y − ŷ where ŷ − y belongs? Every entry
is -1 times the right one.
"""

from lossgd.gradcheck.check import assert_gradient, check
from lossgd.gradcheck.complex_step import complex_step
from lossgd.gradcheck.differences import central_differences
from lossgd.gradcheck.report import Report

__all__ = ["Report", "assert_gradient", "central_differences", "check", "complex_step"]
