"""Labs on errors of numbers."""

from collections.abc import Callable

import numpy as np

from lossgd import losses, models, plots
from lossgd.labs.lab import Control, Scene, lab
from lossgd.tables import write

X = np.arange(10) / 2
Y = (2 * X + 1 + np.random.default_rng(51).normal(0, 0.6, X.size)).round(1)
FITTED = {
    "MSE": losses.MeanSquaredError(),
    "MAE": losses.MeanAbsoluteError(),
    "Huber": losses.Huber(delta=1.0),
    "log-cosh": losses.LogCosh(),
}


@lab(
    w=Control("slope w", np.linspace(0.6, 3.2, 53).round(2), 1.8, "{:.2f}", smooth=True, between=True),
    b=Control("intercept b", np.linspace(-1.5, 3.5, 26).round(1), 0.5, smooth=True, between=True),
)
def fit_line(scene: Scene) -> Callable[..., str]:
    """Fit a line by hand: a point on the map of the cost is a line through the data."""
    mse = losses.MeanSquaredError()
    best_w, best_b = np.polyfit(X, Y, 1)
    best = mse(Y, best_w * X + best_b)
    ends = np.array([-0.3, 4.8])

    data = scene.panel("x", "y")
    data.plot(X, Y, "o", color=plots.INK, markersize=5)
    data.set(xlim=ends, ylim=(-2, 13))
    (gap,) = scene.moving(data.plot([], [], linewidth=1.5, **plots.look("gap")))
    (line,) = scene.moving(data.plot([], [], **plots.look("model")))

    cost_map = scene.panel("slope w", "intercept b")
    cost_of = models.Cost(models.Linear(), mse, X[:, None], Y)
    plots.ground(cost_map, cost_of, ((0.5, 3.3), (-1.75, 3.75)), [0.5, 1, 2, 4, 8, 16, 32])
    plots.goals(cost_map, [(best_w, best_b)])
    (label,) = scene.moving([plots.note(cost_map, "best", (best_w, best_b))])
    (point,) = scene.moving(cost_map.plot([], [], "o", color=plots.color("model"), markersize=8))
    scene.drag(point, x="w", y="b")

    def update(w, b):
        y_pred = w * X + b
        cost = mse(Y, y_pred)
        gap.set_data(*plots.gaps(X, Y, y_pred))
        line.set_data(ends, w * ends + b)
        point.set_data([w], [b])
        plots.step_aside(label, [(w, b)])
        return write(
            "At w = {:.2f} and b = {:.1f} the cost is {:.2f}: this line is {}. "
            "The best line (w = {:.2f}, b = {:.2f}) costs {:.2f}.",
            w, b, cost, verdict(w, np.mean(Y - y_pred)), best_w, best_b, best,
        )  # fmt: skip

    def verdict(w, residual):
        faults = []
        if abs(w - best_w) > 0.15:
            faults.append("too flat" if w < best_w else "too steep")
        if abs(residual) > 0.25:
            faults.append("too low" if residual > 0 else "too high")
        return " and ".join(faults) or "nearly the best"

    return update


def best_line(loss, y):
    """Return slope and intercept of the line through X that costs least, by reweighted least squares."""
    design = np.column_stack([X, np.ones_like(X)])
    line = np.zeros(2)
    # In each round the points are weighted so that their squares pull as hard as the loss does. Errors near 0
    # are taken as `least` at first, or the line under MAE would stick to the first points that it meets.
    for least in np.geomspace(1, 1e-9, 60):
        y_pred = design @ line
        weight = np.abs(loss.gradient(y, y_pred)) / np.maximum(np.abs(y_pred - y), least)
        line = np.linalg.solve(design.T * weight @ design, design.T * weight @ y)
    return line


@lab(y=Control("outlier's y", np.arange(-6, 24.5, 0.5), 20, "{:g}", between=True))
def outlier(scene: Scene) -> Callable[..., str]:
    """Move one point away from the others, and watch the best lines under four losses."""
    axes = scene.panel("x", "y", right=plots.margin(FITTED))
    moved = 8
    before = {name: best_line(loss, Y)[0] for name, loss in FITTED.items()}
    ends = np.array([-0.3, 4.8])
    axes.plot(np.delete(X, moved), np.delete(Y, moved), "o", color=plots.INK, markersize=5)
    axes.set(xlim=ends, ylim=(-7, 25))
    move = scene.curves(axes, {name: plots.look(name) for name in FITTED})
    (point,) = scene.moving(axes.plot([], [], "D", color=plots.INK, markersize=8))
    scene.drag(point, y="y")

    def update(y):
        ys = Y.copy()
        ys[moved] = y
        point.set_data([X[moved]], [y])
        lines = {name: best_line(loss, ys) for name, loss in FITTED.items()}
        move({name: (ends, w * ends + b) for name, (w, b) in lines.items()})
        changes = ", ".join(write("{} {:+.2f}", name, w - before[name]) for name, (w, _) in lines.items())
        return write(
            "With the outlier at y = {:g} instead of {:g}, the best slopes change: {}.", y, Y[moved], changes
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
