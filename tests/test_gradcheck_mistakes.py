"""Each usual mistake is caught, and named."""

import numpy as np
import pytest

from lossgd import gradcheck, losses
from lossgd.gradcheck import mistakes
from tests.wrong import LABELS, WRONG

Y, P = np.array([1.0, -2.0, 0.5, 3.0, 0.0]), np.array([1.5, 2.0, 0.25, 2.0, 0.1])
X = np.arange(1.0, 7).reshape(2, 3)
SQUARE = np.arange(1.0, 10).reshape(3, 3)


@pytest.mark.parametrize(("wrong", "right", "data", "mistake"), WRONG)
def test_each_wrong_loss_is_caught_and_named(wrong, right, data, mistake):
    report = gradcheck.check(wrong, *data)
    assert not report.ok
    assert report.mistake.startswith(mistake)
    sentences = str(report)[str(report).index("Likely mistake:") :]
    assert max(map(len, sentences.splitlines())) <= 72  # what a page shows without scrolling
    assert gradcheck.check(right, *data).ok


def mse(y, p):
    return np.mean((p - y) ** 2)


def slope(y, p):
    return 2 * (p - y) / len(p)


@pytest.mark.parametrize(
    ("gradient", "mistake"),
    [
        (lambda y, p: -slope(y, p), "the sign. Is it y − ŷ where ŷ − y belongs? Every entry is -1 times"),
        (lambda y, p: 5 * slope(y, p), "a factor of n. There are 5 examples: is the division by n missing?"),
        (
            lambda y, p: slope(y, p) / 5,
            "a factor of n. There are 5 examples: is it divided by n once too often?",
        ),
        (lambda y, p: 2 * slope(y, p), "a factor of 2."),
        (lambda y, p: slope(y, p) / 2, "a factor of 2."),
        (lambda y, p: -2 * slope(y, p), "the sign, and a factor of 2."),
        (lambda y, p: 0.3 * slope(y, p), "a factor. Every entry is 0.3 times the right one."),
        (lambda y, p: 0 * p, "detached."),
        (lambda y, p: slope(y, p) / np.where(p == 2, np.nan, 1), "log 0, 0/0 or an overflow. It gives nan"),
        (lambda y, p: np.full(5, slope(y, p).mean()), "broadcast. Every entry is the mean"),
        (lambda y, p: np.full(5, slope(y, p).sum()), "broadcast. Every entry is the sum"),
        (lambda y, p: slope(y, p)[::-1], "transposed, or in another order."),
        (
            lambda y, p: slope(y, p) + 0.25,
            "a term too many or too few. Every entry is off by the same amount, 0.25",
        ),
        (lambda y, p: slope(y, p) * (1 + 1e-5 * y), "a number. Right but for a part of 3e-05"),
        (
            lambda y, p: np.where(p == 2, 0, slope(y, p)),
            "a clip in the gradient. At 2 of 5 coordinates it is 0",
        ),
        (lambda y, p: np.clip(slope(y, p), -0.3, 0.3), "a branch. At 2 of 5 coordinates it is wrong"),
        (
            lambda y, p: np.where(p == 2, -1, 1) * slope(y, p),
            "the sign. Is it y − ŷ where ŷ − y belongs? At 2 of 5",
        ),
        (lambda y, p: p**3, "none of the usual ones."),
        (lambda y, p: slope(y, p)[:, None], "the shape, but not the numbers."),
        (lambda y, p: p[:, None] ** 3, "the shape. A gradient has its variable's shape."),
        (lambda y, p: slope(y, p).sum(), "a sum too many."),
        (lambda y, p: p[:, None] - y, "broadcast. Shapes such as (n,) and (n, 1) met"),
    ],
)
def test_each_mistake_is_named(gradient, mistake):
    report = gradcheck.check(mse, Y, P, gradient=gradient)
    assert not report.ok
    assert report.mistake.startswith(mistake)


