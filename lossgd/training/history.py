"""What a training was: every epoch, and why it ended."""

from dataclasses import dataclass, field

import numpy as np

from lossgd.descent import sentence, sentence_of_many


@dataclass(frozen=True, eq=False)
class History:
    """A training, from its start to its end: what `fit` returns.

    Entry 0 of each array is from before the first epoch, entry i from after epoch i. Of an ensemble, each
    array has the ensemble's axes after its first, as in `thetas` of shape (epochs + 1, …, d), and `stopped`,
    `epochs` and `kept` are arrays with an entry for each member; one that stopped before the others keeps its
    last values.

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
    stopped : str, or ndarray of str
        "max steps" (all epochs are done), "gradient", "loss change", "validation" or "diverged".
    epochs : int, or ndarray of int
        How many epochs were done.
    kept : int, or ndarray of int
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
    stopped: str | np.ndarray
    epochs: int | np.ndarray
    kept: int | np.ndarray

    @property
    def theta(self) -> np.ndarray:
        """The parameters of the epoch that is kept."""
        return np.take_along_axis(self.thetas, np.asarray(self.kept)[None, ..., None], axis=0)[0]

    def __str__(self):
        if isinstance(self.epochs, np.ndarray):
            return sentence_of_many(self.stopped, self.epochs, "trainings", "epochs")
        kept = "" if self.kept == self.epochs else f"; kept epoch {self.kept}"
        return sentence(str(self.stopped), self.losses, self.epochs, "epochs") + kept
