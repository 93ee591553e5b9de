"""Random truths and predictions of each kind, for comparing with other libraries."""

import numpy as np

N, CLASSES = 500, 4
RNG = np.random.default_rng(0)

NUMBERS = RNG.normal(size=N), 3 * RNG.normal(size=N)
OUTPUTS = RNG.normal(size=(N, 3)), RNG.normal(size=(N, 3))
LABELS = RNG.integers(2, size=N).astype(float)
LOGITS = LABELS, 4 * RNG.normal(size=N)
PROBABILITIES = LABELS, RNG.uniform(0.001, 0.999, size=N)
SCORES = 2 * LABELS - 1, 2 * RNG.normal(size=N)
INDICES = RNG.integers(CLASSES, size=N)
ONE_HOT = np.eye(CLASSES)[INDICES]
SOFT = RNG.dirichlet(np.ones(CLASSES), size=N)
LOGIT_ROWS = 3 * RNG.normal(size=(N, CLASSES))
PROBABILITY_ROWS = RNG.dirichlet(np.ones(CLASSES), size=N)
WEIGHTS = RNG.uniform(0, 3, size=N)
SOFT_LABELS = RNG.uniform(size=N)
COUNTS = RNG.poisson(3.0, size=N).astype(float)


def assert_close(actual, expected):
    """Equal but for rounding: both sides compute in float64, and round at different places."""
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-14)