@pytest.mark.parametrize("n", [2, 5])
def test_one_number_for_all_coordinates_is_named_of_two_already(n):
    y, p = Y[:n], P[:n]
    report = gradcheck.check(mse, y, p, gradient=lambda y, p: np.full(n, slope(y, p).sum()))
    assert report.mistake.startswith("broadcast. Every entry is the sum")


@pytest.mark.parametrize(("x", "gradient"), [(X, lambda x: 2 * x.T), (SQUARE, lambda x: 2 * x.T)])
def test_a_transposed_gradient_is_named(x, gradient):
    report = gradcheck.check(lambda x: np.sum(x**2), x, gradient=gradient)
    assert report.mistake == "transposed. The numbers are right after .T."


@pytest.mark.parametrize("x", [X, SQUARE])
def test_a_matrix_is_not_called_transposed_for_another_mistake(x):
    report = gradcheck.check(lambda x: np.sum(x**2), x, gradient=lambda x: 2 * x + 0.5)
    assert report.mistake.startswith("a term too many or too few.")


def test_a_gradient_of_another_shape_has_no_table():
    report = gradcheck.check(mse, Y[:, None], P[:, None], gradient=lambda y, p: slope(y, p).ravel())
    assert str(report).splitlines() == [
        "mse: the gradient has shape (5,), not (5, 1)",
        "Likely mistake: the shape, but not the numbers. A gradient has its",
        "variable's shape.",
    ]
    assert not report.ok
    assert report.wrong.all()


@pytest.mark.parametrize("low", [0, -1])
def test_swapped_labels_are_named_of_either_kind(low):
    y = np.where(LABELS == 0, low, 1)
    loss = losses.Hinge() if low else losses.BinaryCrossEntropy(from_logits=True)
    scores = np.array([0.5, -0.3, 0.2, 1.7])
    report = gradcheck.check(loss, y, scores, gradient=lambda y, s: loss.gradient(low + 1 - y, s))
    assert report.mistake.startswith("swapped labels.")


def test_the_n_of_an_objective_is_the_number_of_its_coordinates():
    report = gradcheck.check(lambda x: np.mean(x**3), P, gradient=lambda x: 3 * x**2)
    assert report.mistake.startswith("a factor of n. There are 5 coordinates")


def test_one_number_alone_is_not_called_a_multiple_of_the_right_one():
    report = gradcheck.check(lambda x: np.sum(x**2), [3.0], gradient=lambda x: np.array([4.6]))
    assert report.mistake.startswith("none of the usual ones.")


def test_a_factor_of_two_with_two_examples_may_be_either():
    report = gradcheck.check(mse, Y[:2], P[:2], gradient=lambda y, p: 2 * slope(y, p))
    assert report.mistake.startswith("a factor of n. There are 2 examples")


@pytest.mark.parametrize("slope", [1.5, -3.0])
def test_a_slope_beyond_both_sides_of_a_kink_is_not_called_a_clip(slope):
    report = gradcheck.check(
        losses.MeanAbsoluteError(), [1.0, 2.0], [1.0, 5.0], gradient=lambda y, p: np.array([slope, 0.5])
    )
    assert report.mistake.startswith("a kink. At 1 of 2 coordinates the slope jumps")


def test_every_mistake_has_its_name():
    names = {mistake.__name__ for mistake in mistakes.MISTAKES}
    functions = {
        name for name, f in vars(mistakes).items() if getattr(f, "__module__", "") == mistakes.__name__
    }
    assert names == {name for name in functions if not name.startswith("_")} - {"Evidence", "likely"}


def test_two_slopes_are_enough_to_tell_a_factor_and_one_is_not():
    weights = np.array([1.0, 3.0, 0.0])
    report = gradcheck.check(
        lambda x: np.sum(weights * x**2), np.ones(3), gradient=lambda x: 0.6 * weights * x
    )
    assert report.mistake.startswith("a factor. Every entry is 0.3 times")
    report = gradcheck.check(lambda x: np.sum(x[0] ** 2), np.ones(3), gradient=lambda x: 0.6 * x * [1, 0, 0])
    assert not report.mistake.startswith("a factor")
