"""What the lab of late gradients says of a direction is what a descent with late gradients does there."""

import numpy as np
import pytest

from lossgd.labs import delays
from lossgd.labs.delays import ALPHAS, CURVATURES, DELAYS, L, bound, distances, left


@pytest.mark.parametrize("delay", DELAYS)
def test_a_descent_shrinks_below_the_bound_and_grows_above_it(delay):
    at = bound(delay)
    assert left(0.99 * at, delay, L) < 1 < left(1.01 * at, delay, L)
    assert left(at, delay, L) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("alpha", "delay"), [(0.04, 0), (0.04, 4), (0.02, 10), (0.14, 1), (0.01, 20), (0.02, 16)]
)
def test_what_a_step_leaves_is_measured(alpha, delay):
    for curvature in CURVATURES.values():
        path = distances(alpha, delay, curvature, 1200)
        early, late = (abs(path[end - 300 : end]).max() for end in (700, 1200))  # it may swing
        if late > 1e-200:
            assert (late / early) ** (1 / 500) == pytest.approx(left(alpha, delay, curvature), abs=2e-3)


def test_the_fastest_rate_falls_faster_than_workers_bring_steps():
    fastest = [min(delays.slowest(alpha, delay)[1] for alpha in ALPHAS) for delay in (0, 16)]
    alone, late = (-1 / np.log10(share) for share in fastest)
    assert late > 17 * alone
