"""Labs on optimizers: a race that is fair, and one that is rigged."""

import functools
from collections.abc import Callable

import numpy as np

from lossgd import optimizers, plots, surfaces
from lossgd.descent import descend
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

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
RATES = np.geomspace(1e-5, 10, 121)  # 20 between one power of ten and the next


@functools.cache
def sweep(optimizer):
    """Race with each of the rates."""
    starts, race = np.tile(START, (RATES.size, 1)), optimizer(lr=RATES[:, None])
    return descend(surfaces.Rosenbrock(), starts, race, max_steps=STEPS, gradient_tolerance=None)


def run(optimizer):
    """Return path, losses and rate of the best: it ends lowest, of those that never climb above the start."""
    paths = sweep(optimizer)
    steady = (paths.losses <= paths.losses[0]).all(axis=0)
    best = np.where(steady, paths.loss, np.inf).argmin()
    return paths.thetas[:, best], paths.losses[:, best], RATES[best]


@lab(step=Control("step", np.arange(STEPS + 1), 110, "{:.0f}", play=True, smooth=True))
def race(scene: Scene) -> Callable[..., str]:
    """Race six optimizers down a bent valley, from the same start to the same goal."""
    rosenbrock = surfaces.Rosenbrock()
    runs = {name: run(optimizer) for name, optimizer in FIELD.items()}
    looks = {name: plots.look(name) for name in FIELD}

    valley = scene.panel()
    valley.set_axis_off()
    valley.set_position([0.02, 0.04, 0.96, 0.92])
    plots.ground(valley, rosenbrock, plots.to_scale(valley, WINDOW), LEVELS)
    plots.goals(valley, rosenbrock.minimisers)
    plots.note(valley, "goal", rosenbrock.minimisers[0], (0, 15), ha="center", weight="bold")
    plots.note(valley, "start", START, (-12, 10), ha="center")
    chart = scene.panel("step", "loss", right=plots.margin(FIELD))
    plots.log_axis(chart)
    chart.set(xlim=(0, STEPS), ylim=(3e-3, 40))
    lines = {}
    for name, (thetas, losses, _) in runs.items():
        faint = looks[name] | {"linewidth": 0.7, "alpha": 0.6}
        valley.plot(*thetas.T, **faint)
        (lines[name],) = chart.plot(losses, **faint)
    plots.label_ends(chart, lines)

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
    so_far = {name: chart.plot([], [], **look)[0] for name, look in looks.items()}
    ruler, knob = (chart.plot([], [], color=plots.MUTED, linewidth=1)[0],
                   chart.plot([], [], "o", color=plots.MUTED, markersize=8)[0])  # fmt: skip
    scene.moving([ruler, *so_far.values(), knob])
    scene.drag(knob, x="step")

    def update(step):
        for name, (thetas, _, _) in runs.items():
            heads[name].set_data(*thetas[step : step + 1].T)
            for tail, longest, shortest in zip(tails, TAIL, (*TAIL[1:], 0), strict=True):
                tail[name].set_data(*thetas[max(0, step - longest) : max(0, step - shortest)].T)
        plots.name_points(valley, {name: thetas[step] for name, (thetas, _, _) in runs.items()}, names)
        shown = np.unique([*range(min(step, 60)), *range(60, step, 5), step])  # the rest is smooth
        for name, (_, losses, _) in runs.items():
            so_far[name].set_data(shown, losses[shown])
        ruler.set_data([step, step], [3e-3, 28])
        knob.set_data([step], [28])
        now = {name: losses[step] for name, (_, losses, _) in runs.items()}
        if step == 0:
            return write("At the start the loss is {:.1f} for all. The goal's is 0.", *set(now.values()))
        leader, second, *_, last = sorted(now, key=now.__getitem__)
        return write(
            "After {} {} leads with a loss of {:.2g}. {}, second, has {} as much; {}, last, {}.",
            "1 step" if step == 1 else f"{step} steps", leader, now[leader],
            second[0].upper() + second[1:], times(now[second] / now[leader]),
            last, times(now[last] / now[leader]),
        )  # fmt: skip

    return update


