"""One epoch, which is one step of the loop that `descend` has too."""

from collections.abc import Callable

import numpy as np

from lossgd.models import Cost
from lossgd.optimizers import Optimizer, State
from lossgd.training.batches import Batches


class Epoch:
    """What the loop does once an epoch: `watch` before it, `advance` through it.

    Parameters
    ----------
    cost, validation_cost : Cost
        The cost on the training examples, and that on others, if they are watched.
    optimizer : Optimizer
        The rule of a step.
    batches : Batches
        The training examples.
    clip : callable
        What becomes of a gradient before a step.
    rng : numpy.random.Generator
        The source of dropout.
    record : callable, optional
        Called with the parameters after every step.
    """

    def __init__(
        self,
        cost: Cost,
        validation_cost: Cost | None,
        optimizer: Optimizer,
        batches: Batches,
        clip: Callable[[np.ndarray], np.ndarray],
        rng: "np.random.Generator",
        record: Callable[[np.ndarray], None] | None,
    ):
        self.cost, self.validation_cost, self.optimizer = cost, validation_cost, optimizer
        self.batches, self.clip, self.rng, self.record = batches, clip, rng, record
        # The loop knows the gradient of a batch of all examples already.
        self._measured = batches.size == batches.n and not getattr(cost.model, "dropout", 0)
        self._validation_loss: float | None = None

    def watch(self, theta: np.ndarray) -> float:
        """Return the validation loss, which a schedule looks at too."""
        self._validation_loss = self.validation_cost(theta)
        return self._validation_loss

    def advance(
        self, theta: np.ndarray, state: State, loss: float, gradient: np.ndarray
    ) -> tuple[np.ndarray, State]:
        """Return the parameters and the optimizer's state after a step for each batch."""
        new = loss if self._validation_loss is None else self._validation_loss  # what a schedule looks at
        for batch in self.batches:
            ahead = self.optimizer.look_ahead(theta, state)
            if not self._measured or ahead is not theta:
                gradient = self.cost.on(ahead, *batch, cost=False, rng=self.rng)[1]
            theta, state = self.optimizer.step(theta, self.clip(gradient), state, new)
            new = None  # until the next epoch
            if self.record:
                self.record(theta)
        return theta, state
