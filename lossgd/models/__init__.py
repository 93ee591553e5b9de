"""The models: functions of inputs X and parameters θ, with what gradient descent needs of them.

A model is a frozen dataclass that holds no parameters. They are one flat vector, given to each method, so
that an optimizer need not know what they mean; `views` gives its parts their names:

>>> import numpy as np
>>> model = Linear()
>>> theta = model.init(features=2)
>>> model.views(theta, features=2)["weights"][...] = [3.0, -1.0]
>>> theta
array([ 3., -1.,  0.])
>>> model.predict(theta, [[1.0, 1.0], [2.0, 0.0]])
array([2., 6.])
"""

from lossgd.models.base import Model
from lossgd.models.cost import Cost
from lossgd.models.linear import Linear, Logistic, Softmax
from lossgd.models.perceptron import Perceptron

__all__ = ["Cost", "Linear", "Logistic", "Model", "Perceptron", "Softmax"]
