"""The update rules: that they are shown right, and that the shipped optimizers follow them step by step."""

import math

import numpy as np
import pytest
import sympy
from numpy.testing import assert_allclose

from lossgd import catalogue, optimizers, proofs, schedules, symbolic
from lossgd.symbolic import notation

TOLERANCE = 1e-13  # of 20 steps, each rounded to 1e-16 in NumPy
DIGITS = 50
ABSTRACT = {"Optimizer", "State"}

CASES = list(catalogue.objects(optimizers))
LINEAR = optimizers.GradientDescent, optimizers.Momentum, optimizers.Nesterov
every_case = pytest.mark.parametrize("optimizer", CASES, ids=repr)


def slope(theta):
    """Return the gradient of Rosenbrock's function, of numbers of any kind."""
    x, y = theta
    return [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]


def exact_step(rule, coordinates):
    """Carry out a rule at each coordinate, with 50 digits; the gradient sees all of them."""
    ahead = [rule.look_ahead.subs(values) for values in coordinates]
    return [
        {
            symbol: value if symbol == symbolic.T else value.evalf(DIGITS)
            for symbol, value in rule.step(values, lambda _, g=g: g).items()
        }
        for values, g in zip(coordinates, slope(ahead), strict=True)
    ]


@every_case
def test_the_shipped_optimizer_follows_its_rule(optimizer):
    rule = symbolic.of(optimizer)
    theta = np.array([-1.2, 1.1])
    exact = [rule.start(sympy.Rational(x)) | symbolic.parameters(optimizer) for x in theta]
    state = optimizer.init(theta)
    for _ in range(20):
        ahead = optimizer.look_ahead(theta, state)
        expected = [float(rule.look_ahead.subs(values)) for values in exact]
        assert_allclose(ahead, expected, rtol=TOLERANCE)
        theta, state = optimizer.step(theta, np.array(slope(ahead)), state)
        exact = exact_step(rule, exact)
        assert_allclose(theta, [float(values[symbolic.THETA]) for values in exact], rtol=TOLERANCE)


def test_every_optimizer_has_its_rule():
    kinds = {getattr(optimizers, name) for name in set(optimizers.__all__) - ABSTRACT}
    assert {type(optimizer) for optimizer in CASES} == kinds
    for kind in kinds:
        assert symbolic.of(kind) == symbolic.of(kind(lr=0.5))


def test_a_symbol_without_a_value_stays_a_symbol():
    rule = symbolic.of(optimizers.GradientDescent)
    alpha, theta = symbolic.ALPHA, symbolic.THETA
    after = rule.step(rule.start(), lambda theta: 3 * theta)
    assert after == {theta: theta - 3 * alpha * theta}


def test_the_averages_of_adam_are_unbiased():
    # Of a gradient that is always the same, m/(1 − β₁ᵗ) is that gradient, from the first step on.
    rule = symbolic.of(optimizers.Adam)
    g = sympy.Symbol("g0", positive=True)
    values = rule.start()
    for t in range(1, 4):
        values = rule.step(values, lambda theta: g)
        assert values[symbolic.T] == t
        m, s = (values[symbol] for symbol in rule.memory[1:])
        assert sympy.simplify(m / (1 - symbolic.BETA1**t)) == g
        assert sympy.simplify(s / (1 - symbolic.BETA2**t)) == g**2


STABLE = {
    (optimizers.GradientDescent, None): lambda b: 2,
    (optimizers.Momentum, True): lambda b: 2 * (1 + b) / (1 - b),
    (optimizers.Momentum, False): lambda b: 2 * (1 + b),
    (optimizers.Nesterov, None): lambda b: 2 * (1 + b) / (1 + 2 * b),
}


