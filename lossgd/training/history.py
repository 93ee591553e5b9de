"""What a training was: every epoch, and why it ended."""

from dataclasses import dataclass, field

import numpy as np

from lossgd.descent import sentence


@dataclass(frozen=True, eq=False)
class History:
    """A training, from its start to its end: what `fit` returns.

    Entry 0 of each array is from before the first epoch, entry i from after epoch i.

    Attributes
    ----------
    thetas : ndarray of shape (epochs + 1, d)
        The parameters.
    losses, gradient_norms : ndarray of shape (epochs + 1,)
        The cost on all training examples, penalties included and without dropout, and its gradient's length.
    validation_losses : ndarray of shape (epochs + 1,), or None
        The loss on the validation examples, without penalties.
    metrics, validation_metrics : dict of str to ndarray of shape (epochs + 1,)
        Each metric on the training and on the validation examples; NaN where predictions are not finite.
    step_thetas : ndarray of shape (steps + 1, d), or None
        The parameters after every step, if they were recorded.
    stopped : str
        "max steps" (all epochs are done), "gradient", "loss change", "validation" or "diverged".
    epochs : int
        How many epochs were done.
    kept : int
        The epoch whose parameters are `theta`: with `patience` the best on the validation examples, else the
        last.
    """

    thetas: np.ndarray = field(repr=False)
    losses: np.ndarray = field(repr=False)
    gradient_norms: np.ndarray = field(repr=False)
    validation_losses: np.ndarray | None = field(repr=False)
    metrics: dict[str, np.ndarray] = field(repr=False)
    validation_metrics: dict[str, np.ndarray] = field(repr=False)
    step_thetas: np.ndarray | None = field(repr=False)
    stopped: str
    epochs: int
    kept: int

    @property
    def theta(self) -> np.ndarray:
        """The parameters of the epoch that is kept."""
        return self.thetas[self.kept]

    def __str__(self):
        kept = "" if self.kept == self.epochs else f"; kept epoch {self.kept}"
        return sentence(self.stopped, self.losses, self.epochs, "epochs") + kept
