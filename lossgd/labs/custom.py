"""Labs on losses of one's own."""

from collections.abc import Callable
from functools import cache

import numpy as np

from lossgd import datasets, losses, metrics, models, plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

MISSED, FALSE_ALARM = 9, 1  # what a mistake costs, in hundreds
SHADES = 0.1, 0.3, 0.5, 0.7, 0.9
WEIGHTS = [1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 11, 13, 16, 19, 23, 28, 34, 40]
THRESHOLDS = [0.03, 0.05, 0.08, *np.linspace(0.1, 0.95, 18).round(2)]
SIDE = 9.0  # longer than the panel is wide


@cache
def weighted_model(weight):
    """Return data of which 5 % are of class 1, and the logistic model that fits them with this weight."""
    X, y = datasets.imbalanced(400, seed=18)
    loss = losses.WeightedBinaryCrossEntropy(weight_1=float(weight), from_logits=True)
    cost = models.Cost(models.Logistic(), loss, X, y)
    theta = np.zeros(3)
    for _ in range(30):  # Newton's method: the cost is convex
        p = models.Logistic().predict(theta, X)
        x = np.column_stack([X, np.ones(len(X))])
        bend = p * (1 - p) * np.where(y == 1, weight, 1) / len(y)
        theta = theta - np.linalg.solve(x.T * bend @ x, cost.gradient(theta))
    return X, y, theta


@lab(
    weight=Control("weight of class 1", WEIGHTS, 1, "{:g}", between=True),
    threshold=Control("threshold", THRESHOLDS, 0.5, "{:g}", between=True),
)
def class_weight(scene: Scene) -> Callable[..., str]:
    """Weigh the rare class, or move the threshold: the same decisions, and not the same probabilities."""
    plane = scene.panel("x₁", "x₂")
    plane.set(xlim=(-3.2, 4.2), ylim=(-3.2, 4.2))
    X, y, _ = weighted_model(1)
    blue, orange = plots.color("class 0"), plots.color("class 1")
    plots.legend(plane, {"class 0": blue, "class 1": orange})
    shades = scene.moving(
        [plane.fill([], [], color=orange, alpha=0.12, linewidth=0, zorder=0)[0] for _ in SHADES]
    )
    plane.plot(*X[y == 0].T, "o", markersize=3, markeredgewidth=0, color=blue)
    plane.plot(*X[y == 1].T, "s", markersize=5, markeredgewidth=0, color=orange)
    (boundary,) = scene.moving(plane.plot([], [], color=plots.INK))
    ring = {"markersize": 10, "markerfacecolor": "none", "color": plots.color("wrong")}
    (missed,) = scene.moving(plane.plot([], [], "o", **ring))

    matrix = scene.panel()
    matrix.set(xlim=(0, 3), ylim=(-0.8, 3))
    matrix.set_axis_off()
    matrix.set_position([0.02, 0.02, 0.96, 0.96])
    for at, text in (((1.5, 2.75), "no alarm"), ((2.5, 2.75), "alarm")):
        plots.note(matrix, text, at, ha="center", color=plots.MUTED)
    for at, text, color in (((0, 2), "class 0", blue), ((0, 1), "class 1", orange)):
        plots.note(matrix, text, at, color=color)
    for line in ([1, 3], [1.5, 1.5]), ([2, 2], [0.5, 2.5]):
        matrix.plot(*line, color=plots.GRID, linewidth=1)
    plots.note(matrix, "missed", (1.5, 0.68), ha="center", color=plots.MUTED)
    plots.note(matrix, "false alarms", (2.5, 1.68), ha="center", color=plots.MUTED)
    places = [(1.5, 2), (2.5, 2), (1.5, 1), (2.5, 1)]
    counts = scene.moving([plots.note(matrix, "", at, ha="center", size=22) for at in places])
    below = scene.moving([plots.note(matrix, "", (0, at)) for at in (0.1, -0.25, -0.6)])

    def update(weight, threshold):
        _, _, theta = weighted_model(weight)
        across, bias = theta[:2], theta[2]
        length = np.hypot(*across)
        along = across / length
        side = np.array([-along[1], along[0]])

        def edge(p):
            """Return two points of the line on which the model says p."""
            foot = (np.log(p / (1 - p)) - bias) / length * along
            return foot - SIDE * side, foot + SIDE * side

        for shade, p in zip(shades, SHADES, strict=True):
            start, end = edge(p)
            shade.set_xy([start, end, end + 2 * SIDE * along, start + 2 * SIDE * along])
        boundary.set_data(*np.column_stack(edge(threshold)))
        said = models.Logistic().predict(theta, X)
        called = metrics.decide(said, threshold=threshold)
        missed.set_data(*X[(y == 1) & (called == 0)].T)
        cells = metrics.confusion_matrix(y, called)
        for text, count in zip(counts, cells.ravel(), strict=True):
            text.set_text(str(count))
        bill = MISSED * cells[1, 0] + FALSE_ALARM * cells[0, 1]
        recall = metrics.recall(y, called)
        precision = metrics.precision(y, called)
        lines = "recall {:.0f} %, precision {:.0f} %", "bill {}", "it says {:.0f} %; {:.0f} % are true"
        values = (100 * recall, 100 * precision), (bill,), (100 * said.mean(), 100 * y.mean())
        for text, form, value in zip(below, lines, values, strict=True):
            text.set_text(write(form, *value))
        return write(
            "At a weight of {:g} and a threshold of {:g}: {} of {} missed, {} of the alarms false, a bill of "
            "{}. The model says {:.0f} % on average; {:.0f} % are true.",
            weight, threshold, cells[1, 0], y.sum(), cells[0, 1], bill, 100 * said.mean(), 100 * y.mean(),
        )  # fmt: skip

    return update
