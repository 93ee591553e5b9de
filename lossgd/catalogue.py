"""All that ships, a line each: its name in the course, its colour and line, what other libraries call it.

What a class is, it states itself, and with which parameters it is tried out (`examples`). Here stands what is
said of it elsewhere. Proofs, tests, figures and pages go over this list, and a test names what is missing.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple

from lossgd import losses, models, optimizers, schedules, surfaces

ROOMS: dict[ModuleType, type] = {
    losses: losses.Loss,
    models: models.Model,
    surfaces: surfaces.Surface,
    optimizers: optimizers.Optimizer,
    schedules: schedules.Schedule,
}


class Peer(NamedTuple):
    """What another library calls it, and in what it differs there, in Markdown."""

    name: str
    convention: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is said of a class.

    Parameters
    ----------
    name : str
        What the course calls it; figures give all that is called so, or begins so, its look.
    also : tuple of str
        Other names of the same.
    color : str
        Of `plots.COLORS`; of losses and optimizers.
    line : str or tuple
        Its line style, as matplotlib has it; no two optimizers share one.
    peers : dict of str to Peer
        By library.
    no_formula : str
        Why there is no formula of it, if there is none.
    """

    name: str
    also: tuple[str, ...] = ()
    color: str = ""
    line: str | tuple[int, tuple[float, ...]] = ""
    peers: dict[str, Peer] = field(default_factory=dict)
    no_formula: str = ""


def _peers(**peers: str | tuple[str, str]) -> dict[str, Peer]:
    names = {"torch": "PyTorch", "keras": "Keras", "sklearn": "scikit-learn", "optax": "Optax"}
    return {names[key]: Peer(peer) if isinstance(peer, str) else Peer(*peer) for key, peer in peers.items()}


