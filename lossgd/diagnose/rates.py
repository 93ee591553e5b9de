"""The learning-rate range test: a short run whose rate grows from step to step."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.diagnose import meanings
from lossgd.diagnose.finding import Finding, Meaning
from lossgd.diagnose.traces import LOWEST, Trace

BLOWN = 4.0  # the test ends where the loss is so many times the lowest; fastai's finder does the same
FALLEN = 0.1  # of the first loss: less is no fall
STEPS = 5  # rates, the least that a slope can be read from


def range_test(step: Callable[[float], float], lrs: ArrayLike) -> np.ndarray:
    """Run a learning-rate range test: make a step with each rate in turn, and return the losses.

    Parameters
    ----------
    step : callable
        `step(lr)` makes one step of the training with that rate, and returns the loss as a number.
    lrs : array_like of shape (n,)
        The rates, rising; `np.geomspace(1e-6, 1, 100)` is usual.

    Returns
    -------
    ndarray of shape (n,)
        The losses. The test ends where the loss is not finite or four times the lowest; NaN from the next on.

    Examples
    --------
    >>> w = 1.0
    >>> def step(lr):
    ...     global w
    ...     loss, w = w * w, w - lr * 2 * w  # the loss w² and its gradient 2w
    ...     return loss
    >>> range_test(step, [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]).round(3)
    array([1.   , 0.64 , 0.23 , 0.009, 0.003, 0.016])

    References
    ----------
    Smith, L. N. (2017). Cyclical learning rates for training neural networks. WACV.
    """
    rising = _rising(lrs)
    losses = np.full(len(rising), np.nan)
    for i, lr in enumerate(rising):
        losses[i] = step(float(lr))
        if not np.isfinite(losses[i]) or _is_blown(losses[i], losses[: i + 1].min()):
            break
    return losses


def rates(lrs: ArrayLike, losses: ArrayLike) -> Finding:
    """Return the verdict of a learning-rate range test: where the loss falls fastest, where it blows up.

    Parameters
    ----------
    lrs : array_like of shape (n,)
        The rates, rising.
    losses : array_like of shape (n,)
        The loss at each, as `range_test` returns it: NaN and infinity count as blown up.

    Returns
    -------
    Finding
        "healthy" if both are seen, "nothing falls", or "no end seen" if the loss does not blow up. Its
        `numbers` are `steepest`, the rate at which the loss falls fastest against log lr; `blows_up`, the
        first rate at which it is four times the lowest, or None; and `try_first`, the smaller of `steepest`
        and a tenth of `blows_up`.

    Notes
    -----
    What is seen depends on how fast the rate grows: a rate that is a little too high shows it after some
    steps, when higher rates have come. Hence a tenth. Losses are smoothed as by `curve`, and
    the fastest fall is that over a quarter of the rates.

    Examples
    --------
    >>> lrs = np.geomspace(1e-4, 10, 26)
    >>> finding = rates(lrs, 1 / (1 + (lrs / 0.01) ** 2) + lrs**4)
    >>> finding
    Saw:    the loss falls fastest at a rate of 0.01 and blows up at 0.4
    Means:  try a rate of 0.01 first, then 3 times more and less
    >>> round(finding.numbers["try_first"], 4)
    0.01

    References
    ----------
    Smith, L. N. (2017). Cyclical learning rates for training neural networks. WACV.
    """
    rising, values = _rising(lrs), checks.numeric_array("losses", losses).astype(float)
    if values.shape != rising.shape:
        raise ValueError(f"lrs and losses must have one shape; got {rising.shape} and {values.shape}")
    lowest = np.minimum.accumulate(np.where(np.isfinite(values), values, np.inf))
    blown = np.append(~np.isfinite(values) | _is_blown(values, lowest), True)
    end = int(blown.argmax())
    blows_up = rising[end].item() if end < len(rising) else None
    if end < STEPS:
        saw = f"the loss blows up at a rate of {blows_up:.2g}, entry {end} of the test"
        return meanings.BLOWS_UP_AT_ONCE.found(
            saw, {"steepest": None, "blows_up": blows_up, "try_first": None}
        )
    trace = Trace.of(values[:end])
    span = max(1, end // 4)  # over fewer rates, noise may fall by more
    middle = (rising[span:end] * rising[: end - span]) ** 0.5
    steepest = middle[(trace.smooth[:-span] - trace.smooth[span:]).argmax()].item()
    first = steepest if blows_up is None else min(steepest, blows_up / 10)
    numbers = {"steepest": steepest, "blows_up": blows_up, "try_first": first}
    if trace.early - trace.smooth.min() < max(FALLEN * abs(trace.early), LOWEST * trace.noise):
        saw = f"the loss stays near {trace.early:.3g} at rates from {rising[0]:.2g} to {rising[end - 1]:.2g}"
        return meanings.NOTHING_FALLS.found(saw, numbers)
    saw = f"the loss falls fastest at a rate of {steepest:.2g}"
    if blows_up is None:
        return meanings.NO_END.found(f"{saw} and does not blow up by {rising[-1]:.2g}", numbers)
    healthy = Meaning("healthy", f"try a rate of {first:.2g} first, then 3 times more and less")
    return healthy.found(f"{saw} and blows up at {blows_up:.2g}", numbers)


def _is_blown(loss, lowest):
    """Return whether a loss is four times the lowest; of losses below 0, three times its size above it."""
    return loss - lowest > (BLOWN - 1) * np.abs(lowest)


def _rising(lrs: ArrayLike) -> np.ndarray:
    rising = np.asarray(checks.learning_rate(lrs))
    if rising.ndim != 1 or len(rising) < STEPS or not (np.diff(rising) > 0).all():
        raise ValueError(f"lrs must be at least {STEPS} rates that rise; got {rising}")
    return rising
