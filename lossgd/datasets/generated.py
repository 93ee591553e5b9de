"""Data sets made from a seed: the same seed makes the same numbers."""

import math

import numpy as np

from lossgd import checks
from lossgd.datasets.data import Data


def line(
    n: int = 50,
    *,
    slope: float = 2.0,
    intercept: float = 1.0,
    noise: float = 1.0,
    outliers: int = 0,
    seed: int = 0,
) -> Data:
    """Make points near a line, y = slope · x + intercept + noise, of which some are lifted far above it.

    Parameters
    ----------
    n : int, default 50
        How many examples. Their x is in [0, 10).
    slope : float, default 2.0
        How steep the line is.
    intercept : float, default 1.0
        Where it is at x = 0.
    noise : float, default 1.0
        The standard deviation of the noise.
    outliers : int, default 0
        How many of the points are lifted by 20. With more outliers, all other points stay as they are.
    seed : int, default 0
        The same seed makes the same data.

    Returns
    -------
    Data
        X has shape (n, 1).

    Examples
    --------
    >>> X, y = line(3, noise=0.0)
    >>> bool((y == 2 * X[:, 0] + 1).all())
    True
    """
    n, noise, rng = _checked(n, noise, seed)
    slope = checks.number("slope", slope, -math.inf)
    intercept = checks.number("intercept", intercept, -math.inf)
    outliers = checks.count("outliers", outliers, low=0)
    if outliers > n:
        raise ValueError(f"outliers must be at most n = {n}; got {outliers}")
    x = rng.uniform(0, 10, size=n)
    y = slope * x + intercept + noise * rng.normal(size=n)
    y[rng.permutation(n)[:outliers]] += 20
    return Data(x[:, None], y)


def wave(n: int = 30, *, noise: float = 0.2, seed: int = 0) -> Data:
    """Make points near one period of a sine, y = sin(2πx) + noise: few enough of them can be learnt by heart.

    Parameters
    ----------
    n : int, default 30
        How many examples. Their x is in [0, 1).
    noise : float, default 0.2
        The standard deviation of the noise.
    seed : int, default 0
        The same seed makes the same data.

    Returns
    -------
    Data
        X has shape (n, 1).

    Examples
    --------
    >>> wave()
    Data(30 examples, 1 feature)

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning. Springer. Section 1.1.
    """
    n, noise, rng = _checked(n, noise, seed)
    x = rng.uniform(size=n)
    return Data(x[:, None], np.sin(2 * np.pi * x) + noise * rng.normal(size=n))


def blobs(n: int = 150, *, classes: int = 3, noise: float = 1.0, seed: int = 0) -> Data:
    """Make one round cloud of points a class, the centres evenly spaced on a circle of radius 3.

    Parameters
    ----------
    n : int, default 150
        How many examples, shared out among the classes as evenly as can be.
    classes : int, default 3
        How many classes: the labels are 0 … classes − 1. The centre of class 0 is (3, 0).
    noise : float, default 1.0
        The standard deviation of a cloud in each direction.
    seed : int, default 0
        The same seed makes the same data.

    Returns
    -------
    Data
        X has shape (n, 2).

    Examples
    --------
    >>> X, y = blobs(4, classes=2, noise=0.0)
    >>> X[y == 0].round(9).tolist()
    [[3.0, 0.0], [3.0, 0.0]]
    """
    n, noise, rng = _checked(n, noise, seed)
    classes = checks.count("classes", classes)
    y = rng.permutation(np.arange(n) % classes)
    angle = 2 * np.pi * y / classes
    centre = 3 * np.column_stack([np.cos(angle), np.sin(angle)])
    return Data(centre + noise * rng.normal(size=(n, 2)), y)


