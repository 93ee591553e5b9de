"""One loop for every descent: an objective, a start and an optimizer become a path, and why it stopped."""

import math
from collections.abc import Callable
from contextlib import nullcontext
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.descent.path import Path, plain
from lossgd.descent.records import Records
from lossgd.descent.rules import Rules
from lossgd.optimizers import Optimizer, State
from lossgd.optimizers.base import checked_gradient
from lossgd.typing import Numbers


class Objective(Protocol):
    """What can be descended on, such as a surface or a model's cost.

    It may also have `value_and_gradient(theta)`, which returns both at once, or `evaluator(theta)`, which
    returns a function that does so for parameters like `theta`: these are used if they are there.
    """

    def __call__(self, theta: np.ndarray, /) -> ArrayLike:
        """Return the value at θ: a number, or for `theta` of shape (…, d) a number for each run."""

    def gradient(self, theta: np.ndarray, /) -> ArrayLike:
        """Return the gradient at θ, of the shape of `theta`."""


def descend(
    objective: Objective,
    theta0: ArrayLike | Path,
    optimizer: Optimizer,
    *,
    max_steps: int = 1000,
    gradient_tolerance: float | None = 1e-8,
    loss_tolerance: float | None = None,
    validation: Callable[[np.ndarray], ArrayLike] | None = None,
    patience: int = 10,
    progress: bool = False,
) -> Path:
    """Descend from a start, or from many starts at once, and return the path.

    Each step is θ ← θ − change, where the optimizer makes the change of the gradient. From a start in half
    precision, all is computed in float32. The θ that the functions are given is read-only.

    Parameters
    ----------
    objective : callable
        What is made small: `objective(theta)` and `objective.gradient(theta)`, as a surface or a model's cost
        has them. If it has `value_and_gradient(theta)` too, that is called; or, if it has `evaluator(theta)`,
        as a cost has it, what this returns for the start.
    theta0 : array_like of shape (d,) or (…, d), or Path
        The start; of shape (k, d), k descents are done at once, of shape (j, k, d) a table of them. A path is
        resumed from its end: the runs that had reached the limit of steps go on, and the path returned holds
        all steps.
    optimizer : Optimizer
        The rule of a step.
    max_steps : int, default 1000
        The limit of steps: how many at most are done now.
    gradient_tolerance : float or None, default 1e-8
        Stop when the length of the gradient is at most this.
    loss_tolerance : float or None
        Stop when a step changes the loss by at most this.
    validation : callable, optional
        `validation(theta)` is a loss on other data. Stop when it has not been lower for `patience` steps.
    patience : int, default 10
        See `validation`.
    progress : bool, default False
        Whether to show a progress bar (needs tqdm).

    Returns
    -------
    Path
        The whole path, and why it stopped.

    Raises
    ------
    ValueError, TypeError
        If the start is not finite, the gradient has another shape, or an option is not legal.

    Examples
    --------
    >>> from lossgd import optimizers, surfaces
    >>> path = descend(surfaces.Parabola(), [3.0], optimizers.GradientDescent(lr=0.5))
    >>> print(path)
    converged: the gradient is nearly 0 after 29 steps; loss 4.5 → 1.56125e-17
    >>> print(descend(surfaces.Parabola(), [3.0], optimizers.GradientDescent(lr=2.5)))
    diverged: the loss grows without bound after 18 steps; loss 4.5 → 9.82874e+06

    References
    ----------
    Nocedal, J. and Wright, S. J. (2006). Numerical Optimization, chapter 3. Springer.
    """
    if not (callable(objective) and callable(getattr(objective, "gradient", None))):
        raise TypeError(f"objective(theta) and objective.gradient(theta) must exist; got {objective!r}")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be an optimizer, such as optimizers.Adam(); got {optimizer!r}")
    past = theta0 if isinstance(theta0, Path) else None
    theta = theta0.theta if isinstance(theta0, Path) else checks.start(theta0)
    state = optimizer.init(theta)
    if past:
        _check_resumption(past, state, validation)
        state = past.state

    def advance(theta, state, loss, gradient):
        ahead = optimizer.look_ahead(theta, state)
        if ahead is not theta:
            gradient = checked_gradient(objective.gradient(ahead), theta)
        return optimizer.trusted(theta, gradient, state, loss)

    return run(
        _measure(objective, theta),
        advance,
        theta,
        state,
        past=past,
        max_steps=max_steps,
        gradient_tolerance=gradient_tolerance,
        loss_tolerance=loss_tolerance,
        validation=validation,
        patience=patience,
        progress=progress,
    )


