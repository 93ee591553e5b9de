"""Labs on loss landscapes: where descents end, and a surface that is turned."""

from collections.abc import Callable

import numpy as np

from lossgd import optimizers, plots, surfaces
from lossgd.descent import descend
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

CAMEL = surfaces.Camel()
# Its minima lie at three heights, two at each.
HEIGHTS = {"global minimum": -1.03, "local minimum": -0.22, "high minimum": 2.1}
LEVELS = -0.6, 0.0, 0.6, 1.2, 2.0, 3.0, 5.0  # of the contours
TALL = 230  # of a panel on which the window is to scale
SHOWN = np.array([*range(20), *range(20, 81, 2)])  # steps, dense where it is steep
APART = 0.06  # so far apart are the points of a path that are drawn


def walks(starts):
    """Descend from many starts at once, until all are at rest."""
    descent = optimizers.GradientDescent(lr=0.02)
    return descend(CAMEL, starts, descent, max_steps=400, gradient_tolerance=1e-6)


def ends(path):
    """Return which of the minimisers each descent has come to, or −1."""
    apart = np.linalg.norm(path.theta[:, None] - CAMEL.minimisers, axis=-1)
    return np.where(apart.min(axis=1) < 1e-3, apart.argmin(axis=1), -1)


STARTS_X, STARTS_Y = np.linspace(-1.95, 1.95, 27).round(2), np.linspace(-1.1, 1.1, 23).round(1)


