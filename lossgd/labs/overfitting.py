"""The lab on overfitting: an L2 penalty on a network that is fitted to few noisy points."""

import functools
from collections.abc import Callable

import numpy as np

from lossgd import datasets, losses, models, optimizers, plots, schedules
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write

STEPS = 600
STRENGTHS = np.array([float(f"{strength:.2g}") for strength in np.geomspace(1e-4, 1, 29)])
NETWORK = models.Perceptron(hidden=(20,))
X_SHOWN = np.linspace(0, 1, 81)


@lab(strength=Control("strength λ", STRENGTHS, STRENGTHS[0], "{:g}"))
def l2_strength(scene: Scene) -> Callable[..., str]:
    """Raise the L2 penalty on a network fitted to 20 points: the gap goes on closing past the best fit."""
    few, _ = points()
    thetas, train, validation = fitted()
    best = validation.argmin()

    fit = scene.panel("x", "y")
    fit.set(xlim=(0, 1), ylim=(-2, 2))
    fit.plot(X_SHOWN, np.sin(2 * np.pi * X_SHOWN), **plots.look("truth"))
    fit.plot(few.X[:, 0], few.y, "o", color=plots.color("truth"))
    plots.legend(fit, {"truth": plots.color("truth"), "prediction": plots.color("prediction")})
    (curve,) = scene.moving(fit.plot([], [], **plots.look("prediction")))

    chart = scene.panel("strength λ of the L2 penalty", "loss", right=12)
    chart.set(xscale="log", xlim=(STRENGTHS[0], STRENGTHS[-1]), ylim=(0, 0.4))
    chart.xaxis.set_major_formatter("{x:g}")
    chart.xaxis.set_minor_formatter("")
    chart.plot(STRENGTHS, train, **plots.look("train"))
    chart.plot(STRENGTHS, validation, **plots.look("validation"))
    plots.legend(chart, {"training": plots.color("train"), "validation": plots.color("validation")})
    gap, low, high = scene.moving([
        *chart.plot([], [], color=plots.INK, linewidth=1.5),
        *chart.plot([], [], "s", color=plots.color("train"), markersize=8),
        *chart.plot([], [], "o", color=plots.color("validation"), markersize=10),
    ])  # fmt: skip
    scene.drag(high, x="strength")

    def update(strength):
        i = abs(STRENGTHS - strength).argmin()
        curve.set_data(X_SHOWN, NETWORK.predict(thetas[i], inputs(X_SHOWN[:, None])))
        gap.set_data([strength, strength], [train[i], validation[i]])
        low.set_data([strength], [train[i]])
        high.set_data([strength], [validation[i]])
        share = validation[i] / validation[best] - 1
        return write(
            "λ = {:g}: training loss {:.3f}, validation loss {:.3f}, a gap of {:.3f}. "
            "The validation loss is {}.",
            *(strength, train[i], validation[i], validation[i] - train[i]),
            "the lowest of all" if i == best else f"{100 * share:.0f} % above the lowest",
        )

    return update


def points():
    """Return the 20 points, and 200 others."""
    return datasets.wave(20, noise=0.3, seed=2), datasets.wave(200, noise=0.3, seed=100)


def inputs(X):
    """Return x as the network sees it: spread about 0."""
    return 8 * (X - 0.5)


@functools.cache
def fitted():
    """Train a network with each strength, all at once; return its parameters, and its loss on both sets."""
    cost, cost_of_others = (
        models.Cost(NETWORK, losses.MeanSquaredError(), inputs(data.X), data.y) for data in points()
    )
    theta = np.tile(NETWORK.init(features=1, seed=0), (len(STRENGTHS), 1))
    penalised = np.zeros_like(theta[0])  # 1 for a weight, 0 for a bias
    for name, part in NETWORK.views(penalised, features=1).items():
        part[...] = name.startswith("weights")
    adam = optimizers.Adam(lr=schedules.Cosine(lr=0.05, steps=STEPS))
    state = adam.init(theta)
    for _ in range(STEPS):
        gradient = cost.gradient(theta) + STRENGTHS[:, None] * penalised * theta
        theta, state = adam.step(theta, gradient, state)
    return theta, cost(theta), cost_of_others(theta)
