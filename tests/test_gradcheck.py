"""Gradient checking: right gradients pass, of whatever kind; the slopes measured; the table."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import gradcheck, losses, models, surfaces
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


@pytest.mark.parametrize("name", sorted(set(surfaces.__all__) - {"Surface"}))
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
        "Likely mistake: the sign. Is it y − ŷ where ŷ − y belongs? "
        "At 1 of 2 coordinates it is -1 times the right one.",
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
    assert len(lines) == 1 + 1 + 8 + 1 + 1
    assert lines[0].endswith("wrong at 2 of 100 coordinates, most at x[60], by 3")
    assert sum("✗" in line for line in lines) == 2
    assert lines[-2] == "… and 92 more, none worse"
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


def test_the_arguments_are_left_as_they_are():
    def careless(x):
        x += 1
        return np.sum(x)

    def careless_gradient(x):
        x[...] = 1
        return x

    x = np.zeros(3)
    assert gradcheck.check(careless, x, gradient=careless_gradient).ok
    assert not x.any()


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
