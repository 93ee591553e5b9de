"""Labs on errors of numbers."""

from collections.abc import Callable

import numpy as np

from lossgd import losses, models, plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.points import Points, checked, form, spread, widened
from lossgd.labs.scene import Scene
from lossgd.tables import write

X = np.arange(10) / 2
Y = (2 * X + 1 + np.random.default_rng(51).normal(0, 0.6, X.size)).round(1)
FITTED = {
    "MSE": losses.MeanSquaredError(),
    "MAE": losses.MeanAbsoluteError(),
    "Huber": losses.Huber(delta=1.0),
    "log-cosh": losses.LogCosh(),
}


BOOK = Points(
    X,
    Y,
    xlim=(-0.3, 4.8),
    ylim=(-2, 13),
    sliders={"w": np.linspace(0.6, 3.2, 53).round(2), "b": np.linspace(-1.5, 3.5, 26).round(1)},
    levels=[0.5, 1, 2, 4, 8, 16, 32],
)


def to_fit(x, y):
    """Return a reader's points with slopes and intercepts around the best ones, as many as the book has."""
    x, y = checked(x, y)
    w, b = np.polyfit(x, y, 1)
    slope = (y.std() or 1.0) / x.std()
    far = {"w": (w, 0.64 * slope, 53), "b": (b, 0.46 * slope * np.sqrt(np.mean(x**2)), 26)}
    sliders = {name: spread(best - half, best + half, count) for name, (best, half, count) in far.items()}
    return Points(x, y, widened(x, 1 / 15, 1 / 15), widened(y, 0.35, 0.35), sliders)


@lab(
    BOOK,
    to_fit,
    w=Control("slope w", BOOK.sliders["w"], 1.8, "{:.2f}", smooth=True, between=True),
    b=Control("intercept b", BOOK.sliders["b"], 0.5, smooth=True, between=True),
)
def fit_line(scene: Scene, points: Points) -> Callable[..., str]:
    """Fit a line by hand: a point on the map of the cost is a line; `fit_line(x, y)` takes your data."""
    x, y = points.x, points.y
    mse = losses.MeanSquaredError()
    best_w, best_b = np.polyfit(x, y, 1)
    best = mse(y, best_w * x + best_b)
    ends, height = np.array(points.xlim), np.ptp(points.ylim)
    steps = {name: np.ptp(values) / (len(values) - 1) for name, values in points.sliders.items()}

    data = scene.panel("x", "y")
    scene.hold(*data.plot(x, y, "o", color=plots.INK, markersize=5))
    data.set(xlim=ends, ylim=points.ylim)
    (gap,) = scene.moving(data.plot([], [], linewidth=1.5, **plots.look("gap")))
    (line,) = scene.moving(data.plot([], [], **plots.look("model")))

    cost_map = scene.panel("slope w", "intercept b")
    cost_of = models.Cost(models.Linear(), mse, x[:, None], y)
    window = [
        (values[0] - margin * steps[name], values[-1] + margin * steps[name])
        for (name, values), margin in zip(points.sliders.items(), (2, 1.25), strict=True)
    ]
    plots.ground(cost_map, cost_of, window, points.levels)
    plots.goals(cost_map, [(best_w, best_b)])
    (label,) = scene.moving([plots.note(cost_map, "best", (best_w, best_b))])
    (point,) = scene.moving(cost_map.plot([], [], "o", color=plots.color("model"), markersize=8))
    scene.drag(point, x="w", y="b")
    slope, intercept, fine, costs = map(
        form, (steps["w"], steps["b"], steps["b"] / 10, (y.var() or 1.0) / 100)
    )
    sentence = (
        f"At w = {slope} and b = {intercept} the cost is {costs}: this line is {{}}. "
        f"The best line (w = {slope}, b = {fine}) costs {costs}."
    )

    def update(w, b):
        y_pred = w * x + b
        gap.set_data(*plots.gaps(x, y, y_pred))
        line.set_data(ends, w * ends + b)
        point.set_data([w], [b])
        plots.step_aside(label, [(w, b)])
        return write(sentence, w, b, mse(y, y_pred), verdict(w, np.mean(y - y_pred)), best_w, best_b, best)

    def verdict(w, residual):
        faults = []
        if abs(w - best_w) > 3 * steps["w"]:
            faults.append("too flat" if w < best_w else "too steep")
        if abs(residual) > height / 60:
            faults.append("too low" if residual > 0 else "too high")
        return " and ".join(faults) or "nearly the best"

    return update


def best_line(loss, x, y, scale=1.0):
    """Return slope and intercept of the line that costs least, by reweighted least squares.

    `scale` is the size of errors that matter.
    """
    design = np.column_stack([x, np.ones_like(x)])
    line = np.zeros(2)
    # In each round the points are weighted so that their squares pull as hard as the loss does. Errors near 0
    # are taken as `least` at first, or the line under MAE would stick to the first points that it meets.
    for least in scale * np.geomspace(1, 1e-9, 60):
        error = np.maximum(np.abs(design @ line - y), least)
        weight = loss.gradient(np.zeros_like(error), error) / error
        line = np.linalg.solve(design.T * weight @ design, design.T * weight @ y)
    return line


