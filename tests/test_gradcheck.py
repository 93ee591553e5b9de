"""Gradient checking: right gradients pass, of whatever kind; the slopes measured; the table."""

import itertools
from dataclasses import fields

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import gradcheck, losses, models, surfaces
from lossgd.gradcheck.differences import Slopes, entrywise_slopes, slopes
from tests.losses.cases import CASES, each, every_case

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 2))
LABELS = np.array([0.0, 1, 0, 1, 1])


def assert_right(report, method):
    assert report.ok, report
    assert report.method == method


@every_case
def test_every_loss_is_right(case):
    y, p = case.random(case.shape(12), seed=1)
    assert_right(gradcheck.check(case.loss, y, p), "complex step")


@each([case for case in CASES if not case.by_class])
def test_a_gradient_of_float32_is_held_to_its_own_precision(case):
    y, p = case.random((4,), seed=2)
    report = gradcheck.check(case.loss, y.astype(np.float32), p.astype(np.float32))
    assert_right(report, "complex step")
    assert report.yours.dtype == np.float32
    assert report.numeric.dtype == np.float64


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_losses_of_several_outputs(reduction):
    y, p = RNG.normal(size=(2, 3, 4))
    assert_right(gradcheck.check(losses.Huber(reduction=reduction), y, p), "complex step")


@pytest.mark.parametrize("name", sorted(set(surfaces.__all__) - {"Surface", "Turned"}))
def test_every_surface_is_right(name):
    surface = getattr(surfaces, name)()
    theta = RNG.uniform(*np.transpose(surface.window))
    assert_right(gradcheck.check(surface, theta), "complex step")


@pytest.mark.parametrize(
    "model",
    [
        models.Linear(),
        models.Logistic(),
        models.Softmax(3),
        models.Perceptron(hidden=(3, 3), activation="relu", outputs=2, link="softmax", residual=True),
    ],
    ids=lambda model: type(model).__name__,
)
def test_models_are_right_and_their_parameters_have_names(model):
    report = gradcheck.check(model, RNG.normal(size=model.size(2)), X)
    assert_right(report, "complex step")
    first, last = ("weights_1", "bias_3") if isinstance(model, models.Perceptron) else ("weights", "bias")
    assert report.coordinates[0].startswith(f"{first}[0")
    assert report.coordinates[-1].startswith(last)


class Doubling:
    """A model that is not of this package: ŷ = 2θx, with a vjp that is right or not."""

    def __init__(self, factor=2):
        self.factor = factor

    def predict(self, theta, X):
        return 2 * theta * X[:, 0]

    def vjp(self, theta, X, g):
        return np.array([self.factor * (g * X[:, 0]).sum()])

    def views(self, theta, features):
        return {"slope": theta}


def test_a_model_of_one_s_own():
    assert_right(gradcheck.check(Doubling(), [0.7], X), "complex step")
    report = gradcheck.check(Doubling(factor=-2), [0.7], X)
    assert report.mistake.startswith("the sign.")
    assert report.coordinates == ["slope[0]"]


def test_an_objective_is_right_with_and_without_penalties():
    loss = losses.BinaryCrossEntropy(from_logits=True)
    theta = RNG.normal(size=3)
    plain = models.Cost(models.Logistic(), loss, X, LABELS)
    penalised = models.Cost(models.Logistic(), loss, X, LABELS, l1=0.1, l2=0.2)
    assert_right(gradcheck.check(plain, theta), "complex step")
    assert_right(gradcheck.check(penalised, theta), "central differences")
    assert gradcheck.check(plain, theta).coordinates == ["weights[0]", "weights[1]", "bias"]
    by_predictions = models.Cost(models.Linear(), losses.MeanSquaredError(), X, LABELS)
    assert_right(gradcheck.check(by_predictions, theta), "complex step")


def test_at_the_kink_of_a_penalty_any_subgradient_is_right():
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), X, LABELS, l1=0.1)
    report = gradcheck.check(cost, np.zeros(3))
    assert report.ok
    assert_allclose(report.high - report.low, [0.2, 0.2, 0], atol=1e-8)


