"""From an object of the package, or its class, to its formula."""

import dataclasses
from typing import Any

import sympy
from sympy import Expr, Rational

from lossgd import losses, models, optimizers, schedules, surfaces
from lossgd.symbolic import compiled
from lossgd.symbolic.formula import Formula
from lossgd.symbolic.formula_loss import FormulaLoss
from lossgd.symbolic.notation import (
    ALPHA,
    BETA,
    BETA1,
    BETA2,
    CONDITION,
    CURVATURE,
    EPSILON,
    LAMBDA,
    PARAMETERS,
    RHO,
    TILT,
    N,
    T,
)
from lossgd.symbolic.of_losses import of_loss
from lossgd.symbolic.of_metrics import METRICS
from lossgd.symbolic.of_models import of_model
from lossgd.symbolic.of_optimizers import of_optimizer
from lossgd.symbolic.of_schedules import AFTER, NAMES, SCHEDULES, of_schedule
from lossgd.symbolic.of_surfaces import SURFACES

BETAS = BETA1, BETA2
SYMBOLS = PARAMETERS | {
    "lr": ALPHA,
    "beta": BETA,
    "betas": BETAS,
    "rho": RHO,
    "eps": EPSILON,
    "weight_decay": LAMBDA,
    "curvature": CURVATURE,
    "condition": CONDITION,
    "tilt": TILT,
}
# What holds of parameters, besides that each is positive or 0: these are below 1, and these above a number.
FRACTIONS = {"q", "label_smoothing", "beta", "betas", "rho", "factor", "pct_start"}
LEAST = {
    "eps": Rational(12, 10**39)
}  # below it, another ε is taken, for it may be 0 in the precision at hand


def of(thing: Any) -> Any:
    """Return the formula of a loss, a model, an optimizer, a surface, a schedule or a metric.

    Of all but a metric, which is a function, it is that of the class or of an object: a `Formula`, a
    `ModelFormula`, an `UpdateRule`, a `SurfaceFormula`; of a schedule or a metric an `Equation`.

    Of an object, what changes the form counts (`from_logits`, `averaged`), and label smoothing is left out
    where it is 0. Numbers stay symbols: `parameters` gives their values.
    """
    kind = thing if isinstance(thing, type) else type(thing)
    if issubclass(kind, FormulaLoss):
        return _of_own_formula(thing)
    if issubclass(kind, losses.Loss):
        return of_loss(kind, thing)
    if issubclass(kind, optimizers.Optimizer):
        return of_optimizer(kind, thing)
    if issubclass(kind, models.Model):
        return of_model(kind, thing)
    if kind in SCHEDULES:
        return of_schedule(kind)
    if issubclass(kind, surfaces.Surface) and kind in SURFACES:
        return SURFACES[kind]
    if not isinstance(thing, type) and thing in METRICS:
        return METRICS[thing]
    raise TypeError(
        f"there is no formula of {thing!r}; expected a loss, a model, an optimizer, a surface, a schedule "
        "or a metric"
    )


def _of_own_formula(loss):
    formula, _ = compiled.signed(loss.formula, loss.parameters)
    sets = (sympy.Reals if values == sympy.Reals else values for values in (loss.truths, loss.predictions))
    return Formula(formula, loss.y, loss.y_pred, *sets)


def parameters(thing: Any) -> dict[Expr, Rational]:
    """Return the numbers of a loss, an optimizer, a surface or a schedule by their symbols, exactly."""
    values: dict[Any, Any]
    if isinstance(thing, FormulaLoss):
        _, values = compiled.signed(thing.formula, thing.parameters)
    else:
        values = {symbol: getattr(thing, field) for field, symbol in parameter_symbols(thing).items()}
        if BETAS in values:
            values |= dict(zip(BETAS, values.pop(BETAS), strict=True))
        for row in [symbol for symbol in values if isinstance(symbol, sympy.IndexedBase)]:
            values |= {row[j]: value for j, value in enumerate(values.pop(row), start=1)}
    return {symbol: Rational(value) for symbol, value in values.items()}


def parameter_symbols(thing: Any) -> dict[str, Any]:
    """Return the symbol of each field that is a parameter, by its name; of `betas` a tuple of two."""
    names = NAMES if isinstance(thing, schedules.Schedule) else SYMBOLS
    fields = dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ()
    return {field.name: names[field.name] for field in fields if field.name in names}


def rate(schedule: schedules.Schedule) -> Expr:
    """Return the learning rate of a schedule as a formula of the step alone, its parameters being numbers."""
    then: Any = getattr(schedule, "then", None)  # what follows a warm-up
    formula = SCHEDULES[type(schedule)].subs(N, len(getattr(schedule, "boundaries", ()))).doit()
    formula = formula.replace(
        lambda x: isinstance(x, sympy.Indexed) and x.base == AFTER,
        lambda x: rate(then).subs(T, x.indices[0]),
    )
    return formula.subs(parameters(schedule))