def times(ratio):
    """Say a ratio of 1 or more."""
    return write("{:.2f} times" if ratio < 2 else "{:.1f} times" if ratio < 20 else "{:,.0f} times", ratio)


HIGHEST = 1e4  # who ends above it has run away
COMMON = RATES[20:111:3].round(12)  # the rates that all six can be given
LOW, HIGH, KNOB = 2e-4, 100, 50  # of the losses shown


@lab(alpha=Control("learning rate α of all six", COMMON, COMMON[16], "{:.2g}"))
def one_rate(scene: Scene) -> Callable[..., str]:
    """Give all six the same learning rate, and see who wins."""
    rosenbrock, looks = surfaces.Rosenbrock(), {name: plots.look(name) for name in FIELD}
    shown = np.unique([*range(30), *range(30, STEPS, 5), STEPS])
    disc = {"marker": "o", "markersize": 9, "markeredgewidth": 0}

    valley = scene.panel()
    valley.set_axis_off()
    valley.set_position([0.02, 0.04, 0.96, 0.92])
    plots.ground(valley, rosenbrock, plots.to_scale(valley, WINDOW), LEVELS)
    plots.goals(valley, rosenbrock.minimisers)
    trails = {name: valley.plot([], [], **look | {"linewidth": 1})[0] for name, look in looks.items()}
    heads = {name: valley.plot([], [], color=look["color"], **disc)[0] for name, look in looks.items()}
    in_valley = plots.name_points(valley, dict.fromkeys(FIELD, START))

    chart = scene.panel("learning rate α", f"loss after {STEPS} steps", right=12)
    plots.log_axis(chart)
    chart.set(xscale="log", xlim=(COMMON[0], COMMON[-1]), ylim=(LOW, HIGH))
    chart.xaxis.set_major_formatter("{x:g}")
    chart.xaxis.set_minor_formatter("")
    for name, kind in FIELD.items():
        loss = sweep(kind).loss
        chart.plot(RATES, np.where(loss < HIGHEST, loss, np.nan), **looks[name])
    ruler, knob = (chart.plot([], [], color=plots.MUTED, linewidth=1)[0],
                   chart.plot([], [], "o", color=plots.MUTED, markersize=8)[0])  # fmt: skip
    spots = {name: chart.plot([], [], color=look["color"], **disc)[0] for name, look in looks.items()}
    in_chart = plots.name_points(chart, dict.fromkeys(FIELD, (COMMON[0], 1.0)))
    for group in (trails, heads, in_valley, {"ruler": ruler}, spots, in_chart, {"knob": knob}):
        scene.moving(group.values())
    scene.drag(knob, x="alpha")

    def show(points, dots, names):
        """Move the dots and the names of those that there are, and hide the others."""
        for name in FIELD:
            dots[name].set_data(*([at] for at in points[name]) if name in points else ([], []))
            names[name].set_visible(name in points)
        plots.name_points(dots[name].axes, points, names)

    def update(alpha):
        i = abs(RATES - alpha).argmin()
        for name, kind in FIELD.items():
            path = sweep(kind).thetas[shown, i]
            trails[name].set_data(*path[abs(path).max(axis=1) < 100].T)  # farther, nothing is seen
        now = {name: sweep(kind).loss[i] for name, kind in FIELD.items()}
        order = sorted((name for name in now if now[name] < HIGHEST), key=now.__getitem__)
        lost = [name for name in now if name not in order]
        show({name: sweep(FIELD[name]).thetas[-1, i] for name in order}, heads, in_valley)
        show({name: (alpha, now[name]) for name in order}, spots, in_chart)
        ruler.set_data([alpha, alpha], [LOW, KNOB])
        knob.set_data([alpha], [KNOB])
        others = (
            f"{listed(lost)} run{'s' * (len(lost) == 1)} away" if lost
            else write("{} is last with {:.2g}", order[-1], now[order[-1]])
        )  # fmt: skip
        return write(
            "With α = {:.2g} for all, {} wins with a loss of {:.2g}, and {}.",
            alpha, order[0], now[order[0]], others,
        )  # fmt: skip

    return update


def listed(names):
    """Say names one after the other."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