def moons(n: int = 200, *, noise: float = 0.1, seed: int = 0) -> Data:
    """Make two half moons that reach into each other: no straight line parts the classes.

    Class 0 is on (cos t, sin t), class 1 on (1 − cos t, ½ − sin t), for t evenly spaced in [0, π]. The same
    points as scikit-learn's `make_moons`, before noise.

    Parameters
    ----------
    n : int, default 200
        How many examples, half of each class.
    noise : float, default 0.1
        The standard deviation of the noise in each direction.
    seed : int, default 0
        The same seed makes the same data.

    Returns
    -------
    Data
        X has shape (n, 2).

    Examples
    --------
    >>> moons()
    Data(200 examples, 2 features)

    References
    ----------
    Pedregosa, F. et al. (2011). Scikit-learn: Machine Learning in Python. JMLR 12, 2825–2830.
    """
    n, noise, rng = _checked(n, noise, seed)
    outer, inner = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    x = np.concatenate([np.cos(outer), 1 - np.cos(inner)])
    height = np.concatenate([np.sin(outer), 0.5 - np.sin(inner)])
    y = np.repeat([0, 1], [len(outer), len(inner)])
    order = rng.permutation(n)
    X = np.column_stack([x, height])[order]
    return Data(X + noise * rng.normal(size=(n, 2)), y[order])


def imbalanced(n: int = 1000, *, positives: float = 0.05, seed: int = 0) -> Data:
    """Make two overlapping clouds, one of which is rare: 95 % zeros and 5 % ones, unless told otherwise.

    Class 0 is around (0, 0), class 1 around (1.5, 1.5), both with standard deviation 1 in each direction.

    Parameters
    ----------
    n : int, default 1000
        How many examples.
    positives : float, default 0.05
        The share of class 1, in (0, 1); rounded to whole examples.
    seed : int, default 0
        The same seed makes the same data.

    Returns
    -------
    Data
        X has shape (n, 2).

    Examples
    --------
    >>> X, y = imbalanced()
    >>> int(y.sum()), len(y)
    (50, 1000)
    """
    n, _, rng = _checked(n, 0.0, seed)
    positives = checks.number("positives", positives, 0, 1)
    y = rng.permutation(np.arange(n) < round(positives * n)).astype(int)
    return Data(1.5 * y[:, None] + rng.normal(size=(n, 2)), y)


def sparse(n: int = 1000, *, features: int = 50, seed: int = 0) -> Data:
    """Make features that are mostly 0, some of them far rarer than others, as words are in texts.

    Feature j is 1 in a share of the examples that falls from ½ for the first to 0.003 for the last, by the
    same factor each time; else it is 0. y = Σ ±2 xⱼ + noise of deviation 0.1, with + and − in turn: the rare
    features matter as much as the frequent ones. Gradient descent sees a rare feature's slope seldom, and so
    learns it late; AdaGrad takes larger steps where it has seen little.

    Parameters
    ----------
    n : int, default 1000
        How many examples.
    features : int, default 50
        How many features.
    seed : int, default 0
        The same seed makes the same data.

    Returns
    -------
    Data
        X has shape (n, features).

    Examples
    --------
    >>> X, y = sparse()
    >>> round(float(X.mean()), 2)  # the share of ones
    0.1

    References
    ----------
    Duchi, J., Hazan, E. and Singer, Y. (2011). Adaptive Subgradient Methods for Online Learning and
    Stochastic Optimization. JMLR 12, 2121–2159.
    """
    n, _, rng = _checked(n, 0.0, seed)
    features = checks.count("features", features)
    X = (rng.random((n, features)) < np.geomspace(0.5, 0.003, features)).astype(float)
    weights = np.where(np.arange(features) % 2, -2.0, 2.0)
    return Data(X, X @ weights + 0.1 * rng.normal(size=n))


def badly_scaled(n: int = 200, *, noise: float = 0.1, seed: int = 0) -> Data:
    """Make two features that matter equally, one in [0, 1], the other in [0, 1000].

    y = 3x₁ + 0.003x₂ + noise.

    Parameters
    ----------
    n : int, default 200
        How many examples.
    noise : float, default 0.1
        The standard deviation of the noise.
    seed : int, default 0
        The same seed makes the same data.

    Returns
    -------
    Data
        X has shape (n, 2).

    Examples
    --------
    >>> X, y = badly_scaled()
    >>> X.max(axis=0).round(1)
    array([  1. , 995.1])
    """
    n, noise, rng = _checked(n, noise, seed)
    X = rng.uniform(size=(n, 2)) * [1, 1000]
    return Data(X, X @ [3, 0.003] + noise * rng.normal(size=n))


def _checked(n, noise, seed):
    """Return the size, the noise and the source of random numbers; raise if one of them is not legal."""
    n, noise = checks.count("n", n), checks.number("noise", noise, 0, closed="[")
    return n, noise, np.random.default_rng(seed)
