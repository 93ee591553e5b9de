"""One loop for every descent: an objective, a start and an optimizer become a path, and why it stopped."""

from contextlib import nullcontext
from dataclasses import dataclass, field

import numpy as np

from lossgd import checks
from lossgd.optimizers import State

DIVERGED = 1e6  # a descent has diverged when its loss is so many times what it was at the start


@dataclass(frozen=True, eq=False)
class Path:
    """A descent, from its start to its end: what `descend` returns.

    Of an ensemble, `thetas` has shape (steps + 1, k, d), and the fields of a run have shape (k,); a run that
    stopped before the others keeps its last values.

    Attributes
    ----------
    thetas : ndarray of shape (steps + 1, d) or (steps + 1, k, d)
        The parameters before the first step, and after each.
    losses, gradient_norms : ndarray of shape (steps + 1,) or (steps + 1, k)
        The objective and the length of its gradient there.
    validation_losses : ndarray of shape (steps + 1,) or (steps + 1, k), or None
        The validation loss, where one was asked for.
    stopped : str, or ndarray of str
        "gradient", "loss change", "max steps", "validation" or "diverged".
    steps : int, or ndarray of int
        How many steps were done.
    state : State
        What the optimizer remembers at the end: with it a descent is resumed.
    """

    thetas: np.ndarray = field(repr=False)
    losses: np.ndarray = field(repr=False)
    gradient_norms: np.ndarray = field(repr=False)
    validation_losses: np.ndarray | None = field(repr=False)
    stopped: str | np.ndarray
    steps: int | np.ndarray
    state: State = field(repr=False)

    def records(self):
        """Return what was recorded at each point: parameters, losses, gradient norms, validation losses."""
        validations = () if self.validation_losses is None else self.validation_losses
        return self.thetas, self.losses, self.gradient_norms, validations

    @property
    def theta(self):
        """The parameters at the end."""
        return self.thetas[-1]

    @property
    def loss(self):
        """The objective at the end."""
        return self.losses[-1]

    @property
    def converged(self):
        """Whether the loss or its gradient came to rest, which is not to say at a minimum."""
        return np.isin(self.stopped, ("gradient", "loss change"))[()]

    @property
    def best(self):
        """The parameters where the validation loss, or without one the loss, was lowest."""
        losses = self.losses if self.validation_losses is None else self.validation_losses
        lowest = np.nanargmin(losses, axis=0)
        return np.take_along_axis(self.thetas, lowest[None, ..., None], axis=0)[0]

    def __str__(self):
        if np.ndim(self.stopped):
            counts = zip(*np.unique(self.stopped, return_counts=True), strict=True)
            reasons = ", ".join(f"{count} × {reason}" for reason, count in counts)
            return f"{self.stopped.size} descents, up to {self.steps.max()} steps: {reasons}"
        return sentence(str(self.stopped), self.losses, self.steps)


def sentence(stopped, losses, steps, unit="steps"):
    """Return why and when a descent stopped, and its first and last loss."""
    end = {
        "gradient": "converged: the gradient is nearly 0",
        "loss change": "converged: the loss hardly changes",
        "max steps": f"stopped: the limit of {unit} is reached",
        "validation": "stopped: the validation loss no longer falls",
        "diverged": "diverged: the loss grows without bound",
    }[stopped]
    return f"{end} after {steps} {unit}; loss {losses[0]:.6g} → {losses[-1]:.6g}"