@pytest.mark.parametrize(("kind", "averaged"), list(STABLE))
@pytest.mark.parametrize("beta", [0.05, 0.5, 0.9, 0.99])
def test_the_stability_bound_is_where_steps_begin_to_grow(kind, averaged, beta):
    options = {} if averaged is None else {"averaged": averaged}
    rule = symbolic.of(kind(lr=1.0, **options))
    curvature = 3.7
    numbers = {symbolic.BETA: beta, symbolic.CURVATURE: curvature}
    bound = float(rule.stability_bound().subs(numbers))
    assert bound == pytest.approx(STABLE[kind, averaged](beta) / curvature, rel=1e-14)
    matrix = rule.on_parabola().subs(numbers)

    def growth(alpha):
        return abs(np.linalg.eigvals(np.array(matrix.subs(symbolic.ALPHA, alpha), float))).max()

    assert growth(bound * 1.001) > 1
    assert all(growth(bound * share) < 1 for share in (0.01, 0.3, 0.7, 0.999))


@pytest.mark.parametrize("optimizer", [case for case in CASES if isinstance(case, LINEAR)], ids=repr)
def test_the_matrix_of_a_parabola_is_that_of_the_shipped_steps(optimizer):
    numbers = symbolic.parameters(optimizer) | {symbolic.CURVATURE: 30}
    matrix = np.array(symbolic.of(optimizer).on_parabola().subs(numbers), float)
    theta = np.array([1.7])
    state = optimizer.init(theta)
    expected = np.array([1.7, 0.0])[: len(matrix)]
    for _ in range(5):
        theta, state = optimizer.step(theta, 30 * optimizer.look_ahead(theta, state), state)
        expected = matrix @ expected
        assert_allclose([theta[0], *np.ravel(list(state.memory.values()))], expected, rtol=1e-12)


G = r"g &= \nabla J(\theta)"
ROOT = r"\theta &\leftarrow \theta - \frac{\alpha g}{\sqrt{s + \varepsilon}}"
MOMENTS = (
    r"t &\leftarrow t + 1",
    G,
    r"m &\leftarrow \beta_{1} m + \left(1 - \beta_{1}\right) g",
    r"s &\leftarrow \beta_{2} s + \left(1 - \beta_{2}\right) g^{2}",
    r"\hat{m} &= \frac{m}{1 - \beta_{1}^{t}}",
    r"\hat{s} &= \frac{s}{1 - \beta_{2}^{t}}",
)
V = r"\theta &\leftarrow \theta - \alpha v"
SHOWN = {
    "GradientDescent": (r"\theta &\leftarrow \theta - \alpha \nabla J(\theta)",),
    "Momentum": (r"v &\leftarrow \beta v + \left(1 - \beta\right) \nabla J(\theta)", V),
    "heavy ball": (r"v &\leftarrow \beta v + \nabla J(\theta)", V),
    "Nesterov": (
        r"v &\leftarrow \beta v + \alpha \nabla J(\theta - \beta v)",
        r"\theta &\leftarrow \theta - v",
    ),
    "AdaGrad": (G, r"s &\leftarrow s + g^{2}", ROOT),
    "RMSProp": (G, r"s &\leftarrow \rho s + \left(1 - \rho\right) g^{2}", ROOT),
    "Adam": (
        *MOMENTS,
        r"\theta &\leftarrow \theta - \frac{\alpha \hat{m}}{\sqrt{\hat{s}} + \varepsilon}",
    ),
    "AMSGrad": (
        *MOMENTS[:4],
        r"s_{max} &\leftarrow \max\left(s, s_{max}\right)",
        MOMENTS[4],
        r"\hat{s} &= \frac{s_{max}}{1 - \beta_{2}^{t}}",
        r"\theta &\leftarrow \theta - \frac{\alpha \hat{m}}{\sqrt{\hat{s}} + \varepsilon}",
    ),
    "AdamW": (
        *MOMENTS,
        r"\theta &\leftarrow \theta - \alpha "
        r"\left(\lambda \theta + \frac{\hat{m}}{\sqrt{\hat{s}} + \varepsilon}\right)",
    ),
}


@pytest.mark.parametrize("name", list(SHOWN))
def test_the_latex_of_a_rule(name):
    variants = {
        "heavy ball": optimizers.Momentum(lr=1.0, averaged=False),
        "AMSGrad": optimizers.Adam(amsgrad=True),
    }
    rule = symbolic.of(variants.get(name) or getattr(optimizers, name))
    rows = r" \\[1ex] ".join(SHOWN[name])
    assert rule._repr_latex_() == rf"$\displaystyle \begin{{aligned}}{rows}\end{{aligned}}$"


