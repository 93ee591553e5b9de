"""Train a model."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.descent import run
from lossgd.models import Cost, Model
from lossgd.optimizers import Optimizer
from lossgd.schedules import Schedule
from lossgd.training.batches import Batches
from lossgd.training.clipping import clipped
from lossgd.training.epoch import Epoch
from lossgd.training.history import History
from lossgd.training.seeds import checked_seeds, spawned
from lossgd.training.watched import Metrics, Others, cost_on_others, evaluate
from lossgd.typing import LossLike


def fit(
    model: Model,
    X: ArrayLike,
    y: ArrayLike,
    loss: LossLike,
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int | None = None,
    shuffle: bool = True,
    seed: ArrayLike = 0,
    theta0: ArrayLike | None = None,
    validation: Others | None = None,
    sample_weight: ArrayLike | None = None,
    class_weight: dict[Any, float] | None = None,
    patience: int | None = None,
    gradient_tolerance: float | None = None,
    loss_tolerance: float | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    metrics: Metrics | None = None,
    record_steps: bool = False,
    progress: bool = False,
) -> History:
    """Train a model: go through the examples in batches, epoch by epoch, and return what happened.

    Every epoch visits each example once, in a new random order; the last batch is smaller if the batch size
    does not divide the number of examples. A batch of all examples is not shuffled: then this is `descend` on
    the model's `Cost`. Computed in the precision of `X`, and in float32 if that is half precision.

    Many trainings are one call if `seed`, the optimizer's `lr` or `theta0` is an array. Their axes broadcast,
    without the last one of `lr` and `theta0`, which is of the parameters: rates of shape (50, 1, 1) and 20
    seeds are 50 × 20 trainings, each of which gives the numbers that it would alone.

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
    shuffle : bool, default True
        Whether an epoch has a new order; if not, each has the order of `X`.
    seed : int or array_like of int, default 0
        Of the start, the shuffling and the dropout. Trainings with the same seed use the same batches.
    theta0 : array_like of shape (d,) or (…, d), optional
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
    l1, l2 : float, default 0.0
        λ₁ and λ₂, penalties on the weights: λ₁Σ|w| + ½λ₂Σw², as in `models.Cost`.
    metrics : dict of str to callable, optional
        Functions of `(y, predictions)`, evaluated after every epoch, without weights; each gets copies. Of an
        ensemble, they are called for one member after the other.
    record_steps : bool, default False
        Whether to keep the parameters after every step, not only after every epoch.
    progress : bool, default False
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

    Two learning rates, each with three seeds:

    >>> sgd = optimizers.GradientDescent(lr=[[[0.1]], [[1.0]]])
    >>> sweep = fit(models.Logistic(), X, y, loss, sgd, epochs=50, batch_size=2, seed=range(3))
    >>> sweep.theta.shape, sweep.losses.shape
    ((2, 3, 2), (51, 2, 3))
    >>> sweep.losses[-1].round(3)
    array([[0.071, 0.071, 0.071],
           [0.009, 0.009, 0.009]])
    >>> print(sweep)
    6 trainings, up to 50 epochs: 6 × max steps

    References
    ----------
    Bottou, L., Curtis, F. E. and Nocedal, J. (2018). Optimization methods for large-scale machine learning.
    SIAM Review 60.
    Prechelt, L. (1998). Early stopping: but when? In Neural Networks: Tricks of the Trade. Springer.
    Pascanu, R., Mikolov, T. and Bengio, Y. (2013). On the difficulty of training recurrent neural networks.
    ICML.
    """
    cost = Cost(model, loss, X, y, l1=l1, l2=l2, sample_weight=sample_weight, class_weight=class_weight)
    metrics = {} if metrics is None else metrics
    _check_kinds(optimizer, metrics)
    epochs, batch_size = checks.count("epochs", epochs), _batch_size(batch_size, len(cost.data[0]))
    shuffle = checks.boolean("shuffle", shuffle)
    clip = partial(clipped, norm=_limit("clip_norm", clip_norm), value=_limit("clip_value", clip_value))
    seed = checked_seeds(seed)
    theta = _start(cost, theta0, seed, optimizer)
    validation_cost = None if validation is None else cost_on_others(cost, validation)
    for watched in (cost, validation_cost):
        # A metric that cannot be computed fails before training.
        evaluate(metrics, watched, theta.reshape(-1, theta.shape[-1])[:1])
    order_rng, dropout_rng = spawned(seed, 2)
    batches = Batches(cost, batch_size, order_rng if shuffle else None)
    steps = [theta]
    record = steps.append if record_steps else None
    epoch = Epoch(cost, optimizer, batches, clip, dropout_rng, record)
    path = run(
        cost.evaluator(theta),
        epoch.advance,
        theta,
        optimizer.init(theta),
        max_steps=epochs,
        gradient_tolerance=gradient_tolerance,
        loss_tolerance=loss_tolerance,
        validation=None if validation_cost is None else partial(epoch.watch, validation_cost),
        patience=_patience(patience, validation, epochs),
        progress=progress,
    )
    return History(
        *(path.thetas, path.losses, path.gradient_norms, path.validation_losses),
        metrics=evaluate(metrics, cost, path.thetas),
        validation_metrics=evaluate(metrics, validation_cost, path.thetas),
        step_thetas=_all_steps(steps, path) if record_steps else None,
        stopped=path.stopped,
        epochs=path.steps,
        kept=path.steps if patience is None else path.best_step,
    )


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


def _all_steps(steps, path):
    """Return the parameters after every step; a member that stopped before the others keeps its last."""
    thetas, done = np.array(steps), len(path.losses) - 1
    epoch = -(-np.arange(len(steps)) * done // max(1, len(steps) - 1))
    over = epoch.reshape(-1, *(1,) * np.ndim(path.steps)) > path.steps
    return np.where(over[..., None], path.theta, thetas)


def _start(cost, theta0, seed, optimizer):
    """Return the first parameters, with the axes of the ensemble first."""
    inputs, features = cost.data[0], np.shape(cost.X)[1]
    size, seeds = cost.model.size(features), np.shape(seed)
    if theta0 is None:
        starts = [cost.model.init(features, one) for one in (np.ravel(seed).tolist() if seeds else [seed])]
        theta = np.reshape(starts, (*seeds, size))
    else:
        theta = checks.start(theta0)
    if theta.shape[-1] != size:
        raise ValueError(
            f"theta0 must have shape ({size},) or (…, {size}) for {features} features; got {theta.shape}"
        )
    rates = np.shape(optimizer.lr.lr if isinstance(optimizer.lr, Schedule) else optimizer.lr)
    try:
        ensemble = np.broadcast_shapes(seeds, rates[:-1], theta.shape[:-1])
    except ValueError:
        raise ValueError(
            "the axes of seed, lr and theta0 must broadcast, without the last of lr and theta0 (lr of shape "
            f"(k, 1, 1) is k rates with each seed); got the shapes {seeds}, {rates} and {theta.shape}"
        ) from None
    return np.array(np.broadcast_to(theta, (*ensemble, size)), inputs.dtype, order="C")
