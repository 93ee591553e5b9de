"""What is watched in a training: the loss on other examples, and metrics."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.models import Cost

Metrics: TypeAlias = dict[str, Callable[..., Any]]
Others: TypeAlias = tuple[ArrayLike, ArrayLike] | tuple[ArrayLike, ArrayLike, ArrayLike]


def cost_on_others(cost: Cost, validation: Others) -> Cost:
    """Return the cost without penalties on other examples; raise if they do not fit the model."""
    parts: tuple[Any, ...] = tuple(validation) if np.iterable(validation) else ()
    if len(parts) not in (2, 3):
        raise TypeError(
            f"validation must be (X, y) or (X, y, sample_weight); got {type(validation).__name__}"
        )
    X, y, weight = (*parts, None)[:3]
    features, dtype = np.shape(cost.X)[1], cost.data[0].dtype
    X = checks.feature_table("validation's X", X)
    if X.shape[1] != features:
        raise ValueError(f"validation's X must have {features} features, as X has; got {X.shape[1]}")
    return Cost(cost.model, cost.loss, X.astype(dtype), y, sample_weight=weight)


def evaluate(metrics: Metrics, cost: Cost | None, thetas: np.ndarray) -> dict[str, np.ndarray]:
    """Return each metric at each of the parameters, on the examples of a cost; NaN if it has diverged."""
    if cost is None or not metrics:
        return {}
    y = np.asarray(cost.y)
    values = {name: np.full(thetas.shape[:-1], np.nan) for name in metrics}
    for i in np.ndindex(thetas.shape[:-1]):
        predictions = cost.predict(thetas[i])
        if np.isfinite(predictions).all():
            for name, metric in metrics.items():
                values[name][i] = metric(y.copy(), predictions.copy())
    return values
