"""A model's cost on Dask arrays: an objective to descend on, whatever the size of the data."""

import copy
from dataclasses import dataclass, field, replace

import dask
import dask.array as da
import numpy as np
from dask.diagnostics import ProgressBar
from distributed import futures_of, progress
from numpy.typing import ArrayLike

from lossgd import checks, losses, models
from lossgd.distributed.arrays import check_arrays
from lossgd.distributed.blocks import Step, prepared, total
from lossgd.models import data
from lossgd.models.cost import QUIET, check_kinds
from lossgd.typing import Numbers


@dataclass(frozen=True, eq=False)
class Cost:
    """J(θ), as `models.Cost` computes it, on data in blocks of rows, which need not fit in memory.

    A sum over the examples is a sum over blocks of the sums over their examples, and so is its gradient. Each
    evaluation goes through all blocks: each is read, checked, evaluated by `models.Cost`, and forgotten; a
    block gives one number and one gradient. These are added up in an order that is fixed by the number of
    blocks, so that the result is the same to the last bit whatever the scheduler and the number of workers,
    as long as NumPy's own sums in a block are: on machines of one kind, with the same libraries and as many
    threads for BLAS. A cluster's workers have one each, and so has a process that is started with
    OMP_NUM_THREADS=1. Other blocks, or `models.Cost` on the whole data, give the same to rounding.

    Parameters
    ----------
    model : Model
        What predicts.
    loss : Loss
        What compares prediction and truth.
    X : dask.array.Array of shape (n, features)
        The examples, in blocks of whole rows.
    y : dask.array.Array
        The truth, as the loss takes it, in the same blocks of rows.
    l1, l2 : float, default 0.0
        λ₁ and λ₂, penalties on the weights: λ₁Σ|w| + ½λ₂Σw², as in `models.Cost`.
    sample_weight : dask.array.Array of shape (n,), optional
        What each example's loss is multiplied by, in the same blocks of rows.
    progress : bool, default False
        Whether to show a bar of the tasks at each evaluation.

    Raises
    ------
    ValueError, TypeError
        If the arrays do not fit together, or the first example is not legal: its block is read at once. What
        is wrong in another place is found when its block is read; the error names the block and the row.

    Examples
    --------
    >>> import dask.array as da
    >>> from lossgd import losses
    >>> X, y = da.from_array([[1.0], [2.0], [3.0]], chunks=(2, -1)), da.from_array([2.0, 4.0, 6.0], chunks=2)
    >>> cost = Cost(models.Linear(), losses.MeanSquaredError(), X, y)
    >>> cost([2.0, 0.0]), cost([0.0, 0.0])
    (0.0, 18.666666666666668)
    >>> cost.gradient([0.0, 0.0]).round(4)
    array([-18.6667,  -8.    ])

    A bad number is refused with its place:

    >>> X = da.from_array([[1.0], [2.0], [np.nan]], chunks=(2, -1))
    >>> Cost(models.Linear(), losses.MeanSquaredError(), X, y)([0.0, 0.0])
    Traceback (most recent call last):
    ValueError: block 1, row 2: X must be finite; got nan
    """

    model: models.Model
    loss: losses.Loss
    X: da.Array = field(repr=False)
    y: da.Array = field(repr=False)
    l1: float = field(default=0.0, kw_only=True)
    l2: float = field(default=0.0, kw_only=True)
    sample_weight: da.Array | None = field(default=None, kw_only=True, repr=False)
    progress: bool = field(default=False, kw_only=True, repr=False)
    _first: models.Cost = field(init=False, repr=False)
    _blocks: da.Array = field(init=False, repr=False)

    def __post_init__(self):
        checks.boolean("progress", self.progress)
        for name in ("l1", "l2"):
            object.__setattr__(self, name, checks.number(name, getattr(self, name), 0, closed="["))
        if not isinstance(self.loss, losses.Loss):  # the one kind whose reduction is known
            raise TypeError(f"loss must be a loss, such as losses.MeanSquaredError(); got {self.loss!r}")
        check_kinds(self.model, self.loss)
        arrays = {"X": self.X, "y": self.y, "sample_weight": self.sample_weight}
        if self.sample_weight is None:
            del arrays["sample_weight"]
        check_arrays(arrays)
        first = dict(zip(arrays, dask.compute(*(array[:1] for array in arrays.values())), strict=True))
        loss = replace(self.loss, reduction="sum")
        try:
            cost = models.Cost(self.model, loss, **first, l1=self.l1, l2=self.l2)
        except (TypeError, ValueError) as error:
            raise type(error)(f"block 0, row 0: {error}") from None
        rows = {name: array.shape[1:] for name, array in arrays.items()}
        object.__setattr__(self, "_first", cost)
        object.__setattr__(self, "_blocks", prepared(self.model, loss, arrays, rows))

    def __call__(self, theta: ArrayLike) -> Numbers:
        """Return J(θ): a float, or for `theta` of shape (…, d) an array of the leading axes."""
        return self._evaluate(theta, gradient=False)[0]

    def gradient(self, theta: ArrayLike) -> np.ndarray:
        """Return ∂J/∂θ, of the shape of `theta`."""
        return self._evaluate(theta, value=False)[1]

    def value_and_gradient(self, theta: ArrayLike) -> tuple[Numbers, np.ndarray]:
        """Return J(θ) and ∂J/∂θ, in one pass over the data."""
        return self._evaluate(theta)

    def persist(self) -> "Cost":
        """Return the same cost, whose blocks are read and checked once, now, and kept in memory.

        For data that fit in the memory of all workers together: an evaluation then reads nothing. A cluster's
        workers keep them until the cost is forgotten; of a worker that dies, others read the blocks again.
        """
        kept = copy.copy(self)
        object.__setattr__(kept, "_blocks", self._blocks.persist())
        return kept

    @QUIET
    def _evaluate(self, theta, *, value=True, gradient=True):
        given = data.parameters(theta, self.model.size(self.X.shape[1]))
        theta = data.working(given)
        J, g, weight = self._compute(total(Step(theta, value, gradient), self._blocks))
        divisor = self._divisor(weight)
        penalised = self.l1 or self.l2
        if value:
            J = J / divisor + (self._first.penalty(theta) if penalised else 0.0)
        if gradient:
            g = g / divisor + (self._first.penalty_gradient(theta) if penalised else 0.0)
            dtype = np.result_type(theta, self._first.data[0])
            g = data.half_if(given, g.astype(dtype, copy=False))
        return J, g

    def _divisor(self, weight):
        """Return what the sum over the examples is divided by, as the loss's reduction says."""
        if self.loss.reduction == "sum":
            return 1
        if self.loss.reduction == "mean" or weight is None:
            return len(self.X)
        if not weight:
            raise ValueError("sample_weight must be positive for at least one example; got zeros")
        return weight

    def _compute(self, task):
        if not self.progress:
            return task.compute()
        with ProgressBar():  # of a scheduler within this process
            task = task.persist()
        if futures_of(task):  # of a cluster
            progress(task, notebook=False)
        return task.compute()
