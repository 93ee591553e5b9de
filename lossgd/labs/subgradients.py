"""A lab on kinks: which lines stay below a cost."""

from collections.abc import Callable

import numpy as np

from lossgd import plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

TRUTHS = np.array([1.0, 2.0, 2.0, 4.0])
ENDS = np.array([-0.5, 5.5])
CORNERS = np.array([ENDS[0], 1, 2, 4, ENDS[1]])  # between two of them the cost is straight
FINE = np.linspace(ENDS[0], ENDS[1], 241)


@lab(
    theta=Control("θ", np.linspace(0, 5, 51).round(1), 2.0, between=True),
    g=Control("slope g", np.linspace(-1.2, 1.2, 25).round(1), 0.7, between=True),
)
def supporting_line(scene: Scene) -> Callable[..., str]:
    """Lay a line against the absolute error of four truths: slopes that stay below it make a staircase."""
    below, above = plots.color("good"), plots.color("diverging")
    graph = scene.panel("θ", "cost")
    graph.set(xlim=ENDS, ylim=(-1.2, 3.2))
    graph.plot(CORNERS, cost(CORNERS), color=plots.INK, linewidth=2)
    plots.legend(graph, {"cost": plots.INK, "below": below, "above": above})
    (over,) = scene.moving(graph.plot([], [], color=above, linewidth=5, alpha=0.5))
    (line,) = scene.moving(graph.plot([], [], linewidth=2))
    (spot,) = scene.moving(graph.plot([], [], "o", color=plots.INK, markersize=8))

    slopes = scene.panel("θ", "slope g")
    slopes.set(xlim=ENDS, ylim=(-1.3, 1.3))
    slopes.axhline(0, color=plots.GRID, linewidth=1.5)
    stairs = np.array([subgradients(theta) for theta in CORNERS])
    slopes.plot(np.repeat(CORNERS, 2), stairs.ravel(), color=below, linewidth=2.5)
    plots.legend(slopes, {"the line stays below": below})
    (handle,) = scene.moving(slopes.plot([], [], "o", color=plots.INK, markersize=9))
    scene.drag(handle, x="theta", y="g")

    def update(theta, g):
        low, high = subgradients(theta)
        fits = low <= g <= high
        where = np.array([theta]) if fits else FINE[cost(theta) + g * (FINE - theta) > cost(FINE)]
        for artist, x in ((line, ENDS), (over, where[[0, -1]])):
            artist.set_data(x, cost(theta) + g * (x - theta))
        line.set(color=below if fits else above, linestyle="-" if fits else "--")
        spot.set_data([theta], [cost(theta)])
        handle.set_data([theta], [g])
        does = "stays below the cost" if fits else f"runs above it on the {'right' if g > high else 'left'}"
        return write(
            "At θ = {:.1f} the cost is {:.3f}. A line of slope {:.1f} {}{}. Subgradients here: {}.",
            theta, cost(theta), g, does, ", and is level: no θ costs less" if fits and g == 0 else "",
            write("{:g} alone" if low == high else "all from {:g} to {:g}", low, high),
        )  # fmt: skip

    return update


def cost(theta):
    """Return the mean absolute error of a number, or of each of some, as the prediction of all truths."""
    return abs(np.subtract.outer(theta, TRUTHS)).mean(axis=-1)


def subgradients(theta):
    """Return the lowest and the highest: a truth below θ counts 1, one above −1, one at θ all between."""
    below, at = np.mean(theta > TRUTHS), np.mean(theta == TRUTHS)
    return 2 * below - 1, 2 * (below + at) - 1
