"""The surfaces against their formulas, written once more here and differentiated by SymPy; and as objects."""

import dataclasses
import itertools

import mpmath
import numpy as np
import pytest
import sympy
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import surfaces

FORMULAS = {
    surfaces.Parabola(curvature=4.0): "2*x**2",
    surfaces.Parabola(curvature=1): "x**2/2",
    surfaces.Ravine(condition=25.0): "(x**2 + 25*y**2)/2",
    surfaces.Ravine(condition=1): "(x**2 + y**2)/2",
    surfaces.Ravine(condition=1e4): "(x**2 + 10**4*y**2)/2",
    surfaces.Rosenbrock(): "(1 - x)**2 + 100*(y - x**2)**2",
    surfaces.Himmelblau(): "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    surfaces.Beale(): "(3/2 - x*(1 - y))**2 + (9/4 - x*(1 - y**2))**2 + (21/8 - x*(1 - y**3))**2",
    surfaces.Camel(): "(4 - 21*x**2/10 + x**4/3)*x**2 + x*y + 4*(y**2 - 1)*y**2",
    surfaces.Saddle(): "x**2/2 - y**2/2 + y**4/4",
    surfaces.DoubleWell(tilt=0.25): "(x**2 - 1)**2 + x/4",
    surfaces.DoubleWell(tilt=0): "(x**2 - 1)**2",
    surfaces.DoubleWell(tilt=1.5): "(x**2 - 1)**2 + 3*x/2",
    surfaces.Plateau(): "(x**2 + y**2)/(1 + x**2 + y**2)",
}
CASES = list(FORMULAS)
every_surface = pytest.mark.parametrize("surface", CASES, ids=repr)


def random_points(surface, *shape):
    low, high = np.transpose(surface.window)
    return np.random.default_rng(0).uniform(low, high, size=(*shape, surface.dimensions))


def grid(surface, n):
    axes = [np.linspace(low, high, n) for low, high in surface.window]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, surface.dimensions)


def exactly(expression, symbols, points):
    """Return the values of an expression at points, computed with 40 digits and rounded once."""
    function = sympy.lambdify(symbols, expression, "mpmath")
    with mpmath.workdps(40):
        return np.array([float(function(*map(mpmath.mpf, point))) for point in points.tolist()])


@every_surface
def test_value_gradient_and_hessian_are_the_formula_s(surface):
    symbols = sympy.symbols("x y")[: surface.dimensions]
    formula = sympy.sympify(FORMULAS[surface])
    points = np.concatenate(
        [random_points(surface, 50), 100 * random_points(surface, 20), random_points(surface, 20) / 100]
    )

    def same(found, expression):
        exact = exactly(expression, symbols, points)
        for part in (slice(0, 50), slice(50, 70), slice(70, 90)):  # rounding grows with the terms' size
            scale = abs(exact[part]).max()
            assert_allclose(found[part], exact[part], rtol=1e-13, atol=1e-14 * scale)

    same(surface(points), formula)
    gradient, hessian = surface.gradient(points), surface.hessian(points)
    for i, x in enumerate(symbols):
        same(gradient[:, i], formula.diff(x))
        for j, y in enumerate(symbols):
            same(hessian[:, i, j], formula.diff(x, y))


@every_surface
def test_the_gradient_is_zero_at_the_minimisers_and_the_curvature_positive(surface):
    assert surface.minimisers.shape[1] == surface.dimensions
    assert_allclose(
        surface.gradient(surface.minimisers), 0, atol=1e-13 * abs(surface.hessian(surface.minimisers)).max()
    )
    assert (np.linalg.eigvalsh(surface.hessian(surface.minimisers)) > 0).all()


@every_surface
def test_the_lowest_minimiser_comes_first(surface):
    values = surface(surface.minimisers)
    assert values[0] <= values.min() + 1e-25
    assert values[0] <= surface(grid(surface, 101)).min()


