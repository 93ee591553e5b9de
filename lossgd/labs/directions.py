"""The loss of a descent as a sum of contributions, one for each direction of a quadratic."""

from collections.abc import Callable

import numpy as np

from lossgd import plots
from lossgd.labs.descent import ALPHA_AXIS, ALPHAS, L
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

CURVATURES = {"flat": 1.0, "middle": 5.0, "sharp": L}
COLORS = {name: plots.color(name) for name in CURVATURES}
LAST, SHOWN = 30, 10  # steps: in the left panel, and those after which the right panel is drawn
HIGHEST = 120  # per cent shown


def shares(alpha, step):
    """Return what each direction contributes to the loss, in per cent of the loss at the start."""
    curvatures = np.array(list(CURVATURES.values()))[:, None]
    return 100 / len(CURVATURES) * (1 - alpha * curvatures) ** (2 * step)


def outlines(x, heights):
    """Return the corners of areas of these heights that lie one on top of the other."""
    tops = np.cumsum(heights, axis=0)
    edges = zip([0 * tops[0], *tops], tops, strict=False)
    return [np.column_stack([[*x, *x[::-1]], [*low, *high[::-1]]]) for low, high in edges]


def stack(axes, x, heights):
    """Draw areas one on top of the other, each in its direction's colour; return them."""
    looks = [{"facecolor": (color, 0.55), "edgecolor": plots.PAPER} for color in COLORS.values()]
    return [axes.fill(*area.T, **look)[0] for area, look in zip(outlines(x, heights), looks, strict=True)]


@lab(alpha=Control("learning rate α", ALPHAS, 0.03, "{:g}", between=True))
def contributions(scene: Scene) -> Callable[..., str]:
    """See how much of the loss each direction still contributes, from one learning rate to the next."""
    steps = np.arange(LAST + 1)
    course = scene.panel("step", "loss, % of the first")
    course.set(xlim=(0, LAST), ylim=(0, HIGHEST))
    course.axvline(SHOWN, color=plots.MUTED, linewidth=1, linestyle=":")
    plots.legend(course, COLORS)
    areas = scene.moving(stack(course, steps, shares(ALPHAS[0], steps)))

    after = scene.panel("learning rate α", f"after {SHOWN} steps, %")
    after.set(xlim=(0, ALPHA_AXIS[-1]), ylim=(0, HIGHEST))
    after.xaxis.set_major_formatter("{x:g}")
    plots.legend(after, COLORS)
    alphas = np.append(0, ALPHA_AXIS)
    stack(after, alphas, shares(alphas, SHOWN))
    bound = {"color": plots.color("diverging")}
    after.axvline(2 / L, linewidth=1.5, **bound)
    plots.note(after, f"2/L = {2 / L:g}", (2 / L, 0.96 * HIGHEST), (-6, 0), ha="right", **bound)
    here, head = scene.moving([
        *after.plot([], [], color=plots.INK, linewidth=2),
        *after.plot([], [], "o", color=plots.INK, markersize=10, markeredgewidth=0, clip_on=False),
    ])  # fmt: skip
    scene.drag(head, x="alpha")

    def update(alpha):
        for area, corners in zip(areas, outlines(steps, shares(alpha, steps)), strict=True):
            area.set_xy(corners)
        left = shares(alpha, np.array([SHOWN]))[:, 0]
        top = min(left.sum(), HIGHEST)
        here.set_data([alpha, alpha], [0, top])
        head.set_data([alpha], [top])
        return say(alpha, left)

    return update


def say(alpha, left):
    """Say how much of the loss is left, and in which directions."""
    flat, middle, sharp = left
    if alpha > 2 / L:
        text = write(
            "The sharp direction diverges: α = {:g} > 2/L = {:g}. After {} steps it alone contributes "
            "{:.3g} times the loss at the start, and the flat one {:.1f} %.",
            alpha, 2 / L, SHOWN, sharp / 100, flat,
        )  # fmt: skip
    else:
        text = write(
            "Mostly the {} direction is left: after {} steps with α = {:g}, flat contributes {:.1f} %, "
            "middle {:.1f} % and sharp {:.1f} % of the loss at the start.",
            list(CURVATURES)[left.argmax()], SHOWN, alpha, flat, middle, sharp,
        )  # fmt: skip
    leaves = [100 * (1 - alpha * curvature) ** 2 for curvature in CURVATURES.values()]
    return text + write(" A step leaves {:.0f}, {:.0f} and {:.0f} % of them.", *leaves)
