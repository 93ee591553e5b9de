"""The verdict on a learning curve."""

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.diagnose import meanings
from lossgd.diagnose.finding import Finding
from lossgd.diagnose.traces import LOWEST, UNMOVED, Trace

# Shares of the total fall, unless it is said otherwise. A matter of judgement; the reason stands beside each.
GROWN = 10.0  # diverged: the loss ends at so many times its first size, where no training that works ends
DOUBLED = 2.0  # diverged, if the next loss is no number
RISEN = 0.25  # rises: so much of what was won is lost again
SWINGS = 4  # so many of them in turn are a pattern; a single spike makes two
ZIGZAG, RIPPLE = 0.85, 0.4  # shares of steps that turn; of noise 2/3 do, of a random walk 1/2
FALLING = 0.05  # still falling in the last fifth: of an exponential fall, 8 % are then still to come
# A plateau: over a tenth of the run the loss moves by less than a quarter of what a later tenth brings. Where
# a curve only flattens out, being convex, no tenth brings more than one before it.
LEVEL = 0.25
WORSE = 0.1, 0.05  # overfits: shares of the validation loss's own fall, or of its lowest value, lost again
WILD = 0.25  # of the median loss: what moves by so much does not stall
SIGMAS = 4  # a change is told from noise if it is so many times the noise of a smoothed value
SHORTEST = 5  # entries


def curve(losses: ArrayLike, validation: ArrayLike | None = None) -> Finding:
    """Return the verdict on a learning curve, with its reasons.

    The verdicts, in the order in which they are looked for: "not a number", "diverged", "overfits" (if there
    is a validation loss), "oscillates", "rises", "stalls at once", "noisy", "plateau", "still falling",
    "healthy".

    Parameters
    ----------
    losses : array_like of shape (n,)
        The training loss: of epochs, best with the loss before the first, or of steps. NaN and infinity may
        stand in it.
    validation : array_like of shape (n,), optional
        The validation loss at the same times.

    Returns
    -------
    Finding
        Its `numbers` are the `first` and the `last` loss, the `lowest` of the smoothed curve, and where they
        decide, `at` (the entry in question), `swings` (how often the loss turns up or down) and `turning`
        (the share of steps that turn).

    Raises
    ------
    TypeError, ValueError
        If these are no curves of one length, or have fewer than 5 entries, none of which blows up.

    Notes
    -----
    A curve does not tell what made it. Causes that draw the same picture are named in their likely order, and
    the clinic has the test that tells them apart. The loss is smoothed by the mean over a tenth of the run.
    Noise is told from oscillation by the share of steps that turn, down after up or up after down: 2/3 of
    independent noise (Bienaymé 1874), all of a zigzag, few of a slow wave.

    Examples
    --------
    >>> epochs = np.arange(50)
    >>> falling = np.exp(-epochs / 5)
    >>> curve(0.1 + falling).verdict
    'healthy'
    >>> curve(0.1 + falling, validation=0.2 + falling + 0.005 * epochs)
    Saw:    the validation loss is lowest at entry 19 and 37 % higher at the
            end; the training loss falls on
    Means:  the model learns the training examples by heart: more data, a
            smaller model, a penalty, or stopping at the lowest point
    Clinic: 23 Overfitting

    References
    ----------
    Bienaymé, I.-J. (1874). Sur une question de probabilités. Bulletin de la Société mathématique de France 2.
    Prechelt, L. (1998). Early stopping: but when? In Neural Networks: Tricks of the Trade. Springer.
    """
    values = _values("losses", losses)
    others = None if validation is None else _values("validation", validation)
    if others is not None and others.shape != values.shape:
        raise ValueError(
            f"losses and validation must have as many entries; got {len(values)} and {len(others)}"
        )
    for each in (values, others):
        if each is not None and (finding := _blown_up(each)):
            return finding
    if len(values) < SHORTEST:
        raise ValueError(f"losses must have at least {SHORTEST} entries to be judged; got {len(values)}")
    train = Trace.of(values)
    if others is not None and (finding := _overfits(train, Trace.of(others))):
        return finding
    return next(filter(None, (verdict(train) for verdict in _VERDICTS)))


def _blown_up(values):
    """Return the finding if the loss is no number, or has grown beyond all measure."""
    finite = np.isfinite(values)
    ended = not finite.all()
    end = int(finite.argmin()) if ended else len(values) - 1
    before = values[: end + 1 - ended]
    size = np.abs([before[0], before.min()]).max() if len(before) else 0
    grown = len(before) > 1 and before[-1] - before[0] > ((DOUBLED if ended else GROWN) - 1) * size
    numbers = {"first": values[0].item(), "last": values[-1].item(), "at": end}
    if grown:
        saw = f"the loss grows from {before[0]:.3g} to {values[end]:.3g} by entry {end}"
        return meanings.DIVERGED.found(saw, numbers)
    if ended:
        saw = f"the loss is {values[end]} at entry {end}, and did not grow before"
        return meanings.BREAKS_OFF.found(saw, numbers)
    return None