@every_surface
def test_every_minimum_of_the_window_is_listed(surface):
    points = grid(surface, 15)
    for _ in range(100):  # Newton's method finds points of every kind at which the gradient is 0
        inverses = np.linalg.pinv(surface.hessian(points))
        points = points - np.einsum("nij,nj->ni", inverses, surface.gradient(points))
        low, high = np.transpose(surface.window)
        points = points[((low < points) & (points < high)).all(axis=1)]
    resting = np.linalg.norm(surface.gradient(points), axis=1) < 1e-9
    curved_up = (np.linalg.eigvalsh(surface.hessian(points)) > 1e-3).all(axis=1)
    minima = points[resting & curved_up]
    distances = np.linalg.norm(minima[:, None] - surface.minimisers, axis=-1)
    assert set(distances.argmin(axis=1)) == set(range(len(surface.minimisers)))
    assert distances.min(axis=1).max() < 1e-6


@every_surface
def test_the_window_shows_the_minimisers(surface):
    low, high = np.transpose(surface.window)
    assert len(surface.window) == surface.dimensions
    assert (low < surface.minimisers).all()
    assert (surface.minimisers < high).all()


def test_the_saddle_is_a_saddle_and_the_plateau_flat():
    assert_array_equal(np.linalg.eigvalsh(surfaces.Saddle().hessian([0.0, 0.0])), [-1, 1])
    far = surfaces.Plateau().gradient([[6.0, 6.0], [-6.0, 0.0]])
    assert np.linalg.norm(far, axis=1).max() < 0.01
    deeper, other = surfaces.DoubleWell(tilt=0.3)(surfaces.DoubleWell(tilt=0.3).minimisers)
    assert deeper < other - 0.5


@every_surface
def test_the_condition_number_and_the_curvature_are_those_asked_for(surface):
    if isinstance(surface, surfaces.Ravine):
        low, high = np.linalg.eigvalsh(surface.hessian([3.0, -2.0]))
        assert (low, high) == (1, surface.condition)
    if isinstance(surface, surfaces.Parabola):
        assert surface.hessian([3.0]) == [[surface.curvature]]


@every_surface
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_many_points_are_computed_as_one_to_the_last_bit(surface, dtype):
    points = random_points(surface, 7, 5).astype(dtype)
    for method in (surface, surface.gradient, surface.hessian):
        whole = method(points)
        in_other_order = method(np.asfortranarray(points))
        assert_array_equal(in_other_order, whole, strict=True)
        for i, j in itertools.product(range(7), range(5)):
            assert_array_equal(method(points[i, j]), whole[i, j])


@every_surface
def test_shapes(surface):
    d = surface.dimensions
    for leading in ((), (1,), (4,), (2, 3), (0,)):
        points = random_points(surface, *leading)
        value = surface(points)
        assert isinstance(value, float if leading == () else np.ndarray)
        assert np.shape(value) == leading
        assert surface.gradient(points).shape == (*leading, d)
        assert surface.hessian(points).shape == (*leading, d, d)


@every_surface
def test_float32_stays_float32(surface):
    given = {field.name: np.float64(getattr(surface, field.name)) for field in dataclasses.fields(surface)}
    surface = type(surface)(**given)  # a NumPy number among the parameters must not turn all into float64
    points = random_points(surface, 4).astype(np.float32)
    assert surface(points).dtype == np.float32
    for theta in (points, points[0]):
        assert surface.gradient(theta).dtype == np.float32
        assert surface.hessian(theta).dtype == np.float32


@every_surface
def test_integers_and_lists_become_float64(surface):
    theta = [[2] * surface.dimensions]
    for method in (surface, surface.gradient, surface.hessian):
        for integers in (theta, np.array(theta, np.int8)):
            assert_array_equal(method(integers), method(np.array(theta, float)), strict=True)


@every_surface
def test_points_are_never_modified(surface):
    points = random_points(surface, 4)
    copy = points.copy()
    points.flags.writeable = False
    for method in (surface, surface.gradient, surface.hessian):
        assert not np.shares_memory(method(points), points)
    assert_array_equal(points, copy)


