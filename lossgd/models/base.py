"""What every model shares: flat parameters with named views, links, and the vector-Jacobian product."""

import functools
import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.models import data
from lossgd.typing import Examples, Link, Random


class Model(ABC):
    """A function of inputs and parameters: scores, then a link that makes predictions of them.

    A subclass states the shapes of its parameters, how scores are computed, and how a gradient goes back.

    Attributes
    ----------
    link : {"identity", "sigmoid", "softmax"}
        What makes predictions of scores: numbers, probabilities of class 1, or rows of probabilities.
    examples : tuple of dict
        Parameters with which it is proved, verified and tested.
    """

    link: Link = "identity"
    examples: ClassVar[Examples] = ({},)

    def size(self, features: int) -> int:
        """Return the number of parameters for inputs with so many features."""
        return _layout(self, checks.count("features", features))[-1][2]

    def init(self, features: int, seed: int = 0) -> np.ndarray:
        """Return the parameters to start from: zeros, or random ones where zeros would be a trap."""
        theta = np.zeros(self.size(features))
        self.fill(self.views(theta, features), np.random.default_rng(seed))
        return theta

    def views(self, theta: np.ndarray, features: int) -> dict[str, np.ndarray]:
        """Return the named parts of `theta`, views of its memory.

        A gradient has the same layout, so that this names its parts too; of shape (…, d), such as a whole
        path of parameters, so are the parts.

        Parameters
        ----------
        theta : ndarray of shape (…, d)
            Parameters, or a gradient.
        features : int
            The number of columns of X.

        Returns
        -------
        dict of str to ndarray
            "weights" and "bias"; for each layer of a perceptron, "weights_1", "bias_1", and so on.
        """
        features = checks.count("features", features)
        return self.split(data.parameters(theta, self.size(features)), features)

    def scores(self, theta: ArrayLike, X: ArrayLike) -> np.ndarray:
        """Return the scores of the examples `X`, before the link: shape (n,), or (n, k) for k outputs."""
        theta, X = self._arguments(theta, X)
        with np.errstate(over="ignore", invalid="ignore"):
            return data.half_if(X, self._run(theta, X)[0])

    def predict(self, theta: ArrayLike, X: ArrayLike) -> np.ndarray:
        """Return the predictions for the examples `X`.

        Parameters
        ----------
        theta : array_like of shape (d,)
            The parameters.
        X : array_like of shape (n, features)
            The examples.

        Returns
        -------
        ndarray of shape (n,) or (n, k)
            By the model's link: numbers, probabilities of class 1, or a row of probabilities an example. For
            float16 examples they come back as float16, and are computed in float32, as scores are.
        """
        theta, X = self._arguments(theta, X)
        with np.errstate(over="ignore", invalid="ignore"):
            return data.half_if(X, self.through_link(self._run(theta, X)[0]))

    def vjp(self, theta: ArrayLike, X: ArrayLike, g: ArrayLike, scores: bool = False) -> np.ndarray:
        """Return the vector-Jacobian product Jᵀg, flat like `theta`.

        With J the derivatives of all predictions by all parameters: given a loss's gradient as `g`, this is
        the gradient of the cost, by the chain rule.

        Parameters
        ----------
        theta : array_like of shape (d,)
            The parameters.
        X : array_like of shape (n, features)
            The examples.
        g : array_like of the predictions' shape
            What the Jacobian is multiplied by.
        scores : bool, default False
            Whether J is that of the scores, before the link, instead of the predictions'.

        Returns
        -------
        ndarray of shape (d,)
            For float16 parameters it comes back as float16, and is computed in float32.
        """
        theta, X = self._arguments(theta, X)
        g = data.working(checks.real_array("g", g))
        with np.errstate(over="ignore", invalid="ignore"):
            outputs, tape = self._run(theta, X)
            if g.shape != outputs.shape:
                raise ValueError(f"g must have the predictions' shape, {outputs.shape}; got {g.shape}")
            if not scores:
                g = self.back_through_link(self.through_link(outputs), g)
            return data.half_if(theta, self.backward(data.working(theta), tape, g))

    def inputs(self, X: np.ndarray) -> np.ndarray:
        """Return the examples in the form that `forward` takes: a copy, made once for many evaluations."""
        return X.copy()

    def split(self, theta: np.ndarray, features: int) -> dict[str, np.ndarray]:
        """Return what `views` does, checking nothing."""
        ensemble = theta.shape[:-1]
        return {
            name: theta[..., start:stop].reshape(ensemble + shape)
            for name, start, stop, shape in _layout(self, features)
        }

    @abstractmethod
    def forward(
        self, theta: np.ndarray, inputs: np.ndarray, rng: Random | None = None
    ) -> tuple[np.ndarray, Any]:
        """Return the scores, and what `backward` needs; with `rng`, as in a training with dropout.

        For `theta` of shape (…, d), an ensemble, the scores of each member, (…, n) or (…, n, k). `inputs` are
        rows for all members, or have axes before these, which broadcast against those of the ensemble.
        """

    @abstractmethod
    def backward(self, theta: np.ndarray, tape: Any, g: np.ndarray) -> np.ndarray:
        """Return the gradient by θ, of the shape of `theta`, from the gradient `g` by the scores."""

    def through_link(self, scores: np.ndarray) -> np.ndarray:
        """Return the predictions that the link makes of scores."""
        return _LINKS[self.link](scores)

    def back_through_link(self, predictions: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Return the gradient by the scores, from the gradient `g` by the predictions."""
        return _LINKS_BACK[self.link](predictions, g)

    @abstractmethod
    def shapes(self, features: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of each named part of the parameters, in their order."""

    def fill(self, views: dict[str, np.ndarray], rng: "np.random.Generator") -> None:  # noqa: B027 - a model that may start from 0 has nothing to do
        """Fill the views of a start that is 0 so far."""

    def _arguments(self, theta: ArrayLike, X: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        X = checks.feature_table("X", X)
        return data.one_vector(theta, self.size(X.shape[1])), X

    def _run(self, theta, X):
        return self.forward(data.working(theta), self.inputs(data.working(X)))


@functools.lru_cache
def _layout(model, features):
    """Return the name of each part of the parameters, where it starts and stops, and its shape."""
    parts, start = [], 0
    for name, shape in model.shapes(features).items():
        stop = start + math.prod(shape)
        parts.append((name, start, stop, shape))
        start = stop
    return parts


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return 1/(1 + e⁻ᶻ) as eᶻ/(1 + eᶻ), which is 1 to the last bit beyond z = 40."""
    e = np.exp(np.minimum(z, 40))
    return e / (1 + e)


def _softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


_LINKS = {"identity": lambda z: z, "sigmoid": sigmoid, "softmax": _softmax}

_LINKS_BACK = {
    "identity": lambda p, g: g,
    "sigmoid": lambda p, g: g * (p * (1 - p)),
    "softmax": lambda p, g: p * (g - (p * g).sum(axis=-1, keepdims=True)),
}