def test_the_text_of_a_rule():
    assert repr(symbolic.of(optimizers.Nesterov)) == (
        "v ← alpha*nabla_J(-beta*v + theta) + beta*v\ntheta ← theta - v"
    )
    bound = symbolic.of(optimizers.GradientDescent).stability_equation
    assert repr(bound) == "alpha < 2/L"
    assert bound._repr_latex_() == r"$\displaystyle \alpha < \frac{2}{L}$"


def test_numbers_are_exact():
    numbers = symbolic.parameters(optimizers.AdamW(lr=0.1, weight_decay=math.pi))
    assert {str(symbol) for symbol in numbers} == {
        "alpha", "beta_1", "beta_2", "lambda", "varepsilon"
    }  # fmt: skip
    assert {float(value) for value in numbers.values()} == {0.1, 0.9, 0.999, 1e-8, math.pi}
    assert all(value.is_Rational for value in numbers.values())


def test_what_has_no_formula_is_an_error():
    with pytest.raises(TypeError, match="no formula of 'Huber'"):
        symbolic.of("Huber")


SCHEDULES = [
    (schedules.Constant(lr=0.3), r"\alpha_{0}"),
    (schedules.Step(lr=0.3, every=4, factor=0.7), r"\alpha_{0} r^{\left\lfloor{\frac{t}{k}}\right\rfloor}"),
    (schedules.Exponential(lr=0.3, factor=0.9), r"\alpha_{0} r^{t}"),
    (
        schedules.Cosine(lr=0.3, steps=7, lowest=0.1),
        r"\begin{cases} \alpha_{min} + \frac{1}{2} \left(\alpha_{0} - \alpha_{min}\right) "
        r"\left(1 + \cos{\left(\frac{\pi t}{k} \right)}\right) & \text{for}\: t \leq k \\"
        r"\alpha_{min} & \text{otherwise} \end{cases}",
    ),
    (schedules.InverseTime(lr=0.3, decay=0.2), r"\frac{\alpha_{0}}{1 + \kappa t}"),
    (
        schedules.WarmUp(steps=5, then=schedules.Constant(lr=0.3)),
        r"\begin{cases} \frac{\alpha_{0} \left(t + 1\right)}{k} & \text{for}\: t < k \\"
        r"{\alpha}_{t - k} & \text{otherwise} \end{cases}",
    ),
    (
        schedules.PiecewiseConstant(lr=0.3, boundaries=(2, 5), factors=(0.5, 2.0)),
        r"\alpha_{0} \prod_{j=1}^{n} \begin{cases} {r}_{j} & \text{for}\: t \geq {\tau}_{j} \\1 & "
        r"\text{otherwise} \end{cases}",
    ),
    (
        schedules.Linear(lr=0.3, steps=7, lowest=0.1),
        r"\begin{cases} \alpha_{min} + \left(1 - \frac{t}{k}\right) \left(\alpha_{0} - "
        r"\alpha_{min}\right) & \text{for}\: t \leq k \\\alpha_{min} & \text{otherwise} "
        r"\end{cases}",
    ),
    (
        schedules.Polynomial(lr=0.3, steps=7, lowest=0.1, power=1.5),
        r"\begin{cases} \alpha_{min} + \left(1 - \frac{t}{k}\right)^{p} \left(\alpha_{0} - "
        r"\alpha_{min}\right) & \text{for}\: t \leq k \\\alpha_{min} & \text{otherwise} "
        r"\end{cases}",
    ),
    (
        schedules.CosineRestarts(lr=0.3, steps=2, lowest=0.1, growth=2),
        r"\begin{cases} \alpha_{min} + \frac{1}{2} \left(\alpha_{0} - \alpha_{min}\right) \left(1 "
        r"+ \cos{\left(\pi \left(\frac{t}{k} - \left\lfloor{\frac{t}{k}}\right\rfloor\right) "
        r"\right)}\right) & \text{for}\: c = 1 \\\alpha_{min} + \frac{1}{2} \left(\alpha_{0} - "
        r"\alpha_{min}\right) \left(1 + \cos{\left(\frac{\pi c^{- \left\lfloor{\frac{\log{\left(1 "
        r"+ \frac{\left(c - 1\right) t}{k} \right)}}{\log{\left(c \right)}}}\right\rfloor} "
        r"\left(t - \frac{\left(c^{\left\lfloor{\frac{\log{\left(1 + \frac{\left(c - 1\right) "
        r"t}{k} \right)}}{\log{\left(c \right)}}}\right\rfloor} - 1\right) k}{c - 1}\right)}{k} "
        r"\right)}\right) & \text{otherwise} \end{cases}",
    ),
    (
        schedules.OneCycle(lr=0.3, steps=9),
        r"\begin{cases} \frac{\alpha_{0}}{d_{0}} + \frac{1}{2} \left(\alpha_{0} - "
        r"\frac{\alpha_{0}}{d_{0}}\right) \left(1 + \cos{\left(\pi \left(1 - \frac{t}{q k}\right) "
        r"\right)}\right) & \text{for}\: t < q k \\\frac{\alpha_{0}}{d_{0} d_{1}} + \frac{1}{2} "
        r"\left(\alpha_{0} - \frac{\alpha_{0}}{d_{0} d_{1}}\right) \left(1 + \cos{\left(\frac{\pi "
        r"\left(t - q k\right)}{k - q k} \right)}\right) & \text{for}\: t \leq k "
        r"\\\frac{\alpha_{0}}{d_{0} d_{1}} & \text{otherwise} \end{cases}",
    ),
]