def _overfits(c, others):
    at = int(others.smooth.argmin())
    lowest = others.smooth[at]
    rise = others.smooth[-1] - lowest
    lost = rise > min(WORSE[0] * others.fall, WORSE[1] * abs(lowest))
    seen = rise > max(LOWEST * others.noise, UNMOVED * abs(lowest))
    if not (lost and seen and c.smooth[-1] < c.smooth[at]):
        return None
    higher = f"{100 * rise / lowest:.0f} % higher" if lowest > 0 else f"higher by {rise:.3g}"
    saw = f"the validation loss is lowest at entry {at} and {higher} at the end; the training loss falls on"
    return meanings.OVERFITS.found(saw, c.numbers(at=at))


def _oscillates(c):
    swings, turning = c.turns()
    if swings < SWINGS or RIPPLE < turning < ZIGZAG:
        return None
    zigzag = turning >= ZIGZAG
    saw = f"{_up_and_down(swings)}, {'turning at nearly every step' if zigzag else 'in waves'}"
    meaning = meanings.ZIGZAGS if zigzag else meanings.RIPPLES
    return meaning.found(saw, c.numbers(swings=swings, turning=turning))


def _rises(c):
    at, end = int(c.smooth.argmin()), c.smooth[-1]
    climbs = c.values[-1] > c.first + c.hardly and (np.diff(c.values[-SHORTEST:]) > 0).all()
    if not climbs and end - c.smooth[at] <= max(RISEN * c.fall, c.hardly, LOWEST * c.noise):
        return None
    if c.fall > max(c.hardly, SIGMAS * c.sigma):
        saw = f"the loss falls to {c.smooth[at]:.3g} by entry {at}, then rises to {c.values[-1]:.3g}"
        return meanings.RISES_LATER.found(saw, c.numbers(at=at))
    saw = f"the loss rises from the start, from {c.first:.3g} to {c.values[-1]:.3g}"
    return meanings.RISES_AT_ONCE.found(saw, c.numbers(at=at))


def _stalls(c):
    won = c.first - c.smooth[-1]
    hidden = won < SIGMAS * c.sigma and c.early - c.smooth[-1] < SIGMAS * c.noise
    if c.fall >= c.hardly and not hidden:
        return None
    if c.sigma > WILD * np.median(np.abs(c.values)):
        between = f"between {c.values.min():.3g} and {c.values.max():.3g}"
        saw = f"the loss jumps {between}, and no fall stands out"
        return meanings.JUMPS.found(saw, c.numbers())
    # At a rate that is far too small, one half of the run wins as much as the other.
    less, more = sorted((c.part(0, 0.5), c.part(0.5, 1)))
    if less > max(0.5 * more, SIGMAS * c.noise):
        percent = f"{100 * won / abs(c.first):.1g} %"
        saw = f"the loss stays near {c.first:.3g}: a steady fall, but of {percent} in all"
        return meanings.CREEPS.found(saw, c.numbers())
    return meanings.STALLS.found(f"the loss stays near {c.first:.3g} from the start", c.numbers())


def _noisy(c):
    swings, turning = c.turns()
    if swings < SWINGS:
        return None
    saw = f"{_up_and_down(swings)}, without a rhythm"
    return meanings.NOISY.found(saw, c.numbers(swings=swings, turning=turning))


def _plateau(c):
    """Return the finding if a level stretch is followed by a fall."""
    span = max(2, len(c.smooth) // 10)
    stretches = np.lib.stride_tricks.sliding_window_view(c.smooth, span + 1)
    falls = stretches[:, 0] - stretches[:, -1]
    later = np.maximum.accumulate(falls[::-1])[::-1]  # the most that a stretch from here on brings
    level = (np.ptp(stretches, axis=1) < LEVEL * later) & (later > max(FALLING * c.fall, SIGMAS * c.noise))
    if not level.any():
        return None
    at = int(level.argmax())
    last = at + int(np.append(level[at:], False).argmin()) - 1  # the last stretch that is level, starts here
    saw = f"the loss stays near {c.smooth[at]:.3g} from entry {at} to {last + span}, then falls faster"
    return meanings.PLATEAU.found(saw, c.numbers(at=at))


def _still_falling(c):
    last = c.part(0.8, 1)
    if last <= max(FALLING * c.fall, SIGMAS * c.noise):
        return None
    saw = f"the last fifth of the run brings {100 * last / c.fall:.0f} % of the whole fall"
    return meanings.STILL_FALLING.found(saw, c.numbers())


def _healthy(c):
    saw = f"the loss falls from {c.first:.3g} to {c.smooth[-1]:.3g} and levels off"
    return meanings.LEVELS_OFF.found(saw, c.numbers())


_VERDICTS = (_oscillates, _rises, _stalls, _noisy, _plateau, _still_falling, _healthy)


def _up_and_down(swings):
    return f"the loss goes up and down {swings // 2} times by a tenth of its fall or more"


def _values(name, values):
    array = checks.numeric_array(name, values)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), one loss an epoch or step; got {array.shape}")
    return array.astype(float)