@every_surface
def test_a_surface_is_a_value(surface):
    assert eval(repr(surface), vars(surfaces)) == surface
    assert hash(dataclasses.replace(surface)) == hash(surface)
    for field in dataclasses.fields(surface):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(surface, field.name, 2.0)
        assert dataclasses.replace(surface, **{field.name: 1.25}) != surface


def test_the_table_has_every_surface():
    assert {type(surface).__name__ for surface in CASES} == set(surfaces.__all__) - {"Surface", "Turned"}
    assert len(set(CASES)) == len(CASES)


PLANE, LINE = surfaces.Rosenbrock(), surfaces.Parabola()
BAD_POINTS = [
    (PLANE, [1.0], "Rosenbrock takes points of shape (…, 2); got (1,)"),
    (PLANE, 1.0, "Rosenbrock takes points of shape (…, 2); got ()"),
    (PLANE, np.zeros((2, 3)), "Rosenbrock takes points of shape (…, 2); got (2, 3)"),
    (LINE, [1.0, 2.0], "Parabola takes points of shape (…, 1); got (2,)"),
    (LINE, 3.0, "Parabola takes points of shape (…, 1); got ()"),
    (LINE, [], "Parabola takes points of shape (…, 1); got (0,)"),
]


@pytest.mark.parametrize(("surface", "theta", "message"), BAD_POINTS)
def test_points_of_another_shape_are_an_error(surface, theta, message):
    for method in (surface, surface.gradient, surface.hessian):
        with pytest.raises(ValueError, match="takes points") as error:
            method(theta)
        assert str(error.value) == message


@pytest.mark.parametrize("theta", [[1j, 0], ["1", "2"], [None, 1.0]])
def test_points_that_are_not_real_are_an_error(theta):
    for method in (PLANE, PLANE.gradient, PLANE.hessian):
        with pytest.raises(TypeError, match="theta must hold real numbers; got dtype"):
            method(theta)


@pytest.mark.parametrize(
    ("make", "name", "wrong"),
    [
        (surfaces.Parabola, "curvature", (0, -1.0, np.nan, np.inf)),
        (surfaces.Ravine, "condition", (0.5, -3, np.nan, np.inf)),
        (surfaces.DoubleWell, "tilt", (-0.1, 1.6, np.nan)),
    ],
)
def test_parameters_out_of_range_are_an_error(make, name, wrong):
    for value in wrong:
        with pytest.raises(ValueError, match=f"{name} must be in"):
            make(**{name: value})
    for value in ("1", None, True, [1.0]):
        with pytest.raises(TypeError, match=f"{name} must be a number"):
            make(**{name: value})


@pytest.mark.parametrize("degrees", [0, 30, -45.0, 90])
def test_a_turned_surface_has_the_same_values_and_slopes_elsewhere(degrees):
    surface = surfaces.Himmelblau()
    turned = surfaces.Turned(surface, degrees)
    points = random_points(surface, 3, 20)
    angle = np.radians(degrees)
    x, y = points[..., 0], points[..., 1]
    elsewhere = np.stack(
        [np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y], axis=-1
    )
    assert_allclose(turned.turn(points), elsewhere, atol=1e-13)
    assert_allclose(turned(elsewhere), surface(points), rtol=1e-11, atol=1e-11)
    h = 1e-5 * np.eye(2)
    slopes = [(turned(elsewhere + step) - turned(elsewhere - step)) / 2e-5 for step in h]
    assert_allclose(turned.gradient(elsewhere), np.stack(slopes, axis=-1), rtol=1e-6, atol=1e-5)
    assert_allclose(turned.gradient(turned.minimisers), 0, atol=1e-11)
    assert isinstance(turned([1.0, 2.0]), float)


def test_only_a_surface_of_two_coordinates_is_turned():
    for wrong in (surfaces.Parabola(), None):
        with pytest.raises(TypeError, match="surface must be a surface of two coordinates"):
            surfaces.Turned(wrong, 45)
    with pytest.raises(TypeError, match="degrees must be a number"):
        surfaces.Turned(surfaces.Ravine(), "45")
