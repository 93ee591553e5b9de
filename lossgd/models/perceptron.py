"""The multilayer perceptron: layers of weighted sums, each passed through an activation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from lossgd import checks
from lossgd.models.base import Model, sigmoid
from lossgd.models.data import product_over_examples, sum_over_examples
from lossgd.typing import Link, Random

ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(z, 0),
}

# The derivative of each, from its value h. At relu's kink, the subgradient 0.
SLOPES = {"tanh": lambda h: 1 - h * h, "sigmoid": lambda h: h * (1 - h), "relu": lambda h: h > 0}

# The variance of a weight, from the numbers of inputs and of outputs of its layer.
VARIANCES = {
    "he": lambda fan_in, fan_out: 2 / fan_in,
    "xavier": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
}


@dataclass(frozen=True)
class Perceptron(Model):
    """A multilayer perceptron: each hidden layer is h = activation(aW + b), with a the layer below.

    Parameters are "weights_1" and "bias_1" for the first hidden layer, and so on up to the output layer. The
    norms of these parts of a gradient, `model.views(gradient, features)`, show if it vanishes or explodes.

    Parameters
    ----------
    hidden : tuple of int, default (8,)
        The width of each hidden layer, from the inputs on.
    activation : {"tanh", "sigmoid", "relu"}, default "tanh"
        What makes a layer more than a weighted sum.
    outputs : int, default 1
        The number of scores of an example: for 1, predictions have shape (n,), for k > 1 (n, k).
    link : {"identity", "sigmoid", "softmax"}, default "identity"
        What makes predictions of scores: numbers, probabilities of class 1, or rows of probabilities.
    initialisation : {"he", "xavier"}, default "he"
        Weights start as normal random numbers with variance 2/inputs of the layer (He, made for ReLU) or
        2/(inputs + outputs) (Xavier, made for tanh); biases start at 0.
    residual : bool, default False
        Whether a hidden layer adds its input to its output, from the second on. All have the same width then.
    dropout : float, default 0.0
        In [0, 1): in training, each output of a hidden layer is set to 0 with this probability, and divided
        by 1 − dropout if it is not ("inverted" dropout). Predictions use all outputs as they are.

    Examples
    --------
    >>> model = Perceptron(hidden=(4,), activation="relu", link="sigmoid")
    >>> theta = model.init(features=2, seed=1)
    >>> {name: part.shape for name, part in model.views(theta, features=2).items()}
    {'weights_1': (2, 4), 'bias_1': (4,), 'weights_2': (4, 1), 'bias_2': (1,)}
    >>> model.predict(theta, [[0.0, 0.0]])
    array([0.5])

    References
    ----------
    Rumelhart, D. E., Hinton, G. E. and Williams, R. J. (1986). Learning representations by back-propagating
    errors. Nature 323.
    Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep feedforward neural
    networks. AISTATS.
    He, K. et al. (2015). Delving deep into rectifiers. ICCV.
    He, K. et al. (2016). Deep residual learning for image recognition. CVPR.
    Srivastava, N. et al. (2014). Dropout: a simple way to prevent neural networks from overfitting. JMLR 15.
    """

    hidden: tuple[int, ...] = (8,)
    activation: Literal["tanh", "sigmoid", "relu"] = "tanh"
    outputs: int = 1
    link: Link = "identity"
    initialisation: Literal["he", "xavier"] = "he"
    residual: bool = False
    dropout: float = 0.0

    examples = (
        {"hidden": (3,), "activation": "tanh"},
        {"hidden": (3,), "activation": "relu", "link": "sigmoid"},
        {"hidden": (2, 3), "activation": "sigmoid", "outputs": 2},
        {"hidden": (2, 2), "activation": "tanh", "residual": True, "outputs": 2, "link": "softmax"},
        {"hidden": (), "outputs": 2, "link": "softmax"},
    )

    def __post_init__(self):
        checks.python_numbers(self)
        if not isinstance(self.hidden, tuple):
            raise TypeError(
                f"hidden must be a tuple of the layers' widths, such as (8, 8); got {self.hidden!r}"
            )
        for width in self.hidden:
            checks.count("each width in hidden", width)
        checks.option("activation", self.activation, tuple(ACTIVATIONS))
        checks.count("outputs", self.outputs)
        checks.option("link", self.link, ("identity", "sigmoid", "softmax"))
        checks.option("initialisation", self.initialisation, tuple(VARIANCES))
        checks.boolean("residual", self.residual)
        checks.number("dropout", self.dropout, 0, 1, closed="[")
        if self.link == "softmax" and self.outputs < 2:
            raise ValueError("link='softmax' needs outputs, one a class, of at least 2; got 1")
        if self.residual and len(set(self.hidden)) > 1:
            raise ValueError(f"residual=True needs hidden layers of one width; got {self.hidden}")

    def forward(
        self, theta: np.ndarray, inputs: np.ndarray, rng: Random | None = None
    ) -> tuple[np.ndarray, tuple[Any, ...]]:
        activation = ACTIVATIONS[self.activation]
        *layers, (weights, bias) = self._layers(theta, inputs.shape[-1])
        a, tape = inputs, []
        for depth, (w, b) in enumerate(layers):
            h = activation(a @ w + b[..., None, :])
            kept = self._kept(h, rng)
            tape.append((a, h, kept))
            out = h if kept is None else h * kept
            a = a + out if self.residual and depth else out
        scores = a @ weights + bias[..., None, :]
        return scores[..., 0] if self.outputs == 1 else scores, (*tape, a)

    def backward(self, theta: np.ndarray, tape: Sequence[Any], g: np.ndarray) -> np.ndarray:
        *tape, a = tape
        features = (tape[0][0] if tape else a).shape[-1]
        slope = SLOPES[self.activation]
        gradient = np.empty_like(theta)
        layers = list(zip(self._layers(theta, features), self._layers(gradient, features), strict=True))
        g = g[..., None] if self.outputs == 1 else g
        (weights, _), (by_weights, by_bias) = layers.pop()
        by_weights[...], by_bias[...] = product_over_examples(a, g), sum_over_examples(g)
        g = g @ weights.mT  # from here on, by the output of the layer that comes next
        for depth in reversed(range(len(layers))):
            (weights, _), (by_weights, by_bias) = layers[depth]
            a, h, kept = tape[depth]
            by_sum = (g if kept is None else g * kept) * slope(h)
            by_weights[...] = product_over_examples(a, by_sum)
            by_bias[...] = sum_over_examples(by_sum)
            if depth:
                g = by_sum @ weights.mT + (g if self.residual else 0)
        return gradient

    def _kept(self, h, rng):
        """Return what dropout multiplies a layer's outputs by in training, else None."""
        if rng is None or not self.dropout:
            return None
        return (rng.random(h.shape[-2:]) >= self.dropout).astype(h.dtype) / (1 - self.dropout)

    def _layers(self, theta, features):
        """Return the weights and the bias of each layer, views of `theta`."""
        parts = list(self.split(theta, features).values())
        return list(zip(parts[::2], parts[1::2], strict=True))

    def shapes(self, features: int) -> dict[str, tuple[int, ...]]:
        widths = (features, *self.hidden, self.outputs)
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, (fan_in, fan_out) in enumerate(pairwise(widths), start=1):
            shapes |= {f"weights_{layer}": (fan_in, fan_out), f"bias_{layer}": (fan_out,)}
        return shapes

    def fill(self, views: dict[str, np.ndarray], rng: "np.random.Generator") -> None:
        for name, part in views.items():
            if name.startswith("weights"):
                variance = VARIANCES[self.initialisation](*part.shape)
                part[...] = rng.normal(0, np.sqrt(variance), part.shape)