@pytest.mark.parametrize(("schedule", "latex"), SCHEDULES)
def test_schedules(schedule, latex):
    equation = symbolic.of(schedule)
    assert equation == symbolic.of(type(schedule))
    assert equation._repr_latex_() == rf"$\displaystyle \alpha_{{t}} = {latex}$"
    rate = equation.right
    if isinstance(schedule, schedules.WarmUp):
        rate = rate.replace(sympy.Indexed, lambda *_: sympy.Rational(schedule.lr))
    factors = len(getattr(schedule, "factors", ()))
    rate = rate.subs(notation.N, factors).doit().subs(symbolic.parameters(schedule))
    for t in range(12):
        assert float(rate.subs(symbolic.T, t)) == pytest.approx(schedule(t), rel=1e-14)


def test_restarts_of_equal_length_have_their_formula_too():
    schedule = schedules.CosineRestarts(lr=0.3, steps=3, lowest=0.1)
    rate = symbolic.of(schedule).right.subs(symbolic.parameters(schedule))
    for t in range(12):
        assert float(rate.subs(symbolic.T, t)) == pytest.approx(schedule(t), rel=1e-14)


def test_every_schedule_of_the_step_alone_has_its_formula():
    kinds = {kind for kind in vars(schedules).values() if isinstance(kind, type)}
    kinds = {kind for kind in kinds if issubclass(kind, schedules.Schedule)}
    others = {schedules.Schedule, schedules.ReduceOnPlateau}
    assert {type(schedule) for schedule, _ in SCHEDULES} == kinds - others


@pytest.mark.parametrize(
    "optimizer", [case for case in CASES if not getattr(case, "amsgrad", False)], ids=repr
)
def test_the_shipped_code_on_symbols_is_the_rule(optimizer):
    rule = symbolic.of(optimizer)
    by_code, by_rule, numbers = rule.start(), rule.start(), symbolic.parameters(optimizer)
    for g in (2, -3, 5):
        by_code = proofs.shipped_step(optimizer, by_code, lambda theta, g=g: g + 7 * theta)
        by_rule = rule.step(by_rule, lambda theta, g=g: g + 7 * theta)
        assert by_code.keys() == by_rule.keys()
        for x in by_code:
            difference = (by_code[x] - by_rule[x]).subs(numbers | {symbolic.THETA: sympy.Rational(11, 13)})
            assert abs(difference.evalf(DIGITS)) < 1e-40


def test_a_step_that_is_another_for_other_numbers_is_an_error():
    with pytest.raises(NotImplementedError, match="is not the same for all numbers"):
        proofs.shipped_step(optimizers.Adam(amsgrad=True), {}, lambda theta: theta)
