"""How a cost of many vectors of parameters at once is made of small pieces of work.

An ensemble's parameters have shape (…, d). Its members share the examples, or have examples of their own,
whose axes before the rows are the last ones of the ensemble, or broadcast to them.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np

from lossgd.typing import LossLike

ROOM = 10_240  # numbers worked on at a time, as in a block of a loss: they stay in the processor's cache

Index = tuple[int | slice, ...]


def room(theta: np.ndarray, inputs: np.ndarray) -> int:
    """Return how many members are worked on at a time; 0 if one alone is work enough."""
    rows, features = inputs.shape[-2:]
    width = max(1, theta.shape[-1] // features)  # about how many numbers a model makes of an example
    return ROOM // (rows * width)


def in_groups(
    evaluate: Callable[..., tuple[Any, Any]],
    theta: np.ndarray,
    batch: Sequence[Any],
    members: int,
    cost: bool,
    gradient: bool,
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the costs and gradients that `evaluate` gives for so many members at a time, or for one by one.

    A batch is inputs, truth and weights, as `Cost.on` takes them after `theta`.
    """
    ensemble, own = theta.shape[:-1], batch[0].ndim - 2
    shared = len(ensemble) - own  # axes
    arrays = [
        None if array is None else np.broadcast_to(array, ensemble[shared:] + array.shape[own:])
        for array in batch
    ]
    costs = np.empty(ensemble) if cost else None
    gradients = np.empty_like(theta) if gradient else None
    for group in _groups(ensemble, members):
        theirs = (None if array is None else array[group[shared:]] for array in arrays)
        value, g = evaluate(theta[group], *theirs, cost=cost, gradient=gradient)
        if costs is not None:
            costs[group] = value
        if gradients is not None:
            gradients[group] = g
    return costs, gradients


def _groups(ensemble: tuple[int, ...], members: int) -> Iterator[Index]:
    """Yield indices of neighbours, at most so many; of single members if it is 0."""
    if not members:
        yield from np.ndindex(ensemble)
        return
    # Along the first axis whose slices are small enough; the axes before it are gone through one by one.
    axis = next(i for i in range(len(ensemble)) if math.prod(ensemble[i + 1 :]) <= members)
    step = members // math.prod(ensemble[axis + 1 :])
    for before in np.ndindex(ensemble[:axis]):
        for start in range(0, ensemble[axis], step):
            yield *before, slice(start, start + step)


def loss_of_each(
    loss: LossLike,
    ensemble: tuple[int, ...],
    own: int,
    truth: np.ndarray,
    outputs: np.ndarray,
    *,
    sample_weight: np.ndarray | None,
    **asked: bool,
) -> tuple[Any, Any]:
    """Return each member's loss and its gradient; the first `own` axes of truth and weights are members'."""

    def in_a_row(array: np.ndarray) -> np.ndarray:  # the members
        return np.broadcast_to(array, ensemble + array.shape[own:]).reshape(-1, *array.shape[own:])

    rows = outputs.reshape(-1, *outputs.shape[len(ensemble) :])
    # A large member's loss is summed in blocks: alone, or it would be rounded in another way.
    together = getattr(loss, "trusted_each", None) if rows[0].size <= ROOM else None
    values, g = (together or partial(_one_by_one, loss.trusted))(
        in_a_row(truth),
        rows,
        sample_weight=None if sample_weight is None else in_a_row(sample_weight),
        **asked,
    )
    if values is not None:
        values = values.reshape(ensemble)
    if g is not None:
        g = g.reshape(outputs.shape)
    return values, g


def _one_by_one(trusted, truths, rows, *, sample_weight, **asked):
    weights = repeat(None) if sample_weight is None else sample_weight
    members = zip(truths, rows, weights, strict=False)
    each = [trusted(y, p, sample_weight=weight, **asked) for y, p, weight in members]
    return tuple(None if part[0] is None else np.array(part) for part in zip(*each, strict=True))
