"""What the lab on overfitting shows is what training gives, and what chapter 23 says of it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import labs, losses, models, optimizers, schedules
from lossgd.labs.overfitting import NETWORK, STEPS, STRENGTHS, fitted, inputs, points
from lossgd.training import fit


@pytest.mark.parametrize("strength", [0.0001, 0.014])
def test_its_networks_are_those_that_fit_trains(strength):
    few, others = points()
    history = fit(
        NETWORK,
        inputs(few.X),
        few.y,
        losses.MeanSquaredError(),
        optimizers.Adam(lr=schedules.Cosine(lr=0.05, steps=STEPS)),
        epochs=STEPS,
        l2=strength,
        validation=(inputs(others.X), others.y),
    )
    thetas, train, validation = fitted()
    i = list(STRENGTHS).index(strength)
    assert_allclose(thetas[i], history.theta, rtol=1e-6, atol=1e-6)
    assert_allclose(validation[i], history.validation_losses[-1], rtol=1e-6)
    penalty = models.Cost(NETWORK, losses.MeanSquaredError(), inputs(few.X), few.y, l2=strength)(thetas[i])
    assert_allclose(penalty, history.losses[-1], rtol=1e-6)
    assert train[i] < penalty


def test_only_the_validation_loss_has_a_lowest_point_and_the_smallest_gap_is_past_it():
    _, train, validation = fitted()
    best = validation.argmin()
    closed = abs(validation - train).argmin()
    assert (np.diff(train) > -0.0003).all()
    assert STRENGTHS[best] == 0.014
    assert STRENGTHS[closed] == 0.19
    assert 1.7 < validation[closed] / validation[best] < 1.8
    assert validation[0] > 2 * validation[best]
    assert validation[-1] > 2.9 * validation[best]
    # A valley with a wide floor: less than 10 % above the lowest for a factor of five.
    wide = STRENGTHS[validation < 1.1 * validation[best]]
    assert wide[-1] / wide[0] > 5


def test_the_caption_names_the_lowest():
    lab = labs.l2_strength()
    captions = [lab.frame(strength=strength)[0].replace("\u00a0", " ") for strength in STRENGTHS]
    lowest = [caption.endswith("the lowest of all.") for caption in captions]
    assert np.flatnonzero(lowest).tolist() == [fitted()[2].argmin()]
    assert captions[0].startswith("λ = 0.0001: training loss 0.053, validation loss 0.205, a gap of 0.15")
