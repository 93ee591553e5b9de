"""All that ships and has a formula, with parameters of all sizes: what is proved and verified."""

import dataclasses

import numpy as np

from lossgd import losses, metrics, models, optimizers, schedules, surfaces
from lossgd.proofs.statements import is_special
from lossgd.symbolic.lookup import parameter_symbols


def _losses():
    yield losses.MeanSquaredError()
    yield losses.MeanAbsoluteError()
    yield from (losses.Huber(delta=delta) for delta in (1.0, 1e-3, 7.7, 1e6))
    yield losses.LogCosh()
    yield from (losses.Quantile(q=q) for q in (0.5, 0.1, 0.9, 1e-6))
    yield from (losses.PoissonDeviance(log_input=log) for log in (False, True))
    for logits in ({"from_logits": False}, {"from_logits": True}):
        yield losses.BinaryCrossEntropy(**logits)
        yield losses.BinaryCrossEntropy(label_smoothing=0.1, **logits)
        yield losses.WeightedBinaryCrossEntropy(weight_0=0.3, weight_1=19.0, **logits)
        yield from (losses.Focal(gamma=gamma, **logits) for gamma in (0.0, 0.5, 2.0, 5.5))
        yield losses.CategoricalCrossEntropy(**logits)
        yield losses.CategoricalCrossEntropy(label_smoothing=0.1, **logits)
        yield losses.SparseCategoricalCrossEntropy(**logits)
        yield losses.SparseCategoricalCrossEntropy(label_smoothing=0.1, **logits)
    yield losses.KLDivergence()
    yield losses.Hinge()
    yield losses.SquaredHinge()


def _models():
    yield models.Linear()
    yield models.Logistic()
    yield models.Softmax(3)
    yield models.Perceptron(hidden=(3,), activation="tanh")
    yield models.Perceptron(hidden=(3,), activation="relu", link="sigmoid")
    yield models.Perceptron(hidden=(2, 3), activation="sigmoid", outputs=2)
    yield models.Perceptron(hidden=(2, 2), activation="tanh", residual=True, outputs=2, link="softmax")
    yield models.Perceptron(hidden=(), outputs=2, link="softmax")


def _surfaces():
    yield from (surfaces.Parabola(curvature=curvature) for curvature in (1.0, 4.0))
    yield from (surfaces.Ravine(condition=condition) for condition in (1.0, 25.0, 1e4))
    yield surfaces.Rosenbrock()
    yield surfaces.Himmelblau()
    yield surfaces.Beale()
    yield surfaces.Saddle()
    yield surfaces.DoubleWell()
    yield surfaces.Plateau()


def _optimizers():
    yield optimizers.GradientDescent(lr=0.001)
    yield optimizers.Momentum(lr=0.002, beta=0.8)
    yield optimizers.Momentum(lr=0.001, beta=0.7, averaged=False)
    yield optimizers.Nesterov(lr=0.001, beta=0.9)
    yield optimizers.AdaGrad(lr=0.3, eps=0.01)
    yield optimizers.RMSProp(lr=0.02, rho=0.8, eps=0.01)
    yield optimizers.Adam(lr=0.1, betas=(0.8, 0.95), eps=0.01)
    yield optimizers.AdamW(lr=0.1, betas=(0.8, 0.95), eps=0.01, weight_decay=0.3)
    yield optimizers.Adam(lr=0.1, betas=(0.8, 0.5), eps=0.01, amsgrad=True)
    yield optimizers.AdamW(lr=0.1, betas=(0.8, 0.5), eps=0.01, amsgrad=True, weight_decay=0.3)


def _schedules():
    yield schedules.Constant(lr=0.3)
    yield schedules.Step(lr=0.3, every=4, factor=0.7)
    yield schedules.PiecewiseConstant(lr=0.3, boundaries=(2, 5), factors=(0.5, 2.0))
    yield schedules.Exponential(lr=0.3, factor=0.9)
    for lowest in (0.0, 0.1):
        yield schedules.Linear(lr=0.3, steps=7, lowest=lowest)
        yield schedules.Polynomial(lr=0.3, steps=7, lowest=lowest, power=1.5)
        yield schedules.Cosine(lr=0.3, steps=7, lowest=lowest)
    yield from (schedules.CosineRestarts(lr=0.3, steps=3, lowest=0.1, growth=growth) for growth in (1, 2))
    yield schedules.OneCycle(lr=0.3, steps=9)
    yield schedules.InverseTime(lr=0.3, decay=0.2)
    yield schedules.WarmUp(steps=5, then=schedules.Constant(lr=0.3))
    yield schedules.WarmUp(steps=5, then=schedules.Cosine(lr=0.3, steps=7, lowest=0.1))


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
    "Losses": tuple(_losses()),
    "Models": tuple(_models()),
    "Surfaces": tuple(_surfaces()),
    "Optimizers": tuple(_optimizers()),
    "Schedules": tuple(_schedules()),
    "Metrics": METRICS,
}


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


def one_of_each_form(things):
    """Return the things without those that differ in numbers only: to a proof, all numbers but 0 are one."""
    return tuple({_form(thing): thing for thing in reversed(things)}.values())[::-1]


def _form(thing):
    if not dataclasses.is_dataclass(thing):
        return thing
    values = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
    values |= {name: np.vectorize(is_special)(values[name]).tolist() for name in parameter_symbols(thing)}
    return type(thing), *((name, str(_form(value))) for name, value in values.items())
