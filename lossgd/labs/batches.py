"""Batch sizes: two passes over the data, with one learning rate for all sizes, and with one for each."""

import functools
from collections.abc import Callable

import numpy as np

from lossgd import datasets, losses, models, plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

# The body mass of penguins, in kg, by the length of their flippers, standardised: the bowl is then round, so
# that what bends a path is the choice of the examples alone.
DATA = datasets.penguins("body mass")
FLIPPERS = datasets.z_score(DATA.X[:, 2:])(DATA.X[:, 2:])
KILOS = DATA.y / 1000
TABLE = np.column_stack([FLIPPERS, np.ones(len(KILOS))])
BEST = np.linalg.lstsq(TABLE, KILOS)[0]
N, PASSES, SEEDS = len(KILOS), 2, 20
SAME, PER_EXAMPLE = 0.02, 0.005  # the learning rates: of all batch sizes, and what is multiplied by the size
SIZES = np.array(
    [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 180, 200, 220, 256, N]
)
POINTS = 60  # of a path: more would not be seen
LOWEST, HIGHEST = 1e-5, 1e3
LOOKS = {name: plots.look(name, i) for i, name in {0: "same α", 2: "α ∝ B"}.items()}


@functools.cache
def descents(size):
    """Return the paths with both learning rates and all seeds, of shape (updates + 1, 2, seeds, 2)."""
    rngs = [np.random.default_rng(seed) for seed in range(SEEDS)]
    alphas = np.reshape([SAME, PER_EXAMPLE * size], (2, 1, 1))
    path = [np.zeros((2, SEEDS, 2))]
    for _ in range(PASSES):
        order = np.array([rng.permutation(N) for rng in rngs])
        for start in range(0, N, size):
            rows = order[:, start : start + size]
            inputs = TABLE[rows]
            errors = np.einsum("sbd,rsd->rsb", inputs, path[-1]) - KILOS[rows]
            slopes = 2 / rows.shape[1] * np.einsum("rsb,sbd->rsd", errors, inputs)
            path.append(path[-1] - alphas * slopes)
    return np.array(path)


def above_lowest(path):
    """Return by how much the cost is above its lowest: both curvatures are 2."""
    return ((path - BEST) ** 2).sum(axis=-1)


@lab(size=Control("batch size B", SIZES, 32, "{:.0f}"))
def batch_size(scene: Scene) -> Callable[..., str]:
    """Choose a batch size: one learning rate for all sizes beside one that grows with the size."""
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), FLIPPERS, KILOS)
    colors = {name: look["color"] for name, look in LOOKS.items()}
    course = scene.panel("examples read", "cost above the lowest")
    plots.log_axis(course)
    course.set(xlim=(0, PASSES * N), ylim=(LOWEST, HIGHEST))
    plots.legend(course, colors)
    bands = scene.moving(
        [course.fill([0], [1], facecolor=(color, 0.2), edgecolor="none")[0] for color in colors.values()]
    )
    curves = scene.moving([course.plot([], [], **look)[0] for look in LOOKS.values()])

    view = scene.panel("slope w", "intercept b")
    plots.ground(view, cost, plots.to_scale(view, ((-1.5, 2.5), (-0.5, 5.5))))
    plots.goals(view, [BEST])
    plots.legend(view, colors)
    dots = {"marker": "o", "markersize": 4, "markeredgewidth": 0, "linewidth": 1}
    trails = scene.moving([view.plot([], [], **look | dots)[0] for look in LOOKS.values()])

    def update(size):
        paths = descents(size)
        seen = np.unique(np.linspace(0, len(paths) - 1, POINTS).round().astype(int))
        heights = above_lowest(paths)
        updates = -(-N // size)  # in a pass; the last of a pass has fewer examples
        read = seen // updates * N + seen % updates * size
        for i, (trail, band, curve) in enumerate(zip(trails, bands, curves, strict=True)):
            trail.set_data(*paths[seen, i, 0].T)
            curve.set_data(read, np.median(heights[seen, i], axis=1))
            low, high = heights[seen, i].min(axis=1), heights[seen, i].max(axis=1)
            corners = np.column_stack([[*read, *read[::-1]], [*low, *high[::-1]]])
            band.set_xy(corners.clip(LOWEST, [PASSES * N, HIGHEST]))
        one, other = (say(alpha, heights[:, i]) for i, alpha in enumerate((SAME, PER_EXAMPLE * size)))
        return write(
            "B = {:.0f}: {} from {} examples. With the same α as always it {}. With α ∝ B it {}.",
            size, f"{len(paths) - 1} updates", PASSES * N, one, other,
        )  # fmt: skip

    return update


def say(alpha, heights):
    """Say how two passes with a learning rate end, in words and numbers."""
    first, last = heights[0, 0], heights[-1]
    quiet = first * (1 - 2 * alpha) ** (2 * len(heights) - 2)  # what is left if nothing is left to chance
    middle = np.median(last)
    if middle > first:
        return write("diverges, as α = {:g} > 2/L = 1", alpha)
    if quiet < middle / 2:
        verdict = "has arrived, and rattles"
    else:
        verdict = "is still on its way" if alpha < 0.5 else "jumps from side to side"
    return write("{}: {} above the lowest cost for α = {:g}", verdict, height(middle), alpha)


def height(value):
    """Write a height to two digits, without powers of ten."""
    return "less than 0.0001" if value < 0.0001 else f"{float(f'{value:.2g}'):g}"