CATALOGUE: dict[type, Entry] = {
    losses.MeanSquaredError: Entry(
        name="squared",
        also=("mse", "rmse"),
        color="blue",
        line="-",
        peers=_peers(
            torch="MSELoss",
            keras="MeanSquaredError",
            sklearn=("mean_squared_error", "HalfSquaredError is half of it"),
            optax=("squared_error", "l2_loss is half of it"),
        ),
    ),
    losses.MeanAbsoluteError: Entry(
        name="absolute",
        also=("mae",),
        color="vermillion",
        line="--",
        peers=_peers(torch="L1Loss", keras="MeanAbsoluteError", sklearn="mean_absolute_error"),
    ),
    losses.Huber: Entry(
        name="Huber",
        color="green",
        line="-.",
        peers=_peers(
            torch=("HuberLoss", "SmoothL1Loss(beta=δ) is it divided by δ"),
            keras="Huber",
            sklearn=("HuberRegressor", "epsilon is δ over a σ that it estimates"),
            optax="huber_loss",
        ),
    ),
    losses.LogCosh: Entry(
        name="log-cosh", color="purple", line=":", peers=_peers(keras="LogCosh", optax="log_cosh")
    ),
    losses.Quantile: Entry(
        name="quantile",
        also=("pinball",),
        color="orange",
        line=(0, (6, 2)),
        peers=_peers(sklearn=("mean_pinball_loss", "q is alpha")),
    ),
    losses.PoissonDeviance: Entry(
        name="Poisson deviance",
        color="blue",
        line="--",
        peers=_peers(
            torch=("PoissonNLLLoss", "half of it, but for a part that is y's alone; of log ŷ"),
            keras=(
                "Poisson",
                "half of it, but for a part that is y's alone; adds 1e-7 to ŷ in the logarithm",
            ),
            sklearn=("mean_poisson_deviance", "HalfPoissonLoss is half of it, of log ŷ"),
        ),
    ),
    losses.BinaryCrossEntropy: Entry(
        name="cross-entropy",
        also=("logistic",),
        color="vermillion",
        line="-",
        peers=_peers(
            torch=("BCELoss, BCEWithLogitsLoss", "clips a logarithm at −100"),
            keras=("BinaryCrossentropy", "clips a probability at 1e-7"),
            sklearn=("log_loss", "clips a probability at its dtype's ε"),
            optax=("sigmoid_binary_cross_entropy", "always from logits"),
        ),
    ),
    losses.WeightedBinaryCrossEntropy: Entry(
        name="weighted cross-entropy",
        color="vermillion",
        line="-.",
        peers=_peers(
            torch=("BCEWithLogitsLoss", "pos_weight is w₁/w₀ with w₀ = 1"),
            sklearn=("LogisticRegression", "class_weight is {0: w₀, 1: w₁}"),
        ),
    ),
    losses.Focal: Entry(
        name="focal",
        color="orange",
        line="--",
        peers=_peers(keras="BinaryFocalCrossentropy", optax="sigmoid_focal_loss"),
    ),
    losses.CategoricalCrossEntropy: Entry(
        name="categorical cross-entropy",
        color="vermillion",
        line=":",
        peers=_peers(
            torch=("CrossEntropyLoss", "always from logits"),
            keras=(
                "CategoricalCrossentropy",
                "divides a row of probabilities by its sum, and clips it at 1e-7",
            ),
            sklearn=("log_loss", "clips a probability at its dtype's ε"),
            optax=("softmax_cross_entropy", "always from logits"),
        ),
    ),
    losses.SparseCategoricalCrossEntropy: Entry(
        name="sparse categorical cross-entropy",
        color="vermillion",
        line=(0, (6, 2)),
        peers=_peers(
            torch=("CrossEntropyLoss", "always from logits"),
            keras=(
                "SparseCategoricalCrossentropy",
                "divides a row of probabilities by its sum, and clips it at 1e-7",
            ),
            sklearn=("log_loss", "clips a probability at its dtype's ε"),
            optax=("softmax_cross_entropy_with_integer_labels", "always from logits"),
        ),
    ),
    losses.KLDivergence: Entry(
        name="KL divergence",
        color="purple",
        line="--",
        peers=_peers(
            torch=("KLDivLoss", 'of log p; `reduction="batchmean"`'),
            keras=("KLDivergence", "clips y and p at 1e-7"),
            optax=("kl_divergence", "of log p"),
        ),
    ),
    losses.Hinge: Entry(
        name="hinge",
        color="green",
        line="--",
        peers=_peers(keras="Hinge", sklearn="hinge_loss", optax="hinge_loss"),
    ),
    losses.SquaredHinge: Entry(
        name="squared hinge",
        color="purple",
        line="-.",
        peers=_peers(keras="SquaredHinge", sklearn=("LinearSVC", '`loss="squared_hinge"`')),
    ),
    models.Linear: Entry(name="linear model"),
    models.Logistic: Entry(name="logistic regression"),
    models.Softmax: Entry(name="softmax regression"),
    models.Perceptron: Entry(name="perceptron"),
    surfaces.Parabola: Entry(name="parabola"),
    surfaces.Ravine: Entry(name="ravine"),
    surfaces.Rosenbrock: Entry(name="Rosenbrock's valley"),
    surfaces.Himmelblau: Entry(name="Himmelblau's function"),
    surfaces.Beale: Entry(name="Beale's function"),
    surfaces.Camel: Entry(name="six-hump camel"),
    surfaces.Saddle: Entry(name="saddle"),
    surfaces.DoubleWell: Entry(name="two wells"),
    surfaces.Plateau: Entry(name="plateau"),
    # No two optimizers share a line style, so that they can be told apart without colour.
    optimizers.GradientDescent: Entry(
        name="gradient descent",
        also=("sgd",),
        color="ink",
        line="-",
        peers=_peers(torch="SGD", keras="SGD", optax="sgd"),
    ),
    optimizers.Momentum: Entry(
        name="momentum",
        also=("heavy ball",),
        color="blue",
        line=(0, (5, 1.5)),
        peers=_peers(
            torch=("SGD(momentum=β)", "the heavy ball"),
            keras=("SGD(momentum=β)", "v is −α times the heavy ball's"),
            optax=("sgd(momentum=β)", "the heavy ball"),
        ),
    ),
    optimizers.Nesterov: Entry(
        name="Nesterov",
        color="purple",
        line="-.",
        peers=_peers(
            torch=("SGD(nesterov=True)", "its θ is the point ahead"),
            keras=("SGD(nesterov=True)", "its θ is the point ahead"),
        ),
    ),
    optimizers.AdaGrad: Entry(
        name="AdaGrad",
        color="orange",
        line=":",
        peers=_peers(
            torch=("Adagrad", "ε outside the root"),
            keras=("Adagrad", "s starts at 0.1"),
            optax=("adagrad", "s starts at 0.1"),
        ),
    ),
    optimizers.RMSProp: Entry(
        name="RMSProp",
        color="green",
        line=(0, (3, 1, 1, 1, 1, 1)),
        peers=_peers(torch=("RMSprop", "ε outside the root"), keras="RMSprop", optax="rmsprop"),
    ),
    optimizers.Adam: Entry(
        name="Adam",
        also=("AMSGrad",),
        color="vermillion",
        line=(0, (10, 1.5)),
        peers=_peers(
            torch="Adam",
            keras=("Adam", "adds ε before the correction"),
            optax=("adam", "AMSGrad takes max ŝ"),
        ),
    ),
    optimizers.AdamW: Entry(  # it is Adam's colour, the only one that is shared: the palette has six
        name="AdamW",
        also=("AMSGradW",),
        color="vermillion",
        line=(0, (2, 1)),
        peers=_peers(torch="AdamW", optax="adamw"),
    ),
    schedules.Constant: Entry(name="constant"),
    schedules.Step: Entry(name="steps"),
    schedules.PiecewiseConstant: Entry(
        name="piecewise constant",
        peers=_peers(
            torch=("MultiStepLR", "all factors are the same"),
            keras=("PiecewiseConstantDecay", "is given the rates, and changes one step later"),
            optax="piecewise_constant_schedule",
        ),
    ),
    schedules.Exponential: Entry(name="exponential"),
    schedules.Linear: Entry(name="linear"),
    schedules.Polynomial: Entry(name="polynomial"),
    schedules.Cosine: Entry(name="cosine"),
    schedules.CosineRestarts: Entry(
        name="cosine with restarts",
        peers=_peers(torch="CosineAnnealingWarmRestarts", keras="CosineDecayRestarts"),
    ),
    schedules.OneCycle: Entry(
        name="one cycle",
        peers=_peers(
            torch=("OneCycleLR", "total_steps counts the points, 0 … N − 1"), optax="cosine_onecycle_schedule"
        ),
    ),
    schedules.InverseTime: Entry(name="inverse time"),
    schedules.WarmUp: Entry(name="warm-up"),
    schedules.ReduceOnPlateau: Entry(
        name="reduce on plateau",
        peers=_peers(
            torch=("ReduceLROnPlateau", "patience is one fewer"),
            keras=("ReduceLROnPlateau", "the threshold is absolute, min_delta"),
        ),
        no_formula="it depends on the losses, not on the step alone",
    ),
}


def public(room: ModuleType) -> list[type]:
    """Return the classes that a room offers, without what they share."""
    kinds = (getattr(room, name) for name in room.__all__)
    return [kind for kind in kinds if issubclass(kind, ROOMS[room]) and not inspect.isabstract(kind)]


def objects(room: ModuleType) -> Iterator[Any]:
    """Yield objects of all that a room offers and the catalogue lists: in each form, with each example."""
    for kind in CATALOGUE:
        if issubclass(kind, ROOMS[room]):
            yield from objects_of(kind)


def objects_of(kind: Any) -> Iterator[Any]:
    """Yield objects of a class: of a loss that may take scores, of predictions first, then of scores."""
    option = getattr(kind, "score_option", "")
    for form in ({option: False}, {option: True}) if option else ({},):
        yield from (kind(**parameters, **form) for parameters in kind.examples)
