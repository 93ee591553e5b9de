"""The gradient is the derivative of the loss: by complex steps, by differences, and at the kinks."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import checks, losses
from tests.losses.cases import CLASSES, every_case
from tests.losses.complex_step import derivative


@pytest.fixture
def checks_of_real_numbers(monkeypatch):
    """Let complex numbers pass the checks."""

    def unless_complex(check, *arguments):
        if not any(map(np.iscomplexobj, arguments)):
            return check(*arguments)

    for name in ("finite", "probabilities", "labels", "distributions"):
        monkeypatch.setattr(checks, name, partial(unless_complex, getattr(checks, name)))


@every_case
def test_slope_is_the_complex_step_derivative_of_the_loss(case, checks_of_real_numbers):
    y, p = case.random(case.shape(999))

    def loss(stepped):
        return case.loss._loss(*case.loss._parts(y, stepped))

    def loss_of_column(j, column):
        stepped = p.astype(column.dtype).view(type(column))
        stepped[:, j] = column
        return loss(stepped)

    if case.by_class:
        columns = [derivative(partial(loss_of_column, j), p[:, j]) for j in range(CLASSES)]
        expected = np.stack(columns, axis=1)
    else:
        expected = derivative(loss, p)
    # Where a smoothed target and a probability are all but equal, their difference has few digits.
    atol = 2e-16 if getattr(case.loss, "label_smoothing", 0) else 0
    assert_allclose(case.loss._slope(*case.loss._parts(y, p)), expected, rtol=2e-14, atol=atol)


@every_case
def test_gradient_is_the_central_difference_of_the_cost(case):
    y, p = case.random(case.shape(12), seed=1)
    h = 1e-6
    gradient = case.loss.gradient(y, p)
    for entry in np.ndindex(p.shape):
        step = np.zeros_like(p)
        step[entry] = h
        difference = (case.loss(y, p + step) - case.loss(y, p - step)) / (2 * h)
        assert difference == pytest.approx(gradient[entry], rel=1e-6, abs=1e-8)


def one_sided_slopes(loss, y, p, h):
    y, p = np.array([y]), np.array([p])
    return (loss(y, p) - loss(y, p - h)) / h, (loss(y, p + h) - loss(y, p)) / h


@pytest.mark.parametrize(
    ("loss", "y", "p", "left", "right"),
    [
        (losses.MeanAbsoluteError(), 2.0, 2.0, -1, 1),
        (losses.Quantile(q=0.25), 2.0, 2.0, -0.25, 0.75),
        (losses.Hinge(), 1.0, 1.0, -1, 0),
        (losses.Hinge(), -1.0, -1.0, 0, 1),
    ],
)
def test_at_a_kink_the_slope_is_a_subgradient(loss, y, p, left, right):
    assert one_sided_slopes(loss, y, p, 2**-20) == (left, right)
    assert left <= loss.gradient([y], [p])[0] <= right


@pytest.mark.parametrize(
    ("loss", "y", "p"),
    [
        (losses.Huber(delta=2.0), 1.0, 3.0),
        (losses.Huber(delta=2.0), 1.0, -1.0),
        (losses.SquaredHinge(), 1.0, 1.0),
        (losses.SquaredHinge(), -1.0, -1.0),
    ],
)
def test_where_two_pieces_meet_smoothly_both_slopes_are_the_gradient(loss, y, p):
    h = 2**-20
    gradient = loss.gradient([y], [p])[0]
    assert one_sided_slopes(loss, y, p, h) == pytest.approx((gradient, gradient), abs=h)
