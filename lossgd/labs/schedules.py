"""A lab on schedules: when to lower the learning rate."""

import functools
from collections.abc import Callable

import numpy as np

from lossgd import plots
from lossgd.labs.descent import L
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

CURVATURES, START, NOISE = np.array([1.0, L]), np.array([10.0, 1.0]), 1.0
STEPS, FACTOR = 400, 0.1
RATES = np.geomspace(0.005, 0.07, 21).round(4)
DROPS = np.arange(0, STEPS + 1, 20)


@functools.cache
def courses(lr):
    """Return the losses before the first step and after each, on average over the noise; a row for each drop.

    In each direction a step multiplies the mean distance by 1 − αλ and its variance by the square of that,
    and adds the variance of the noise, times α².
    """
    rates = np.where(np.arange(STEPS) < DROPS[:, None], lr, FACTOR * lr)
    mean, variance = np.tile(START, (DROPS.size, 1)), np.zeros((DROPS.size, 2))
    losses = [0.5 * (mean**2 @ CURVATURES)]
    for rate in rates.T[:, :, None]:
        left = 1 - rate * CURVATURES
        mean, variance = left * mean, left**2 * variance + (rate * NOISE) ** 2
        losses.append(0.5 * ((mean**2 + variance) @ CURVATURES))
    return np.array(losses).T


@lab(
    lr=Control("first rate α₀", RATES, RATES[13], "{:.2g}", between=True),
    drop=Control("lowered at step", DROPS, 120, "{:.0f}"),
)
def rate_drop(scene: Scene) -> Callable[..., str]:
    """Choose a first rate, and when it is divided by ten, where each gradient is noisy."""
    names = "lowered", "constant"
    hue = plots.color("good")
    rates = scene.panel("step", "learning rate", right=100)  # positions of the drop are then close
    plots.log_axis(rates)
    rates.set(xlim=(0, STEPS), ylim=(4e-4, 0.1))
    course = scene.panel("step", "mean loss", right=plots.margin(names))
    plots.log_axis(course)
    course.set(xlim=(0, STEPS), ylim=(1e-3, 100))
    (line,) = rates.plot([], [], color=hue)
    (corner,) = rates.plot([], [], "o", color=hue, markersize=11, markeredgewidth=0, clip_on=False)
    scene.moving([line, corner])
    scene.drag(corner, x="drop", y="lr")
    looks = {"constant": plots.look("too large") | {"linewidth": 1}, "lowered": plots.look("good")}
    move = scene.curves(course, looks)

    def update(lr, drop):
        line.set_data([0, drop, drop, STEPS], np.array([1, 1, FACTOR, FACTOR]) * lr)
        corner.set_data([drop], [lr])
        each = courses(lr)
        losses, constant, ends = each[drop == DROPS][0], each[-1], each[:, -1]
        shown = np.unique([*range(0, 20, 2), *range(20, STEPS + 1, 20), *(drop + np.arange(2, 18, 5))])
        shown = shown[shown <= STEPS]
        move({"lowered": (shown, losses[shown]), "constant": (shown, constant[shown])})
        best = DROPS[ends.argmin()]
        verdict = (
            "Never lowered" if drop == STEPS
            else "Well timed" if losses[-1] < 1.2 * ends.min()
            else "Too early" if drop < best
            else "Too late"
        )  # fmt: skip
        moment = (
            "For this α₀ it is best not to lower it at all" if best == STEPS
            else write("The best moment for this α₀ is step {}, for an end at {:.2g}", best, ends.min())
        )  # fmt: skip
        return write(
            "{}: with α₀ = {:.2g} the loss is {:.2g} at step {}, and {:.2g} at the end. {}; never lowered, "
            "it ends at {:.2g}.",
            verdict, lr, losses[drop], drop, losses[-1], moment, constant[-1],
        )  # fmt: skip

    return update