@pytest.mark.parametrize(
    ("loss", "y", "p", "low", "high"),
    [
        (losses.MeanAbsoluteError(), 2.0, 2.0, -1, 1),
        (losses.Quantile(q=0.25), 2.0, 2.0, -0.25, 0.75),
        (losses.Hinge(), 1.0, 1.0, -1, 0),
        (losses.Hinge(), -1.0, -1.0, 0, 1),
        (losses.Huber(delta=2.0), 1.0, 3.0, 2, 2),  # two pieces that meet smoothly
        (losses.SquaredHinge(), 1.0, 1.0, 0, 0),
    ],
)
def test_the_slopes_at_both_sides_of_a_kink(loss, y, p, low, high):
    report = gradcheck.check(loss, [y], [p])
    assert report.ok
    assert_allclose([report.low[0], report.high[0]], [low, high], atol=1e-8)
    for slope, is_right in ((low, True), (high, True), (low - 0.01, False), (high + 0.01, False)):
        report = gradcheck.check(loss, [y], [p], gradient=lambda y, p, slope=slope: np.array([slope]))
        assert report.ok == is_right


# How slopes are measured


@pytest.mark.parametrize("x", [10.0**e for e in range(-300, 301, 50)] + [1e-8, 1.0, 1e8])
def test_the_step_suits_the_scale_of_the_coordinate(x):
    def logarithm(x):
        return float(np.log(x[0]))

    assert_allclose(gradcheck.central_differences(logarithm, [x]), [1 / x], rtol=1e-9)


def test_a_kink_is_not_taken_for_the_noise_of_steps_near_rounding():
    found = slopes(lambda x: abs(x[0] - 1), np.array([1.0]))
    assert found.kinked
    assert found.error < 1e-11


@pytest.mark.parametrize("x", [0.5, 1.0, 3.0, -7.0])
def test_steps_are_powers_of_two_so_that_a_cubic_s_slope_is_exact(x):
    assert gradcheck.central_differences(lambda x: x[0] ** 3, [x])[0] == 3 * x * x


@pytest.mark.parametrize("x", [0.0, 1e-12, 1e-3, 0.3, -20.0, 700.0])
def test_the_step_does_not_shrink_with_a_coordinate_that_has_no_scale(x):
    def wave(x):
        return float(np.exp(np.sin(x[0] + 0.3)))

    assert_allclose(gradcheck.central_differences(wave, [x]), [np.cos(x + 0.3) * wave([x])], rtol=1e-9)


@pytest.mark.parametrize("returned", [np.float32, float])
def test_the_step_suits_the_precision_of_the_function(returned):
    def in_float32(x):
        return returned(np.sum(np.float32(x) ** 2 + 1))

    x = RNG.normal(size=3)
    assert_allclose(gradcheck.central_differences(in_float32, x), 2 * x, atol=1e-4)
    assert gradcheck.check(in_float32, x, gradient=lambda x: 2 * x).ok
    assert not gradcheck.check(in_float32, x, gradient=lambda x: 2.01 * x).ok


def test_a_gradient_off_by_a_millionth_is_caught_in_float64():
    def cost(x):
        return float(np.sum(x**3 + np.sin(x)))  # float() leaves central differences only

    x = RNG.normal(size=30)
    right = 3 * x**2 + np.cos(x)
    assert_right(gradcheck.check(cost, x, gradient=lambda x: right), "central differences")
    assert gradcheck.check(cost, x, gradient=lambda x: (1 + 1e-6) * right).wrong.all()


def test_at_the_edge_of_the_domain_one_side_is_enough():
    assert_allclose(gradcheck.central_differences(lambda x: x[0] ** 1.5 + 2 * x[0], [0.0]), [2], atol=1e-4)
    report = gradcheck.check(losses.BinaryCrossEntropy(), [0.0, 1.0], [0.0, 1.0])
    assert report.ok
    assert_allclose(report.numeric, [0.5, -0.5], rtol=1e-9)


def test_the_slopes_at_many_numbers_at_once_are_those_at_each():
    def bent(x):
        return x * abs(x - 1)

    x = np.array([0.3, -2.0, 0.0, 1.0, 1e3])
    together = entrywise_slopes(bent, x)
    assert together.kinked.tolist() == [False, False, False, True, False]
    for i in range(len(x)):
        alone = entrywise_slopes(bent, x[i : i + 1])
        for name in (field.name for field in fields(Slopes)):
            assert getattr(alone, name) == getattr(together, name)[i]


@pytest.mark.parametrize("away", [1e-2, 1e-4, 1e-6])
def test_beside_a_bend_the_slope_is_that_of_the_smooth_side_to_all_digits(away):
    def huber(x):
        return float(np.where(abs(x[0]) < 1, x[0] ** 2 / 2, abs(x[0]) - 1 / 2))

    assert_allclose(gradcheck.central_differences(huber, [1 - away]), [1 - away], rtol=1e-13)


