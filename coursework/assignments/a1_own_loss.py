"""Hidden tests of assignment 1: a loss and its gradient by hand."""

import numpy as np

from coursework.checks import Case, Criterion, Question, Raises, expect
from coursework.wire import Remote


def questions(names, rng):
    """Return the questions, whose answers are those of the instructor's notebook."""
    loss, cost, gradient, numeric = (
        names[name] for name in ("two_sided_huber", "cost", "cost_gradient", "numeric_gradient")
    )
    under, over = 1 + 2 * rng.random(2)
    truth = 10 * rng.standard_normal(7)
    near = truth + rng.uniform(-0.9, 0.9, 7)
    above, below = truth + over + rng.uniform(0.5, 9, 7), truth - under - rng.uniform(0.5, 9, 7)
    mixed = np.where(np.arange(7) % 2 == 0, above, below)
    exact = np.array([0.0, 0.0, 0.0])
    thresholds = np.array([2.0, -1.0, 0.0])

    return [
        Question(
            "test-loss",
            "1. The loss of each day",
            [
                Criterion(
                    "errors between the thresholds",
                    1,
                    [expect(loss, truth, near, under, over), expect(loss, exact, thresholds, 1.0, 2.0)],
                    "There the loss is half the square of the error.",
                ),
                Criterion(
                    "predictions far too large",
                    1,
                    [expect(loss, truth, above, under, over), expect(loss, truth[:1], above[:1], 9.0, 0.25)],
                    "Look at the second line of the formula.",
                ),
                Criterion(
                    "predictions far too small",
                    1,
                    [expect(loss, truth, below, under, over), expect(loss, truth[:1], below[:1], 0.25, 9.0)],
                    "Look at the third line of the formula, and at its sign.",
                ),
                Criterion(
                    "lists and whole numbers",
                    1,
                    [
                        expect(loss, [3, 8, 5], [4, 8, 4], 2, 3),
                        expect(loss, np.array([3, 8]), np.array([4, 9]), 2, 3),
                    ],
                    "Losses are fractions even if all inputs are whole numbers; lists cannot be subtracted.",
                ),
                Criterion(
                    "the inputs stay as they were",
                    1,
                    [expect(loss, truth, near, under, over, frozen=True)],
                    "An array that came in was changed, or the losses are wrong.",
                ),
            ],
        ),
        Question(
            "test-cost",
            "2. The cost of all days",
            [
                Criterion(
                    "the mean, for any number of days",
                    2,
                    [expect(cost, truth, near, under, over), expect(cost, truth[:1], near[:1], under, over)],
                    "The mean of the losses, as one number.",
                ),
                Criterion(
                    "shapes that differ are refused",
                    1,
                    [
                        Case("cost", (truth, near[:, None], under, over), Raises("ValueError")),
                        Case("cost", (truth[:, None], near, under, over), Raises("ValueError")),
                        Case("cost", (truth, near[:1], under, over), Raises("ValueError")),
                    ],
                    "NumPy subtracts some arrays of different shapes; this must be a ValueError.",
                ),
            ],
        ),
        Question(
            "test-gradient",
            "3. The gradient",
            [
                Criterion(
                    "errors between the thresholds",
                    2,
                    [
                        expect(gradient, truth, near, under, over),
                        expect(gradient, truth[:3], near[:3], under, over),
                    ],
                    "Mind the sign, and the 1/n of the mean.",
                ),
                Criterion(
                    "errors beyond the thresholds",
                    2,
                    [
                        expect(gradient, truth, mixed, under, over),
                        expect(gradient, truth, mixed, over, under),
                    ],
                    "There the loss is a straight line: what is its slope on either side?",
                ),
                Criterion(
                    "the inputs stay as they were",
                    1,
                    [expect(gradient, truth, near, under, over, frozen=True)],
                    "An array that came in was changed, or the gradient is wrong.",
                ),
            ],
        ),
        Question(
            "test-numeric",
            "4. Check it by differences",
            [
                Criterion(
                    "central differences",
                    2,
                    [
                        expect(numeric, Remote(steep), rng.uniform(1, 2, 2), rtol=1e-6, atol=1e-6),
                        expect(numeric, Remote(wave), rng.uniform(1, 2, 5), rtol=1e-6, atol=1e-6),
                    ],
                    "One-sided differences are wrong by about h times half the curvature.",
                ),
                Criterion(
                    "points of whole numbers",
                    1,
                    [expect(numeric, Remote(wave), np.array([1, 2, 3]), rtol=1e-6, atol=1e-6)],
                    "In an array of whole numbers, h is rounded to 0.",
                ),
                Criterion(
                    "the point stays as it was",
                    1,
                    [expect(numeric, Remote(wave), rng.uniform(1, 2, 3), frozen=True, rtol=1e-3, atol=1e-3)],
                    "Make a copy of the point before you move it.",
                ),
            ],
        ),
        Question(
            "test-best",
            "5. What the bakery should bake",
            [
                Criterion(
                    "the number with the lowest cost",
                    3,
                    [Case("best", None, names["best"], atol=0.01, rtol=0)],
                )
            ],
        ),
    ]


def steep(x):
    """Return a function whose curvature shows a one-sided difference."""
    return 1000 * x[0] ** 2 + x[0] * x[1]


def wave(x):
    """Return a function of any number of variables, each of which matters in its own way."""
    return float(np.sum(np.arange(1, len(x) + 1) * np.asarray(x) ** 3))
