"""What a model's examples and parameters must be like, and how sums over examples are made."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks

ROWS = 1024  # examples whose float32 products are added up in float32


def parameters(theta: ArrayLike, size: int) -> np.ndarray:
    """Return `theta` as a float array whose last axis holds `size` parameters; raise if it does not."""
    theta = checks.real_array("theta", theta)
    if theta.shape[-1:] != (size,):
        raise ValueError(f"theta must hold {size} parameters along its last axis; got shape {theta.shape}")
    return theta.astype(checks.floating(theta.dtype), copy=False)


def one_vector(theta: ArrayLike, size: int) -> np.ndarray:
    """Return `theta` as a float array of shape (size,); raise if it is not one."""
    theta = parameters(theta, size)
    if theta.ndim != 1:
        raise ValueError(f"theta must have shape ({size},), one vector of parameters; got {theta.shape}")
    return theta


def example_weights(
    y: np.ndarray, sample_weight: ArrayLike | None, class_weight: dict[Any, float] | None
) -> np.ndarray | None:
    """Return the weight of each example of `y`, its own times that of its class; None if it has neither."""
    weight = None
    if sample_weight is not None:
        weight = checks.example_weights(sample_weight, len(y)).astype(float)
    if class_weight is not None:
        of_class = _class_weights(y, class_weight)
        weight = of_class if weight is None else weight * of_class
    return None if weight is None else read_only(weight)


def _class_weights(y, class_weight):
    if not isinstance(class_weight, dict):
        raise TypeError(
            f"class_weight must be a dict of class to weight, such as {{0: 1, 1: 5}}; got {class_weight!r}"
        )
    if y.ndim == 2:
        if not (((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all()):
            raise ValueError("class_weight needs rows of y that are 1 for one class and 0 for the others")
        y = y.argmax(axis=1)
    classes, each = np.unique(checks.class_labels("y", y), return_inverse=True)
    classes = classes.tolist()
    unknown = [name for name in class_weight if name not in classes]
    if unknown and not class_weight.keys() >= set(classes):  # with a weight for each, more may be named
        raise ValueError(f"class_weight names the class {unknown[0]!r}; y has the classes {classes}")
    for name, value in class_weight.items():
        checks.number(f"class_weight[{name!r}]", value, 0, closed="[")
    return np.array([float(class_weight.get(label, 1.0)) for label in classes])[each]


def read_only(array: np.ndarray) -> np.ndarray:
    """Return a view of an array through which nobody, such as a loss that works in place, can change it."""
    view = array.view()
    view.flags.writeable = False
    return view


def working(array: np.ndarray) -> np.ndarray:
    """Return an array in the precision to compute in."""
    return array.astype(checks.working(array.dtype), copy=False)


def half_if(given: np.ndarray, result: np.ndarray) -> np.ndarray:
    """Return `result` in half precision if what was given is: it was computed in float32."""
    return result.astype(given.dtype) if given.dtype == np.float16 else result


def product_over_examples(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Return aᵀg, sums over the examples, for which both have a row each; of an ensemble, for each member.

    A float32 sum over millions of rows would lose three of its seven digits: the sums of every thousand rows
    are added up in float64.
    """
    n = a.shape[-2]
    if n > ROWS and a.dtype == g.dtype == np.float32:
        if g.ndim == 1:
            return product_over_examples(a, g[:, None])[:, 0]
        whole = n - n % ROWS
        blocks_a, blocks_g = (
            part[..., :whole, :].reshape(*part.shape[:-2], -1, ROWS, part.shape[-1]) for part in (a, g)
        )
        total = (blocks_a.mT @ blocks_g).sum(axis=-3, dtype=np.float64)
        return (total + a[..., whole:, :].mT @ g[..., whole:, :]).astype(np.float32)
    return a.T.dot(g) if a.ndim == 2 and g.ndim <= 2 else a.mT @ g  # dot is quicker


def sum_over_examples(g: np.ndarray) -> np.ndarray:
    """Return the sums of the columns of `g`: of float32, added up in float64."""
    return g.sum(axis=-2, dtype=np.result_type(g, np.float64))
