"""Labs on errors of classes and probabilities."""

from collections.abc import Callable

import numpy as np

from lossgd import losses, plots
from lossgd.labs.lab import Control, Scene, lab, write

PROBABILITIES = [0.005, 0.01, 0.02, 0.05, *np.linspace(0.1, 0.9, 17).round(2), 0.95, 0.98, 0.99]


@lab(p=Control("probability p", PROBABILITIES, 0.1, "{:g}"))
def penalty(scene: Scene) -> Callable[..., str]:
    """Move the probability that a model gives to the true class, and see what the prediction costs."""
    axes = scene.panel("probability given to the true class", "loss", right=16)
    axes.set(xlim=(0, 1), ylim=(0, 5.5))
    p = np.append(np.geomspace(0.003, 0.1, 40), np.linspace(0.11, 1, 60))
    ones = np.ones_like(p)
    cross_entropy, squared = losses.BinaryCrossEntropy(), losses.MeanSquaredError()
    lines = {
        "cross-entropy": axes.plot(p, cross_entropy.per_example(ones, p), **plots.look("cross-entropy"))[0],
        "squared error": axes.plot(p, squared.per_example(ones, p), **plots.look("squared"))[0],
    }
    for (name, line), at in zip(lines.items(), [(0.22, 1.9), (0.13, 0.22)], strict=True):
        plots.note(axes, name, at, color=line.get_color())
    moving = scene.moving([
        *axes.plot([], [], color=plots.MUTED, linewidth=1),
        *axes.plot([], [], "o", color=plots.VERMILLION, markersize=8),
        *axes.plot([], [], "o", color=plots.BLUE, markersize=8),
    ])  # fmt: skip
    at_09 = cross_entropy([1], [0.9])

    def update(p):
        loss, square = cross_entropy([1], [p]), squared([1], [p])
        for artist, y in zip(moving, ([0, 5.5], [loss], [square]), strict=True):
            artist.set_data([p] * len(y), y)
        times = "" if p == 0.9 else write(", {:.3g} times that at p = 0.9", loss / at_09)
        return write(
            "p = {:g}: the cross-entropy is {:.2f}{}. The squared error is {:.2f}.", p, loss, times, square
        )

    return update


MARGIN_LOSSES = {
    "0/1": lambda margin: (margin <= 0).astype(float),
    "hinge": lambda margin: losses.Hinge().per_example(np.ones_like(margin), margin),
    "logistic": lambda margin: (
        losses.BinaryCrossEntropy(from_logits=True).per_example(np.ones_like(margin), margin) / np.log(2)
    ),
    "squared hinge": lambda margin: losses.SquaredHinge().per_example(np.ones_like(margin), margin),
}


@lab(margin=Control("margin", np.linspace(-2, 3, 51).round(1), -0.5))
def margin_losses(scene: Scene) -> Callable[..., str]:
    """Move the margin y·score, and read off what four losses charge for it."""
    axes = scene.panel("margin y·score", "loss", right=108)
    axes.set(xlim=(-2, 3), ylim=(0, 5))
    m = np.sort(np.append(np.linspace(-2, 3, 101), [1e-6]))
    lines = {name: axes.plot(m, loss(m), **plots.look(name))[0] for name, loss in MARGIN_LOSSES.items()}
    plots.label_ends(axes, lines)
    (ruler,) = scene.moving(axes.plot([], [], color=plots.MUTED, linewidth=1))
    points = scene.moving(
        [axes.plot([], [], "o", color=line.get_color(), markersize=7)[0] for line in lines.values()]
    )

    def update(margin):
        ruler.set_data([margin, margin], [0, 5])
        costs = {name: float(loss(np.array([margin]))[0]) for name, loss in MARGIN_LOSSES.items()}
        for point, cost in zip(points, costs.values(), strict=True):
            point.set_data([margin], [cost])
        if margin <= 0:
            side = "the prediction is wrong, and every loss charges for it"
        elif margin < 1:
            side = "the prediction is right, but not by a clear margin"
        else:
            side = "the prediction is right by a clear margin"
        values = ", ".join(write("{} {:.2f}", name, cost) for name, cost in costs.items())
        return write("At a margin of {:.1f} {}: {}.", margin, side, values)

    return update