def test_at_a_jump_there_is_no_slope():
    report = gradcheck.check(lambda x: float(x[0] > 0), [0.0], gradient=lambda x: np.zeros(1))
    assert not report.ok
    assert report.unsure.all()
    assert "there is no slope to be measured at 1 of 1 coordinates" in str(report)


def test_a_complex_step_that_code_spoils_is_not_believed():
    def spoiled(x):
        return np.sum(np.asarray(x).real ** 2 + np.asarray(x))  # of x², the imaginary part is lost

    x = RNG.normal(size=3)
    report = gradcheck.check(spoiled, x, gradient=lambda x: 2 * x + 1)
    assert_right(report, "central differences")


def test_a_complex_step_leaves_no_trace_in_what_is_decided_by():
    found = gradcheck.complex_step(lambda x: np.sum(np.where(np.expm1(x) < 0, -x, 2 * x)), [0.0])
    assert found == [2]


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda x: np.abs(x), np.sign),
        (lambda x: np.maximum(x, 0.1) + np.minimum(0.1, x), np.ones_like),
        (lambda x: np.clip(x, -1, 1), lambda x: 1.0 * (abs(x) < 1)),
        (lambda x: np.log1p(x**2) + np.expm1(x), lambda x: 2 * x / (1 + x**2) + np.exp(x)),
        (lambda x: np.where(x > 0, x**3, -x), lambda x: np.where(x > 0, 3 * x**2, -1)),
        (lambda x: np.sign(x) * np.sqrt(abs(x)), lambda x: 0.5 / np.sqrt(abs(x))),
        (lambda x: np.exp(x - np.max(x)), None),
        (lambda x: np.tanh(x @ np.eye(3)) / 2, lambda x: 0.5 / np.cosh(x) ** 2),
    ],
)
def test_complex_steps_through_functions_with_a_meaning_of_their_own(function, slope):
    x = np.array([0.3, -0.7, 1.9])
    found = gradcheck.complex_step(lambda x: np.sum(function(x)), x)
    if slope is None:  # e to the xᵢ less the third, which is the largest
        e = np.exp(x - x[2])
        expected = [e[0], e[1], -e[0] - e[1]]
    else:
        expected = slope(x)
    assert_allclose(found, expected, rtol=1e-14)


def test_a_complex_step_at_a_seam_sees_one_side_in_all_pieces():
    # A line, but written as pieces with a kink each at 0.
    found = gradcheck.complex_step(lambda x: np.sum(np.abs(x) - np.maximum(x, 0) - np.maximum(0, x)), [0.0])
    assert_allclose(found, [-1], rtol=1e-14)


def test_a_complex_step_refuses_what_it_does_not_understand():
    with pytest.raises(NotImplementedError, match="is floor safe for a complex step"):
        gradcheck.complex_step(lambda x: np.sum(np.floor(x)), [0.5])
    with pytest.raises(NotImplementedError, match="is real safe for a complex step"):
        gradcheck.complex_step(lambda x: np.sum(x.real), [0.5])
    with pytest.raises(TypeError, match="loses the imaginary part"):
        gradcheck.complex_step(lambda x: 1.0 * (x[0] > 0), [0.5])
    with pytest.raises(TypeError, match="does not follow its argument into another array"):
        gradcheck.complex_step(lambda x: np.sum(np.asarray(x) ** 2), [0.5])


