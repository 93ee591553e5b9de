"""A lab on stopping: where a tolerance and where patience would have ended a training, and what it costs."""

from collections.abc import Callable

import numpy as np

from lossgd import datasets, losses, models, optimizers, plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.tables import write
from lossgd.training import fit

EPOCHS = 60
TOLERANCES = np.array([float(f"{tolerance:.2g}") for tolerance in np.geomspace(0.05, 0.0002, 25)])
PATIENCES = np.arange(1, 31)


@lab(
    tolerance=Control("tolerance", TOLERANCES, 0.001, "{:g}", between=True),
    patience=Control("patience", PATIENCES, 3, "{:.0f}"),
)
def stopping(scene: Scene) -> Callable[..., str]:
    """Set two rules to end a training: change of the training loss, and validation loss with patience."""
    history = training()
    epochs, seen = np.arange(EPOCHS + 1), history.validation_losses
    changes = abs(np.diff(history.losses))
    hues = {"training": plots.color("train"), "validation": plots.color("validation")}

    course = scene.panel("epoch", "loss")
    plots.log_axis(course)
    course.set(xlim=(0, EPOCHS), ylim=(0.01, 1))
    course.plot(epochs, history.losses, **plots.look("train"))
    course.plot(epochs, seen, **plots.look("validation"))
    plots.legend(course, hues)
    end, got = scene.moving([
        course.plot([], [], color=hues["training"], linewidth=1.5)[0],
        course.plot([], [], "s", color=hues["training"], markersize=9)[0],
    ])  # fmt: skip
    wait, kept = scene.moving([
        course.plot([], [], color=hues["validation"], linewidth=4, marker="|", markersize=14)[0],
        course.plot([], [], "o", color=hues["validation"], markersize=9)[0],
    ])  # fmt: skip

    change = scene.panel("epoch", "change of the training loss")
    plots.log_axis(change)
    change.set(xlim=(0, EPOCHS), ylim=(1e-4, 1))
    change.plot(epochs[1:], changes, color=hues["training"], linewidth=1)
    plots.legend(change, {"tolerance": plots.INK})
    line, knob = scene.moving([
        change.plot([], [], color=plots.INK, linewidth=1.5)[0],
        change.plot([], [], "o", color=plots.INK, markersize=10)[0],
    ])  # fmt: skip
    scene.drag(knob, y="tolerance")

    def update(tolerance, patience):
        stop = first_small(changes, tolerance)
        last, best = out_of_patience(seen, patience)
        end.set_data([stop, stop], course.get_ylim())
        got.set_data([stop], [seen[stop]])
        wait.set_data([best, last], [seen[best]] * 2)
        kept.set_data([best], [seen[best]])
        line.set_data([0, EPOCHS], [tolerance] * 2)
        knob.set_data([stop], [tolerance])
        return write(
            "Tolerance {:g}: stops after epoch {}, with a validation loss of {:.3f}, {}. "
            "Patience {}: stops after epoch {} and keeps epoch {}, with {:.3f}, {}.",
            *(tolerance, stop, seen[stop], above(seen, stop)),
            *(patience, last, best, seen[best], above(seen, best)),
        )

    return update


def training():
    """Train a small network on 100 tumours, watched on 50 others."""
    some, _ = datasets.breast_cancer().split(test=419 / 569)
    train, others = some.split(test=1 / 3)
    scale = datasets.z_score(train.X)
    return fit(
        models.Perceptron(hidden=(16,), link="sigmoid"),
        scale(train.X),
        train.y,
        losses.BinaryCrossEntropy(from_logits=True),
        optimizers.GradientDescent(lr=0.2),
        epochs=EPOCHS,
        batch_size=10,
        validation=(scale(others.X), others.y),
    )


def first_small(changes, tolerance):
    """Return after which epoch the loss has first changed by at most the tolerance."""
    return int(np.argmax(changes <= tolerance)) + 1


def out_of_patience(seen, patience):
    """Return after which epoch patience is at an end, or the last, and which epoch was the best so far."""
    best = 0
    for epoch, loss in enumerate(seen):
        if loss < seen[best]:
            best = epoch
        if epoch - best == patience:
            break
    return epoch, best


def above(seen, epoch):
    """Say how far the validation loss of an epoch is above the lowest of all."""
    share = seen[epoch] / seen.min() - 1
    return write("{:.0f} % above the lowest", 100 * share) if share else "the lowest of all"
