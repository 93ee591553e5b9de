"""What is to be proved: what the shipped code gives for symbols, and what its formula says it should be."""

import types
from collections.abc import Callable
from typing import Any

from lossgd import symbolic
from lossgd.losses import Loss
from lossgd.models import Model
from lossgd.optimizers import Optimizer
from lossgd.proofs.of_losses import of_loss
from lossgd.proofs.of_models import of_model
from lossgd.proofs.of_others import of_metric, of_optimizer, of_schedule, of_surface
from lossgd.proofs.stated import Unstated
from lossgd.schedules import Schedule
from lossgd.surfaces import Surface


def statement_of(what: Any, formula: Any = None) -> Any:
    """Return what is to be proved of a thing."""
    kinds: dict[type, Callable] = {
        Loss: of_loss,
        Model: of_model,
        Surface: of_surface,
        Optimizer: of_optimizer,
        Schedule: of_schedule,
        types.FunctionType: of_metric,
    }
    for kind, state in kinds.items():
        if isinstance(what, kind):
            try:
                return state(what, formula or symbolic.of(what))
            except (TypeError, KeyError) as problem:
                if formula is None and "no formula" in str(problem):
                    raise Unstated("it has no formula in symbolic") from problem
                raise
    raise TypeError(
        f"there is no proof of {what!r}; expected a loss, a model, a surface, an optimizer, a schedule "
        "or a metric"
    )
