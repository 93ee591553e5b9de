"""Labs on momentum, the heavy ball on a ravine."""

import functools
from collections.abc import Callable, Mapping

import numpy as np

from lossgd import optimizers, plots, surfaces
from lossgd.descent import descend
from lossgd.labs.descent import steps_to_a_thousandth
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write
from lossgd.typing import Numbers

MU, L = 1.0, 25.0  # the curvatures of the ravine, along and across
RAVINE = surfaces.Ravine(condition=L / MU)
CURVATURES = {"along": MU, "across": L}
BETAS = np.linspace(0, 0.95, 20).round(2)
BEST = 4 / (L**0.5 + MU**0.5) ** 2, ((L**0.5 - MU**0.5) / (L**0.5 + MU**0.5)) ** 2  # α and β
TINY = 1e-9  # what is nearer to a bound is on it, but for rounding


def left(alpha: Numbers, beta: Numbers, curvature: Numbers) -> np.ndarray:
    """Return what a step leaves of the distance, in the long run: the larger eigenvalue's size."""
    trace = 1 + beta - alpha * curvature
    inside = trace**2 - 4 * beta
    return np.where(inside < 0, np.sqrt(beta), (abs(trace) + np.sqrt(np.maximum(inside, 0))) / 2)


def steps_a_digit(left: Numbers) -> np.ndarray:
    """Return how many steps divide a distance by ten, if a step leaves this share of it."""
    return -1 / np.log10(np.clip(left, 1e-12, 1 - 1e-12))


def slowest(alpha: Numbers, beta: Numbers) -> np.ndarray:
    """Return what a step leaves in the direction where it leaves more."""
    return np.maximum(*(left(alpha, beta, curvature) for curvature in CURVATURES.values()))


def shares_left(scene: Scene, curvatures: Mapping[str, float], steps: int) -> Callable[..., None]:
    """Make a panel of the share of the distance that is left in each direction; return what moves it."""
    chart = scene.panel("step", "share of the distance left", right=12)
    chart.set(xlim=(0, steps), ylim=(-2, 2))
    chart.axhline(0, color=plots.MUTED, linewidth=1)
    # Names above the panel: where one direction diverges, its name would stand on the other's curve.
    plots.legend(chart, {name: plots.color(name) for name in curvatures})
    looks = {name: plots.look(name) | {"linewidth": 1.5} for name in curvatures}
    return scene.curves(chart, looks, named=False)


def descents(start, alphas, beta, steps):
    """Descend with each of the learning rates."""
    heavy_ball = optimizers.Momentum(lr=alphas[:, None], beta=beta, averaged=False)
    starts = np.tile(start, (alphas.size, 1))
    return descend(RAVINE, starts, heavy_ball, max_steps=steps, gradient_tolerance=None)


SLIDER = np.linspace(0.005, 0.1, 20).round(3)


@lab(
    beta=Control("momentum β", BETAS, 0.9, "{:.2f}", between=True),
    alpha=Control("learning rate α", SLIDER, 0.03, "{:g}"),
)
def momentum_ravine(scene: Scene) -> Callable[..., str]:
    """Turn β and α of the heavy ball on a ravine, beside gradient descent at its best rate."""
    start, shown = [-10.0, 1.6], 40
    ravine_map = scene.panel("θ₁, along the floor", "θ₂, across")
    plots.ground(ravine_map, RAVINE, plots.to_scale(ravine_map, ((-11, 9), (-4, 4))))
    plots.goals(ravine_map, RAVINE.minimisers)
    chart = scene.panel("step", "loss")
    plots.log_axis(chart)
    chart.set(xlim=(0, shown), ylim=(1e-4, 1e4))
    names = {"momentum": "momentum", "gradient descent at its best": "gradient descent"}
    plots.legend(chart, {text: plots.color(name) for text, name in names.items()})
    best = descents(start, np.array([2 / (MU + L)]), 0.0, shown)
    chart.plot(best.losses[:, 0], **plots.look("gradient descent"))
    look = plots.look("momentum") | {"linestyle": "-", "linewidth": 1.2}
    trail, curve = scene.moving([*ravine_map.plot([], [], **look), *chart.plot([], [], **look)])

    run = functools.cache(lambda beta: descents(start, SLIDER, beta, 1000))

    def update(beta, alpha):
        path, k = run(beta), int(abs(SLIDER - alpha).argmin())
        thetas, losses = path.thetas[: shown + 1, k], path.losses[:, k]
        end = min(shown, int(path.steps[k])) + 1
        trail.set_data(*thetas[:end].T)
        curve.set_data(np.arange(end), losses[:end])
        if path.stopped[k] == "diverged":
            what = write("diverges after {} steps.", path.steps[k])
        elif np.isnan(steps := steps_to_a_thousandth(losses)):
            what = "never comes to rest."
        else:
            what = write("{:.0f} steps to a thousandth of the first loss.", steps)
        beyond = thetas[:end, 0].max()
        past = write("runs {:.1f} past the goal", beyond) if beyond > 0.05 else "stays short of the goal"
        return write("β = {:.2f}, α = {:g}: {} Along the floor it {}.", beta, alpha, what, past)

    return update


