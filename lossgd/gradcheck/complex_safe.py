"""What the package's own objects compute, in a form that a complex step can follow: beneath the checks."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossgd.gradcheck.complex_step import Stepped
from lossgd.losses import Loss
from lossgd.models import Cost, Model
from lossgd.surfaces import Surface


def complex_safe(what: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of the same arguments and values that lets a complex step through."""
    if isinstance(what, Loss):
        return lambda y_true, y_pred: _cost(what, np.asarray(y_true), y_pred)
    if isinstance(what, Surface):
        return lambda theta: what.value_at(*(theta[..., i] for i in range(theta.shape[-1])))
    if isinstance(what, Cost) and not (what.l1 or what.l2) and what.weight is None:
        inputs, truth = what.data
        outputs = scores if what.loss.takes_scores else predictions
        return lambda theta: _cost(what.loss, truth, outputs(what.model, theta, inputs))
    return what


def _cost(loss, y, y_pred):
    losses = loss.loss(*loss.parts(y.astype(float) if y.ndim == y_pred.ndim else y, y_pred))
    total = np.sum(losses) / loss._entries(y_pred)
    return total / len(y) if loss.reduction != "sum" else total


def scores(model: Model, theta: Any, inputs: Any) -> Any:
    """Return a model's scores."""
    if isinstance(theta, Stepped):  # a method of the inputs would not know what to do with it
        inputs = Stepped(inputs)
    return model.forward(theta, inputs)[0]


def predictions(model: Model, theta: Any, inputs: Any) -> Any:
    """Return a model's predictions."""
    return model.through_link(scores(model, theta, inputs))


def weighted_predictions(model: Model, X: ArrayLike, g: np.ndarray) -> Callable[[Any], Any]:
    """Return the function of θ that sums the predictions times g, whose gradient is the model's vjp."""
    inputs = model.inputs(np.asarray(X, dtype=float))
    return lambda theta: np.sum(g * predictions(model, theta, inputs))