SQUARE = np.random.default_rng(1).normal(size=(3, 3))
EYE = np.eye(3)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.vdot(x, x),
        lambda x: np.vecdot(x, x).sum(),
        lambda x: np.cov(x).sum(),
        lambda x: np.corrcoef(x)[0, 1],
        lambda x: np.var(x) + x.std(),
        lambda x: np.median(x),
        lambda x: np.sum(np.sort(x, axis=None) * np.arange(9)),
        lambda x: np.sum(x.ravel()[np.argsort(-x.ravel())] * np.arange(9)),
        lambda x: np.linalg.norm(x),
        lambda x: np.linalg.cholesky(x @ x.T + EYE).sum(),
        lambda x: np.linalg.pinv(x).sum(),
        lambda x: np.linalg.lstsq(x, EYE[0], rcond=None)[0].sum(),
        lambda x: np.linalg.qr(x)[1].sum(),
        lambda x: np.linalg.svd(x)[1].sum(),
        lambda x: np.linalg.eigh(x + x.T)[0][0],
        lambda x: np.linalg.slogdet(x)[1],
        lambda x: np.abs(np.fft.fft(x)).sum(),
        lambda x: np.sum(x * np.conj(x)),
        lambda x: np.sum(x * x.conj()),
        lambda x: np.sum(x.real * x),
        lambda x: np.sum(abs(np.asarray(x)) + np.asarray(x)),
        lambda x: np.sum(np.array([x[0, 0], x[0, 1]]) ** 2),
        lambda x: float(x[0, 0]) ** 2 + x[0, 1],
        lambda x: abs(x[0, 0].item()) + x[0, 1],
        lambda x: np.hypot(x[0, 0], x[0, 1]),
        lambda x: np.round(x).sum() + x.sum(),
        lambda x: np.multiply(x, x, out=np.empty((3, 3), complex)).real.sum(),
    ],
)
def test_what_is_not_known_to_be_analytic_is_refused(function):
    with pytest.raises((NotImplementedError, TypeError)):
        gradcheck.complex_step(function, SQUARE)
    right = gradcheck.central_differences(function, SQUARE)
    assert_right(gradcheck.check(function, SQUARE, gradient=lambda x: right), "central differences")


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.where(x, x, 3).sum(),
        lambda x: x[x > 0].prod() + np.max(x, axis=1).sum() * x.min(),
        lambda x: x[0, x[0].argmax()] ** 2,
        lambda x: (np.maximum.reduce(x, axis=1) * np.minimum.reduce(x)).sum(),
        lambda x: sum(row @ row for row in x),
        lambda x: np.linalg.det(x) + np.linalg.inv(x).sum() + np.linalg.solve(x, EYE[0]).sum(),
        lambda x: np.einsum("ij,jk,ki", x, x, x) + np.add.reduce(x, axis=None, dtype=np.float64),
        lambda x: np.stack([x[0], x[1]]).sum(axis=0).prod() + np.concatenate((x, EYE)).cumsum()[-1],
        lambda x: np.mean((x - np.roll(x, 1)) ** 2) + np.average(x**3, weights=EYE),
        lambda x: (x.T @ x + x.reshape(-1)[:3] + np.diff(x.ravel())[:3]).sum(),
    ],
)
def test_complex_steps_through_what_is_known(function):
    found = gradcheck.complex_step(function, SQUARE)
    assert_allclose(found, gradcheck.central_differences(function, SQUARE), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (np.exp2, lambda x: np.log(2) * 2**x),
        (np.log2, lambda x: 1 / (x * np.log(2))),
        (np.log10, lambda x: 1 / (x * np.log(10))),
        (np.tan, lambda x: 1 / np.cos(x) ** 2),
        (np.arcsin, lambda x: 1 / np.sqrt((1 - x) * (1 + x))),
        (np.arccos, lambda x: -1 / np.sqrt((1 - x) * (1 + x))),
        (np.arctan, lambda x: 1 / (1 + x**2)),
        (np.arcsinh, lambda x: 1 / np.sqrt(1 + x**2)),
        (np.reciprocal, lambda x: -1 / x**2),
    ],
)
def test_complex_steps_keep_their_digits(function, slope):
    for x in [*10.0 ** -np.arange(0.1, 18), 0.999]:
        assert_allclose(gradcheck.complex_step(function, x), slope(x), rtol=1e-14)


# Where slopes are hard to see


def without_complex_steps(function):
    return lambda x: float(np.asarray(function(np.asarray(x))))


METHODS = pytest.mark.parametrize(
    "seen_through", [lambda f: f, without_complex_steps], ids=["complex", "real"]
)


@METHODS
@pytest.mark.parametrize("place", [0.0, 1.0, -3.7, 1e3, 12345.678])
@pytest.mark.parametrize("depth", [1.0, 1e-8, 1e6])
def test_a_narrow_well_is_seen(place, depth, seen_through):
    for width in 10.0 ** -np.arange(0, 9, 2):
        if width < 1e-9 * abs(place):  # the rounding of x is no longer small beside the well
            continue

        def well(x, w=width):
            return np.sum(depth * (1 - np.exp(-(((x - place) / w) ** 2))))

        def slope(x, w=width):
            return depth * 2 * (x - place) / w**2 * np.exp(-(((x - place) / w) ** 2))

        for part in (0.3, -1.2, 3, 0):
            x = np.array([place + part * width])
            report = gradcheck.check(seen_through(well), x, gradient=slope)
            assert report.ok, (width, part, report)
            if part in (0.3, -1.2):
                assert gradcheck.check(seen_through(well), x, gradient=lambda x: 1.01 * slope(x)).wrong.all()


