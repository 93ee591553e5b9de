"""What the lab on stopping says is what the stopping rules of a training do."""

import numpy as np
import pytest

from lossgd import datasets, labs, losses, models, optimizers
from lossgd.labs.stopping import PATIENCES, TOLERANCES, first_small, out_of_patience
from lossgd.labs.stopping import training as full_training
from lossgd.training import fit


@pytest.fixture(scope="module")
def history():
    return full_training()


def stopped_by(**rule):
    """Train as the lab does, but with a rule."""
    some, _ = datasets.breast_cancer().split(test=419 / 569)
    train, others = some.split(test=1 / 3)
    assert (len(train.y), len(others.y)) == (100, 50)
    scale = datasets.z_score(train.X)
    network, loss = (
        models.Perceptron(hidden=(16,), link="sigmoid"),
        losses.BinaryCrossEntropy(from_logits=True),
    )
    rest = {"epochs": 60, "batch_size": 10, "validation": (scale(others.X), others.y)}
    return fit(network, scale(train.X), train.y, loss, optimizers.GradientDescent(lr=0.2), **rest, **rule)


@pytest.mark.parametrize("patience", [1, 2, 4, 5, 30])
def test_patience_ends_and_keeps_as_a_training_with_it(history, patience):
    run = stopped_by(patience=patience)
    assert out_of_patience(history.validation_losses, patience) == (run.epochs, run.kept)


@pytest.mark.parametrize("tolerance", [0.05, 0.001, 0.0004, 0.0002])
def test_tolerance_ends_as_a_training_with_it(history, tolerance):
    run = stopped_by(loss_tolerance=tolerance)
    stop = first_small(abs(np.diff(history.losses)), tolerance)
    assert (run.stopped, run.epochs) == ("loss change", stop)


def test_patience_has_a_safe_side_and_a_tolerance_has_none(history):
    """What the lab is for, as the chapter says it."""
    seen, changes = history.validation_losses, abs(np.diff(history.losses))
    kept = [out_of_patience(seen, patience)[1] for patience in PATIENCES]
    assert [epoch == seen.argmin() for epoch in kept] == [patience >= 5 for patience in PATIENCES]
    got = [seen[first_small(changes, tolerance)] for tolerance in TOLERANCES]
    lowest = int(np.argmin(got))
    assert TOLERANCES[lowest] == 0.002
    assert got[-1] > 2 * got[lowest]
    caught = TOLERANCES[[first_small(changes, tolerance) == 20 for tolerance in TOLERANCES]]
    assert (caught.max(), caught.min()) == (0.001, 0.00032)
    assert first_small(changes, TOLERANCES[TOLERANCES < 0.00032][0]) == 54


def test_caption_tells_where_each_rule_stops():
    caption = labs.stopping().frame(tolerance=0.0002, patience=5)[0].replace("\u00a0", " ")
    assert "Tolerance 0.0002: stops after epoch 60, with a validation loss of 0.085, 158 % above" in caption
    assert "Patience 5: stops after epoch 23 and keeps epoch 18, with 0.033, the lowest of all." in caption
