"""Hidden tests of assignment 4: momentum and Adam against stored paths."""

import numpy as np

from coursework.checks import Case, Criterion, Question, expect
from coursework.wire import Remote


def questions(names, rng):
    """Return the questions, whose answers are those of the instructor's notebook."""
    heavy, rate, nesterov, adam = (
        names[name] for name in ("heavy_ball", "heavy_ball_rate", "nesterov", "adam")
    )
    start = rng.uniform(0.5, 1.5, 3)
    whole = np.array([2, 1, 3])
    scale = rng.uniform(1, 9, 3)

    def bowl(theta):
        return scale * theta

    def himmelblau(theta):
        x, y = theta
        a, b = x**2 + y - 11, x + y**2 - 7
        return np.array([4 * x * a + 2 * b, 2 * a + 4 * y * b])

    def faint(theta):
        return 1e-4 * scale * np.sign(theta)

    near = rng.uniform(-0.5, 0.5, 2)
    curved = Remote(himmelblau)
    straight = Remote(bowl)
    kept = "Begin with a copy that holds floats; a row that is kept must not be changed later."

    def descent(rule, first, later):
        """Return the criteria of a rule with velocity: one step, then many."""
        many = [expect(rule, straight, start, 0.02, 0.8, 25), expect(rule, curved, near, 0.001, 0.9, 25)]
        return [
            Criterion("the first step", 1, [expect(rule, straight, start, 0.02, 0.8, 1)], first),
            Criterion("the whole way", 3, many, later),
        ]

    return [
        Question(
            "test-heavy",
            "1. The heavy ball",
            [
                *descent(
                    heavy, "v begins at zero, g counts in full.", "The velocity is kept from step to step."
                ),
                Criterion(
                    "starts of whole numbers, which stay as they were",
                    1,
                    [
                        expect(heavy, straight, whole, 0.02, 0.8, 1),
                        expect(heavy, straight, start, 0.02, 0.8, 1, frozen=True),
                    ],
                    kept,
                ),
            ],
        ),
        Question(
            "test-same",
            "2. The same path",
            [
                Criterion(
                    "the rate", 2, [expect(rate, 0.3, 0.8), expect(rate, 0.01, 0.99), expect(rate, 1.0, 0.0)]
                )
            ],
        ),
        Question(
            "test-nesterov",
            "3. Nesterov looks ahead",
            [
                *descent(
                    nesterov,
                    "v begins at zero.",
                    "The gradient is that at θ − βv, and v holds the rate already.",
                ),
            ],
        ),
        Question(
            "test-adam",
            "4. Adam",
            [
                Criterion(
                    "the first step, as long as the rate",
                    1,
                    [
                        expect(adam, straight, start, 0.05, 1, rtol=1e-4, atol=1e-4),
                        expect(adam, curved, near, 0.3, 1, rtol=1e-4, atol=1e-4),
                    ],
                    "Are both moments corrected?",
                ),
                Criterion(
                    "the whole way",
                    3,
                    # ε is asked for on its own, below.
                    [
                        expect(adam, straight, start, 0.05, 25, rtol=1e-4, atol=1e-4),
                        expect(adam, curved, near, 0.1, 25, rtol=1e-4, atol=1e-4),
                    ],
                    "Is t counted from 1, and are squares averaged, not gradients?",
                ),
                Criterion(
                    "other β and ε",
                    2,
                    [
                        expect(adam, curved, near, 0.1, 8, options={"beta1": 0.8, "beta2": 0.95}),
                        expect(adam, Remote(faint), start, 0.01, 8, options={"eps": 1e-3}),
                    ],
                    "ε is added to the root of the corrected v, not under it; no constant is written in.",
                ),
                Criterion(
                    "starts of whole numbers, which stay as they were",
                    1,
                    [
                        expect(adam, straight, whole, 0.05, 1, rtol=1e-4, atol=1e-4),
                        expect(adam, straight, start, 0.05, 1, rtol=1e-4, atol=1e-4, frozen=True),
                    ],
                    kept,
                ),
            ],
        ),
        Question(
            "test-mine",
            "5. A ravine of your own",
            [
                Criterion("the lowest loss", 1, [Case("mine", None, names["mine"], rtol=1e-5, atol=0)]),
                Criterion("its rate", 1, [Case("best_rate", None, names["best_rate"])]),
            ],
        ),
    ]