def minima():
    """Functions with their right gradients, and a minimiser or another place where these are nearly 0."""
    rng = np.random.default_rng(3)
    for n in range(2, 7):
        A, b = rng.normal(size=(2 * n, n)), rng.normal(size=2 * n)
        best = np.linalg.lstsq(A, b, rcond=None)[0]
        exact = A @ best
        for truth in (b, exact):
            yield (
                (lambda x, A=A, b=truth: np.sum((A @ x - b) ** 2)),
                (lambda x, A=A, b=truth: 2 * A.T @ (A @ x - b)),
                best,
            )
            yield (
                (lambda x, A=A, b=truth: np.sum((A @ x - b) ** 2) + 5),
                (lambda x, A=A, b=truth: 2 * (A.T @ A) @ x - 2 * A.T @ b),
                best,
            )
    yield (lambda x: np.sum(x**3)), (lambda x: 3 * x**2), np.zeros(3)
    yield (lambda x: np.sum(x**3 - 3 * x**2 + 3 * x - 1)), (lambda x: 3 * x**2 - 6 * x + 3), np.ones(2)
    yield (
        (lambda x: (x[0] - 0.7) ** 2 - (x[1] + 0.2) ** 2 + 3),
        (lambda x: np.array([2 * (x[0] - 0.7), -2 * (x[1] + 0.2)])),
        np.array([0.7, -0.2]),
    )
    yield (
        (lambda x: np.log(np.sum(np.exp(x))) - np.mean(x) + x[0] ** 2),
        (lambda x: np.exp(x) / np.sum(np.exp(x)) - 1 / 3 + [2 * x[0], 0, 0]),
        np.zeros(3),
    )


@METHODS
def test_at_rest_a_right_gradient_is_right_and_a_millionth_beside_is_wrong(seen_through):
    for function, gradient, x in minima():
        report = gradcheck.check(seen_through(function), x, gradient=gradient)
        assert report.ok, report
        beside = abs(gradient(np.where(x == 0, 0.1, 1.1 * x))).max()
        wrong = gradient(x) + 1e-6 * beside
        assert gradcheck.check(seen_through(function), x, gradient=lambda x, w=wrong: w).wrong.any()


def test_how_many_there_are_along_an_axis_can_be_asked():
    def mean(x):
        return np.sum(x**2) / np.size(x, axis=0)

    assert_right(gradcheck.check(mean, [1.0, 2.0], gradient=lambda x: x), "complex step")


def test_flat_ground_beside_a_kink_has_the_slope_0():
    x = -(10.0 ** -np.arange(10.0))
    ramp = without_complex_steps(lambda x: np.sum(np.maximum(x, 0)))
    assert_right(gradcheck.check(ramp, x, gradient=np.zeros_like), "central differences")


@pytest.mark.parametrize("width", [2.0**-4, 2.0**-10, 2.0**-20])
def test_the_flat_piece_of_a_threshold_is_not_taken_for_the_tread_of_a_stair(width):
    def threshold(x):
        return float(np.sign(x[0] - 1) * np.maximum(abs(x[0] - 1) - width, 0))

    for place in (1 - width, 1 + width):
        for slope in (0.0, 0.5, 1.0):
            assert gradcheck.check(threshold, [place], gradient=lambda x, slope=slope: [slope]).ok
        for slope in (-0.01, 1.01):
            assert not gradcheck.check(threshold, [place], gradient=lambda x, slope=slope: [slope]).ok


TERMS = np.random.default_rng(4).normal(size=(2, 100_000))

