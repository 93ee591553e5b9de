"""A model's cost on data, as a function of its parameters: an objective to descend on."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.models import data, ensembles
from lossgd.models.base import Model
from lossgd.typing import LossLike, Numbers, Random

QUIET = np.errstate(over="ignore", divide="ignore", invalid="ignore")  # a diverged cost is infinite or NaN


@dataclass(frozen=True, eq=False)
class Cost:
    """J(θ), the cost of a model's predictions on data, with penalties on its weights.

    The loss gets what it takes: the model's scores if it is a loss of scores (`from_logits=True`, a hinge),
    else the model's predictions. The data are checked once, here; a θ from which they overflow costs infinity
    or NaN. Computed in the precision of `X`, and in float32 if that is half precision.

    Parameters
    ----------
    model : Model
        What predicts.
    loss : Loss
        What compares prediction and truth. A cross-entropy from logits is exact for parameters of any size.
    X : array_like of shape (n, features)
        The examples.
    y : array_like
        The truth, as the loss takes it.
    l1, l2 : float, default 0.0
        λ₁ and λ₂ ≥ 0: λ₁Σ|w| + ½λ₂Σw² is added to the cost, over the weights and not the biases. The ½ makes
        λ₂ what PyTorch's `SGD` calls `weight_decay`, which shrinks biases too. Keras' `L2` has no ½, so that
        ½λ₂ is its λ; scikit-learn's `Ridge` has none either and does not divide the loss by n: ½nλ₂ is its α.
    sample_weight : array_like of shape (n,), optional
        What each example's loss is multiplied by. The loss's `reduction` says what the sum is divided by.
    class_weight : dict, optional
        The weight of each class in `y`: of a label, a class index, or a column of rows with a single 1. A
        class that is not named has weight 1, as in Keras and scikit-learn. An example's own weight is
        multiplied by that of its class, as in scikit-learn; Keras takes one or the other.

    Attributes
    ----------
    data : tuple of ndarray
        The examples as the model takes them, and the truth as the loss takes it; read-only.
    weight : ndarray of shape (n,), or None
        The weight of each example, of its own and of its class; read-only.

    Examples
    --------
    >>> from lossgd import losses
    >>> from lossgd.models import Linear
    >>> cost = Cost(Linear(), losses.MeanSquaredError(), [[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0])
    >>> cost([2.0, 0.0]), cost([0.0, 0.0])
    (0.0, 18.666666666666664)
    >>> cost.gradient([0.0, 0.0]).round(4)
    array([-18.6667,  -8.    ])

    A class that is rare counts as much as the other if its weight says so:

    >>> loss, y = losses.BinaryCrossEntropy(from_logits=True), [0, 0, 0, 1]
    >>> X = [[0.0]] * 4
    >>> Cost(Linear(), loss, X, y).gradient([0.0, 0.0])
    array([0.  , 0.25])
    >>> Cost(Linear(), loss, X, y, class_weight={1: 3.0}).gradient([0.0, 0.0])
    array([0., 0.])
    """

    model: Model
    loss: LossLike
    X: ArrayLike = field(repr=False)
    y: ArrayLike = field(repr=False)
    l1: float = field(default=0.0, kw_only=True)
    l2: float = field(default=0.0, kw_only=True)
    sample_weight: ArrayLike | None = field(default=None, kw_only=True, repr=False)
    class_weight: dict[Any, float] | None = field(default=None, kw_only=True, repr=False)
    data: tuple[np.ndarray, np.ndarray] = field(init=False, repr=False)
    weight: np.ndarray | None = field(init=False, repr=False)
    _is_weight: np.ndarray = field(init=False, repr=False)
    _linked: bool = field(init=False, repr=False)

    def __post_init__(self):
        model, loss = self.model, self.loss
        check_kinds(model, loss)
        for name in ("l1", "l2"):
            object.__setattr__(self, name, checks.number(name, getattr(self, name), 0, closed="["))
        X, y = (
            data.working(checks.feature_table("X", self.X)),
            data.read_only(checks.numeric_array("y", self.y)),
        )
        if len(X) != len(y):
            raise ValueError(f"X and y must have as many examples; got {len(X)} and {len(y)}")
        features = X.shape[1]
        theta, inputs = model.init(features).astype(X.dtype), data.read_only(model.inputs(X))
        # Whether the loss takes what a link makes of the scores: asked for once, and not at each step.
        object.__setattr__(self, "_linked", model.link != "identity" and not loss.takes_scores)
        outputs = model.forward(theta, inputs[:1])[0]
        if self._linked:
            outputs = model.through_link(outputs)
        outputs = np.broadcast_to(outputs, (len(X), *outputs.shape[1:]))
        weight = data.example_weights(y, self.sample_weight, self.class_weight)
        loss.check(y, outputs, sample_weight=weight)  # y and the shapes, once; any predictions do for that
        # Class indices, of which there is one for a whole row of outputs, stay integers.
        truth = y.astype(outputs.dtype) if y.ndim == outputs.ndim else y.copy()
        for name, part in model.views(theta, features).items():
            part[...] = name.startswith("weights")
        object.__setattr__(self, "data", (inputs, data.read_only(truth)))
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "_is_weight", theta)

    def __call__(self, theta: ArrayLike) -> Numbers:
        """Return J(θ): a float, or for `theta` of shape (…, d) an array of the leading axes."""
        return self._each(theta, gradient=False)[0]

    def gradient(self, theta: ArrayLike) -> np.ndarray:
        """Return ∂J/∂θ, of the shape of `theta`, and in half precision if that is."""
        return self._each(theta, cost=False)[1]

    def value_and_gradient(self, theta: ArrayLike) -> tuple[Numbers, np.ndarray]:
        """Return J(θ) and ∂J/∂θ, in one pass over the data."""
        return self._each(theta)

    @QUIET
    def predict(self, theta: ArrayLike) -> np.ndarray:
        """Return the model's predictions for the examples, in the precision in which the cost is computed."""
        theta = data.working(data.one_vector(theta, self._is_weight.size))
        return self.model.through_link(self.model.forward(theta, self.data[0])[0])

    def evaluator(self, theta: np.ndarray) -> Callable[[np.ndarray], tuple[Numbers, np.ndarray]]:
        """Return `value_and_gradient` without its checks, for parameters of the shape and dtype of `theta`.

        For a caller that evaluates again and again, with parameters that it has made itself, as `descend`
        does: they are checked once, here. Warnings of numbers beyond float64 are the caller's to ignore.
        """
        data.parameters(theta, self._is_weight.size)
        inputs, truth, weight = *self.data, self.weight
        return lambda theta: self.on(theta, inputs, truth, weight)

    @QUIET
    def _each(self, theta, **asked):
        given = data.parameters(theta, self._is_weight.size)
        cost, gradient = self.on(data.working(given), *self.data, self.weight, **asked)
        return cost, None if gradient is None else data.half_if(given, gradient)

    def on(
        self,
        theta: np.ndarray,
        inputs: np.ndarray,
        truth: np.ndarray,
        weight: np.ndarray | None = None,
        *,
        cost: bool = True,
        gradient: bool = True,
        rng: Random | None = None,
    ) -> tuple[Any, Any]:  # what is None, the caller knows
        """Return J(θ) and ∂J/∂θ on some of the examples, checking nothing; None for what is not asked for.

        Parameters
        ----------
        theta : ndarray of shape (d,) or (…, d)
            The parameters; of an ensemble, those of each member.
        inputs, truth : ndarray
            Some of the examples, rows of both arrays in `data`. Members of an ensemble may have examples of
            their own: the axes before the rows are then the last ones of the ensemble, or broadcast to them.
        weight : ndarray of shape (n,) or (…, n), optional
            The weights of these examples; a mean that divides by them divides by the sum of these.
        cost, gradient : bool, default True
            What is asked for.
        rng : numpy.random.Generator, optional
            The source of dropout, which there is none of without it.
        """
        model, single = self.model, theta.ndim == 1
        if not single:
            # Each member in memory as it is alone, or BLAS might round it in another way.
            theta = np.ascontiguousarray(theta)
            room = ensembles.room(theta, inputs)
            if math.prod(theta.shape[:-1]) > room and rng is None:  # random numbers are drawn for all at once
                batch = inputs, truth, weight
                return ensembles.in_groups(self.on, theta, batch, room, cost=cost, gradient=gradient)
        outputs, tape = model.forward(theta, inputs, rng)
        if self._linked:
            outputs = model.through_link(outputs)
        if single:
            loss: Any = self.loss.trusted
        else:
            loss = partial(ensembles.loss_of_each, self.loss, theta.shape[:-1], inputs.ndim - 2)
        value, g = loss(truth, outputs, sample_weight=weight, cost=cost, gradient=gradient)
        if g is not None:
            if self._linked:
                g = model.back_through_link(outputs, g)
            g = model.backward(theta, tape, g)
        if self.l1 or self.l2:
            value = None if value is None else value + self.penalty(theta)
            g = None if g is None else g + self.penalty_gradient(theta)
        return value, g

    def penalty(self, theta: np.ndarray) -> Numbers:
        """Return λ₁Σ|w| + ½λ₂Σw², checking nothing."""
        w = theta * self._is_weight
        penalty = self.l1 * np.abs(w).sum(axis=-1) + 0.5 * self.l2 * (w * w).sum(axis=-1)
        return float(penalty) if theta.ndim == 1 else penalty

    def penalty_gradient(self, theta: np.ndarray) -> np.ndarray:
        """Return the gradient of `penalty`, checking nothing."""
        w = theta * self._is_weight
        return self.l1 * np.sign(w) + self.l2 * w


def check_kinds(model: Any, loss: Any) -> None:
    """Raise unless model and loss are such, and the loss takes what the model gives."""
    if not isinstance(model, Model):
        raise TypeError(f"model must be a model, such as models.Linear(); got {model!r}")
    if isinstance(loss, type) or not hasattr(loss, "trusted"):
        raise TypeError(f"loss must be a loss, such as losses.MeanSquaredError(); got {loss!r}")
    # Numbers and margins may be compared with anything; probabilities have to be made by the loss's own link,
    # in the model, or in a loss of scores.
    allowed = (loss.link, "identity") if loss.takes_scores else (loss.link,)
    if loss.link != "identity" and model.link not in allowed:
        hint = ", or the loss with from_logits=True" if model.link == "identity" else ""
        raise ValueError(
            f"{loss!r} takes probabilities made by a {loss.link}; {model!r} has the link {model.link!r}. "
            f"Use a model with the link {loss.link!r}{hint}."
        )
