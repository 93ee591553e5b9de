"""The learning rate of each schedule at step t, counted from 0."""

from sympy import Eq, Expr, IndexedBase, Piecewise, Product, cos, floor, log, pi, symbols

from lossgd import schedules
from lossgd.symbolic.equation import Equation
from lossgd.symbolic.notation import ALPHA0, J, N, T

LOWEST, FACTOR, DECAY, POWER = symbols("alpha_min r kappa p", positive=True)
PEAK, DIV, FINAL_DIV = symbols("q d_0 d_1", positive=True)
STEPS, GROWTH = symbols("k c", integer=True, positive=True)
BOUNDARIES, FACTORS = IndexedBase("tau"), IndexedBase("r", positive=True)
AFTER = IndexedBase("alpha")  # the rates of the schedule that follows a warm-up
NAMES = {
    "lr": ALPHA0,
    "lowest": LOWEST,
    "factor": FACTOR,
    "decay": DECAY,
    "power": POWER,
    "steps": STEPS,
    "every": STEPS,
    "growth": GROWTH,
    "boundaries": BOUNDARIES,
    "factors": FACTORS,
    "pct_start": PEAK,
    "div_factor": DIV,
    "final_div_factor": FINAL_DIV,
}


def _half_cosine(high, low, share):
    return low + (high - low) * (1 + cos(pi * share)) / 2


def _restarts():
    """Return the rate of a cosine with restarts: cycle i begins when all before it have ended."""
    i = floor(log(1 + (GROWTH - 1) * T / STEPS) / log(GROWTH))
    begin = STEPS * (GROWTH**i - 1) / (GROWTH - 1)
    alike = _half_cosine(ALPHA0, LOWEST, T / STEPS - floor(T / STEPS))
    return Piecewise(
        (alike, Eq(GROWTH, 1)), (_half_cosine(ALPHA0, LOWEST, (T - begin) / (STEPS * GROWTH**i)), True)
    )


def _one_cycle():
    """Return the rate of one cycle: up to the share q of the steps, then down."""
    peak, start = PEAK * STEPS, ALPHA0 / DIV
    up = _half_cosine(ALPHA0, start, 1 - T / peak)
    down = _half_cosine(ALPHA0, start / FINAL_DIV, (T - peak) / (STEPS - peak))
    return Piecewise((up, peak > T), (down, T <= STEPS), (start / FINAL_DIV, True))


def _falling(rate):
    return Piecewise((rate, T <= STEPS), (LOWEST, True))


SCHEDULES: dict[type[schedules.Schedule], Expr] = {
    schedules.Constant: ALPHA0,
    schedules.Step: ALPHA0 * FACTOR ** floor(T / STEPS),
    schedules.PiecewiseConstant: ALPHA0
    * Product(Piecewise((FACTORS[J], BOUNDARIES[J] <= T), (1, True)), (J, 1, N)),
    schedules.Exponential: ALPHA0 * FACTOR**T,
    schedules.Linear: _falling(LOWEST + (ALPHA0 - LOWEST) * (1 - T / STEPS)),
    schedules.Polynomial: _falling(LOWEST + (ALPHA0 - LOWEST) * (1 - T / STEPS) ** POWER),
    schedules.Cosine: _falling(_half_cosine(ALPHA0, LOWEST, T / STEPS)),
    schedules.CosineRestarts: _restarts(),
    schedules.OneCycle: _one_cycle(),
    schedules.InverseTime: ALPHA0 / (1 + DECAY * T),
    schedules.WarmUp: Piecewise((ALPHA0 * (T + 1) / STEPS, T < STEPS), (AFTER[T - STEPS], True)),
}


def of_schedule(kind: type[schedules.Schedule]) -> Equation:
    """Return the learning rate of a schedule of this class as an equation."""
    return Equation("alpha_t", r"\alpha_{t}", SCHEDULES[kind])