# A function, its gradient, and where.
VARIED = {
    "smooth": (lambda x: np.sum(np.exp(np.sin(x))), lambda x: np.exp(np.sin(x)) * np.cos(x), [0.3, -2, 9]),
    "large": (lambda x: 1e150 * np.sum(x**3), lambda x: 3e150 * x**2, [0.3, -2, 9]),
    "small": (lambda x: 1e-150 * np.sum(x**3), lambda x: 3e-150 * x**2, [0.3, -2, 9]),
    "of large x": (lambda x: np.sum((x / 1e150) ** 3), lambda x: 3e-150 * (x / 1e150) ** 2, [3e149, -2e150]),
    "of small x": (
        lambda x: np.sum(np.sin(x / 1e-150)),
        lambda x: np.cos(x / 1e-150) / 1e-150,
        [3e-151, -2e-150],
    ),
    "a zero beside small x": (
        lambda x: np.sin((x[0] + 2 * x[1]) / 1e-6 + 1),
        lambda x: np.cos((x[0] + 2 * x[1]) / 1e-6 + 1) * np.array([1e6, 2e6]),
        [0, 1e-7],
    ),
    "matrix": (lambda x: np.sum(x @ x * SQUARE), lambda x: SQUARE @ x.T + x.T @ SQUARE, SQUARE.T),
    "many terms": (
        lambda x: np.sum((x[0] * TERMS[0] + x[1] - TERMS[1]) ** 2),
        lambda x: 2 * np.array([TERMS[0] @ (r := x[0] * TERMS[0] + x[1] - TERMS[1]), r.sum()]),
        [0.3, 0.2],
    ),
    "constant": (lambda x: np.sum(x**3) + 1e8, lambda x: 3 * x**2, [0.3, -2, 9]),
    "kinks": (
        lambda x: np.sum(np.abs(x) * np.maximum(x, -1) ** 2),
        lambda x: np.where(x > -1, 3 * x * np.abs(x), np.sign(x)),
        [0.3, -2, 0.9],
    ),
    "an end": (
        lambda x: -np.sum(np.log(x) + np.log(1 - x)),
        lambda x: 1 / (1 - x) - 1 / x,
        [1e-9, 0.4, 0.9999],
    ),
    "steep": (lambda x: np.sum(np.exp(1000 * (x - 1))), lambda x: 1000 * np.exp(1000 * (x - 1)), [1, 1.001]),
    "fast": (lambda x: np.sum(np.sin(1e6 * x)), lambda x: 1e6 * np.cos(1e6 * x), [1.0, 0.3]),
    "mixed": (
        lambda x: 1e6 * x[0] ** 2 + x[1] ** 3 + x[0] * x[1],
        lambda x: np.array([2e6 * x[0] + x[1], 3 * x[1] ** 2 + x[0]]),
        [1e-4, 5],
    ),
}


def one_entry(slope):
    slope = slope.copy()
    slope[np.unravel_index(abs(slope).argmax(), slope.shape)] *= 1.01
    return slope


WRONG_WAYS = {
    "sign": np.negative,
    "factor": lambda slope: 2 * slope,
    "millionth": lambda slope: (1 + 1e-6) * slope,
    "one entry": one_entry,
    "term": lambda slope: slope + 0.1 * abs(slope).max(),
    "order": lambda slope: slope.T if slope.ndim == 2 else slope[::-1],
}


@METHODS
@pytest.mark.parametrize("case", VARIED)
def test_right_gradients_pass_and_wrong_ones_do_not(case, seen_through):
    function, gradient, x = VARIED[case]
    x = np.asarray(x, dtype=float)
    report = gradcheck.check(seen_through(function), x, gradient=gradient)
    assert report.ok, report
    for way, wrong in WRONG_WAYS.items():
        if (way, case, report.method) == ("millionth", "constant", "central differences"):
            continue  # beside 1e8, differences have no more digits
        report = gradcheck.check(seen_through(function), x, gradient=lambda x, w=wrong: w(gradient(x)))
        assert report.wrong.any(), way
        assert report.mistake


def hinge(scores):
    return float(np.maximum(0, 1 - scores).mean())


FLAT = {  # functions, and gradients, that do not depend on a coordinate, with values of few digits
    "not at all": (lambda x: 7.0, lambda x: 0 * x, [0.1, 2.0]),
    "one": (lambda x: float(x[0] ** 2), lambda x: np.array([2 * x[0], 0]), [1.0, 2.0]),
    "largest": (lambda x: float(max(x)), lambda x: np.array([0.0, 1.0]), [1.0, 2.0]),
    "beyond the margin": (hinge, lambda x: -0.5 * (x < 1), [2.0, 0.0]),
}


@pytest.mark.parametrize("case", FLAT)
def test_a_flat_direction_has_slope_0_also_where_the_value_is_a_round_number(case):
    function, gradient, x = FLAT[case]
    assert gradcheck.check(function, x, gradient=gradient).ok
    wrong = gradcheck.check(function, x, gradient=lambda x: gradient(x) + 1e-3)
    assert wrong.wrong.all()


# What is said


def squares(x):
    return np.sum(x**2)