STEEPNESS = 2  # of the model: how fast its probability rises across the boundary


@lab(
    angle=Control("angle", np.arange(-90, 91, 10), 90, "{:.0f}°"),
    shift=Control("shift", np.linspace(-2, 2, 17).round(2), 0.0, "{:.2f}"),
)
def decision_boundary(scene: Scene) -> Callable[..., str]:
    """Turn and shift the boundary of a logistic model, and watch its mistakes and its cost."""
    n = 24
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal((-1, -0.6), 0.85, (n, 2)), rng.normal((1, 0.6), 0.85, (n, 2))])
    x = x.clip(-2.8, 2.8).round(2)
    y = np.repeat([0, 1], n)
    cross_entropy = losses.BinaryCrossEntropy(from_logits=True)

    def score(angle, shift):
        return STEEPNESS * (x @ [np.cos(np.radians(angle)), np.sin(np.radians(angle))] - shift)

    plane = scene.panel("x₁", "x₂")
    plane.set(xlim=(-3, 3), ylim=(-3, 3))
    plane.plot(*x[y == 0].T, "o", markersize=6, color=plots.BLUE)
    plane.plot(*x[y == 1].T, "s", markersize=6, color=plots.ORANGE)
    plots.note(plane, "class 0", (-2.9, -2.8), color=plots.BLUE)
    plots.note(plane, "class 1", (2.9, 2.8), ha="right", color=plots.ORANGE)
    sides = scene.moving(
        [plane.fill([], [], color=color, alpha=0.12, linewidth=0)[0] for color in (plots.BLUE, plots.ORANGE)]
    )
    (boundary,) = scene.moving(plane.plot([], [], color=plots.INK))
    ring = {"markersize": 12, "markerfacecolor": "none", "markeredgewidth": 1.5, "color": plots.VERMILLION}
    (wrong,) = scene.moving(plane.plot([], [], "o", **ring))

    cost_map = scene.panel("angle", "shift")
    cost_map.set(xlim=(-95, 95), ylim=(-2.1, 2.1))
    angles, shifts = np.linspace(-95, 95, 77), np.linspace(-2.1, 2.1, 43)
    costs = np.array([[cross_entropy(y, score(angle, shift)) for angle in angles] for shift in shifts])
    levels = [0.25, 0.35, 0.5, 0.75, 1, 1.5, 2, 3]
    contours = cost_map.contour(angles, shifts, costs, levels, colors=plots.MUTED, linewidths=0.8)
    cost_map.clabel(contours, levels[2::2], fmt="{:g}".format, fontsize=11)
    cost_map.set_xticks([-90, -45, 0, 45, 90], ["−90°", "−45°", "0°", "45°", "90°"])
    at = np.unravel_index(costs.argmin(), costs.shape)
    cost_map.plot(angles[at[1]], shifts[at[0]], "+", color=plots.INK, markersize=10, markeredgewidth=2)
    plots.note(cost_map, "best", (angles[at[1]], shifts[at[0]]), (8, 8))
    (point,) = scene.moving(cost_map.plot([], [], "o", color=plots.INK, markersize=8))

    def update(angle, shift):
        along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        across = np.array([-along[1], along[0]])
        start, end = shift * along - 9 * across, shift * along + 9 * across
        boundary.set_data(*np.column_stack([start, end]))
        for side, way in zip(sides, (-9, 9), strict=True):
            side.set_xy([start, end, end + way * along, start + way * along])
        z = score(angle, shift)
        missed = (z > 0) != y
        wrong.set_data(*x[missed].T)
        point.set_data([angle], [shift])
        return write(
            "At {:.0f}° and a shift of {:.2f}, {} of {} points are on the wrong side: accuracy {:.0f} %. "
            "The cross-entropy is {:.2f}; the best boundary has {:.2f}.",
            angle, shift, missed.sum(), len(y), 100 - 100 * missed.mean(), cross_entropy(y, z), costs.min(),
        )  # fmt: skip

    return update
