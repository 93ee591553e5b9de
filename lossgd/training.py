"""Training: descent on batches of the examples, epoch by epoch, with what keeps it healthy.

The loop, its stopping rules and the optimizers are those of `descend`: one step of that loop is an epoch
here, in which the optimizer makes a step for each batch.
"""

from dataclasses import dataclass, field

import numpy as np

from lossgd import checks
from lossgd.descent import run, sentence
from lossgd.models import Cost
from lossgd.optimizers import Optimizer

CACHED = 65536  # numbers, of 512 KB: the examples that are put in order at a time


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
    metrics: dict = field(repr=False)
    validation_metrics: dict = field(repr=False)
    step_thetas: np.ndarray | None = field(repr=False)
    stopped: str
    epochs: int
    kept: int

    @property
    def theta(self):
        """The parameters of the epoch that is kept."""
        return self.thetas[self.kept]

    def __str__(self):
        kept = "" if self.kept == self.epochs else f"; kept epoch {self.kept}"
        return sentence(self.stopped, self.losses, self.epochs, "epochs") + kept


def fit(
    model,
    X,
    y,
    loss,
    optimizer,
    *,
    epochs,
    batch_size=None,
    shuffle=True,
    seed=0,
    theta0=None,
    validation=None,
    sample_weight=None,
    class_weight=None,
    patience=None,
    gradient_tolerance=None,
    loss_tolerance=None,
    clip_norm=None,
    clip_value=None,
    l1=0.0,
    l2=0.0,
    metrics=None,
    record_steps=False,
    progress=False,
):
    """Train a model: go through the examples in batches, epoch by epoch, and return what happened.

    Every epoch visits each example once, in a new random order; the last batch is smaller if the batch size
    does not divide the number of examples. A batch of all examples is not shuffled: then this is `descend` on
    the model's `Cost`. Computed in the precision of `X`, and in float32 if that is half precision.

    Parameters
    ----------
    model : Model
        What is trained.
    X : array_like of shape (n, features)
        The training examples.
    y : array_like
        Their truth, as the loss takes it.
    loss : Loss
        What is made small.
    optimizer : Optimizer
        The rule of a step. A schedule counts steps, of which an epoch has ⌈n/batch_size⌉. `ReduceOnPlateau`
        looks once an epoch, before its first step: at the validation loss if there is one, else at the cost.
    epochs : int
        The limit of epochs.
    batch_size : int, optional
        How many examples a step uses: all if not given (batch), 1 (stochastic), or between (mini-batch).
    shuffle : bool
        Whether an epoch has a new order; if not, each has the order of `X`.
    seed : int
        Of the start, the shuffling and the dropout.
    theta0 : array_like of shape (d,), optional
        The start; the model's own if not given.
    validation : (X, y) or (X, y, sample_weight), optional
        Other examples, on which the loss is watched.
    sample_weight : array_like of shape (n,), optional
        What each example's loss is multiplied by. A batch divides by its own number of examples, or by the
        sum of its own weights, as the loss's `reduction` says; the first is Keras' way. A batch in which
        all weights are 0 has the gradient 0.
    class_weight : dict, optional
        The weight of each class, as in `models.Cost`. As in Keras, the validation loss is without it.
    patience : int, optional
        Early stopping: stop when the validation loss has not been lower for so many epochs, and keep the
        parameters with which it was lowest.
    gradient_tolerance, loss_tolerance : float, optional
        Stop when the length of the gradient, or an epoch's change of the cost, is at most this.
    clip_norm, clip_value : float, optional
        A longer gradient is shortened to `clip_norm`; before that, each entry is held within ±`clip_value`.
        Optax's `clip_by_global_norm` divides by the norm, as here; PyTorch's `clip_grad_norm_` by the norm
        + 1e-6; Keras' `clipnorm` clips each layer's weights and biases alone, its `global_clipnorm` all.
    l1, l2 : float
        λ₁ and λ₂, penalties on the weights: λ₁Σ|w| + ½λ₂Σw², as in `models.Cost`.
    metrics : dict of str to callable, optional
        Functions of `(y, predictions)`, evaluated after every epoch, without weights; each gets copies.
    record_steps : bool
        Whether to keep the parameters after every step, not only after every epoch.
    progress : bool
        Whether to show a progress bar (needs tqdm).

    Returns
    -------
    History
        What happened, epoch by epoch.

    Raises
    ------
    ValueError, TypeError
        If the data or an option is not legal, before training starts.

    Examples
    --------
    >>> from lossgd import losses, models, optimizers
    >>> X, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0, 0, 1, 1])
    >>> loss, adam = losses.BinaryCrossEntropy(from_logits=True), optimizers.Adam(lr=0.1)
    >>> history = fit(models.Logistic(), X, y, loss, adam, epochs=50, batch_size=2)
    >>> print(history)
    stopped: the limit of epochs is reached after 50 epochs; loss 0.693147 → 0.0166192
    >>> models.Logistic().predict(history.theta, X).round(2)
    array([0.  , 0.03, 0.97, 1.  ])

    References
    ----------
    Bottou, L., Curtis, F. E. and Nocedal, J. (2018). Optimization methods for large-scale machine learning.
    SIAM Review 60.
    Prechelt, L. (1998). Early stopping: but when? In Neural Networks: Tricks of the Trade. Springer.
    Pascanu, R., Mikolov, T. and Bengio, Y. (2013). On the difficulty of training recurrent neural networks.
    ICML.
    """
    cost = Cost(model, loss, X, y, l1=l1, l2=l2, sample_weight=sample_weight, class_weight=class_weight)
    n = len(cost.data[0])
    metrics = {} if metrics is None else metrics
    _check_kinds(optimizer, metrics)
    epochs, batch_size = checks.count("epochs", epochs), _batch_size(batch_size, n)
    shuffle = checks.boolean("shuffle", shuffle)
    clip_norm, clip_value = _limit("clip_norm", clip_norm), _limit("clip_value", clip_value)
    theta = _start(cost, theta0, seed)
    validation_cost = None if validation is None else _validation_cost(cost, validation)
    for watched in (cost, validation_cost):
        _evaluate(metrics, watched, [theta])  # a metric that cannot be computed fails before training
    order_rng, dropout_rng = np.random.default_rng(seed).spawn(2)
    batches = _Batches(cost, batch_size, order_rng if shuffle else None)
    measured = batch_size == n and not getattr(model, "dropout", 0)  # the loop knows the gradient already
    steps, validated = [theta], []

    def watch(theta):
        validated.append(validation_cost(theta))
        return validated[-1]

    def advance(theta, state, value, gradient):
        new = validated[-1] if validated else value  # what a schedule looks at
        for batch in batches:
            ahead = optimizer.look_ahead(theta, state)
            if not measured or ahead is not theta:
                gradient = cost.on(ahead, *batch, cost=False, rng=dropout_rng)[1]
            if clip_value is not None:
                gradient = clipped_by_value(gradient, clip_value)
            if clip_norm is not None:
                gradient = clipped_by_norm(gradient, clip_norm)
            theta, state = optimizer.step(theta, gradient, state, new)
            new = None  # until the next epoch
            if record_steps:
                steps.append(theta)
        return theta, state

    path = run(
        cost.evaluator(theta),
        advance,
        theta,
        optimizer.init(theta),
        max_steps=epochs,
        gradient_tolerance=gradient_tolerance,
        loss_tolerance=loss_tolerance,
        validation=None if validation is None else watch,
        patience=_patience(patience, validation, epochs),
        progress=progress,
    )
    return History(
        *(path.thetas, path.losses, path.gradient_norms, path.validation_losses),
        metrics=_evaluate(metrics, cost, path.thetas),
        validation_metrics=_evaluate(metrics, validation_cost, path.thetas),
        step_thetas=np.array(steps) if record_steps else None,
        stopped=str(path.stopped),
        epochs=int(path.steps),
        kept=int(path.steps if patience is None else _lowest(path.validation_losses)),
    )


