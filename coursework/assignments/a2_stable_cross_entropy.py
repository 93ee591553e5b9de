"""Hidden tests of assignment 2: cross-entropy made stable."""

import numpy as np

from coursework.checks import Case, Criterion, Question, expect

NO_WARNING = "An exponential overflows, or infinity less infinity comes up."


def questions(names, rng):
    """Return the questions, whose answers are those of the instructor's notebook."""
    sigmoid, loss, gradient, log_softmax, cost = (
        names[name]
        for name in ("sigmoid", "binary_cross_entropy", "bce_gradient", "log_softmax", "cross_entropy")
    )
    z = rng.uniform(-5, 5, 9)
    y = np.array([0, 1, 1, 0, 1, 0, 1, 1, 0])
    far = np.array([-1000.0, -750.5, 710.0, 1000.0, 0.0])
    table = 3 * rng.standard_normal((6, 3))
    wild = np.array([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1003.0], [0.0, 800.0, 0.0]])
    labels = np.array([0, 2, 1, 1, 0, 2])

    return [
        Question(
            "test-sigmoid",
            "1. The sigmoid",
            [
                Criterion(
                    "scores between −5 and 5",
                    1,
                    [expect(sigmoid, z), expect(sigmoid, table)],
                    "1/(1 + exp(−z)).",
                ),
                Criterion(
                    "scores far out, without a warning",
                    2,
                    [
                        expect(sigmoid, far, strict=True),
                        expect(sigmoid, np.array([-40.0, -300.0]), strict=True, atol=0, rtol=1e-6),
                    ],
                    f"{NO_WARNING} For very negative scores the probability is tiny, not 0.",
                ),
                Criterion(
                    "the scores stay as they were",
                    1,
                    [expect(sigmoid, z, frozen=True)],
                    "An array that came in was changed.",
                ),
            ],
        ),
        Question(
            "test-bce",
            "2. Binary cross-entropy from scores",
            [
                Criterion(
                    "scores between −5 and 5",
                    1,
                    [expect(loss, y, z), expect(loss, 1 - y, z)],
                    "Which loss is for which label?",
                ),
                Criterion(
                    "confident and wrong, without a warning",
                    2,
                    [
                        expect(
                            loss,
                            np.array([0, 0, 1, 1]),
                            np.array([1000.0, 750.5, -1000.0, -36.0]),
                            strict=True,
                        ),
                        expect(loss, np.array([1, 0]), np.array([1000.0, -1000.0]), strict=True),
                    ],
                    f"{NO_WARNING} The loss grows with the score, without a ceiling.",
                ),
                Criterion(
                    "confident and right",
                    2,
                    [
                        expect(loss, np.array([1, 0]), np.array([38.5, -44.0]), atol=0, rtol=1e-6),
                        expect(loss, np.array([1, 1]), np.array([20.0, 30.0]), atol=0, rtol=1e-6),
                    ],
                    "Tiny losses are rounded to 0, or have lost their digits.",
                ),
            ],
        ),
        Question(
            "test-bcegradient",
            "3. Its gradient",
            [
                Criterion(
                    "probability minus label, over n",
                    2,
                    [expect(gradient, y, z), expect(gradient, y[:2], z[:2])],
                    "Mind the sign, and the 1/n of the mean.",
                ),
                Criterion(
                    "scores far out, without a warning",
                    1,
                    [
                        expect(
                            gradient,
                            np.array([1, 0, 1, 0]),
                            np.array([-1000.0, 1000.0, 800.0, -800.0]),
                            strict=True,
                        )
                    ],
                    NO_WARNING,
                ),
            ],
        ),
        Question(
            "test-logsoftmax",
            "4. The logarithm of the softmax",
            [
                Criterion(
                    "row by row",
                    1,
                    [expect(log_softmax, table), expect(log_softmax, table[:3])],
                    "Each row is an example; the sum runs over its classes.",
                ),
                Criterion(
                    "scores of 1000, without a warning",
                    2,
                    [expect(log_softmax, wild, strict=True), expect(log_softmax, wild[:1], strict=True)],
                    f"{NO_WARNING} Subtract something from each row first.",
                ),
                Criterion(
                    "the table stays as it was",
                    1,
                    [expect(log_softmax, table, frozen=True)],
                    "Subtract into a new array, not into the one that came in.",
                ),
            ],
        ),
        Question(
            "test-ce",
            "5. Cross-entropy with integer labels",
            [
                Criterion(
                    "the mean over the examples",
                    2,
                    [expect(cost, labels, table), expect(cost, labels[:1], table[:1])],
                    "Minus the log-probability of each right class, and the mean of these.",
                ),
                Criterion(
                    "any number of classes",
                    1,
                    [
                        expect(cost, np.array([4, 0]), rng.standard_normal((2, 5))),
                        expect(cost, labels % 2, table[:, :2]),
                    ],
                    "Nothing says that there are three.",
                ),
            ],
        ),
        Question(
            "test-mine",
            "6. Scores of your own",
            [
                Criterion("how many are not finite", 1, [Case("naive", None, names["naive"])]),
                Criterion("the mean cross-entropy", 1, [Case("mine", None, names["mine"], rtol=1e-5)]),
            ],
        ),
    ]
