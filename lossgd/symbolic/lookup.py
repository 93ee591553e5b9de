"""From an object of the package, or its class, to its formula."""

import dataclasses

import sympy

from lossgd import losses, models, optimizers
from lossgd.symbolic import compiled
from lossgd.symbolic.formula import Formula
from lossgd.symbolic.formula_loss import FormulaLoss
from lossgd.symbolic.notation import ALPHA, BETA, BETA1, BETA2, EPSILON, LAMBDA, PARAMETERS, RHO
from lossgd.symbolic.of_losses import of_loss
from lossgd.symbolic.of_models import of_model
from lossgd.symbolic.of_optimizers import of_optimizer
from lossgd.symbolic.of_schedules import NAMES, SCHEDULES, of_schedule

BETAS = BETA1, BETA2
SYMBOLS = PARAMETERS | {
    "lr": ALPHA,
    "beta": BETA,
    "betas": BETAS,
    "rho": RHO,
    "eps": EPSILON,
    "weight_decay": LAMBDA,
}


def of(thing):
    """Return the formula of a loss, a model, an optimizer or a schedule, be it a class or an object.

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
    raise TypeError(f"there is no formula of {thing!r}; expected a loss, a model, an optimizer or a schedule")


def _of_own_formula(loss):
    formula, _ = compiled.signed(loss.formula, loss.parameters)
    sets = (sympy.Reals if values == sympy.Reals else values for values in (loss.truths, loss.predictions))
    return Formula(formula, loss.y, loss.y_pred, *sets)


def parameters(thing):
    """Return the numbers of a loss, an optimizer or a schedule as a dict by their symbols, exactly."""
    if isinstance(thing, FormulaLoss):
        _, values = compiled.signed(thing.formula, thing.parameters)
    else:
        names = NAMES if type(thing) in SCHEDULES else SYMBOLS
        fields = [field.name for field in dataclasses.fields(thing) if field.name in names]
        values = {names[field]: getattr(thing, field) for field in fields}
        if BETAS in values:
            values |= dict(zip(BETAS, values.pop(BETAS), strict=True))
        for row in [symbol for symbol in values if isinstance(symbol, sympy.IndexedBase)]:
            values |= {row[j]: value for j, value in enumerate(values.pop(row), start=1)}
    return {symbol: sympy.Rational(value) for symbol, value in values.items()}
