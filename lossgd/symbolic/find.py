"""From an object of the package, or its class, to its formula."""

import dataclasses

import sympy

from lossgd import losses, models, optimizers
from lossgd.losses import compiled
from lossgd.losses.formula import FormulaLoss
from lossgd.symbolic.formula import Formula
from lossgd.symbolic.notation import ALPHA, BETA, BETA1, BETA2, EPSILON, LAMBDA, PARAMETERS, RHO
from lossgd.symbolic.of_losses import of_loss
from lossgd.symbolic.of_models import of_model
from lossgd.symbolic.of_optimizers import of_optimizer

SYMBOLS = PARAMETERS | {
    "lr": ALPHA,
    "beta": BETA,
    "betas": (BETA1, BETA2),
    "rho": RHO,
    "eps": EPSILON,
    "weight_decay": LAMBDA,
}


def of(thing):
    """Return the formula of a loss, a model or an optimizer: of a class such as `losses.Huber`, or an object.

    Of an object, what changes the form counts (`from_logits`, `averaged`), and label smoothing is left out
    where it is 0. Numbers stay symbols: `parameters` gives their values.
    """
    kind = thing if isinstance(thing, type) else type(thing)
    if issubclass(kind, FormulaLoss):
        sets = (
            sympy.Reals if values == sympy.Reals else values for values in (thing.truths, thing.predictions)
        )
        return Formula(compiled.signed(thing.formula, thing.parameters)[0], thing.y, thing.y_pred, *sets)
    if issubclass(kind, losses.Loss):
        return of_loss(kind, thing)
    if issubclass(kind, optimizers.Optimizer):
        return of_optimizer(kind, thing)
    if issubclass(kind, models.Model):
        return of_model(kind, thing)
    raise TypeError(f"there is no formula of {thing!r}; expected a loss, a model or an optimizer")


def parameters(thing):
    """Return the numbers of a loss or an optimizer as a dict by their symbols, exactly."""
    if isinstance(thing, FormulaLoss):
        return {
            name: sympy.Rational(value)
            for name, value in compiled.signed(thing.formula, thing.parameters)[1].items()
        }
    values = {}
    for field in dataclasses.fields(thing):
        if symbol := SYMBOLS.get(field.name):
            value = getattr(thing, field.name)
            pairs = zip(symbol, value, strict=True) if isinstance(symbol, tuple) else [(symbol, value)]
            values |= {name: sympy.Rational(number) for name, number in pairs}
    return values
