"""Hidden tests of assignment 5: diagnose four sick training runs."""

import numpy as np

from coursework.checks import Case, Criterion, Question, agrees, expect
from coursework.wire import Remote


def questions(names, rng):
    """Return the questions, whose answers are those of the instructor's notebook."""
    error, curvature, turn = (names[name] for name in ("gradient_error", "curvature", "turn"))
    diagnosis = names["diagnosis"]
    theta = rng.uniform(1, 2, 4)
    factor = rng.uniform(1, 3, 4)
    X = rng.standard_normal((30, 4)) * factor

    def loss(theta):
        return float(np.sum(factor * np.asarray(theta) ** 3))

    def right(theta):
        return 3 * factor * np.asarray(theta) ** 2

    def wrong(theta):
        return right(theta) * np.array([1, -1, 0.5, 30])

    def still(theta):
        return np.zeros(4)

    def has(run):
        return Case("diagnosis", None, lambda said: said.get(run) == diagnosis[run])

    small = {"rtol": 1e-4, "atol": 1e-6}
    return [
        Question(
            "test-error",
            "1. Is the gradient right?",
            [
                Criterion(
                    "relative errors, for each parameter",
                    2,
                    [expect(error, Remote(loss), Remote(each), theta, **small) for each in (wrong, still)],
                    "Divide by the larger of the two absolute values.",
                ),
                Criterion(
                    "a right gradient has none, at any point, which stays as it was",
                    1,
                    [
                        # Rounding alone must not count.
                        expect(error, Remote(loss), Remote(right), np.array([1, 2, 3, 1]), **small),
                        expect(error, Remote(loss), Remote(right), theta, frozen=True, **small),
                    ],
                    "Central differences, of a copy of the point that holds floats.",
                ),
            ],
        ),
        Question(
            "test-curvature",
            "2. How steep, and how uneven?",
            [
                Criterion(
                    "the largest eigenvalue",
                    1,
                    [part(curvature, 0, X), part(curvature, 0, X[:9, :2])],
                    "The Hessian is 2/n XᵀX.",
                ),
                Criterion(
                    "the condition number",
                    2,
                    [part(curvature, 1, X), part(curvature, 1, X[:9, :2])],
                    "The largest eigenvalue of H over the smallest.",
                ),
            ],
        ),
        Question(
            "test-turn",
            "3. Where does it turn?",
            [
                Criterion(
                    "the step of the lowest loss",
                    1,
                    [
                        part(turn, 0, [3.0, 1.0, 2.0, 1.0]),
                        part(turn, 0, [1.0]),
                        part(turn, 0, [3.0, 2.0, 1.0]),
                    ],
                    "The first of the lowest, counted from 0.",
                ),
                Criterion(
                    "the last over the lowest", 1, [part(turn, 1, [3.0, 2.0, 5.0]), part(turn, 1, [3.0, 2.0])]
                ),
            ],
        ),
        Question(
            "test-diagnosis", "4. The diagnosis", [Criterion(f"run {run}", 1, [has(run)]) for run in "ABCD"]
        ),
        Question(
            "test-evidence",
            "5. The evidence",
            [
                Criterion("the bound of the rate", 2, [Case("bound", None, names["bound"], rtol=1e-4)]),
                Criterion(
                    "the condition once scaled", 2, [Case("condition", None, names["condition"], rtol=1e-4)]
                ),
                Criterion(
                    "the wrong parameter", 2, [Case("wrong_parameter", None, names["wrong_parameter"])]
                ),
                Criterion("the step to stop at", 2, [Case("best_step", None, names["best_step"])]),
            ],
        ),
    ]


def part(function, index, argument):
    """Return the case of a function that returns a tuple, of which one part is compared."""
    expected = function(argument)[index]
    return Case(
        function.__name__,
        (argument,),
        lambda answer: isinstance(answer, tuple) and agrees(answer[index], expected, 1e-7, 1e-8),
    )
