"""Labs on gradients."""

from collections.abc import Callable

import numpy as np

from lossgd import plots, surfaces
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

PROBE = 0.1  # the small step whose change is predicted
STRETCH = 0.4  # an arrow's length, for a gradient of length 1
TURN = np.radians(25)  # of the surface, for the view from the side
WINDOW = (-2.0, 2.0), (-1.55, 1.55)  # of the view from the side


@lab(
    x=Control("θ₁", np.linspace(-1.5, 1.5, 31).round(1), 1.2, between=True),
    y=Control("θ₂", np.linspace(-1.2, 1.2, 25).round(1), 0.4, between=True),
)
def gradient_arrow(scene: Scene) -> Callable[..., str]:
    """Move a point on a surface: its gradient is an arrow on the map, and the slope of the tangent plane."""
    saddle = surfaces.Saddle()
    from_above = scene.panel("θ₁", "θ₂")
    plots.ground(from_above, saddle, plots.to_scale(from_above, WINDOW))
    plots.goals(from_above, saddle.minimisers)
    plots.legend(from_above, {"gradient": plots.color("gradient"), "contour": plots.INK})
    (contour,) = scene.moving(from_above.plot([], [], color=plots.INK, linewidth=1.5))

    from_aside = scene.panel()
    from_aside.set_position([0, 0, 1, 1])
    from_aside.set(xlim=(-2.9, 2.9), ylim=(-1.9, 3.07))
    from_aside.set_axis_off()
    relief(from_aside, saddle)
    plots.note(from_aside, "tangent plane", (0, 2.5), ha="center", color=plots.color("gradient"))
    (plane,) = scene.moving(from_aside.fill([], [], color=plots.color("gradient"), alpha=0.4, linewidth=1.5))

    arrows = scene.moving([plots.arrow(axes, plots.color("gradient")) for axes in scene.axes])
    spots = scene.moving([
        axes.plot([], [], "o", color=plots.INK, markersize=9, markeredgewidth=0)[0] for axes in scene.axes
    ])  # fmt: skip

    scene.drag(spots[0], x="x", y="y")

    def update(x, y):
        theta = np.array([x, y])
        gradient, height = saddle.gradient(theta), saddle(theta)
        length = np.linalg.norm(gradient)
        tip = theta + STRETCH * gradient
        corners = theta + 0.5 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
        plane.set_xy(project(corners, height + (corners - theta) @ gradient))
        ends = (theta, tip), project(np.array([theta, tip]), height + np.array([0, STRETCH * length**2]))
        for spot, arrow, (start, end) in zip(spots, arrows, ends, strict=True):
            spot.set_data(*start[:, None])
            arrow.set_positions(start, end)
            arrow.set_visible(length > 0)
        if length == 0:
            contour.set_data([], [])
            return write("At ({:.1f}, {:.1f}) the gradient is (0, 0): the tangent plane is level.", x, y)
        contour.set_data(*along_contour(saddle, theta).T)
        return write(
            "At ({:.1f}, {:.1f}) the gradient is ({:.2f}, {:.2f}), of length {:.2f}. A step of {:g} along it "
            "should rise by {:g} · {:.2f} = {:.3f}, says the tangent plane; the surface rises by {:.3f}.",
            x, y, *gradient, length, PROBE, PROBE, length, PROBE * length,
            saddle(theta + PROBE * gradient / length) - height,
        )  # fmt: skip

    return update


def along_contour(surface, theta):
    """Return points of the contour through a point, to both sides of it."""
    gradient = surface.gradient(theta)
    along = np.array([-gradient[1], gradient[0]]) / np.linalg.norm(gradient)
    one, other = contour_from(surface, theta, -along), contour_from(surface, theta, along)
    return np.array([*reversed(one), theta, *other])


def contour_from(surface, theta, along):
    """Return six points of the contour through a point, in one direction."""
    points = [theta]
    for _ in range(6):
        point = points[-1] + 0.08 * along
        for _ in range(3):  # back to the height of the point, along the gradient there
            slope = surface.gradient(point)
            point = point - (surface(point) - surface(theta)) * slope / (slope @ slope)
        along = (point - points[-1]) / np.linalg.norm(point - points[-1])
        points.append(point)
    return points[1:]


def project(theta, height):
    """Return where points are seen from a place to the left, in front and above."""
    x, y = theta[..., 0], theta[..., 1]
    turned = x * np.cos(TURN) - y * np.sin(TURN), x * np.sin(TURN) + y * np.cos(TURN)
    return np.stack([turned[0], 0.6 * turned[1] + 0.55 * height], axis=-1)


def relief(axes, surface):
    """Draw a surface as tiles, the lower the bluer, from back to front."""
    xs, ys = np.linspace(*WINDOW[0], 13), np.linspace(*WINDOW[1], 11)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    heights = surface(grid)
    seen = project(grid, heights)
    for i in reversed(range(len(ys) - 1)):
        for j in reversed(range(len(xs) - 1)):
            corners = [i, i, i + 1, i + 1], [j, j + 1, j + 1, j]
            depth = (heights.max() - heights[corners].mean()) / np.ptp(heights)
            axes.fill(
                *seen[corners].T,
                facecolor=(plots.BLUE, round(0.5 * depth**3, 2)),
                edgecolor=plots.GRID,
                linewidth=0.6,
            )