def test_a_report_reads_as_a_table():
    report = gradcheck.check(squares, [1.0, -2.0], gradient=lambda x: np.array([2.0, 4.0]))
    assert str(report).splitlines() == [
        "squares: the gradient is wrong at 1 of 2 coordinates, most at x[1], by 8",
        "coordinate  yours  numeric  difference",
        "x[0]            2        2           0",
        "x[1]            4       -4           8  ✗",
        "Likely mistake: the sign. Is it y − ŷ where ŷ − y belongs? At 1 of 2",
        "coordinates it is -1 times the right one.",
    ]
    assert report.worst == (1,)
    assert report.x.tolist() == [1, -2]
    assert_allclose(report.difference, [0, 8], atol=1e-12)
    assert report.wrong.tolist() == [False, True]


def test_of_a_long_gradient_the_worst_coordinates_are_shown():
    x = np.arange(1.0, 101)

    def gradient(x):
        wrong = 2 * x
        wrong[40] += 1
        wrong[60] += 3
        return wrong

    report = gradcheck.check(squares, x, gradient=gradient)
    lines = str(report).splitlines()
    assert len(lines) == 1 + 1 + 8 + 1 + 2
    assert lines[0].endswith("wrong at 2 of 100 coordinates, most at x[60], by 3")
    assert sum("✗" in line for line in lines) == 2
    assert lines[-3] == "… and 92 more, none worse"
    assert str(gradcheck.check(squares, x, gradient=lambda x: 2 * x)).endswith("… and 92 more")


def test_only_certain_digits_are_shown():
    x = np.array([1 / 3, 0.25])
    table = str(gradcheck.check(squares, x.astype(np.float32), gradient=lambda x: 2 * x))
    assert "0.667    0.667           0" in table
    nothing = str(gradcheck.check(squares, np.array([1.0, 0.0]), gradient=lambda x: 2 * x + 1e-17))
    assert "x[1]            0        0           0" in nothing


@pytest.mark.parametrize("x", [3.0, np.float64(3)])
def test_a_function_of_one_number(x):
    report = gradcheck.check(lambda x: x**2, x, gradient=lambda x: x)
    assert str(report).startswith("function: the gradient is wrong at x, by 3\n")
    assert report.worst == ()
    assert gradcheck.check(lambda x: x**2, x, gradient=lambda x: 2 * x).ok


def test_the_prediction_is_the_last_argument():
    report = gradcheck.check(losses.Huber(), [1, 2], [1, 4])  # integers, too
    assert str(report).startswith("Huber: the gradient is right at all 2 coordinates (complex step)\n")
    assert report.coordinates == ["ŷ[0]", "ŷ[1]"]
    assert gradcheck.check(surfaces.Saddle(), [0.1, 0.2]).coordinates == ["θ[0]", "θ[1]"]


def test_assert_gradient_shows_the_table():
    gradcheck.assert_gradient(losses.Huber(), [1.0], [2.5])
    with pytest.raises(
        AssertionError, match=r"wrong at x\[0\], by 2\n.*\n.*✗\nLikely mistake: a factor of 2"
    ):
        gradcheck.assert_gradient(squares, [2.0], gradient=lambda x: x)


def test_a_function_that_writes_to_its_arguments_spoils_nothing():
    def careless(y, x):
        x += 1
        y *= 2
        return np.sum(y * x**2)

    def careless_gradient(y, x):
        x += 1
        y *= 2
        return np.multiply(2 * y, x, out=x)

    y, x = np.array([1.0, 3.0]), np.array([0.5, -2.0])
    report = gradcheck.check(careless, y, x, gradient=careless_gradient)
    assert report.ok
    assert_allclose(report.numeric, 4 * y * (x + 1))
    assert (y.tolist(), x.tolist(), report.x.tolist()) == ([1, 3], [0.5, -2], [0.5, -2])


def test_a_model_that_writes_to_its_arguments_spoils_nothing():
    class Careless(Doubling):
        def predict(self, theta, X):
            X *= 2
            return theta * X[:, 0]

        def vjp(self, theta, X, g):
            X *= 2
            theta[0] = (g * X[:, 0]).sum()
            return theta

    theta, inputs = np.array([0.7]), X.copy()
    assert gradcheck.check(Careless(), theta, inputs).ok
    assert theta == [0.7]
    assert (inputs == X).all()


def test_a_gradient_may_come_in_the_same_buffer_each_time():
    buffer = np.empty(2)

    def gradient(x):
        return np.multiply(2, x, out=buffer)

    first = gradcheck.check(squares, [1.0, 2.0], gradient=gradient)
    assert gradcheck.check(squares, [5.0, 6.0], gradient=gradient).ok
    assert first.ok
    assert first.yours.tolist() == [2, 4]


