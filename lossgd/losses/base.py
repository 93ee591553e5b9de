"""What every loss shares: checks, weights, reduction, and evaluation in blocks."""

import functools
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.domains import REALS, Domain
from lossgd.losses import blocks
from lossgd.losses.blocks import QUIET
from lossgd.typing import Examples, Link, Reduction

WEIGHTED_MEAN = "mean_with_sample_weight"
DOUBLE = np.dtype(float)


@dataclass(frozen=True, kw_only=True)
class Loss(ABC):
    """A loss: what one wrong prediction costs, its mean over examples, and the gradient.

    A subclass states its formula for one block of examples: `parts` returns what the loss and its derivative
    have in common, `loss` and `slope` make one and the other of it. And it states as data what it is: which
    values are legal, where it has kinks, whether it is convex. All else is done here, once, or read there.

    Parameters
    ----------
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
        How the cost is made from the losses of the examples. Of a weighted sum, "mean" is a part in n, as in
        Keras; "mean_with_sample_weight", Keras' name, divides it by the sum of the weights, as scikit-learn's
        metrics do, and PyTorch's `CrossEntropyLoss` with class weights.

    Attributes
    ----------
    truth_domain, prediction_domain : Domain
        Which truths and predictions are legal. Of an object whose predictions are scores, these are.
    score_option : str
        The parameter that says whether predictions are scores; "" if there is none.
    argument : {"error", "margin", ""}
        What the loss is a function of: the error ŷ − y, the margin y·ŷ, or both, y and ŷ.
    kinks : tuple of float
        The arguments at which the slope jumps.
    bends : tuple of float
        The arguments at which the slope does not jump, but its derivative does.
    convex : bool
        Whether the loss of any one label, or truth, is convex in the prediction.
    examples : tuple of dict
        Parameters, small and large ones, with which the loss is proved, verified and tested.
    """

    reduction: Reduction = "mean"

    # What turns a model's scores into what is compared with the truth.
    link: ClassVar[Link] = "identity"

    truth_domain: ClassVar[Domain] = REALS
    prediction_domain: ClassVar[Domain] = REALS
    score_option: ClassVar[str] = ""
    argument: ClassVar[str] = ""
    kinks: ClassVar[tuple[float, ...]] = ()
    bends: ClassVar[tuple[float, ...]] = ()
    convex: ClassVar[bool]
    examples: ClassVar[Examples] = ({},)

    # Whether each illegal value makes the cost infinite or NaN: then values are checked only of such a cost.
    _cost_tells: ClassVar[bool] = False

    @property
    def takes_scores(self) -> bool:
        """Whether `y_pred` is a model's scores themselves, as they are before the link."""
        return bool(self.score_option) and getattr(self, self.score_option)

    def __post_init__(self):
        checks.python_numbers(self)
        checks.option("reduction", self.reduction, get_args(Reduction))
        if self.score_option and checks.boolean(self.score_option, getattr(self, self.score_option)):
            object.__setattr__(self, "prediction_domain", self.prediction_domain.scores)

    def __call__(
        self, y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
    ) -> float:
        """Return the cost, a float: the mean (or sum) of the examples' losses.

        Parameters
        ----------
        y_true, y_pred : array_like
            The truth and the prediction; the class says in which form.
        sample_weight : array_like of shape (n,), optional
            What each example's loss is multiplied by; by what their sum is divided, `reduction` says.

        Returns
        -------
        float
            The cost, accumulated in float64 whatever the dtype of the inputs.

        Raises
        ------
        ValueError, TypeError
            If shapes differ or a value is not legal for this loss; if a mean is to be divided by the sum of
            weights that are all 0.
        """
        return self._evaluate(y_true, y_pred, sample_weight)[0]

    def per_example(
        self, y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
    ) -> np.ndarray:
        """Return the loss of each example, shape (n,), multiplied by its weight where weights are given."""
        return self._evaluate(y_true, y_pred, sample_weight, losses=True)[1]

    def gradient(
        self, y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
    ) -> np.ndarray:
        """Return ∂cost/∂y_pred, of the shape and dtype of `y_pred` (float64 for integers).

        All is computed in the more precise dtype of truth and prediction; float16 is computed in float32.
        """
        return self._evaluate(y_true, y_pred, sample_weight, cost=False, gradient=True)[2]

    def value_and_gradient(
        self, y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
    ) -> tuple[float, np.ndarray]:
        """Return the cost and its gradient, in one pass over the data."""
        cost, _, gradient = self._evaluate(y_true, y_pred, sample_weight, gradient=True)
        return cost, gradient

    def check(self, y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> None:
        """Raise what a call would raise, and compute no loss."""
        self._evaluate(y_true, y_pred, sample_weight, cost=False)

    def trusted(
        self,
        y_true: np.ndarray,
        y_pred: np.ndarray,
        *,
        sample_weight: np.ndarray | None = None,
        cost: bool = True,
        gradient: bool = True,
    ) -> tuple[float | None, np.ndarray | None]:
        """Return the cost and its gradient (None for what is not asked for), without any check.

        For a caller that has checked its data and evaluates them again and again, as `models.Cost` does:
        float arrays of the right shapes and of one dtype (class indices stay integers). Where a checked call
        would refuse a prediction, this gives a number, infinity or NaN, and perhaps NumPy's warning. Examples
        that all have weight 0, as a batch of a training may, cost nothing.
        """
        weight = None if sample_weight is None else self._in_mean(sample_weight)
        if y_pred.size > blocks.BLOCK:
            value, _, slope = self._in_blocks(
                y_true, y_pred, weight, lambda y, p: None, cost, False, gradient
            )
            return value if cost else None, slope
        scale = self._scale(len(y_pred))
        slope = np.empty(y_pred.shape, y_pred.dtype) if gradient else None
        losses = self._at_once(y_true, y_pred, weight, scale / self._entries(y_pred), cost, slope)
        return float(np.add.reduce(losses, dtype=np.float64)) * scale if cost else None, slope

    def trusted_each(
        self,
        y_true: np.ndarray,
        y_pred: np.ndarray,
        *,
        sample_weight: np.ndarray | None = None,
        cost: bool = True,
        gradient: bool = True,
    ) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Return what `trusted` does for each member of an ensemble, an axis that each array has first.

        The examples of all members are one block: for members of few examples.
        """
        members, n = y_pred.shape[:2]
        y, p = (array.reshape(-1, *array.shape[2:]) for array in (y_true, y_pred))
        weight = None if sample_weight is None else self._in_mean(sample_weight).reshape(-1)
        scale = self._scale(n)
        slope = np.empty(p.shape, p.dtype) if gradient else None
        losses = self._at_once(y, p, weight, scale / self._entries(p), cost, slope)
        values = np.add.reduce(losses.reshape(members, n), axis=1, dtype=np.float64) * scale if cost else None
        return values, None if slope is None else slope.reshape(y_pred.shape)

    def check_values(self, y: np.ndarray, p: np.ndarray) -> None:
        """Raise unless the values of this block are legal."""
        self.truth_domain.check("y_true", y)
        self.prediction_domain.check("y_pred", p)

    @abstractmethod
    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        """Return what `loss` and `slope` take."""

    @abstractmethod
    def loss(self, *parts: Any) -> np.ndarray:
        """Return the losses of this block: one an example, or one an entry to be averaged over an example."""

    @abstractmethod
    def slope(self, *parts: Any) -> np.ndarray:
        """Return the derivative of each loss of this block with respect to its prediction."""

    def prediction_at(self, y: Any, argument: Any) -> Any:
        """Return the prediction whose error, or margin, is this one."""
        return y * argument if self.argument == "margin" else y + argument  # labels of margins are −1 and 1

    def check_shapes(self, y_true: np.ndarray, y_pred: np.ndarray) -> None:
        """Raise unless truth and prediction fit together."""
        checks.same_shape(y_true, y_pred)

    def _scale(self, n):
        """Return what the sum over n examples is multiplied by."""
        return 1 / n if self.reduction != "sum" else 1.0

    def _in_mean(self, weight):
        """Return the weights as they are in a mean over n."""
        return weight if self.reduction != WEIGHTED_MEAN else _relative(weight)

    def _entries(self, y_pred):
        """Return how many losses are averaged within one example: its number of outputs."""
        return y_pred.size // len(y_pred)

    def _evaluate(self, y_true, y_pred, sample_weight, *, cost=True, losses=False, gradient=False):
        """Return the cost, the losses and the gradient; None stands for those not asked for."""
        y_true = checks.numeric_array("y_true", y_true)
        y_pred = checks.numeric_array("y_pred", y_pred)
        self.check_shapes(y_true, y_pred)
        weight = None if sample_weight is None else checks.example_weights(sample_weight, len(y_pred))
        if weight is not None and self.reduction == WEIGHTED_MEAN and not losses:
            weight = self._in_mean(checks.metric_weights(weight, len(y_pred)))
        return self._in_blocks(y_true, y_pred, weight, self.check_values, cost, losses, gradient)

    @QUIET
    def _in_blocks(self, y_true, y_pred, weight, check, cost, losses, gradient):
        n, dtype = len(y_pred), checks.floating(y_pred.dtype)
        scale = self._scale(n)
        losses = np.empty(n, dtype) if losses else None
        gradient = np.empty(y_pred.shape, dtype) if gradient else None
        block = functools.partial(self._block, check, cost, scale / self._entries(y_pred))
        arrays = y_true, y_pred, weight, losses, gradient
        total = block(*arrays) if y_pred.size <= blocks.BLOCK else blocks.total(block, arrays, n, y_pred.size)
        return float(total * scale), losses, gradient

    def _block(self, check, cost, slope_scale, y, p, weight, losses, gradient):
        """Write the losses and the gradient of a block of examples, where asked for; return the sum."""
        if not (y.dtype is p.dtype is DOUBLE):
            y, p = self._working(y, p)
        cost_tells = self._cost_tells and cost and weight is None
        if not cost_tells:
            check(y, p)
        if cost or gradient is not None:
            loss = self._at_once(y, p, weight, slope_scale, cost, gradient)
        if not cost:
            return 0.0
        if losses is not None:
            losses[:] = loss
        total = np.add.reduce(loss, dtype=np.float64)
        if cost_tells and not math.isfinite(total):
            check(y, p)
        return total

    def _at_once(self, y, p, weight, slope_scale, cost, gradient):
        """Write the gradient of one block, and return the losses, where asked for, without any check."""
        parts = self.parts(y, p)
        if gradient is not None:
            slope = self.slope(*parts)
            np.multiply(slope if weight is None else _weighted(slope, weight), slope_scale, out=gradient)
        if cost:
            losses = self._losses(parts)
            return losses if weight is None else _weighted(losses, weight)
        return None

    def _working(self, y, p):
        """Return truth and prediction as they are computed with."""
        if y.ndim == p.ndim:
            return self._as_floats(y, p, checks.working(np.promote_types(y.dtype, p.dtype)))
        return y, p.astype(checks.working(p.dtype), copy=False)  # class indices stay integers

    def _as_floats(self, y, p, dtype):
        """Return truth and prediction, of which there are as many, as they are computed with."""
        return y.astype(dtype, copy=False), p.astype(dtype, copy=False)

    def _losses(self, parts):
        """Return the loss of each example of this block."""
        loss = self.loss(*parts)
        return loss.mean(axis=tuple(range(1, loss.ndim))) if loss.ndim > 1 else loss


def _relative(weight):
    """Return the weights divided by their mean: a mean over n then divides by their sum. Zeros stay zeros."""
    largest = weight.max(axis=-1, keepdims=True)
    weight = np.divide(weight, np.where(largest, largest, 1), dtype=float)  # a sum might be beyond float64
    mean = weight.mean(axis=-1, keepdims=True)
    return weight / np.where(mean, mean, 1)


def _weighted(values, weight):
    """Return each example's values times its weight; a weight of 0 makes nothing even of infinity."""
    weight = weight.reshape(weight.shape + (1,) * (values.ndim - 1))
    return np.multiply(values, weight, out=np.zeros(values.shape, values.dtype), where=weight != 0)
