"""Labs on gradient descent and its learning rate."""

import functools
from collections.abc import Callable

import numpy as np

from lossgd import losses, models, optimizers, plots, surfaces
from lossgd.descent import descend
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

# The worked example of chapter 10. With the intercept held at 0 its cost is a parabola in w.
X, Y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 6.0, 8.0])
BEST_W = 2.0
STEPS = 25


def count(steps):
    """Say how many steps."""
    return f"{steps} step" if steps == 1 else f"{steps} steps"


def walk(objective, start, alpha, steps):
    """Descend for so many steps, unless it diverges before."""
    descent = optimizers.GradientDescent(lr=alpha)
    return descend(objective, start, descent, max_steps=steps, gradient_tolerance=None)


def steps_to_a_thousandth(losses):
    """Return after how many steps a loss is below a thousandth of the first and stays there; NaN if never."""
    far = ~(losses <= losses[0] / 1000)
    return np.where(far[-1], np.nan, len(far) - far[::-1].argmax(axis=0))


@lab(
    alpha=Control("learning rate α", np.linspace(0.01, 0.1, 37).round(4), 0.01, "{:g}", between=True),
    step=Control("step", np.arange(STEPS + 1), 2, "{:.0f}"),
)
def step_by_step(scene: Scene) -> Callable[..., str]:
    """Go one step at a time, on the curve of one parameter and on the map of two."""
    parabola = surfaces.Parabola(curvature=2 * np.mean(X**2))
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), X[:, None], Y)

    curve = scene.panel("slope w, with the intercept at 0", "cost")
    w = np.linspace(-0.9, 4.1, 101)
    curve.plot(w, parabola(w[:, None] - BEST_W), color=plots.MUTED)
    curve.set(xlim=(-0.9, 4.1), ylim=(-2, 36))
    hues = {name: plots.color(name) for name in ("gradient", "next step")}
    plots.legend(curve, {"tangent": hues["gradient"], "next step": hues["next step"]})
    (tangent,) = scene.moving(curve.plot([], [], color=hues["gradient"]))
    move_curve = walker(scene, curve)

    cost_map = scene.panel("slope w", "intercept b")
    plots.ground(cost_map, cost, plots.to_scale(cost_map, ((-0.9, 4.1), (-1.5, 2.3))))
    plots.goals(cost_map, [(BEST_W, 0.0)])
    plots.legend(cost_map, hues)
    move_map = walker(scene, cost_map)

    @functools.cache
    def walks(alpha):
        return [
            walk(objective, start, alpha, STEPS + 1)
            for objective, start in ((parabola, [-BEST_W]), (cost, [0.0, 0.0]))
        ]

    (uphill,) = scene.moving([plots.arrow(cost_map, hues["gradient"])])

    def update(alpha, step):
        one, two = walks(alpha)
        w, costs, next_step = one.thetas[:, 0] + BEST_W, one.losses, np.diff(one.thetas[:, 0])[step]
        slope = parabola.gradient(one.thetas[step])[0]
        tangent.set_data(w[step] + np.array([-0.6, 0.6]), costs[step] + slope * np.array([-0.6, 0.6]))
        move_curve(np.column_stack([w, costs]), step, (w[step + 1], costs[step]))

        theta, ahead = two.thetas[[step, step + 1]]
        gradient = cost.gradient(theta)
        move_map(two.thetas, step, ahead)
        uphill.set_positions(theta, theta + 0.7 * gradient / np.linalg.norm(gradient))
        return write(
            "Step {}, α = {:g}. One parameter: w = {:.2f}, cost {:.2f}, slope {:.2f}, "
            "next step {:+.2f}. Two: (w, b) = ({:.2f}, {:.2f}), cost {:.2f}, gradient ({:.2f}, {:.2f}), "
            "next step ({:+.2f}, {:+.2f}).",
            step, alpha, w[step], costs[step], slope, next_step,
            *theta, two.losses[step], *gradient, *(ahead - theta),
        )  # fmt: skip

    return update


def walker(scene, axes):
    """Add a descent: its steps so far, where it is, and an arrow to where it goes; return what moves it."""
    (trail,) = axes.plot([], [], color=plots.INK, linewidth=0.8)
    (dots,) = axes.plot([], [], "o", color=plots.INK, markersize=5, markeredgewidth=0)
    hue = plots.color("next step")
    (after,) = axes.plot([], [], "o", color=hue, markersize=9, markerfacecolor="none")
    (drop,) = axes.plot([], [], color=hue, linewidth=1, linestyle=":")
    arrow = plots.arrow(axes, hue)
    (head,) = axes.plot([], [], "o", color=plots.INK, markersize=10, markeredgewidth=0)
    scene.moving([trail, dots, after, drop, arrow, head])

    def move(points, step, target):
        trail.set_data(*points[: step + 1].T)
        dots.set_data(*points[: step + 1].T)
        head.set_data(*points[step : step + 1].T)
        after.set_data(*points[step + 1 : step + 2].T)
        arrow.set_positions(points[step], target)
        drop.set_data(*np.array([target, points[step + 1]]).T)

    return move


L = 25.0  # the largest curvature of both surfaces
ALPHAS = np.arange(0.001, 0.1155, 0.001).round(3)
ALPHA_AXIS = np.linspace(0, 0.116, 233)[1:]


