"""Names for types that signatures share."""

from typing import Any, Literal, TypeAlias

import numpy as np

Numbers: TypeAlias = float | np.ndarray  # a number, or one for each of several runs, points or steps
Examples: TypeAlias = tuple[dict[str, Any], ...]  # the parameters of some objects of a class
Link: TypeAlias = Literal["identity", "sigmoid", "softmax"]  # what makes predictions of a model's scores
Reduction: TypeAlias = Literal["mean", "sum", "mean_with_sample_weight"]
