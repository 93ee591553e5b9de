"""Everything shipped is verified at many points, and what is wrong fails."""

import numpy as np
import pytest
import sympy

from lossgd import losses, models, optimizers, proofs, surfaces, symbolic
from lossgd.proofs import exact, points
from tests.wrong import WRONG

ALL = [thing for things in proofs.SHIPPED.values() for thing in things]


@pytest.mark.slow
@pytest.mark.built
@pytest.mark.parametrize("thing", ALL, ids=lambda thing: getattr(thing, "__name__", str(thing)))
def test_the_code_agrees_with_the_formula(thing):
    found = proofs.verify(thing)
    if not found.ok:
        pytest.fail(str(found), pytrace=False)  # the report, without a traceback around it
    has_slopes = isinstance(thing, losses.Loss | models.Model | surfaces.Surface)
    expected = list(proofs.METHODS) if has_slopes else ["value"]
    assert list(found.errors) == expected


@pytest.mark.parametrize(("wrong", "right", "data", "mistake"), WRONG)
def test_each_wrong_loss_fails_and_is_named(wrong, right, data, mistake):
    found = proofs.verify(wrong, formula=symbolic.of(right))
    assert not found.ok
    assert found.mistake.startswith(mistake)
    # What is wrong is the gradient, but for a clipped logarithm, where it is the loss.
    failed = [method for method, error in found.errors.items() if not error.ok]
    assert failed == (["value", *proofs.METHODS[2:]] if mistake.startswith("a clip") else ["gradient"])


def test_a_gradient_of_another_shape_fails():
    class Summed(losses.MeanSquaredError):
        def gradient(self, y_true, y_pred):
            return super().gradient(y_true, y_pred).sum()

    found = proofs.verify(Summed(), formula=symbolic.of(losses.MeanSquaredError))
    assert "gradient             is off by inf at all points: its shape is ()" in str(found)
    assert found.mistake.startswith("a sum too many.")


def test_a_gradient_that_is_nan_somewhere_fails():
    class Overflowing(losses.LogCosh):
        def slope(self, a, *shared):
            return np.sinh(a) / np.cosh(a)

    assert not proofs.verify(Overflowing(), formula=symbolic.of(losses.LogCosh)).errors["gradient"].ok


def test_only_a_subgradient_passes_at_a_kink():
    class Steep(losses.MeanAbsoluteError):
        def slope(self, a):
            return np.where(a == 0, self.at_kink, np.sign(a))

    for at_kink, passes in ((-1, True), (0.3, True), (1, True), (1.1, False)):
        Steep.at_kink = at_kink
        assert proofs.verify(Steep(), formula=symbolic.of(losses.MeanAbsoluteError)).ok == passes


def test_a_kink_may_point_upwards():
    y, p = sympy.symbols("y p", real=True)
    assert proofs.verify(symbolic.from_formula(-sympy.Abs(y - p), y=y, y_pred=p)).ok


@pytest.mark.parametrize(
    ("right", "name", "spoil"),
    [
        (models.Logistic(), "vjp", lambda found: found * (1 + 1e-12)),
        (models.Softmax(3), "predict", lambda found: found[:, ::-1]),
        (models.Perceptron(hidden=(3,)), "vjp", lambda found: -found),
        (surfaces.Himmelblau(), "gradient", lambda found: found[:, ::-1]),
        (surfaces.Rosenbrock(), "__call__", lambda found: found + 1e-10),
        (optimizers.AdamW(lr=0.1, eps=0.01), "step", lambda found: (found[0] * (1 + 1e-12), found[1])),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_a_wrong_model_surface_or_optimizer_fails(right, name, spoil, monkeypatch):
    shipped = getattr(type(right), name)
    monkeypatch.setattr(type(right), name, lambda *a, **o: spoil(shipped(*a, **o)))
    found = proofs.verify(right)
    method = "gradient" if name in ("vjp", "gradient") else "value"
    assert [found for found, error in found.errors.items() if not error.ok] == [method]


def test_the_points_reach_every_decade_and_the_kinks():
    y, p = points.of_loss(losses.Huber(delta=7.7))
    sizes = abs(p - y)[y == 0]
    assert set(range(-8, 9)) <= set(np.floor(np.log10(sizes[sizes > 0]) + 0.5))
    assert {0.0, 7.7} <= set(sizes)
    _, p = points.of_loss(losses.BinaryCrossEntropy())
    assert p.min() == 1e-300
    assert p.max() == 1 - 1e-16
    _, p = points.of_loss(losses.BinaryCrossEntropy(from_logits=True))
    assert (p.min(), p.max()) == (-1000, 1000)
    y, p = points.of_loss(losses.Hinge())
    assert (y * p == 1).any()


def test_exact_values_have_more_digits_than_they_need():
    loss = losses.BinaryCrossEntropy(from_logits=True)
    with exact.mpmath.workdps(exact.DIGITS):
        values, slopes = exact.of_loss(loss, symbolic.of(loss), np.array([1.0]), np.array([1000.0]))
        assert abs(values.low[0] / exact.mpmath.exp(-1000) - 1) < 1e-60
        assert abs(slopes.low[0] / -exact.mpmath.exp(-1000) - 1) < 1e-60


def test_a_verification_reads_as_a_table():
    assert (
        str(proofs.verify(optimizers.GradientDescent(lr=0.001)))
        == "GradientDescent: verified at 10 points\nvalue                equals the formula, to 1e-14"
    )
    lines = str(proofs.verify(WRONG[0][0], formula=symbolic.of(losses.MeanSquaredError))).splitlines()
    assert lines[0] == "WrongSign: not verified at 225 points"
    assert lines[2].startswith("gradient             is off by 2 at y = ")
    assert lines[2].endswith("✗")
    assert lines[-1].startswith("Likely mistake: the sign.")


def test_what_has_no_formula_is_an_error():
    with pytest.raises(TypeError, match="there is nothing to verify of 3; expected a loss"):
        proofs.verify(3)
