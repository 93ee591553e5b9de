"""Hidden tests of assignment 3: gradient descent and its stopping rules."""

import numpy as np

from coursework.checks import Case, Criterion, Question, agrees, expect
from coursework.wire import Remote


def questions(names, rng):
    """Return the questions, whose answers are those of the instructor's notebook."""
    descend, until, early, rate = (
        names[name] for name in ("descend", "descend_until", "early_stop", "largest_rate")
    )
    scale = rng.uniform(1, 4, 3)
    start = rng.uniform(1, 2, 3)

    def bowl(theta):
        return scale * theta

    def bend(theta):
        return np.sin(theta) + theta**3 / 10

    def where(reached, gradient, lr, steps):
        """Return the case of a path, of which only what `reached` takes is compared."""
        expected = reached(descend(gradient, start, lr, steps))
        return Case(
            "descend",
            (Remote(gradient), start, lr, steps),
            lambda path: agrees(reached(path), expected, 1e-7, 1e-10),
        )

    def last(path):
        return path[-1]

    def length(path):
        return len(path)

    def ends(expected, part, *arguments):
        """Return the case of a descent, of which only one part of the answer is compared."""
        return Case(
            "descend_until",
            arguments,
            lambda answer: len(answer) == 3 and agrees(answer[part], expected, 1e-7, 1e-10),
        )

    def stop(gradient, theta0, *options):
        """Return the cases of a descent: where, when and why it stops."""
        answer = until(gradient, np.array(theta0), *options)
        return [ends(answer[part], part, Remote(gradient), theta0, *options) for part in (2, 1, 0)]

    falls = [3.0, 2.0, 2.5, 1.5, 1.6, 1.7, 1.8, 0.5, 0.4]
    wavers = [2.0, 1.0, 1.5, 0.9, 1.2, 1.1, 1.3, 0.8]
    basis, _ = np.linalg.qr(rng.standard_normal((4, 4)))
    turned = basis @ np.diag([0.5, 1.0, 3.0, 8.0]) @ basis.T

    return [
        Question(
            "test-descend",
            "1. The loop",
            [
                Criterion(
                    "a row for the start and one for each step",
                    1,
                    [where(length, bowl, 0.1, 7), where(length, bowl, 0.1, 0)],
                    "There are steps + 1 points.",
                ),
                Criterion(
                    "where the descent ends",
                    2,
                    [where(last, bowl, 0.1, 7), where(last, bend, 0.3, 20)],
                    "The last row is not the point after the last step.",
                ),
                Criterion(
                    "the whole way",
                    2,
                    [
                        expect(descend, Remote(bowl), start, 0.1, 7),
                        expect(descend, Remote(bend), start, 0.3, 5),
                    ],
                    "If all rows are alike, they are one array that you go on changing.",
                ),
                Criterion(
                    "the start stays as it was, and may hold whole numbers",
                    1,
                    [
                        expect(descend, Remote(bowl), start, 0.1, 2, frozen=True),
                        expect(descend, Remote(bowl), np.array([1, 2, 3]), 0.1, 2),
                        expect(descend, Remote(bowl), [1, 2, 3], 0.1, 2),
                    ],
                    "Begin with a copy that holds floats.",
                ),
            ],
        ),
        Question(
            "test-until",
            "2. When to stop",
            [
                Criterion(
                    "when the gradient is small",
                    2,
                    [*stop(bowl, start, 0.2, 1e-4, 500), *stop(round_bowl, np.full(3, 1.5), 0.1, 1e-2, 500)],
                    "The norm of the gradient at the present point, before the next step.",
                ),
                Criterion(
                    "at the limit of steps",
                    1,
                    [*stop(bowl, start, 0.01, 1e-4, 9), *stop(bowl, start, 0.01, 1e-4, 0)],
                ),
                Criterion(
                    "at once, at a minimum",
                    1,
                    [*stop(bowl, np.zeros(3), 0.1, 1e-4, 9), *stop(bowl, np.zeros(3), 0.1, 0.0, 0)],
                    "No step is needed there, even if no step is allowed.",
                ),
                Criterion(
                    "a descent that diverges",
                    2,
                    [
                        ends(reason, 2, Remote(gradient), start, 1e6, 1e-4, 200)
                        for gradient, reason in (
                            (bowl, "diverged"),
                            (np.expm1, "diverged"),
                            (nowhere, "diverged"),
                        )
                    ],
                    "Both infinity and NaN must be noticed; no comparison with NaN is true.",
                ),
            ],
        ),
        Question(
            "test-early",
            "3. Early stopping",
            [
                Criterion(
                    "after the patience",
                    2,
                    [expect(early, falls, 3), expect(early, falls, 1), expect(early, wavers, 2)],
                    "Count the epochs since the lowest loss; a new lowest begins anew.",
                ),
                Criterion(
                    "never, if it goes on falling",
                    1,
                    [
                        expect(early, [4.0, 3.0, 2.0, 1.0], 2),
                        expect(early, wavers, 5),
                        expect(early, [1.0], 1),
                    ],
                    "Then the last epoch is the stop.",
                ),
                Criterion(
                    "an equal loss is not a new lowest",
                    1,
                    [expect(early, [2.0, 1.0, 1.0, 1.0, 0.5], 2)],
                    "Is it < or <= that you need?",
                ),
            ],
        ),
        Question(
            "test-rate",
            "4. The largest rate",
            [
                Criterion(
                    "2 over the largest eigenvalue",
                    2,
                    [expect(rate, turned), expect(rate, np.diag(scale))],
                    "Not the diagonal, not the determinant: the eigenvalues.",
                )
            ],
        ),
        Question(
            "test-mine",
            "5. A valley of your own",
            [Criterion("the number of steps", 2, [Case("mine", None, names["mine"])])],
        ),
    ]


def round_bowl(theta):
    """Return a gradient all of whose entries are alike, so that their norm is √3 times as large."""
    return theta


def nowhere(theta):
    """Return a gradient that is not a number after a step."""
    return theta if np.abs(theta).max() < 3 else np.full(3, np.nan)
