"""The range test of a learning rate: what it recommends depends on how fast the rate grows in it."""

import functools
from collections.abc import Callable

import numpy as np

from lossgd import datasets, losses, models, optimizers, plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write
from lossgd.training import fit

GROWTHS = np.array(
    [2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 65, 80, 100, 125, 150, 200, 300]
)
LOW, HIGH, SEEDS, BATCH = 1e-3, 1e3, 20, 32
EPOCHS = 2  # with more, rates that are too high come to costs that the last digits decide
SHOWN = 2  # the seed of the test that is drawn: most growths lead it where they lead most seeds
RATES = np.geomspace(LOW / 10, HIGH, 15)  # of the trainings
MEMORY = 0.9  # of the moving average of a test's losses
SHORT = 15  # a training at the recommended rate is good if its cost is at most so many % above the lowest


def problem():
    """Return a cost: a small network that tells malignant breast masses from benign ones by ten measures."""
    train, _ = datasets.breast_cancer().split(test=0.3, seed=0)
    X = datasets.z_score(train.X)(train.X)[:, :10]
    loss = losses.BinaryCrossEntropy(from_logits=True)
    return models.Cost(models.Perceptron(hidden=(8,), link="sigmoid"), loss, X, train.y)


@functools.cache
def tests(growth):
    """Return the rates of a test, of which each is so many per cent larger, and each seed's batch losses."""
    cost = problem()
    X, y = cost.data
    steps = int(np.log(HIGH / LOW) / np.log1p(growth / 100)) + 1
    rates = LOW * (1 + growth / 100) ** np.arange(steps)
    rngs = [np.random.default_rng(seed) for seed in range(SEEDS)]
    theta = np.array([cost.model.init(X.shape[1], seed) for seed in range(SEEDS)])
    rows, seen = np.empty((SEEDS, 0), int), []
    for rate in rates:
        if rows.shape[1] < BATCH:
            rows = np.array([rng.permutation(len(y)) for rng in rngs])
        batch, rows = rows[:, :BATCH], rows[:, BATCH:]
        loss, gradient = cost.on(theta, X[batch], y[batch])
        seen.append(loss)
        theta = theta - rate * gradient
    return rates, np.array(seen)


def smoothed(seen):
    """Return the moving average of losses along the first axis, with Adam's correction for its start."""
    mean, means = 0.0, []
    for t, loss in enumerate(seen, start=1):
        mean = MEMORY * mean + (1 - MEMORY) * loss
        means.append(mean / (1 - MEMORY**t))
    return np.array(means)


@functools.cache
def trainings():
    """Return the cost after a training with each of `RATES`; a row for each rate, a column for each seed."""
    cost = problem()
    rule = optimizers.GradientDescent(lr=RATES[:, None, None])
    history = fit(
        *(cost.model, *cost.data, cost.loss, rule),
        epochs=EPOCHS,
        batch_size=BATCH,
        seed=range(SEEDS // 2),
    )
    return history.losses[-1]


@lab(growth=Control("α grows by, in % a step", GROWTHS, 20, "{:g}", between=True))
def range_test(scene: Scene) -> Callable[..., str]:
    """Let the learning rate of a range test grow slowly or fast, and train with what it recommends."""
    hue, middle = plots.color("prediction"), np.median(trainings(), axis=1)

    test = scene.panel("learning rate α in the test", "batch loss", right=24)
    course = scene.panel(f"learning rate α of {EPOCHS} epochs", "cost", right=24)
    for axes, low, ylim in ((test, LOW, (0.02, 200)), (course, RATES[0], (0.06, 10))):
        plots.log_axis(axes)
        axes.set(xscale="log", xlim=(low, HIGH), ylim=ylim)
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_formatter("")
    plots.legend(test, {"moving average": plots.INK, "lowest": hue})
    plots.legend(course, {"trainings": plots.color("train"), "recommended": hue})
    low, high = trainings().min(axis=1), trainings().max(axis=1)
    course.fill_between(RATES, low, high, facecolor=(plots.color("train"), 0.2), edgecolor="none")
    course.plot(RATES, middle, color=plots.color("train"))

    dots = {"linestyle": "", "marker": "o", "markeredgewidth": 0}
    single, mean, turn = scene.moving([
        test.plot([], [], **dots, color=plots.MUTED, markersize=2.5)[0],
        test.plot([], [], color=plots.INK)[0],
        test.plot([], [], **dots, color=hue, markersize=9)[0],
    ])  # fmt: skip
    others, one = scene.moving([
        course.plot([], [], **dots | {"marker": "|", "markeredgewidth": 1.5}, color=hue, markersize=11)[0],
        course.plot([], [], **dots, color=hue, markersize=9)[0],
    ])  # fmt: skip

    def update(growth):
        rates, seen = tests(growth)
        means = smoothed(seen)
        lowest = means.argmin(axis=0)
        tenths = rates[lowest] / 10
        cost = np.exp(np.interp(np.log(tenths), np.log(RATES), np.log(middle)))
        shown = np.unique(np.linspace(0, len(rates) - 1, 60).round().astype(int))
        single.set_data(rates[shown], seen[shown, SHOWN])
        mean.set_data(rates[shown], means[shown, SHOWN])
        turn.set_data([rates[lowest[SHOWN]]], [means[lowest[SHOWN], SHOWN]])
        others.set_data(np.sort(tenths), np.full(SEEDS, 0.075))
        one.set_data([tenths[SHOWN]], [cost[SHOWN]])
        good = cost <= (1 + SHORT / 100) * middle.min()
        best = RATES[middle.argmin()]
        verdict = "Good" if good[SHOWN] else "Too low" if tenths[SHOWN] < best else "Too high"
        return write(
            "{}: after {} steps this test recommends {:.2g}, a tenth of the rate with the lowest average. "
            "Twenty such tests recommend {:.2g} to {:.2g}, and {} of their rates are good.",
            verdict, len(rates), tenths[SHOWN], tenths.min(), tenths.max(), good.sum(),
        )  # fmt: skip

    return update
