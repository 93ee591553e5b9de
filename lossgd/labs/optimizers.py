"""Labs on optimizers."""

from collections.abc import Callable

import numpy as np

from lossgd import optimizers, plots, surfaces
from lossgd.descent import descend
from lossgd.labs.lab import Control, Scene, lab, write

FIELD = {
    "gradient descent": optimizers.GradientDescent,
    "momentum": optimizers.Momentum,
    "Nesterov": optimizers.Nesterov,
    "AdaGrad": optimizers.AdaGrad,
    "RMSProp": optimizers.RMSProp,
    "Adam": optimizers.Adam,
}
STEPS = 200
START = np.array([-1.2, 1.0])
WINDOW = (-1.5, 1.8), (-0.75, 1.75)
LEVELS = [3, 8, 20, 45, 90, 160, 260]
TAIL = 16, 5  # so many of the last steps are drawn pale, and bright


def run(optimizer):
    """Race with each of 121 learning rates, and return path, losses and rate of the one that is best.

    The best ends lowest, among those that never climb above the start.
    """
    rates = np.geomspace(1e-5, 10, 121)  # 20 between one power of ten and the next
    starts = np.tile(START, (rates.size, 1))
    paths = descend(
        surfaces.Rosenbrock(), starts, optimizer(lr=rates[:, None]), max_steps=STEPS, gradient_tolerance=None
    )
    steady = (paths.losses <= paths.losses[0]).all(axis=0)
    best = np.where(steady, paths.loss, np.inf).argmin()
    return paths.thetas[:, best], paths.losses[:, best], rates[best]


@lab(step=Control("step", np.arange(0, STEPS + 1, 2), 110, "{:.0f}", play=True))
def race(scene: Scene) -> Callable[..., str]:
    """Race six optimizers down a bent valley, from the same start to the same goal."""
    rosenbrock = surfaces.Rosenbrock()
    runs = {name: run(optimizer) for name, optimizer in FIELD.items()}
    looks = {name: plots.look(name) for name in FIELD}

    valley = scene.panel()
    plots.ground(valley, rosenbrock, WINDOW, LEVELS)
    valley.set_axis_off()
    valley.set_position([0.02, 0.04, 0.96, 0.92])
    plots.goals(valley, rosenbrock.minimisers)
    plots.note(valley, "goal", rosenbrock.minimisers[0], (0, 15), ha="center", weight="bold")
    plots.note(valley, "start", START, (-12, 10), ha="center")
    chart = scene.panel("step", "loss", right=124)
    plots.log_axis(chart)
    chart.set(xlim=(0, STEPS), ylim=(3e-3, 40))
    for name, (thetas, losses, _) in runs.items():
        faint = looks[name] | {"linewidth": 0.7, "alpha": 0.6}
        valley.plot(*thetas.T, **faint)
        chart.plot(losses, **faint)

    dots = {"marker": "o", "linestyle": "", "markeredgewidth": 0}
    tails = [
        {name: valley.plot([], [], **dots, color=look["color"], markersize=2.5 + i, alpha=0.4 + 0.4 * i)[0]
         for name, look in looks.items()}
        for i in range(len(TAIL))
    ]  # fmt: skip
    heads = {
        name: valley.plot([], [], **dots, color=look["color"], markersize=11)[0]
        for name, look in looks.items()
    }
    names = plots.name_points(valley, dict.fromkeys(FIELD, START))
    for group in (*tails, heads, names):
        scene.moving(group.values())
    move_curves = scene.curves(chart, looks)

    def update(step):
        for name, (thetas, _, _) in runs.items():
            heads[name].set_data(*thetas[step : step + 1].T)
            for tail, longest, shortest in zip(tails, TAIL, (*TAIL[1:], 0), strict=True):
                tail[name].set_data(*thetas[max(0, step - longest) : max(0, step - shortest)].T)
        place_names(valley, names, {name: thetas[step] for name, (thetas, _, _) in runs.items()})
        shown = np.unique([*range(min(step, 60)), *range(60, step, 5), step])  # the rest is smooth
        move_curves({name: (shown, losses[shown]) for name, (_, losses, _) in runs.items()})
        now = {name: losses[step] for name, (_, losses, _) in runs.items()}
        if step == 0:
            return write("At the start the loss is {:.1f} for all. The goal's is 0.", *set(now.values()))
        leader, second, *_, last = sorted(now, key=now.__getitem__)
        return write(
            "After {} steps {} leads with a loss of {:.2g}. {}, second, has {:.3g} times as much; "
            "{}, last, {:.3g} times.",
            step, leader, now[leader], second[0].upper() + second[1:], now[second] / now[leader],
            last, now[last] / now[leader],
        )  # fmt: skip

    return update


def place_names(axes, names, heads):
    """Move the names to the heads: beside them, and on the floor of the valley below them."""
    floor = {name: head for name, head in heads.items() if -0.4 < head[0] < 0.5}
    plots.name_points(axes, {name: head for name, head in heads.items() if name not in floor}, names)
    for name, head in floor.items():
        names[name].xy = head
        names[name].set(position=(0, -17), ha="center")
