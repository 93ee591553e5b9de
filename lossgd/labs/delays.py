"""A descent by gradients that are late: the delay and the learning rate, on a ravine."""

import functools
from collections.abc import Callable

import numpy as np

from lossgd import plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.momentum import TINY, shares_left, steps_a_digit
from lossgd.labs.scene import Scene
from lossgd.tables import write
from lossgd.typing import Numbers

CURVATURES = {"along": 1.0, "across": 5.0}
L = max(CURVATURES.values())
DELAYS = range(21)
DECADE = np.array([1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9])
ALPHAS = np.concatenate([DECADE[12:] / 1000, DECADE / 100, DECADE[:12] / 10]).round(4)
SHOWN = 60  # steps


def bound(delay: Numbers) -> Numbers:
    """Return the learning rate at which a descent with this delay no longer comes to rest."""
    return 2 * np.sin(np.pi / (2 * (2 * delay + 1))) / L


@functools.cache
def roots(delay, rise):
    """Return the roots of z^(τ+1) = z^τ − αλ: what a step multiplies the parts of a distance by."""
    equation = np.zeros(delay + 2)
    equation[0] = 1
    equation[1] -= 1
    equation[-1] += rise
    return np.roots(equation)


def left(alpha: float, delay: int, curvature: float) -> float:
    """Return what a step leaves of the distance, in the long run: the largest root's size."""
    return float(abs(roots(delay, alpha * curvature)).max())


def slowest(alpha: float, delay: int) -> tuple[str, float]:
    """Return the direction of which a step leaves more, and how much."""
    shares = {name: left(alpha, delay, curvature) for name, curvature in CURVATURES.items()}
    name = max(shares, key=shares.__getitem__)
    return name, shares[name]


def distances(alpha: float, delay: int, curvature: float, steps: int = SHOWN) -> np.ndarray:
    """Return the distance at each step: a gradient is that of `delay` steps ago, at first of the start."""
    path = np.ones(steps + 1)
    for step in range(steps):
        path[step + 1] = path[step] - alpha * curvature * path[max(step - delay, 0)]
    return path


@lab(
    alpha=Control("learning rate α", ALPHAS, 0.04, "{:g}", between=True),
    delay=Control("delay τ", DELAYS, 0, "{:.0f}"),
)
def late_gradients(scene: Scene) -> Callable[..., str]:
    """Drag a point on the plane of α and the delay τ, and see what late gradients make of a ravine."""
    plane = scene.panel("learning rate α", "delay τ, in steps")
    plane.set(xscale="log", xlim=(0.0045, 0.5), ylim=(-0.5, 20.5), yticks=[0, 5, 10, 15, 20])
    plane.set_xticks([0.01, 0.1], ["0.01", "0.1"])
    plane.minorticks_off()
    delays = np.linspace(0, 20.5, 200)
    hue = plots.color("diverging")
    edge = np.asarray(bound(delays))
    plane.fill([*edge, 0.5, 0.5], [*delays, 20.5, 0], color=hue, alpha=0.12, linewidth=0)
    plane.plot(edge, delays, color=hue, linewidth=1.5)
    best = [min(ALPHAS, key=lambda alpha: slowest(alpha, delay)[1]) for delay in DELAYS]
    plane.plot(best, DELAYS, ".", color=plots.color("good"), markersize=6)
    plots.legend(plane, {"fastest": plots.color("good"), "diverges": hue})

    move = shares_left(scene, CURVATURES, SHOWN)
    (head,) = scene.moving(plane.plot([], [], "o", color=plots.INK, markersize=10, markeredgewidth=0))
    scene.drag(head, x="alpha", y="delay")

    def update(alpha, delay):
        head.set_data([alpha], [delay])
        points = {}
        for name, curvature in CURVATURES.items():
            path = distances(alpha, delay, curvature)
            gone = np.flatnonzero(abs(path) > 2)  # beyond the panel
            end = gone[0] + 1 if gone.size else path.size
            points[name] = np.arange(end), path[:end].clip(-2, 2)
        move(points)
        return sentence(alpha, delay)

    return update


def sentence(alpha, delay):
    """Say which direction sets the pace, and how fast it is."""
    where, limit = write("α = {:g}, a delay of {:.0f}:", alpha, delay), bound(delay)
    if alpha > limit - TINY:
        what = "diverges, as α >" if alpha > limit + TINY else "never comes to rest, as α ="
        return write("{} across {} {:.3g}, the bound of this delay.", where, what, limit)
    slow, share = slowest(alpha, delay)
    digit = write("{:.3g} steps a digit.", steps_a_digit(share))
    return write("{} slower is {}: {} The bound of this delay is {:.3g}.", where, slow, digit, limit)