class _Batches:
    """The examples in batches, each example once; with `rng`, in a new order each time they are gone through.

    A batch holds what `Cost.on` takes: inputs, truth, and the weights if there are any.
    """

    def __init__(self, cost, size, rng):
        self.arrays = cost.data if cost.weight is None else (*cost.data, cost.weight)
        self.n, self.size, self.rng = len(cost.data[0]), size, rng

    def __iter__(self):
        if self.rng is None or self.size == self.n:
            yield from self._split(self.arrays)
            return
        order = self.rng.permutation(self.n)
        # A few batches at a time, which the processor's cache holds until they are used.
        room = self.size * max(1, CACHED // (self.size * self.arrays[0][0].size))
        for start in range(0, self.n, room):
            rows = order[start : start + room]
            yield from self._split([array.take(rows, axis=0) for array in self.arrays])

    def _split(self, arrays):
        for start in range(0, len(arrays[0]), self.size):
            yield [array[start : start + self.size] for array in arrays]


def clipped_by_norm(gradient, limit):
    """Return the gradient, shortened to the length `limit` if it is longer; its direction stays."""
    largest = np.abs(gradient).max()
    if not largest:
        return gradient
    norm = largest * np.linalg.norm(gradient / largest)  # so that no square overflows
    return gradient * min(1.0, float(limit / norm))


def clipped_by_value(gradient, limit):
    """Return the gradient with each entry held within ±`limit`; its direction may change."""
    return np.clip(gradient, -limit, limit)


def _check_kinds(optimizer, metrics):
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be an optimizer, such as optimizers.Adam(); got {optimizer!r}")
    if not (isinstance(metrics, dict) and all(callable(metric) for metric in metrics.values())):
        raise TypeError(f"metrics must be a dict of functions of (y, predictions); got {metrics!r}")


def _batch_size(size, n):
    if size is None:
        return n
    size = checks.count("batch_size", size)
    if size > n:
        raise ValueError(f"batch_size must be at most the number of examples, {n}; got {size}")
    return size


def _limit(name, value):
    return None if value is None else checks.number(name, value, 0)


def _patience(patience, validation, epochs):
    if patience is None:
        return epochs + 2  # longer than the training
    if validation is None:
        raise ValueError("patience needs validation=(X, y), the examples on which the loss is watched")
    return checks.count("patience", patience)


def _start(cost, theta0, seed):
    inputs, features = cost.data[0], np.shape(cost.X)[1]
    theta = cost.model.init(features, seed) if theta0 is None else checks.start(theta0)
    size = cost.model.size(features)
    if theta.shape != (size,):
        raise ValueError(f"theta0 must have shape ({size},) for {features} features; got {theta.shape}")
    return theta.astype(inputs.dtype)


def _validation_cost(cost, validation):
    parts = tuple(validation) if np.iterable(validation) else ()
    if len(parts) not in (2, 3):
        raise TypeError(
            f"validation must be (X, y) or (X, y, sample_weight); got {type(validation).__name__}"
        )
    X, y, weight = (*parts, None)[:3]
    features, dtype = np.shape(cost.X)[1], cost.data[0].dtype
    X = checks.feature_table("validation's X", X)
    if X.shape[1] != features:
        raise ValueError(f"validation's X must have {features} features, as X has; got {X.shape[1]}")
    return Cost(cost.model, cost.loss, X.astype(dtype), y, sample_weight=weight)


def _evaluate(metrics, cost, thetas):
    """Return each metric at each of the parameters, on the examples of a cost; NaN if it has diverged."""
    if cost is None or not metrics:
        return {}
    y = np.asarray(cost.y)
    values = {name: np.full(len(thetas), np.nan) for name in metrics}
    for i, theta in enumerate(thetas):
        predictions = cost.predict(theta)
        if np.isfinite(predictions).all():
            for name, metric in metrics.items():
                values[name][i] = metric(y.copy(), predictions.copy())
    return values


def _lowest(losses):
    return np.argmin(np.where(np.isnan(losses), np.inf, losses))
