"""The stopping rules: which runs go on, and why and when the others stopped."""

from typing import Any

import numpy as np

from lossgd import checks
from lossgd.descent.path import Path, plain
from lossgd.descent.records import Records
from lossgd.descent.stop import FAR, WORDS, Stop
from lossgd.typing import Numbers

STEEP = 1e3  # a descent that has diverged has a gradient of so many times its first length


class Rules:
    """What is known of each run of an ensemble, whose shape is () for a single descent.

    Parameters
    ----------
    records : Records
        What was measured so far, and will be.
    past : Path or None
        The path that is gone on with, before its last point: runs that had stopped by a rule stay stopped.
    gradient_tolerance, loss_tolerance, patience
        As for `descend`.

    Attributes
    ----------
    stopped : ndarray of str
        Why each run stopped; "max steps" for those that go on.
    on : ndarray of bool
        Which runs go on.
    all_on, none_on : bool
        Whether all do, or none.
    """

    def __init__(
        self,
        records: Records,
        past: Path | None,
        ensemble: tuple[int, ...],
        gradient_tolerance: float | None,
        loss_tolerance: float | None,
        patience: int,
    ) -> None:
        tolerance = checks.tolerance("gradient_tolerance", gradient_tolerance)
        self.gradient_tolerance = -1.0 if tolerance is None else tolerance
        self.loss_tolerance = checks.tolerance("loss_tolerance", loss_tolerance)
        self.patience = checks.count("patience", patience)
        self.stopped = np.full(ensemble, Stop.MAX_STEPS, WORDS)
        self._records = records
        self._steps = np.zeros(ensemble, int)
        self._taken = -1  # steps before the last look
        self._go_on(np.ones(ensemble, bool))
        self._loss: Any = None  # at the last look
        self._best, self._waited = np.full(ensemble, np.inf), np.full(ensemble, -1)  # the start is no step
        if past:
            self._resume(past)

    def _resume(self, past):
        self.stopped[...], self._steps[...] = past.stopped, past.steps
        self._taken = len(past.losses) - 2
        self._go_on(self.stopped == Stop.MAX_STEPS)
        self._meet((None, past.losses, past.gradient_norms, None))
        if past.validation_losses is not None:
            for loss in past.validation_losses[:-1]:
                self._wait(loss)

    @property
    def steps(self) -> np.ndarray:
        """How many steps each run has done."""
        return np.where(self.on, self._taken, self._steps)

    def look(self, loss: Numbers, norm: Numbers, validation_loss: Numbers | None = None) -> None:
        """Stop runs by the measurements at a point, which are recorded already."""
        self._taken += 1
        if self._taken < 2:
            self._meet(self._records.arrays())
        change = abs(loss - self._first)
        fine = (change < FAR) & (norm > self.gradient_tolerance)  # a NaN is not fine
        if _all(fine):
            if self.loss_tolerance is None and validation_loss is None:
                return  # there is nothing else to look at
        else:  # losses may be large numbers
            bounded = (change < FAR) | ((change < np.inf) & (norm < self._steep))
            fine = bounded & (norm > self.gradient_tolerance)
        moves = tired = None
        if self.loss_tolerance is not None and self._loss is not None:
            moves = abs(loss - self._loss) > self.loss_tolerance
            fine = fine & moves
        if validation_loss is not None:
            self._wait(validation_loss)
            tired = self._waited >= self.patience
            fine = fine & ~tired
        self._loss = loss
        if not self.all_on:
            fine = fine | ~self.on  # those that have stopped need no second look
        if not _all(fine):
            self._stop(self._diverged(loss, norm), Stop.DIVERGED)
            self._stop(norm <= self.gradient_tolerance, Stop.GRADIENT)
            if moves is not None:
                self._stop(np.logical_not(moves), Stop.LOSS_CHANGE)
            if tired is not None:
                self._stop(tired, Stop.VALIDATION)

    def _meet(self, measured):
        """Learn from the first two points what the later ones are compared with."""
        _, losses, norms, _ = measured
        self._first = plain(losses[0])
        steep = STEEP * np.maximum(1.0, norms[0])
        if len(norms) > 1:
            # A start at rest does not say how long gradients are here; the first step from it does.
            at_rest = (norms[0] < 1) & (norms[1] >= STEEP)
            steep = np.where(at_rest, STEEP * norms[1], steep)
        self._steep = plain(steep)

    def _diverged(self, loss, norm):
        """Return which runs have diverged: they are no numbers any more, or leave without bound.

        Nothing here depends on where the loss is 0. The gradient has grown a thousandfold. Besides, the loss
        has risen by a million times what it had fallen by before; or it has fallen by a million, and θ has
        gone away to a thousand times its first size. What is less than 1 at the start counts as 1.
        """
        thetas, losses, _, _ = self._records.arrays()
        rise, fall = loss - losses[0], losses[0] - np.fmin.reduce(losses)
        away = _largest(thetas[-1] - thetas[0]) >= STEEP * np.maximum(1.0, _largest(thetas[0]))
        leaves = (rise >= FAR * np.maximum(1.0, fall)) | ((rise <= -FAR) & away)
        return ~np.isfinite(loss) | np.isnan(norm) | ((norm >= self._steep) & leaves)

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


def _all(fine):
    return fine if isinstance(fine, bool) else fine.all()


def _largest(theta):
    return abs(theta).max(axis=-1)