@pytest.mark.parametrize("dtype", [int, np.int8, np.uint8, np.uint64, bool])
def test_integers_are_converted(dtype):
    x = np.array([1, 0, 1], dtype)
    report = gradcheck.check(lambda x: np.sum((x - 2) ** 2), x, gradient=lambda x: 2 * (x - 2))
    assert_right(report, "complex step")
    assert report.yours.tolist() == [-2, -4, -2]
    assert gradcheck.check(squares, x, gradient=lambda x: (2 * x).astype(np.uint8)).ok
    assert_allclose(gradcheck.central_differences(lambda x: np.sum((x - 2) ** 2), x), [-2, -4, -2])
    assert_allclose(gradcheck.complex_step(lambda x: np.sum((x - 2) ** 2), x), [-2, -4, -2])


def test_half_precision_is_held_to_its_own_digits():
    y, p = np.array([1, -2, 0.5], "f2"), np.array([0.3, 1.7, 6], "f2")
    report = gradcheck.check(losses.MeanSquaredError(), y, p)
    assert_right(report, "complex step")
    right = report.numeric
    assert gradcheck.check(losses.MeanSquaredError(), y, p, gradient=lambda y, p: right.astype("f2")).ok
    for wrong in (1.01 * right, right + np.array([0, 0, 0.05])):
        report = gradcheck.check(
            losses.MeanSquaredError(), y, p, gradient=lambda y, p, w=wrong: w.astype("f2")
        )
        assert not report.ok


def test_what_cannot_be_checked_is_an_error():
    with pytest.raises(
        TypeError, match=r"squares has no gradient: give one, check\(function, x, gradient=…\)"
    ):
        gradcheck.check(squares, [1.0])
    with pytest.raises(
        TypeError, match=r"must return one number, such as a mean; got float64 of shape \(2,\)"
    ):
        gradcheck.check(lambda x: x**2, [1.0, 2.0], gradient=lambda x: 2 * x)
    with pytest.raises(ValueError, match="BinaryCrossEntropy is inf there: it has no slope"):
        gradcheck.check(losses.BinaryCrossEntropy(), [1.0], [0.0])
    with pytest.raises(ValueError, match="must hold probabilities"):
        gradcheck.check(losses.BinaryCrossEntropy(), [1.0], [1.5])
    with pytest.raises(TypeError, match="the gradient must hold real numbers; got dtype complex128"):
        gradcheck.check(squares, [1.0], gradient=lambda x: 2j * x)
    with pytest.raises(TypeError, match="the last argument must not be a masked array"):
        gradcheck.check(squares, np.ma.masked_greater([1.0, 2.0], 1), gradient=lambda x: 2 * x)
    with pytest.raises(ValueError, match=r"the last argument must hold at least one number; got an empty"):
        gradcheck.check(squares, [], gradient=lambda x: 2 * x)
    with pytest.raises(ValueError, match="the last argument must be finite; got nan"):
        gradcheck.check(squares, [np.nan], gradient=lambda x: 2 * x)


def test_a_complex_step_at_0_is_not_so_small_that_a_product_of_it_loses_digits():
    assert gradcheck.complex_step(lambda x: np.sum(1e-12 * x), [0.0]) == pytest.approx(
        1e-12, rel=1e-15, abs=0
    )


def test_a_function_that_has_lost_digits_is_not_trusted_further_than_it_goes():
    places = np.random.default_rng(0).uniform(0.01, 3, size=60)
    for x, lost in itertools.product(places, (1e6, 1e8, 1e10, 1e12)):
        found = slopes(lambda v: float((v[0] ** 2 + lost) - lost), np.array([x]))  # noqa: B023
        assert found.unsure[0] or abs(found.slope[0] - 2 * x) <= 10 * found.error[0]


@pytest.mark.parametrize("seed", range(5))
def test_a_function_rounded_to_decimals_is_a_stair_whose_slope_is_seen(seed):
    a, b, x = np.random.default_rng(seed).normal(size=3) * 2

    def rounded(t):
        return np.round((a * t + b * t**2) / 3e-8).sum() * 3e-8

    for place in (x, 0.0):
        assert gradcheck.check(rounded, [place], gradient=lambda t: a + 2 * b * t).ok
        assert not gradcheck.check(rounded, [place], gradient=lambda t: 1.01 * (a + 2 * b * t)).ok
