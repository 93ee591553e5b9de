"""All of the catalogue that has a formula, and the metrics: what is proved and verified."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from lossgd import catalogue, losses, metrics, models, optimizers, schedules, surfaces
from lossgd.proofs.stated import is_special
from lossgd.symbolic.lookup import parameter_symbols

ROOMS = {
    "Losses": losses,
    "Models": models,
    "Surfaces": surfaces,
    "Optimizers": optimizers,
    "Schedules": schedules,
}
METRICS = (
    metrics.mae,
    metrics.rmse,
    metrics.r2,
    metrics.accuracy,
    metrics.precision,
    metrics.recall,
    metrics.f1,
    metrics.roc_auc,
)

SHIPPED = {
    kind: tuple(thing for thing in catalogue.objects(room) if not catalogue.CATALOGUE[type(thing)].no_formula)
    for kind, room in ROOMS.items()
} | {"Metrics": METRICS}


# What is not proved, and why. It is verified all the same.
NOT_PROVED = {
    **dict.fromkeys(
        ("PoissonDeviance", "KLDivergence"),
        "near ŷ = y, where digits would cancel, a series stands for the logarithm",
    ),
    "CosineRestarts": "10⁻¹² is added before rounding down, so that no start of a cycle is missed",
    **dict.fromkeys(("precision", "recall", "f1"), "the code counts labels, and counting is no algebra"),
    "roc_auc": "the code sorts the predictions, and sorting is no algebra",
}


def one_of_each_form(things: Sequence) -> tuple:
    """Return the things without those that differ in numbers only: to a proof, all numbers but 0 are one."""
    return tuple({_form(thing): thing for thing in reversed(things)}.values())[::-1]


def _form(thing):
    if not dataclasses.is_dataclass(thing):
        return thing
    values = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
    values |= {name: np.vectorize(is_special)(values[name]).tolist() for name in parameter_symbols(thing)}
    return type(thing), *((name, str(_form(value))) for name, value in values.items())