def descend(
    objective,
    theta0,
    optimizer,
    *,
    max_steps=1000,
    gradient_tolerance=1e-8,
    loss_tolerance=None,
    validation=None,
    patience=10,
    progress=False,
):
    """Descend from a start, or from many starts at once, and return the path.

    Each step is θ ← θ − change, where the optimizer makes the change of the gradient.

    Parameters
    ----------
    objective : callable
        What is made small: `objective(theta)` and `objective.gradient(theta)`, as a surface or a model's cost
        has them. If it has `value_and_gradient(theta)` too, that is called.
    theta0 : array_like of shape (d,) or (k, d), or Path
        The start; of shape (k, d), k descents are done at once. A path is resumed from its end: the runs that
        had reached the limit of steps go on, and the path returned holds all steps.
    optimizer : Optimizer
        The rule of a step.
    max_steps : int
        The limit of steps: how many at most are done now.
    gradient_tolerance : float or None
        Stop when the length of the gradient is at most this.
    loss_tolerance : float or None
        Stop when a step changes the loss by at most this.
    validation : callable, optional
        `validation(theta)` is a loss on other data. Stop when it has not been lower for `patience` steps.
    patience : int
        See `validation`.
    progress : bool
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
    past = theta0 if isinstance(theta0, Path) else None
    theta = past.theta if past else checks.start(theta0)
    value_and_gradient = getattr(objective, "value_and_gradient", None) or (
        lambda theta: (objective(theta), objective.gradient(theta))
    )

    def advance(theta, state, loss, gradient):
        ahead = optimizer.look_ahead(theta, state)
        if ahead is not theta:
            gradient = objective.gradient(ahead)
        return optimizer.step(theta, gradient, state, loss)

    return run(
        value_and_gradient,
        advance,
        theta,
        past.state if past else optimizer.init(theta),
        past=past,
        max_steps=max_steps,
        gradient_tolerance=gradient_tolerance,
        loss_tolerance=loss_tolerance,
        validation=validation,
        patience=patience,
        progress=progress,
    )


def run(
    measure,
    advance,
    theta,
    state,
    *,
    past=None,
    max_steps,
    gradient_tolerance,
    loss_tolerance,
    validation,
    patience,
    progress,
):
    """Advance until a rule says stop; return the `Path`. `descend` and `training.fit` are made of this.

    Parameters
    ----------
    measure : callable
        `measure(theta)` returns the loss and its gradient.
    advance : callable
        `advance(theta, state, loss, gradient)` returns the next parameters and state.
    theta, state : ndarray, object
        The first parameters and the first state.
    past : Path, optional
        What went before.
    max_steps, gradient_tolerance, loss_tolerance, validation, patience, progress
        As for `descend`.
    """
    checks.count("max_steps", max_steps)
    checks.count("patience", patience)
    rules = _Rules(theta.shape[:-1], gradient_tolerance, loss_tolerance, patience)
    records = [], [], [], []
    if past:  # all but its last point, which is measured again
        records = [list(values[:-1]) for values in past.records()]
        rules.resume(past, *records)
    thetas, losses, norms, validations = records
    last = len(losses) + max_steps
    # Numbers beyond float64 are what divergence is: the rules report it.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"), _bar(max_steps, progress) as bar:
        while True:
            loss, gradient = measure(theta)
            gradient = np.asarray(gradient)
            _check_shapes(theta, loss, gradient)
            thetas.append(theta)
            losses.append(loss)
            norms.append(np.sqrt(np.vecdot(gradient, gradient)))
            if validation:
                validations.append(validation(theta))
            rules.look(losses, norms, validations)
            if len(losses) > last or rules.none_on:
                break
            new, state = advance(theta, state, loss, gradient)
            theta = new if rules.all_on else np.where(rules.on[..., None], new, theta)
            bar.update()
    values = [np.array(each) if each else None for each in records]
    steps = np.where(rules.on, len(losses) - 1, rules.steps)
    return Path(*values, rules.stopped[()], steps[()], state)


class _Rules:
    """The stopping rules: which runs go on, and why and when the others stopped."""

    def __init__(self, ensemble, gradient_tolerance, loss_tolerance, patience):
        checks.tolerance("gradient_tolerance", gradient_tolerance)
        checks.tolerance("loss_tolerance", loss_tolerance)
        self.gradient_tolerance = -1 if gradient_tolerance is None else gradient_tolerance
        self.loss_tolerance = loss_tolerance
        self.patience = patience
        self._go_on(np.ones(ensemble, bool))
        self.stopped = np.full(ensemble, "max steps", "<U11")
        self.steps = np.zeros(ensemble, int)
        self.best = np.full(ensemble, np.inf)
        self.waited = np.zeros(ensemble, int)

    def resume(self, past, _thetas, losses, _norms, validations):
        """Take up where a path ended: runs that had not reached the limit of steps stay where they are."""
        self.stopped[...], self.steps[...] = past.stopped, past.steps
        self._go_on(self.stopped == "max steps")
        self.limit = _limit(past.losses[0])
        for loss in validations:
            self._wait(loss)

    def look(self, losses, norms, validations):
        """Stop runs by the last of these measurements."""
        loss, norm = losses[-1], norms[-1]
        if len(losses) == 1:
            self.limit = _limit(loss)
        still = tired = np.False_
        fine = (abs(loss) < self.limit) & (norm > self.gradient_tolerance)  # a NaN is not fine
        if self.loss_tolerance is not None and len(losses) > 1:
            still = abs(loss - losses[-2]) <= self.loss_tolerance
            fine = fine & ~still
        if validations:
            self._wait(validations[-1])
            tired = self.waited >= self.patience
            fine = fine & ~tired
        if fine.all():
            return
        diverged = ~(abs(loss) < self.limit) | np.isnan(norm)
        gradient = norm <= self.gradient_tolerance
        reasons = {"diverged": diverged, "gradient": gradient, "loss change": still, "validation": tired}
        for reason, found in reasons.items():
            now = self.on & found
            self.stopped[now] = reason
            self.steps[now] = len(losses) - 1
            self._go_on(self.on & ~now)

    def _go_on(self, on):
        self.on, self.all_on, self.none_on = on, on.all(), not on.any()

    def _wait(self, loss):
        better = loss < self.best
        self.best = np.where(better, loss, self.best)
        self.waited = np.where(better, 0, self.waited + 1)


def _limit(first_loss):
    return DIVERGED * np.maximum(1, abs(first_loss))


def _check_shapes(theta, loss, gradient):
    if gradient.shape != theta.shape:
        raise ValueError(f"the gradient must have theta's shape, {theta.shape}; got {gradient.shape}")
    if np.shape(loss) != theta.shape[:-1]:
        raise ValueError(
            f"the objective of theta, {theta.shape}, must have shape {theta.shape[:-1]}; got {np.shape(loss)}"
        )


def _bar(steps, shown):
    """Return a progress bar of so many steps; one that is not shown does nothing."""
    if not shown:
        return _NoBar()
    from tqdm import tqdm

    return tqdm(total=steps, unit="step")


class _NoBar(nullcontext):
    """A progress bar that shows nothing."""

    def __init__(self):
        super().__init__(self)

    def update(self):
        """Count a step."""
