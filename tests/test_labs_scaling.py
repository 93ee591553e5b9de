"""What the lab of clinic 19 draws is what descends on real inputs of that range and offset."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import descend, losses, models, optimizers
from lossgd.labs import scaling

EVEN = np.linspace(-0.5, 0.5, 20001)  # x, before range and offset


@pytest.mark.parametrize(
    ("width", "offset"), [(1.0, 0.0), (3.2, 0.0), (1.6, 0.5), (63.0, 3.5), (1000.0, 4.75)]
)
def test_condition_is_that_of_the_inputs(width, offset):
    inputs = np.column_stack([width * (EVEN + offset), np.ones_like(EVEN)])
    sizes = np.linalg.svd(inputs, compute_uv=False)
    assert_allclose(scaling.condition(width, offset), (sizes[0] / sizes[1]) ** 2, rtol=1e-3)
    assert_allclose(scaling.hessian(width, offset), inputs.T @ inputs / len(EVEN), rtol=1e-3, atol=1e-12)


def test_path_is_gradient_descent_at_the_rate_1_over_l():
    x = 2 * (EVEN + 0.5)[:, None]
    curvatures = scaling.hessian(2.0, 0.5)
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), x, np.zeros(len(x)))
    rule = optimizers.GradientDescent(lr=0.5 / np.linalg.eigvalsh(curvatures)[-1])
    path = descend(cost, scaling.START, rule, max_steps=scaling.SHOWN)
    assert_allclose(scaling.walk(curvatures), path.thetas, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("offset", [0.0, 0.5, 3.5])
def test_no_range_makes_up_for_an_offset(offset):
    """The lowest κ over all ranges solves κ + 1/κ + 2 = 4(12 · offset² + 1): 1 if centred, 13.9 from 0 up."""
    lowest = scaling.condition(np.geomspace(1e-3, 1e3, 200_001), offset).min()
    assert_allclose(lowest + 1 / lowest + 2, 4 * (12 * offset**2 + 1), rtol=1e-6)


def test_steps_a_digit_are_those_of_the_slow_direction():
    assert scaling.pace(14.0) == "16 steps a digit"
    assert (1 - 1 / 14.0) ** (2 * 16) < 0.1 < (1 - 1 / 14.0) ** (2 * 15)
