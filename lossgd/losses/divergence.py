"""How far a positive number is from the true one, y log(y/ŷ) − y + ŷ: what KL and Poisson deviance add up."""

import numpy as np

NEAR = 0.4  # relative errors below it are those for which the series is


def divergence(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return y log(y/p) − y + p, for numbers of at least 0: never negative, and exact also for p near y."""
    d, some_y = p - y, np.where(y == 0, 1, y)  # 0 log 0 is 0
    near = np.abs(d) < NEAR * y
    terms = y * (np.log(some_y) - np.log(np.where(y == 0, 1, p))) + d
    terms[near] = y[near] * _less_log1p(d[near] / y[near])
    return terms


def log_divergence(y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the same for p = eᶻ, and p − y."""
    p, w = np.exp(z), z - np.log(np.where(y == 0, 1, y))  # w is log(p/y)
    x = np.expm1(np.clip(w, -1, 1))
    near = (np.abs(x) < NEAR) & (y > 0)
    excess = np.where(near, y * x, p - y)
    return np.where(near, y * _less_log1p(np.where(near, x, 0)), excess - y * w), excess


def _less_log1p(x):
    """Return x − log(1 + x) for |x| < 0.4, to rounding, though it is far smaller than either."""
    # log(1 + x) = 2(u + u³/3 + u⁵/5 + …) with u = x/(2 + x), and x − 2u = xu.
    u = x / (2 + x)
    square, series = u * u, 1 / 27
    for k in range(25, 1, -2):
        series = 1 / k + square * series
    return u * (x - 2 * square * series)
