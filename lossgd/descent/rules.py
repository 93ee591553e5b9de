"""The stopping rules: which runs go on, and why and when the others stopped."""

import numpy as np

from lossgd import checks

DIVERGED = 1e6  # a descent has diverged when its loss is so many times what it was at the start


def limit(first_loss):
    """Return the size of loss at which a descent has diverged."""
    return DIVERGED * np.maximum(1, abs(first_loss))


class Rules:
    """What is known of each run of an ensemble, whose shape is () for a single descent.

    Attributes
    ----------
    stopped : ndarray of str
        Why each run stopped; "max steps" for those that go on.
    on : ndarray of bool
        Which runs go on.
    all_on, none_on : bool
        Whether all do, or none.
    """

    def __init__(self, ensemble, gradient_tolerance, loss_tolerance, patience):
        checks.tolerance("gradient_tolerance", gradient_tolerance)
        checks.tolerance("loss_tolerance", loss_tolerance)
        checks.count("patience", patience)
        self.gradient_tolerance = -1.0 if gradient_tolerance is None else gradient_tolerance
        self.loss_tolerance = loss_tolerance
        self.patience = patience
        self.stopped = np.full(ensemble, "max steps", "<U11")
        self._steps = np.zeros(ensemble, int)
        self._taken = -1  # steps before the last look
        self._go_on(np.ones(ensemble, bool))
        self._limit = self._loss = None
        self._best, self._waited = np.full(ensemble, np.inf), np.zeros(ensemble, int)

    def resume(self, past):
        """Take up where a path ended, before its last point: runs that had stopped by a rule stay stopped."""
        self.stopped[...], self._steps[...] = past.stopped, past.steps
        self._taken = len(past.losses) - 2
        self._go_on(self.stopped == "max steps")
        self._limit = limit(past.losses[0])
        if past.validation_losses is not None:
            for loss in past.validation_losses[:-1]:
                self._wait(loss)

    @property
    def steps(self):
        """How many steps each run has done."""
        return np.where(self.on, self._taken, self._steps)

    def look(self, loss, norm, validation_loss=None):
        """Stop runs by the measurements at a point."""
        self._taken += 1
        if self._limit is None:
            self._limit = limit(loss)
        still = tired = np.False_
        fine = (abs(loss) < self._limit) & (norm > self.gradient_tolerance)  # a NaN is not fine
        if self.loss_tolerance is not None and self._loss is not None:
            still = abs(loss - self._loss) <= self.loss_tolerance
            fine = fine & ~still
        if validation_loss is not None:
            self._wait(validation_loss)
            tired = self._waited >= self.patience
            fine = fine & ~tired
        self._loss = loss
        if not self.all_on:
            fine = fine | ~self.on  # those that have stopped need no second look
        if not (fine.all() if fine.ndim else fine):
            diverged = ~(abs(loss) < self._limit) | np.isnan(norm)
            gradient = norm <= self.gradient_tolerance
            self._stop(diverged, "diverged")
            self._stop(gradient, "gradient")
            self._stop(still, "loss change")
            self._stop(tired, "validation")

    def _stop(self, found, reason):
        now = self.on & found
        self.stopped[now] = reason
        self._steps[now] = self._taken
        self._go_on(self.on & ~now)

    def _go_on(self, on):
        self.on, self.all_on, self.none_on = on, on.all(), not on.any()

    def _wait(self, loss):
        better = loss < self._best
        self._best = np.where(better, loss, self._best)
        self._waited = np.where(better, 0, self._waited + 1)
