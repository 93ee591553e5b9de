"""Models whose scores are linear in the inputs: Xw + b.

The bias is the weight of an input that is always 1: so one product gives the scores, and one the gradient.
"""

from dataclasses import dataclass

import numpy as np

from lossgd import checks
from lossgd.models.base import Model
from lossgd.models.data import product_over_examples
from lossgd.typing import Random


@dataclass(frozen=True)
class Linear(Model):
    """Linear regression, ŷ = Xw + b: predictions are numbers, of shape (n,).

    Parameters are "weights" of shape (features,) and "bias" of shape ().

    Examples
    --------
    >>> Linear().predict([2.0, 1.0], [[0.0], [3.0]])
    array([1., 7.])

    References
    ----------
    Gauss, C. F. (1809). Theoria motus corporum coelestium.
    """

    def inputs(self, X: np.ndarray) -> np.ndarray:
        ones = np.ones((len(X), 1), X.dtype)
        return np.concatenate((X, ones), axis=1)

    def forward(
        self, theta: np.ndarray, inputs: np.ndarray, rng: Random | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        if theta.ndim > 1:
            return (inputs @ theta[..., None])[..., 0], inputs
        return inputs.dot(theta), inputs

    def backward(self, theta: np.ndarray, tape: np.ndarray, g: np.ndarray) -> np.ndarray:
        if theta.ndim > 1:
            return product_over_examples(tape, g[..., None])[..., 0]
        return product_over_examples(tape, g)

    def shapes(self, features: int) -> dict[str, tuple[int, ...]]:
        return {"weights": (features,), "bias": ()}


@dataclass(frozen=True)
class Logistic(Linear):
    """Logistic regression, P(y = 1) = σ(Xw + b): predictions are probabilities of class 1, of shape (n,).

    Parameters are "weights" of shape (features,) and "bias" of shape ().

    Examples
    --------
    >>> Logistic().predict([2.0, 0.0], [[-1.0], [0.0], [1.0]]).round(4)
    array([0.1192, 0.5   , 0.8808])

    References
    ----------
    Cox, D. R. (1958). The regression analysis of binary sequences. Journal of the Royal Statistical Society
    B 20.
    """

    link = "sigmoid"


@dataclass(frozen=True)
class Softmax(Linear):
    """Softmax regression, softmax(XW + b): predictions are a row of k probabilities an example.

    Parameters are "weights" of shape (features, k) and "bias" of shape (k,).

    Parameters
    ----------
    classes : int
        The number of classes, k ≥ 2.

    Examples
    --------
    >>> model = Softmax(3)
    >>> model.predict(model.init(features=2), [[1.0, 2.0]]).round(4)
    array([[0.3333, 0.3333, 0.3333]])

    References
    ----------
    Bridle, J. S. (1990). Training stochastic model recognition algorithms as networks can lead to maximum
    mutual information estimation of parameters. NIPS 2.
    """

    classes: int

    link = "softmax"

    examples = ({"classes": 3},)

    def __post_init__(self):
        checks.python_numbers(self)
        checks.count("classes", self.classes)
        if self.classes < 2:
            raise ValueError("classes must be at least 2; for two classes, Logistic() needs one score only")

    def forward(
        self, theta: np.ndarray, inputs: np.ndarray, rng: Random | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        weights = theta.reshape((*theta.shape[:-1], -1, self.classes))
        return inputs.dot(weights) if theta.ndim == 1 else inputs @ weights, inputs

    def backward(self, theta: np.ndarray, tape: np.ndarray, g: np.ndarray) -> np.ndarray:
        return product_over_examples(tape, g).reshape(theta.shape)

    def shapes(self, features: int) -> dict[str, tuple[int, ...]]:
        return {"weights": (features, self.classes), "bias": (self.classes,)}
