"""One epoch, which is one step of the loop that `descend` has too."""

from collections.abc import Callable

import numpy as np

from lossgd.models import Cost
from lossgd.optimizers import Optimizer, State
from lossgd.training.batches import Batches
from lossgd.typing import Numbers, Random


class Epoch:
    """What the loop does once an epoch: `watch` before it, `advance` through it.

    Parameters
    ----------
    cost : Cost
        The cost on the training examples.
    optimizer : Optimizer
        The rule of a step.
    batches : Batches
        The training examples.
    clip : callable
        What becomes of a gradient before a step.
    rng : Random
        The source of dropout.
    record : callable, optional
        Called with the parameters after every step.
    """

    def __init__(
        self,
        cost: Cost,
        optimizer: Optimizer,
        batches: Batches,
        clip: Callable[[np.ndarray], np.ndarray],
        rng: Random,
        record: Callable[[np.ndarray], None] | None,
    ) -> None:
        self.cost, self.optimizer, self.batches = cost, optimizer, batches
        dropout = getattr(cost.model, "dropout", 0)
        self.clip, self.rng, self.record = clip, rng if dropout else None, record
        # The loop knows the gradient of a batch of all examples already.
        self._measured = batches.size == batches.n and not dropout
        self._validation_loss: Numbers | None = None

    def watch(self, validation_cost: Cost, theta: np.ndarray) -> Numbers:
        """Return the validation loss, which a schedule looks at too."""
        self._validation_loss = loss = validation_cost(theta)
        return loss

    def advance(
        self, theta: np.ndarray, state: State, loss: Numbers, gradient: np.ndarray
    ) -> tuple[np.ndarray, State]:
        """Return the parameters and the optimizer's state after a step for each batch."""
        theta = np.ascontiguousarray(theta)  # where an ensemble comes with the axes of its members last
        new: Numbers | None = loss if self._validation_loss is None else self._validation_loss
        for batch in self.batches:
            ahead = self.optimizer.look_ahead(theta, state)
            if not self._measured or ahead is not theta:
                gradient = self.cost.on(ahead, *batch, cost=False, rng=self.rng)[1]
            theta, state = self.optimizer.step(theta, self.clip(gradient), state, new)
            new = None  # a schedule looks once an epoch
            if self.record:
                self.record(theta)
        return theta, state
