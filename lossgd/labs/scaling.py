"""A lab on the scale and the offset of an input."""

from collections.abc import Callable

import numpy as np

from lossgd import plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write
from lossgd.typing import Numbers

TEN = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8]  # to each power of ten, evenly apart on a logarithmic axis
RANGES = np.append(np.outer([1, 10, 100], TEN).ravel(), 1000)
OFFSETS = np.arange(0, 5, 0.25)
START = np.array([-8.0, -6.0])  # of slope and intercept, from the best ones
SHOWN = 10  # steps
REACH, TICKS = 10.5, [-10, -5, 0, 5, 10]  # of the map, to each side
HIGHEST = 1e10  # condition number shown


def hessian(width: float, offset: float) -> np.ndarray:
    """Return half the curvatures of the mean of (w·x + b)², for x even over `width` about `offset` widths."""
    mean = offset * width
    return np.array([[width**2 / 12 + mean**2, mean], [mean, 1.0]])


def condition(width: Numbers, offset: Numbers) -> np.ndarray:
    """Return the larger eigenvalue of that matrix over the smaller one."""
    square = width**2 / 12  # also the determinant
    half_trace = (square + (offset * width) ** 2 + 1) / 2
    larger = half_trace + np.sqrt(np.maximum(half_trace**2 - square, 0))
    return larger**2 / square


def walk(curvatures: np.ndarray) -> np.ndarray:
    """Return the places of a descent with the rate 1/L."""
    places, step = [START], curvatures / np.linalg.eigvalsh(curvatures)[-1]
    for _ in range(SHOWN):
        places.append(places[-1] - step @ places[-1])
    return np.array(places)


def contours(curvatures: np.ndarray) -> np.ndarray:
    """Return two contours of the cost as one line, each as long as it is drawn for any curvatures."""
    sizes, directions = np.linalg.eigh(curvatures)
    circle = np.linspace(0, 2 * np.pi, 33)
    ellipse = np.column_stack([np.cos(circle), np.sin(circle) * np.sqrt(sizes[0] / sizes[1])]) @ directions.T
    return np.concatenate([5 * ellipse, [[np.nan, np.nan]], 10 * ellipse])


@lab(
    width=Control("range of x", RANGES, 100.0, "{:g}", between=True),
    offset=Control("offset, in ranges", OFFSETS, 0.5, "{:.2f}", between=True),
)
def input_range(scene: Scene) -> Callable[..., str]:
    """Change range and offset of the one input of a line, and see the cost's contours and the path."""
    ground = scene.panel("slope w, from the best", "intercept b, from the best")
    ground.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=TICKS, yticks=TICKS)
    ground.set_aspect("equal")
    plots.goals(ground, [0.0, 0.0])
    look = plots.look("gradient descent") | {"linewidth": 1}
    (walls,) = scene.moving(ground.plot([], [], color=plots.MUTED, linewidth=1))
    (trail,) = scene.moving(ground.plot([], [], marker="o", markersize=4, markeredgewidth=0, **look))
    plots.note(ground, "start", START, (0, -13), ha="center")

    chart = scene.panel("range of x", "condition number κ", right=20)
    plots.log_axis(chart)
    chart.set(xscale="log", xlim=(RANGES[0], RANGES[-1]), ylim=(0.7, HIGHEST))
    chart.xaxis.set_major_formatter("{x:g}")
    chart.xaxis.set_minor_formatter("")
    hues = {"centred": plots.color("good"), "with this offset": plots.INK}
    plots.legend(chart, hues)
    axis = np.geomspace(RANGES[0], RANGES[-1], 25)
    chart.plot(axis, condition(axis, 0), color=hues["centred"])
    curve, head = scene.moving([
        *chart.plot([], [], color=plots.INK, linewidth=1.5),
        *chart.plot([], [], "o", color=plots.INK, markersize=10, markeredgewidth=0, clip_on=False),
    ])  # fmt: skip
    scene.drag(head, x="width")

    def update(width, offset):
        curvatures, kappa = hessian(width, offset), condition(width, offset)
        walls.set_data(*contours(curvatures).T)
        trail.set_data(*walk(curvatures).T)
        curve.set_data(axis, condition(axis, offset))
        head.set_data([width], [kappa])
        centred = condition(width, 0)
        return write(
            "x from {:.4g} to {:.4g}: κ = {}, {}.{}",
            (offset - 0.5) * width, (offset + 0.5) * width, number(kappa), pace(kappa),
            "" if offset == 0 else write(" Centred, κ would be {}, {}.", number(centred), pace(centred)),
        )  # fmt: skip

    return update


def number(value):
    """Write a number with two digits, or as whole thousands."""
    return write("{:.2g}" if value < 100 else "{:,.0f}", float(f"{value:.2g}"))


def pace(kappa):
    """Say how many steps with the rate 1/L divide the cost by ten, once only the slow direction is left."""
    steps = -1 / (2 * np.log10(1 - 1 / max(kappa, 1 + 1e-9)))
    return "one step a digit" if steps <= 1 else write("{} steps a digit", number(np.ceil(steps)))
