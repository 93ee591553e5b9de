"""The theory of wide layers that the lab on deep networks draws, against networks."""

import numpy as np
import pytest

from lossgd import models
from lossgd.labs.initialisation import DEPTHS, KEEPS, NAMES, SCALES, band, factors

WIDTH, LAYERS, SEEDS = 256, 10, 8


def per_layer(activation, scale, seed):
    """Return the logarithms of what a layer makes, on average, of the signal and of the slope of a loss."""
    network = models.Perceptron((WIDTH,) * LAYERS, activation, outputs=WIDTH)
    x, g = np.random.default_rng(seed).normal(size=(2, 1, WIDTH))
    theta = scale / np.sqrt(2) * network.init(WIDTH, seed)  # He's are of scale √2
    _, tape = network.forward(theta, x)
    parts = network.views(network.backward(theta, tape, g), WIDTH)
    signals, slopes = (
        [np.sqrt(np.mean(each**2)) for each in which]
        for which in ([h for _, h, _ in tape[:-1]], [parts[f"bias_{k}"] for k in range(1, LAYERS + 1)])
    )
    return np.log([signals[-1] / signals[0], slopes[0] / slopes[-1]]) / (LAYERS - 1)


@pytest.mark.slow
@pytest.mark.parametrize("activation", NAMES)
@pytest.mark.parametrize("scale", [0.5, 1.0, 2**0.5, 2.0, 8.0])
def test_wide_networks_do_what_is_drawn(activation, scale):
    measured = np.mean([per_layer(activation, scale, seed) for seed in range(SEEDS)], axis=0)
    signals, backward = factors(activation, scale, LAYERS)
    expected = np.log([signals[-1] / signals[0], backward[:-1].prod()]) / (LAYERS - 1)
    np.testing.assert_allclose(np.exp(measured - expected), 1, rtol=0.03)


def test_he_s_start_keeps_the_size_of_relu_s_signal_and_gradient():
    for sizes_ in factors("relu", 2**0.5):
        np.testing.assert_allclose(sizes_, 1, rtol=1e-6)


def test_the_border_is_as_thin_as_one_over_depth():
    corners = band("relu")
    low, high = corners[: len(corners) // 2], corners[len(corners) // 2 :][::-1]
    for (left, depth), (right, _) in zip(low, high, strict=True):
        if depth >= 4:  # at 2 layers the area reaches beyond the grid
            assert np.log10(right / left) == pytest.approx(2 * np.log10(KEEPS) / depth, rel=1e-3)
            assert left < 2**0.5 < right


def test_what_the_chapter_says_of_the_map():
    position = np.flatnonzero(np.isclose(SCALES, 2**0.5))[0]
    further = SCALES[position + 1]
    assert factors("relu", further, 20)[1].prod() == pytest.approx(32, rel=0.01)
    assert factors("relu", further, 50)[1].prod() == pytest.approx(5800, rel=0.01)
    for activation, edges in (("tanh", (1.0, 1.43)), ("sigmoid", (9.3, 11.2))):
        corners = band(activation)
        deepest = corners[corners[:, 1] == DEPTHS[-1], 0]
        assert deepest == pytest.approx(edges, rel=0.01)