def with_outlier(x, y):
    """Return a reader's points, at their end the one that is moved: the last but one from left to right."""
    x, y = checked(x, y)
    moved = np.argsort(x, kind="stable")[-2]
    x, y = (np.append(np.delete(values, moved), values[moved]) for values in (x, y))
    heights = spread(*widened(y, 0.78, 1.7), 61)
    return Points(x, y, widened(x, 1 / 15, 1 / 15), widened(heights, 1 / 30, 1 / 30), {"y": heights})


HEIGHTS = np.arange(-6, 24.5, 0.5)
APART = with_outlier(X, Y)._replace(xlim=BOOK.xlim, ylim=(-7, 25), sliders={"y": HEIGHTS})


@lab(APART, with_outlier, y=Control("outlier's y", HEIGHTS, 20, "{:g}", between=True))
def outlier(scene: Scene, points: Points) -> Callable[..., str]:
    """Move one point away from the others, and watch the best lines; `outlier(x, y)` takes your data."""
    xs, usual = points.x, points.y
    axes = scene.panel("x", "y", right=plots.margin(FITTED))
    ends, scale = np.array(points.xlim), np.ptp(points.ylim) / 32
    before = {name: best_line(loss, xs, usual, scale)[0] for name, loss in FITTED.items()}
    scene.hold(*axes.plot(xs[:-1], usual[:-1], "o", color=plots.INK, markersize=5))
    axes.set(xlim=ends, ylim=points.ylim)
    move = scene.curves(axes, {name: plots.look(name) for name in FITTED})
    (point,) = scene.moving(axes.plot([], [], "D", color=plots.INK, markersize=8))
    scene.drag(point, y="y")
    change = form((usual.std() or 1.0) / xs.std() / 100).replace(":", ":+")

    def update(y):
        ys = np.append(usual[:-1], y)
        point.set_data([xs[-1]], [y])
        lines = {name: best_line(loss, xs, ys, scale) for name, loss in FITTED.items()}
        move({name: (ends, w * ends + b) for name, (w, b) in lines.items()})
        changes = ", ".join(write(f"{{}} {change}", name, w - before[name]) for name, (w, _) in lines.items())
        return write(
            "With the outlier at y = {:g} instead of {:g}, the best slopes change: {}.", y, usual[-1], changes
        )

    return update


@lab(delta=Control("δ (delta)", np.linspace(0.05, 5, 100).round(2), 1.0, "{:.2f}", between=True))
def huber_delta(scene: Scene) -> Callable[..., str]:
    """Turn δ, and see Huber's loss move between the absolute and the squared error."""
    looks = {
        "½ squared": plots.look("squared") | {"linewidth": 1.5},
        "δ·absolute": plots.look("absolute") | {"linewidth": 1.5},
        "Huber": plots.look("Huber") | {"linewidth": 2.5},
    }
    value = scene.panel("error ŷ − y", "loss", right=plots.margin(looks))
    slope = scene.panel("error ŷ − y", "slope of the loss", right=plots.margin(looks))
    value.set(xlim=(-5, 5), ylim=(0, 10))
    slope.set(xlim=(-5, 5), ylim=(-5.5, 5.5))
    edges = scene.moving([axes.plot([], [], color=plots.MUTED, linewidth=1)[0] for axes in scene.axes])
    move_values, move_slopes = scene.curves(value, looks), scene.curves(slope, looks)
    dots = scene.moving([
        axes.plot([], [], "o", color=looks["Huber"]["color"], markersize=8, clip_on=False)[0]
        for axes in scene.axes
    ])  # fmt: skip
    for dot in dots:
        scene.drag(dot, x="delta")

    def update(delta):
        huber = losses.Huber(delta=delta, reduction="sum")
        a = np.sort(np.append(np.linspace(-5, 5, 81), [-delta, -1e-6, 1e-6, delta]))
        for edge, axes in zip(edges, scene.axes, strict=True):
            low, high = axes.get_ylim()
            edge.set_data([-delta, -delta, np.nan, delta, delta], [low, high, np.nan, low, high])
        for dot, height in zip(dots, [0, delta], strict=True):
            dot.set_data([delta], [height])
        zero = np.zeros_like(a)
        move_values({
            "½ squared": (a, a**2 / 2),
            "δ·absolute": (a, delta * abs(a)),
            "Huber": (a, huber.per_example(zero, a)),
        })  # fmt: skip
        move_slopes({
            "½ squared": (a, a),
            "δ·absolute": (a, delta * np.sign(a)),
            "Huber": (a, huber.gradient(zero, a)),
        })  # fmt: skip
        return write(
            "With δ = {:.2f}, an error of 3 is {} δ and costs {:.2f}. "
            "Half its square is 4.50, δ times its size {:.2f}.",
            delta, "within" if delta >= 3 else "beyond", huber([0], [3]), 3 * delta,
        )  # fmt: skip

    return update