@lab(x=Control("start θ₁", STARTS_X, 1.05, "{:.2f}"), y=Control("start θ₂", STARTS_Y, 0.1))
def basins(scene: Scene) -> Callable[..., str]:
    """Drag the start of a descent over the basins of six minima: near a border it lingers at a saddle."""
    above = scene.panel("θ₁", "θ₂", height=TALL)
    above.set(xlim=CAMEL.window[0], ylim=CAMEL.window[1])
    paint_basins(above)
    plots.goals(above, CAMEL.minimisers)
    hues = {name: plots.color(name) for name in ("bends up", "bends down")}
    plots.legend(above, hues)

    against = scene.panel("step", "height", height=TALL, right=plots.margin(HEIGHTS))
    against.set(xlim=(0, 80), ylim=(-1.6, 5.2))
    for name, height in HEIGHTS.items():
        against.axhline(height, color=plots.color(name), linewidth=1, linestyle=":")
    lines = {
        name: against.plot([0, 80], [height] * 2, color=plots.color(name), linewidth=0)[0]
        for name, height in HEIGHTS.items()
    }
    plots.label_ends(against, lines)

    grid = np.stack(np.meshgrid(STARTS_X, STARTS_Y), axis=-1)
    path = walks(grid.reshape(-1, 2))
    ended = ends(path)
    crosses = scene.moving([above.plot([], [], linewidth=3.5)[0] for _ in range(2)])
    (trail,) = scene.moving(above.plot([], [], color=plots.INK, linewidth=1.5))
    (end,) = scene.moving(above.plot([], [], "o", color=plots.INK, markersize=9, markerfacecolor="none"))
    (start,) = scene.moving(above.plot([], [], "o", color=plots.INK, markersize=10, markeredgewidth=0))
    (curve,) = scene.moving(against.plot([], [], color=plots.INK))
    scene.drag(start, x="x", y="y")

    def update(x, y):
        run = int(abs(STARTS_Y - y).argmin() * len(STARTS_X) + abs(STARTS_X - x).argmin())
        places, losses = path.thetas[:, run], path.losses[:, run]
        curvatures, directions = np.linalg.eigh(CAMEL.hessian(places[0]))
        for cross, curvature, along in zip(crosses, curvatures, directions.T, strict=True):
            cross.set_data(*(places[0] + np.outer([-0.22, 0.22], along)).T)
            cross.set_color(hues["bends up" if curvature > 0 else "bends down"])
        trail.set_data(*thinned(places).T)
        start.set_data(*places[:1].T)
        end.set_data(*places[-1:].T)
        curve.set_data(SHOWN, losses[np.minimum(SHOWN, len(losses) - 1)])
        bends = write(
            "At the start the eigenvalues are {:.1f} and {:.1f}: {}.", *curvatures, shape(*curvatures)
        )
        if ended[run] < 0:
            return write("From ({:.2f}, {:.1f}) it does not move: the gradient is 0. {}", x, y, bends)
        kind = list(HEIGHTS)[ended[run] // 2]
        settled = int(np.argmax(abs(losses - losses[-1]) < 0.01))
        return write(
            "From ({:.2f}, {:.1f}) it comes to ({:.2f}, {:.2f}), a {} of height {:.2f}, in {} steps. {}",
            x, y, *places[-1], kind, losses[-1], settled, bends,
        )  # fmt: skip

    return update


def shape(low, high):
    """Say how the ground bends, by the smallest and the largest eigenvalue."""
    if low > 0:
        return "it bends up every way, as in a bowl"
    return "it bends up one way and down the other, as on a saddle" if high > 0 else "it bends down every way"


def thinned(places):
    """Return the points of a path that are apart, and the last."""
    kept = [places[0]]
    for place in places[1:]:
        if np.linalg.norm(place - kept[-1]) > APART:
            kept.append(place)
    return np.array([*kept, places[-1]])


def paint_basins(axes):
    """Colour each place by where a descent from there ends; contours above that."""
    grid = np.meshgrid(np.linspace(*CAMEL.window[0], 169), np.linspace(*CAMEL.window[1], 97))
    points = np.stack(grid, axis=-1)
    ended = ends(walks(points.reshape(-1, 2))).reshape(points.shape[:-1])
    for which in range(len(CAMEL.minimisers)):
        hue = plots.color(list(HEIGHTS)[which // 2])
        area = axes.contourf(*grid, (ended == which).astype(float), [0.3, 2], colors=[(hue, 0.22)])
        area.set(edgecolor=plots.MUTED, linewidth=1, clip_on=False)
    heights = CAMEL(points)
    for level in LEVELS:
        axes.contour(*grid, heights, [level], colors=[plots.MUTED], linewidths=0.4)


LIFT, TILT = 0.3, np.radians(38)  # of the view: a height of 1, and from how far above the plane
REACH = 1.85, 1.05  # of the part that is shown, along either coordinate
SADDLE = np.linalg.eigh(CAMEL.hessian([0.0, 0.0]))  # of the one in the middle
CUTS = {"bends down": 0.9, "bends up": 1.0}  # the two curves through it, and how far they go


@lab(angle=Control("turn", np.linspace(0, 90, 21), 36, "{:.1f}°", smooth=True, between=True))
def turned(scene: Scene) -> Callable[..., str]:
    """Turn a surface: its saddle looks like the bottom of a valley from one side, like a top from another."""
    hues = {name: plots.color(name) for name in CUTS}
    cuts = {
        name: np.outer(np.linspace(-reach, reach, 21), along)
        for (name, reach), along in zip(CUTS.items(), SADDLE.eigenvectors.T, strict=True)
    }
    aside = scene.panel()
    aside.set_position([0, 0, 1, 1])
    aside.set(xlim=(-2.15, 2.15), ylim=(-1.38, 2.58))
    aside.set_axis_off()
    plots.note(aside, "from the side", (-2.05, 2.45))
    xs, ys = np.linspace(-REACH[0], REACH[0], 15), np.linspace(-REACH[1], REACH[1], 9)
    tiles = [  # from back to front, for every turn up to a quarter
        np.array([(xs[i], ys[j]), (xs[i + 1], ys[j]), (xs[i + 1], ys[j + 1]), (xs[i], ys[j + 1])])
        for j in reversed(range(len(ys) - 1))
        for i in range(len(xs) - 1)
    ]
    patches = [lay(aside, corners) for corners in tiles]
    scene.moving([layer for patch in patches for layer in patch])
    curves = scene.moving([aside.plot([], [], color=hues[name], linewidth=3)[0] for name in cuts])

    above = scene.panel("θ₁", "θ₂")
    plots.ground(above, CAMEL, plots.to_scale(above, CAMEL.window), LEVELS)
    plots.goals(above, CAMEL.minimisers)
    plots.legend(above, {"you look": plots.INK} | hues)
    for name, cut in cuts.items():
        above.plot(*cut.T, color=hues[name], linewidth=3)
    sight = plots.arrow(above, plots.INK)
    scene.moving([sight])

    def update(angle):
        for corners, patch in zip(tiles, patches, strict=True):
            for layer in patch:
                layer.set_xy(seen(corners, angle))
        for curve, cut in zip(curves, cuts.values(), strict=True):
            curve.set_data(*seen(cut, angle).T)
        away = np.array([-np.sin(np.radians(angle)), np.cos(np.radians(angle))])
        sight.set_positions(-1.6 * away, -1.0 * away)
        down, up = 100 * abs(SADDLE.eigenvectors.T @ [away[1], -away[0]])
        looks = "a bottom" if up > 2 * down else "a top" if down > 2 * up else "neither"
        return write(
            "Turned by {:.1f}°: the curve that bends up (λ = {:.2f}) shows {:.0f} % of its width, the "
            "one that bends down (λ = {:.2f}) {:.0f} %. The saddle, where they cross, looks like {}.",
            angle, SADDLE.eigenvalues[1], up, SADDLE.eigenvalues[0], down, looks,
        )  # fmt: skip

    return update


def lay(axes, corners):
    """Add a tile of the surface: paper, which hides what is behind, and a tint, the bluer the lower."""
    depth = 1 - (np.mean(CAMEL(corners)) + 1.03) / 4
    tint = plots.BLUE, round(0.6 * float(np.clip(depth, 0, 1)) ** 2, 2)
    (paper,) = axes.fill(*corners.T, facecolor=plots.PAPER, linewidth=0)
    (tinted,) = axes.fill(*corners.T, facecolor=tint, edgecolor=plots.MUTED, linewidth=0.4)
    return paper, tinted


def seen(points, angle):
    """Return where points of the surface are seen, when it is turned by so many degrees."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    x, y = points.T
    away = y * cos - x * sin
    return np.column_stack([x * cos + y * sin, away * np.sin(TILT) + LIFT * CAMEL(points) * np.cos(TILT)])