ALPHAS = np.linspace(0.005, 0.165, 33).round(3)


@lab(
    alpha=Control("learning rate α", ALPHAS, 0.04, "{:g}"),
    beta=Control("momentum β", BETAS, 0.45, "{:.2f}", between=True),
)
def momentum_plane(scene: Scene) -> Callable[..., str]:
    """Drag a point on the plane of α and β, coloured by how fast the heavy ball is, and see it descend."""
    plane = scene.panel("learning rate α", "momentum β")
    hues = {name: plots.color(name) for name in CURVATURES}
    window = (0.0, 0.17), (0.0, 1.0)
    digits = [6.5, 8, 10, 13, 18, 25, 40, 80]
    plots.ground(plane, lambda points: steps_a_digit(slowest(*points.T)), window, digits)
    beta = np.linspace(0, 1, 201)
    for name, curvature in CURVATURES.items():  # above it, this direction ripples
        x = np.concatenate([(1 - np.sqrt(beta[::-1])) ** 2, (1 + np.sqrt(beta[1:])) ** 2]) / curvature
        plane.plot(x, np.concatenate([beta[::-1], beta[1:]]), color=hues[name], linewidth=1.5)
    hue = plots.color("diverging")
    plane.fill([2 / L, 4 / L, window[0][1], window[0][1]], [0, 1, 1, 0], color=hue, alpha=0.12, linewidth=0)
    plane.plot([2 / L, 4 / L], [0, 1], color=hue, linewidth=1.5)
    plane.set(xticks=[0, 0.05, 0.1, 0.15])
    plane.xaxis.set_major_formatter("{x:g}")
    plots.goals(plane, [BEST, (2 / (MU + L), 0)])  # with momentum, and without
    plots.legend(plane, hues | {"diverges": hue})

    shown = 30
    move = shares_left(scene, CURVATURES, shown)
    (head,) = scene.moving(plane.plot([], [], "o", color=plots.INK, markersize=10, markeredgewidth=0))
    scene.drag(head, x="alpha", y="beta")
    run = functools.cache(lambda beta: descents([1.0, 1.0], ALPHAS, beta, shown))

    def update(alpha, beta):
        head.set_data([alpha], [beta])
        path, k = run(beta), int(abs(ALPHAS - alpha).argmin())
        steps = np.arange(min(shown, int(path.steps[k])) + 1)
        move({name: (steps, path.thetas[steps, k, i]) for i, name in enumerate(CURVATURES)})
        return write("α = {:g}, β = {:.2f}: {}", alpha, beta, sentence(alpha, beta))

    return update


def sentence(alpha, beta):
    """Say what the heavy ball does in each direction, and which of them sets the pace."""
    bound = 2 * (1 + beta) / L
    if alpha > bound + TINY:
        return write("across diverges, as α > 2(1 + β)/L = {:.4g}.", bound)
    if alpha > bound - TINY:
        return write("across never comes to rest, as α = 2(1 + β)/L = {:.4g}.", bound)
    ways = {name: way(alpha, beta, curvature) for name, curvature in CURVATURES.items()}
    pace = {name: float(left(alpha, beta, curvature)) for name, curvature in CURVATURES.items()}
    slow = max(pace, key=pace.__getitem__)
    digit = write("{:.3g} steps a digit.", steps_a_digit(pace[slow]))
    if set(ways.values()) == {"ripples"}:
        return write("both ripple. A step leaves √β = {:.3f} of both, whatever α: {}", pace[slow], digit)
    said = " and ".join(f"{name} {does}" for name, does in ways.items())
    return write("{}. Slower is {}, of which a step leaves {:.3f}: {}", said, slow, pace[slow], digit)


def way(alpha, beta, curvature):
    """Say how one direction comes to rest: by the eigenvalues of its matrix."""
    trace = 1 + beta - alpha * curvature
    if trace**2 - 4 * beta < -TINY:
        return "ripples"
    return "creeps" if trace > TINY else "flips" if trace < -TINY else "arrives at once"
