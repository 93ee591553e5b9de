"""The lab on convexity."""

from collections.abc import Callable

import numpy as np

from lossgd import losses, plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.models.base import sigmoid
from lossgd.tables import write

# Six pupils of chapter 08: how many hours more than usual each has learnt, and who passed.
HOURS = np.array([0.5, 1.0, 1.5, 2.0, 0.5, 8.0])
PASSED = np.array([1, 1, 1, 1, 0, 0])
# The one that can fail comes first: a narrow window shows one panel in full.
COSTS = {"squared error": losses.MeanSquaredError(), "cross-entropy": losses.BinaryCrossEntropy()}
WEIGHTS = np.linspace(-2, 3, 26).round(1)
SHARES = np.linspace(0, 1, 101)  # of the way along a chord


@lab(a=Control("one end a", WEIGHTS, 0.0, between=True), b=Control("other end b", WEIGHTS, 1.0, between=True))
def chord(scene: Scene) -> Callable[..., str]:
    """Drag the ends of a chord over two costs of one model: under only one of them it can run too low."""
    movers = [add_chord(scene, name, loss) for name, loss in COSTS.items()]

    def update(a, b):
        by_squares, _ = (move(a, b) for move in movers)  # the cross-entropy is convex: a test looks
        if a == b:
            return write("Both ends are at w = {:.1f}: there is no chord. Pull them apart.", a)
        where = write("From w = {:.1f} to w = {:.1f}", a, b)
        if by_squares is None:
            return (
                f"{where} neither chord runs below its curve. One chord that passes the test proves nothing."
            )
        at, depth = by_squares
        return write(
            "{} the chord of the squared error runs below its curve, by {}, at w = {:.2f}: not convex. "
            "That of the cross-entropy does not.",
            where, "less than 0.001" if depth < 0.001 else f"up to {depth:.3f}", at,
        )  # fmt: skip

    return update


def add_chord(scene, name, loss):
    """Add a panel with a curve and a chord; return what moves the chord, and says where it is too low."""

    def cost(w):
        p = sigmoid(np.multiply.outer(w, HOURS))
        return loss.per_example(np.tile(PASSED, len(w)), p.ravel()).reshape(p.shape).mean(axis=1)

    axes = scene.panel("weight w", name)
    w = np.linspace(-2.1, 3.1, 105)
    curve = cost(w)
    axes.plot(w, curve, **plots.look(name))
    axes.set(xlim=(-2.1, 3.1), ylim=(0, 1.2 * curve.max()))
    plots.legend(axes, {"chord": plots.INK, "chord below the curve": plots.color("gap")})
    line, low, one, other = scene.moving([
        *axes.plot([], [], color=plots.INK, linewidth=1.5),
        *axes.plot([], [], color=plots.color("gap"), linewidth=4),
        *axes.plot([], [], "o", color=plots.INK, markersize=9),
        *axes.plot([], [], "s", color=plots.INK, markersize=8),
    ])  # fmt: skip
    scene.drag(one, x="a")
    scene.drag(other, x="b")

    def move(a, b):
        at = a + SHARES * (b - a)
        start, end = cost(np.array([a, b]))
        straight = start + SHARES * (end - start)
        depth = cost(at) - straight
        below = depth > 1e-9  # rounding is not a dip
        line.set_data([a, b], [start, end])
        low.set_data(at[below], straight[below])
        one.set_data([a], [start])
        other.set_data([b], [end])
        return (at[depth.argmax()], depth.max()) if below.any() else None

    return move