@lab(alpha=Control("learning rate α", ALPHAS, 0.07, "{:g}", between=True))
def learning_rate(scene: Scene) -> Callable[..., str]:
    """Turn the learning rate on a parabola, from too small to beyond the bound 2/L."""
    parabola, start, shown, lowest = surfaces.Parabola(curvature=L), [3.0], 10, 1e-9
    curve = scene.panel("θ", "loss ½Lθ², L = 25")
    theta = np.linspace(-4, 4, 81)
    curve.plot(theta, parabola(theta[:, None]), color=plots.MUTED)
    curve.set(xlim=(-4, 4), ylim=(-8, 200))
    look = plots.look("gradient descent") | {"linewidth": 1}
    (trail,) = scene.moving(curve.plot([], [], marker="o", markersize=6, markeredgewidth=0, **look))

    after = scene.panel("learning rate α", f"loss after {shown} steps")
    plots.log_axis(after)
    sweep = walk(parabola, np.tile(start, (ALPHA_AXIS.size, 1)), ALPHA_AXIS[:, None], shown)
    after.plot(ALPHA_AXIS, sweep.loss, color=plots.MUTED)
    after.axhline(sweep.losses[0, 0], color=plots.MUTED, linewidth=1, linestyle=":")
    plots.note(after, "at the start", (0.04, sweep.losses[0, 0]), (0, 9), ha="center", color=plots.MUTED)
    after.set(xlim=(0, 0.116), ylim=(lowest, 3e7))
    mark_bound(after)
    (head,) = scene.moving(
        after.plot([], [], "o", color=plots.INK, markersize=10, markeredgewidth=0, clip_on=False)
    )
    scene.drag(head, x="alpha")

    def update(alpha):
        path = walk(parabola, start, alpha, 1000)
        trail.set_data(path.thetas[: shown + 1, 0], path.losses[: shown + 1])
        head.set_data([alpha], path.losses[shown : shown + 1].clip(lowest))
        return write("{}. Each step multiplies θ by 1 − αL = {:.4g}.", verdict(alpha, path), 1 - alpha * L)

    return update


@lab(alpha=Control("learning rate α", ALPHAS, 0.075, "{:g}", between=True))
def learning_rate_ravine(scene: Scene) -> Callable[..., str]:
    """Turn the learning rate on a ravine: across it, descent diverges while it converges along the floor."""
    ravine, start, shown = surfaces.Ravine(condition=L), [-10.0, 1.6], 40
    ravine_map = scene.panel("θ₁, along the floor", "θ₂, across")
    plots.ground(ravine_map, ravine, plots.to_scale(ravine_map, ((-11, 2), (-4, 4))))
    plots.goals(ravine_map, ravine.minimisers)
    look = plots.look("gradient descent") | {"linewidth": 1}
    (trail,) = scene.moving(ravine_map.plot([], [], marker="o", markersize=5, markeredgewidth=0, **look))

    factors = scene.panel(
        "learning rate α", "what a step leaves of θ, |1 − αλ|", right=plots.margin(["across"])
    )
    factors.set(xlim=(0, 0.116), ylim=(0, 2))
    factors.axhline(1, color=plots.MUTED, linewidth=1, linestyle=":")
    colors, curvatures = {name: plots.color(name) for name in ("along", "across")}, (1.0, L)
    lines = {
        name: factors.plot(ALPHA_AXIS, abs(1 - ALPHA_AXIS * curvature), color=color)[0]
        for (name, color), curvature in zip(colors.items(), curvatures, strict=True)
    }
    plots.label_ends(factors, lines)
    mark_bound(factors)
    heads = scene.moving([
        factors.plot([], [], "o", color=color, markersize=10, markeredgewidth=0)[0]
        for color in colors.values()
    ])  # fmt: skip
    for head in heads:
        scene.drag(head, x="alpha")

    def update(alpha):
        path = walk(ravine, start, alpha, 4000)  # as many as the lowest rate needs
        trail.set_data(*path.thetas[: shown + 1].T)
        for head, curvature in zip(heads, curvatures, strict=True):
            head.set_data([alpha], [abs(1 - alpha * curvature)])
        floor = write(
            ", while along the floor θ₁ has come from {:.0f} to {:.2f}", start[0], path.theta[0]
        ) if path.stopped == "diverged" else ""  # fmt: skip
        return write(
            "{}{}. Each step multiplies θ₁, along, by {:.4g} and θ₂, across, by {:.4g}.",
            verdict(alpha, path), floor, 1 - alpha, 1 - alpha * L,
        )  # fmt: skip

    return update


def verdict(alpha, path):
    """Say what became of a descent, in words and numbers."""
    if path.stopped == "diverged":
        return write("Diverges after {}: α = {:g} > 2/L = {:g}", count(path.steps), alpha, 2 / L)
    steps = steps_to_a_thousandth(path.losses)
    if np.isnan(steps):
        return write("Jumps to and fro for ever: α = {:g} = 2/L", alpha)
    kind = "Creeps" if alpha < 0.5 / L else "Never overshoots" if alpha <= 1 / L else "Overshoots"
    return write(
        "{}: with α = {:g} it takes {} to a thousandth of the first loss",
        kind, alpha, count(int(steps)),
    )  # fmt: skip


def mark_bound(axes):
    """Mark 2/L on an axis of learning rates, and what lies beyond it."""
    _, high = axes.get_xlim()
    hue = plots.color("diverging")
    axes.axvspan(2 / L, high, color=hue, alpha=0.1, linewidth=0)
    axes.axvline(2 / L, color=hue, linewidth=1.5)
    axes.xaxis.set_major_formatter("{x:g}")
    looks = {"xycoords": axes.get_xaxis_transform(), "color": hue}
    plots.note(axes, write("2/L = {:g}", 2 / L), (2 / L, 0.96), (-6, 0), ha="right", **looks)
    plots.note(axes, "diverges", ((2 / L + high) / 2, 0.05), ha="center", **looks)
