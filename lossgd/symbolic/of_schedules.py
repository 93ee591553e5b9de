"""The learning rate of each schedule at step t, counted from 0."""

from sympy import IndexedBase, Piecewise, Symbol, cos, floor, pi, symbols

from lossgd import schedules
from lossgd.symbolic.equation import Equation
from lossgd.symbolic.notation import ALPHA0, T

LOWEST, FACTOR, DECAY = symbols("alpha_min r kappa", positive=True)
STEPS = Symbol("k", integer=True, positive=True)
NAMES = {"lr": ALPHA0, "lowest": LOWEST, "factor": FACTOR, "decay": DECAY, "steps": STEPS, "every": STEPS}
AFTER = IndexedBase("alpha")  # the rates of the schedule that follows a warm-up

SCHEDULES = {
    schedules.Constant: ALPHA0,
    schedules.Step: ALPHA0 * FACTOR ** floor(T / STEPS),
    schedules.Exponential: ALPHA0 * FACTOR**T,
    schedules.Cosine: Piecewise(
        (LOWEST + (ALPHA0 - LOWEST) * (1 + cos(pi * T / STEPS)) / 2, T <= STEPS), (LOWEST, True)
    ),
    schedules.InverseTime: ALPHA0 / (1 + DECAY * T),
    schedules.WarmUp: Piecewise((ALPHA0 * (T + 1) / STEPS, T < STEPS), (AFTER[T - STEPS], True)),
}


def of_schedule(kind):
    """Return the learning rate of a schedule of this class as an equation."""
    return Equation("alpha_t", r"\alpha_{t}", SCHEDULES[kind])
