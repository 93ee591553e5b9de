"""Labs on errors of classes and probabilities."""

from collections.abc import Callable

import numpy as np

from lossgd import losses, plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

PROBABILITIES = [0.005, *np.linspace(0.01, 0.99, 99).round(2)]
NUMERALS = "three", "four", "five", "six", "seven", "eight", "nine"
TENTHS = ["a tenth", "a fifth", *(f"{numeral} tenths" for numeral in NUMERALS)]


@lab(p=Control("probability p", PROBABILITIES, 0.1, "{:g}", between=True))
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
    plots.legend(axes, {name: line.get_color() for name, line in lines.items()})
    moving = scene.moving([
        *axes.plot([], [], color=plots.MUTED, linewidth=1),
        *(axes.plot([], [], "o", color=line.get_color(), markersize=8)[0] for line in lines.values()),
    ])  # fmt: skip
    for point in moving[1:]:
        scene.drag(point, x="p")
    at_09 = cross_entropy([1], [0.9])

    def update(p):
        loss, square = cross_entropy([1], [p]), squared([1], [p])
        for artist, y in zip(moving, ([0, 5.5], [loss], [square]), strict=True):
            artist.set_data([p] * len(y), y)
        times = "" if p == 0.9 else f", {share(loss / at_09)} that at p = 0.9"
        return write(
            "p = {:g}: the cross-entropy is {:.2f}{}. The squared error is {:.2f}.", p, loss, times, square
        )

    return update


def share(ratio):
    """Say a ratio in words: "about a tenth of", "44 times"."""
    if round(10 * ratio) < 10:
        return f"about {TENTHS[round(10 * ratio) - 1]} of"
    return write("{:.0f} times" if ratio >= 10 else "{:.1f} times", ratio)


MARGIN_LOSSES = {
    "0/1": lambda margin: (margin <= 0).astype(float),
    "hinge": lambda margin: losses.Hinge().per_example(np.ones_like(margin), margin),
    "logistic": lambda margin: (
        losses.BinaryCrossEntropy(from_logits=True).per_example(np.ones_like(margin), margin) / np.log(2)
    ),
}


@lab(margin=Control("margin", np.linspace(-5, 3, 161).round(2), -0.5, "{:.2f}", between=True))
def margin_losses(scene: Scene) -> Callable[..., str]:
    """Move the margin y·score, and read off what three losses charge for it."""
    axes = scene.panel("margin y·score", "loss", right=plots.margin(MARGIN_LOSSES))
    axes.set(xlim=(-5, 3), ylim=(0, 7.5))
    m = np.sort(np.append(np.linspace(-5, 3, 161), [1e-6]))
    lines = {name: axes.plot(m, loss(m), **plots.look(name))[0] for name, loss in MARGIN_LOSSES.items()}
    plots.label_ends(axes, lines)
    ruler, knob = scene.moving([
        *axes.plot([], [], color=plots.MUTED, linewidth=1),
        *axes.plot([], [], "o", color=plots.MUTED, markersize=8),
    ])  # fmt: skip
    scene.drag(knob, x="margin")
    points = scene.moving(
        [axes.plot([], [], "o", color=line.get_color(), markersize=7)[0] for line in lines.values()]
    )

    def update(margin):
        ruler.set_data([margin, margin], [0, 7])
        knob.set_data([margin], [7])
        costs = {name: float(loss(np.array([margin]))[0]) for name, loss in MARGIN_LOSSES.items()}
        for point, cost in zip(points, costs.values(), strict=True):
            point.set_data([margin], [cost])
        if margin <= 0:
            side = "the prediction is wrong, and every loss charges for it"
        elif margin < 1:
            side = "the prediction is right, but not by a clear margin"
        else:
            side = "the prediction is right by a clear margin"
        return write(
            "At a margin of {:g} {}. The 0/1 loss is {:g}, the hinge {:.2f}, the logistic loss {:.2f}.",
            margin, side, *costs.values(),
        )  # fmt: skip

    return update


STEEPNESS = 2  # of the model: how fast its probability rises across the boundary


@lab(
    angle=Control("angle", np.arange(-90, 91, 5), 90, "{:.0f}°", between=True),
    shift=Control("shift", np.linspace(-2, 2, 21).round(1), 0.0, between=True),
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
    plane.plot(*x[y == 0].T, "o", markersize=6, color=plots.color("class 0"))
    plane.plot(*x[y == 1].T, "s", markersize=6, color=plots.color("class 1"))
    classes = {name: plots.color(name) for name in ("class 0", "class 1")}
    plots.legend(plane, classes)
    sides = scene.moving(
        [plane.fill([], [], color=color, alpha=0.12, linewidth=0)[0] for color in classes.values()]
    )
    (boundary,) = scene.moving(plane.plot([], [], color=plots.INK))
    ring = {
        "markersize": 12,
        "markerfacecolor": "none",
        "markeredgewidth": 1.5,
    }
    (wrong,) = scene.moving(plane.plot([], [], "o", color=plots.color("wrong"), **ring))

    cost_map = scene.panel("angle", "shift")

    def cost(places):
        scores = score(*places.T).T
        return (
            cross_entropy.per_example(np.tile(y, len(places)), scores.ravel())
            .reshape(scores.shape)
            .mean(axis=1)
        )

    plots.ground(cost_map, cost, ((-95, 95), (-2.1, 2.1)), [0.28, 0.35, 0.5, 0.75, 1, 1.5, 2, 3])
    cost_map.set_xticks([-90, -45, 0, 45, 90], ["−90°", "−45°", "0°", "45°", "90°"])
    places = np.stack(np.meshgrid(np.arange(-90.0, 91), np.linspace(-2, 2, 81)), axis=-1).reshape(-1, 2)
    best, least = places[cost(places).argmin()], cost(places).min()
    plots.goals(cost_map, [best])
    (label,) = scene.moving([plots.note(cost_map, "best", best)])
    (point,) = scene.moving(cost_map.plot([], [], "o", color=plots.INK, markersize=8))
    scene.drag(point, x="angle", y="shift")

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
        plots.step_aside(label, [(angle, shift)])
        return write(
            "At {:.0f}° and a shift of {:.1f}, {} of {} points are on the wrong side: accuracy {:.0f} %. "
            "The cross-entropy is {:.2f}; the best boundary has {:.2f}.",
            angle, shift, missed.sum(), len(y), 100 - 100 * missed.mean(), cross_entropy(y, z), least,
        )  # fmt: skip

    return update