def run(
    measure: Callable[[np.ndarray], tuple[ArrayLike, ArrayLike]],
    advance: Callable[[np.ndarray, State, Numbers, np.ndarray], tuple[np.ndarray, State]],
    theta: np.ndarray,
    state: State,
    *,
    past: Path | None = None,
    max_steps: int,
    gradient_tolerance: float | None,
    loss_tolerance: float | None,
    validation: Callable[[np.ndarray], ArrayLike] | None,
    patience: int,
    progress: bool,
) -> Path:
    """Advance until a rule says stop; return the `Path`. `descend` and `training.fit` are made of this.

    Parameters
    ----------
    measure : callable
        `measure(theta)` returns the loss and its gradient.
    advance : callable
        `advance(theta, state, loss, gradient)` returns the next parameters and state.
    theta, state : ndarray, State
        The first parameters and the first state.
    past : Path, optional
        What went before.
    max_steps, gradient_tolerance, loss_tolerance, validation, patience, progress
        As for `descend`.
    """
    max_steps = checks.count("max_steps", max_steps)
    dtype, shape, single = theta.dtype, theta.shape, theta.ndim == 1
    records = Records(theta, past, max_steps, validated=validation is not None)
    rules = Rules(records, past, theta.shape[:-1], gradient_tolerance, loss_tolerance, patience)
    theta = np.asfortranarray(theta)  # a coordinate of all runs lies side by side in memory: that is quicker
    validation_loss = None
    # Numbers beyond float64 are what divergence is: the rules report it.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"), _bar(max_steps, progress) as bar:
        while True:
            if validation is not None:
                validation_loss = _one_a_run("validation", validation(read_only(theta)), theta)
            loss, gradient = measure(theta)
            if not (type(gradient) is np.ndarray and gradient.dtype is dtype and gradient.shape == shape):
                gradient = checked_gradient(gradient, theta)
            if not (type(loss) is float and single):
                loss = _one_a_run("the objective", loss, theta)
            norm = _length(gradient)
            records.append(theta.T, loss, norm, validation_loss)
            rules.look(loss, norm, validation_loss)
            if rules.none_on or records.full:
                break
            new, state = advance(theta, state, loss, gradient)
            theta = new if rules.all_on else np.where(rules.on[..., None], new, theta)
            if bar:
                bar.update()
    return Path(*records.arrays(), plain(rules.stopped), plain(rules.steps), state)


def _measure(objective, theta):
    """Return what gives the loss and its gradient at once, for parameters like `theta`."""
    if hasattr(objective, "evaluator"):
        return objective.evaluator(theta)
    if hasattr(objective, "value_and_gradient"):
        return lambda theta: objective.value_and_gradient(read_only(theta))
    return lambda theta: (objective(read_only(theta)), objective.gradient(theta))


def read_only(theta: np.ndarray) -> np.ndarray:
    """Return the array, which can no longer be written to: a function that is given it cannot spoil it."""
    theta.setflags(write=False)
    return theta


def _check_resumption(past, state, validation):
    """Raise unless a path can be resumed by an optimizer whose first state is `state`."""
    if past.state.memory.keys() != state.memory.keys():
        raise ValueError(
            "theta0 is the path of another optimizer, which remembers other things; to start anew from its "
            "end, use theta0=path.theta"
        )
    if (past.validation_losses is None) != (validation is None):
        raise ValueError("a path is resumed with a validation if it had one, and without if it had none")


def _one_a_run(name, values, theta):
    """Return what `name` gave for `theta`, as a number for each run; raise if it is not that."""
    values = np.array(checks.unmasked(name, values))  # a copy: its giver may use the array again
    if values.shape != theta.shape[:-1]:
        raise ValueError(
            f"{name} of theta, {theta.shape}, must have shape {theta.shape[:-1]}; got {values.shape}"
        )
    if values.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be real numbers; got dtype {values.dtype}")
    return values.astype(float, copy=False) if values.ndim else float(values)


def _length(gradient):
    """Return the length of each run's gradient, a float for one run: rounded alike for one and for many."""
    if gradient.ndim == 1 and gradient.size <= 8:
        squares = 0.0
        for g in gradient.tolist():
            squares += g * g
        norm = math.sqrt(squares)
        return norm if norm < math.inf else _scaled_length(gradient, norm).item()
    gradient = gradient.astype(float, copy=False)
    if gradient.shape[-1] > 8:
        gradient = np.ascontiguousarray(gradient)
        norm = np.sqrt(np.vecdot(gradient, gradient))
    else:  # few coordinates of perhaps many runs: this is quicker
        first, *others = gradient.T
        squares = first * first
        for g in others:
            squares += g * g
        norm = np.sqrt(squares).T
    if not norm.max() < np.inf:
        norm = _scaled_length(gradient, norm)
    return norm if norm.ndim else norm.item()


def _scaled_length(gradient, norm):
    """Return the length where it is infinite because the squares are, by squares that are not."""
    largest = abs(gradient).max(axis=-1, keepdims=True).astype(float)
    scaled = gradient / largest
    exact = largest[..., 0] * np.sqrt((scaled * scaled).sum(axis=-1))
    return np.where((norm == np.inf) & np.isfinite(exact), exact, norm)


def _bar(steps, shown):
    """Return a progress bar of so many steps, or a context of None if it is not to be shown."""
    if not shown:
        return nullcontext()
    from tqdm import tqdm

    return tqdm(total=steps, unit="step")
