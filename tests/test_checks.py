"""Kinds of input that NumPy would take without a word, and options as NumPy's numbers."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pytest

from lossgd import checks, descend, losses, metrics, models, optimizers, schedules, surfaces

MASKED = np.ma.array([1.0, 2.0, 900.0], mask=[0, 0, 1])
MESSAGE = "must not be a masked array; got one with 1 entries masked"


@pytest.mark.parametrize(
    "use",
    [
        lambda: losses.MeanSquaredError()(MASKED, [1, 2, 3]),
        lambda: losses.MeanSquaredError()([1, 2, 3], MASKED),
        lambda: losses.MeanSquaredError()([[1, 2, 3]], [MASKED]),
        lambda: losses.MeanSquaredError()([1, 2, 3], [1, 2, 3], sample_weight=MASKED),
        lambda: metrics.r2(MASKED, [1, 2, 3]),
        lambda: models.Linear().predict([1, 0], MASKED[:, None]),
        lambda: optimizers.Adam(lr=MASKED),
        lambda: schedules.Cosine(lr=0.1, steps=5)(MASKED),
        lambda: schedules.ReduceOnPlateau(lr=0.1).at(0, MASKED, None),
        lambda: surfaces.Parabola()(MASKED[:, None]),
        lambda: descend(surfaces.Parabola(), MASKED[:, None], optimizers.Adam()),
    ],
)
def test_a_masked_array_is_refused(use):
    with pytest.raises(TypeError, match=MESSAGE):
        use()


class Sparse:
    """What SciPy's sparse matrices look like to NumPy: an object that can be converted."""

    def toarray(self):
        raise AssertionError("a sparse matrix is not made dense without being asked")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Sparse(), r"x must hold real numbers; got dtype object. Convert it with x.toarray\(\)"),
        (np.array([1, 2.5], object), r"got dtype object. Convert it with x.astype\(float\)"),
        ([Decimal("0.1"), Decimal("0.2")], "got dtype object$"),
        (["1", "2"], "got dtype <U1"),
        ([1 + 0j], "got dtype complex128"),
        (np.array(["2026-01-01"], "M8[D]"), "got dtype datetime64"),
    ],
)
def test_what_is_not_an_array_of_real_numbers_is_refused(value, message):
    with pytest.raises(TypeError, match=message):
        checks.real_array("x", value)


def test_a_matrix_becomes_an_array():
    assert type(checks.numeric_array("x", np.array([[1.0, 2.0]]).view(np.matrix))) is np.ndarray


def test_a_check_returns_pythons_number():
    assert type(checks.number("x", np.float32(0.5), 0)) is float
    assert type(checks.number("x", np.longdouble(0.5), 0)) is float
    assert type(checks.number("x", np.uint8(5), 0)) is int
    assert type(checks.count("x", np.int8(127))) is int
    assert type(checks.tolerance("x", np.float64(0.5))) is float
    assert checks.boolean("x", np.True_) is True


def test_numpys_numbers_become_pythons_in_fields_and_in_tuples():
    @dataclass(frozen=True)
    class Options:
        width: int = np.uint8(200)
        hidden: tuple = (np.uint8(200), np.float32(0.5), "tanh")

        def __post_init__(self):
            checks.python_numbers(self)

    options = Options()
    assert [type(value) for value in (options.width, *options.hidden)] == [int, int, float, str]


def test_an_unsigned_option_does_not_wrap_round():
    assert losses.Huber(delta=np.uint8(5)).gradient([0.0, 0.0], [1.0, 9.0]).tolist() == [0.5, 2.5]
    assert models.Perceptron(hidden=(np.uint8(200),)).size(2) == 801


@pytest.mark.parametrize(
    ("dtype", "floating", "working"),
    [("f2", "f2", "f4"), ("f4", "f4", "f4"), ("f8", "f8", "f8"), ("i8", "f8", "f8"), ("?", "f8", "f8")],
)
def test_what_comes_back_and_what_is_computed_in(dtype, floating, working):
    assert checks.floating(np.dtype(dtype)) == floating
    assert checks.working(np.dtype(dtype)) == working


def test_a_surface_computes_half_precision_in_single():
    surface = surfaces.Rosenbrock()
    theta = np.array([[-1.2, 1.0], [3.0, -2.0]], np.float16)
    exact = surface.gradient(theta.astype(float))
    assert surface.gradient(theta).dtype == np.float16
    np.testing.assert_allclose(surface.gradient(theta), exact, rtol=1e-3)
    np.testing.assert_allclose(surface(theta), surface(theta.astype(float)), rtol=1e-5)
