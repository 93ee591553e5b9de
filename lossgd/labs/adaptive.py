"""A lab on adaptive optimizers."""

from collections.abc import Callable

import numpy as np

from lossgd import optimizers, plots, surfaces
from lossgd.descent import descend
from lossgd.labs.descent import steps_to_a_thousandth
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

RAVINE = surfaces.Ravine(condition=300.0)
START = np.array([-10.0, 10 / 300**0.5])  # in the ravine's own coordinates; both contribute as much
ANGLES = np.linspace(0, 90, 21)
SHARES = np.geomspace(0.2, 5, 21)
MOST = 1000  # steps
SHOWN = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 50, 75, 100]  # on the map
REACH = 11.5  # of the map, to each side
# Each with the rate that needs the fewest steps where the ravine is straight.
FIELD = {
    "gradient descent": (optimizers.GradientDescent, 0.0066),
    "AdaGrad": (optimizers.AdaGrad, 6.5),
    "RMSProp": (optimizers.RMSProp, 0.045),
    "Adam": (optimizers.Adam, 0.26),
}
TURNS = np.array([surfaces.Turned(RAVINE, angle).rotation for angle in ANGLES])


class Ravines:
    """The ravine at all angles: an objective whose runs are at an angle each."""

    def __init__(self, turns):
        self.hessians = turns * [1.0, RAVINE.condition] @ turns.swapaxes(-1, -2)

    def __call__(self, theta):
        """Return the value of each run."""
        return (theta * self.gradient(theta)).sum(axis=-1) / 2

    def gradient(self, theta):
        """Return the gradient of each run."""
        return (self.hessians @ theta[..., None])[..., 0]


def run(kind, best):
    """Descend at all angles with all rates; return places on the way, and how many steps a thousandth takes.

    Where a thousandth of the first loss is not reached and kept, the number of steps is NaN; where the
    descent diverges, it is infinite.
    """
    turns = np.repeat(TURNS, SHARES.size, axis=0)
    rates = np.tile(best * SHARES, ANGLES.size)[:, None]
    path = descend(Ravines(turns), turns @ START, kind(lr=rates), max_steps=MOST, gradient_tolerance=None)
    steps = steps_to_a_thousandth(path.losses)
    steps[path.stopped == "diverged"] = np.inf
    shape = ANGLES.size, SHARES.size
    return path.thetas[SHOWN].reshape(-1, *shape, 2), steps.reshape(shape)


def contours(turn):
    """Return two contours of the ravine as one line."""
    circle = np.linspace(0, 2 * np.pi, 31)
    round_bowl = np.column_stack([np.cos(circle), np.sin(circle) / RAVINE.condition**0.5])
    gap = [[np.nan, np.nan]]
    return np.concatenate([np.concatenate([size * round_bowl @ turn.T, gap]) for size in (6, 12)])


@lab(
    angle=Control("angle", ANGLES, 0.0, "{:g}°"),
    share=Control("rates, × best", SHARES, 1.0, "{:.2f}"),
)
def turned_ravine(scene: Scene) -> Callable[..., str]:
    """Turn a ravine under four optimizers, and try whether other learning rates make up for it."""
    runs = {name: run(*entry) for name, entry in FIELD.items()}
    looks = {name: plots.look(name) for name in FIELD}
    hues = {name: look["color"] for name, look in looks.items()}

    ground = scene.panel("θ₁", "θ₂")
    ground.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
    plots.goals(ground, [0.0, 0.0])
    plots.legend(ground, {"GD" if name == "gradient descent" else name: hue for name, hue in hues.items()})
    (walls,) = scene.moving(ground.plot([], [], color=plots.MUTED, linewidth=1))
    trails = {name: ground.plot([], [], **look)[0] for name, look in looks.items()}
    ends = {name: ground.plot([], [], "o", color=hue, markersize=6, markeredgewidth=0)[0]
            for name, hue in hues.items()}  # fmt: skip
    scene.moving([*trails.values(), *ends.values()])

    chart = scene.panel("angle, degrees", "steps to a thousandth", right=plots.margin(FIELD))
    plots.log_axis(chart)
    chart.set(xlim=(0, 90), ylim=(2, MOST), xticks=range(0, 91, 15))
    lines = {
        name: chart.plot(ANGLES, np.nanmin(steps, axis=1), **looks[name])[0]
        for name, (_, steps) in runs.items()
    }
    plots.label_ends(chart, lines)
    marks = {"marker": "o", "markersize": 9, "markeredgewidth": 0, "clip_on": False}
    heads = {name: chart.plot([], [], color=hue, **marks)[0] for name, hue in hues.items()}
    scene.moving(heads.values())
    for head in heads.values():
        scene.drag(head, x="angle")

    def update(angle, share):
        i, j = abs(ANGLES - angle).argmin(), abs(SHARES - share).argmin()
        walls.set_data(*contours(TURNS[i]).T)
        said = []
        for name, (thetas, steps) in runs.items():
            points = thetas[:, i, j]
            trails[name].set_data(*points[: (~inside(points)).argmax() or None].T)
            ends[name].set_data(*points[-1:][inside(points[-1:])].T)
            heads[name].set_data([angle], [np.nan_to_num(steps[i, j], nan=MOST, posinf=MOST)])
            said.append(f"{name} {count(steps[i, j])}")
        return write(
            "Turned by {:g}°, each at {:.2f} times its best rate of 0°. "
            "Steps to a thousandth of the first loss: {}, {}, {}, {}.",
            angle, share, *said,
        )  # fmt: skip

    return update


def inside(points):
    """Return which points are not far beyond the map."""
    return (abs(points) < 3 * REACH).all(axis=-1)


def count(steps):
    """Say a number of steps."""
    return "diverges" if np.isinf(steps) else "over 1,000" if np.isnan(steps) else f"{steps:.0f}"
