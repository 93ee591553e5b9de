"""One table of all losses, with legal inputs for each; every test of the losses takes its cases from here.

A function below turns numbers from [0, 1] into legal values. The same functions serve hypothesis, which looks
for small examples that fail, and random generators, which fill large arrays.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossgd import catalogue, domains, losses

CLASSES = 3


def numbers(u):
    return 100 * (2 * u - 1) ** 3  # small and large ones, of both signs


def labels(u):
    return np.round(u)


def signs(u):
    return 2 * np.round(u) - 1


def probabilities(u):
    return 0.001 + 0.998 * u  # not 0, where a loss is infinite


def soft_labels(u):
    return u


def positive(u):
    return 0.01 + 50 * u**3


def class_indices(u):
    return u.argmax(axis=1)


def one_hot(u):
    return np.eye(u.shape[1])[u.argmax(axis=1)]


def distributions(u):
    return (u + 0.001) / (u + 0.001).sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Case:
    """A loss, how its truth and prediction are made, and how a perfect prediction, if there is one."""

    loss: losses.Loss
    truth: Callable
    prediction: Callable
    perfect: Callable | None = None

    @property
    def by_class(self):
        """Whether an example is a row of classes, rather than each entry a loss of its own."""
        return self.truth in (class_indices, one_hot, distributions)

    @property
    def has_probabilities(self):
        return self.prediction in (probabilities, distributions)

    def shape(self, entries):
        """Return a shape of about so many entries."""
        return (max(1, entries // CLASSES), CLASSES) if self.by_class else (entries,)

    def random(self, shape, seed=0):
        """Return a truth and a prediction for this shape of predictions."""
        rng = np.random.default_rng(seed)
        return self.truth(rng.random(shape)), self.prediction(rng.random(shape))

    def examples(self, max_entries=12):
        """Return hypothesis' strategy for a truth and a prediction."""
        shapes = st.integers(1, max_entries).map(self.shape)
        units = shapes.flatmap(lambda shape: arrays(float, (2, *shape), elements=st.floats(0, 1)))
        return units.map(lambda u: (self.truth(u[0]), self.prediction(u[1])))


def certain_logits(y):
    return 2000 * y - 1000


def of_index(y):
    return np.eye(CLASSES)[y]


# How values of a domain are made. Of labels, a loss with its first parameters gets those, others soft ones.
TRUTHS = {
    domains.REALS: numbers,
    domains.NONNEGATIVE: positive,
    domains.SHARES: labels,
    domains.SIGNS: signs,
    domains.DISTRIBUTIONS: one_hot,
    domains.CLASS_INDICES: class_indices,
}
SOFT = {labels: soft_labels, one_hot: distributions}
PREDICTIONS = {
    domains.REALS: numbers,
    domains.REAL_ROWS: numbers,
    domains.POSITIVE: positive,
    domains.PROBABILITIES: probabilities,
    domains.DISTRIBUTIONS: distributions,
}
# What turns truths into predictions that cost nothing; of soft labels, there are none.
PERFECT = {
    (numbers, domains.REALS): np.copy,
    (positive, domains.POSITIVE): np.copy,
    (signs, domains.REALS): np.copy,
    (labels, domains.PROBABILITIES): np.copy,
    (labels, domains.REALS): certain_logits,
    (one_hot, domains.DISTRIBUTIONS): np.copy,
    (one_hot, domains.REAL_ROWS): certain_logits,
    (class_indices, domains.DISTRIBUTIONS): of_index,
    (class_indices, domains.REAL_ROWS): lambda y: certain_logits(of_index(y)),
}


# What domains do not tell: a divergence is one of two distributions, and a logarithm of a mean is not large.
SPECIAL = {
    losses.KLDivergence(): {"truth": distributions, "perfect": np.copy},
    losses.PoissonDeviance(log_input=True): {"prediction": lambda u: 10 * u - 5},
}


def case_of(loss):
    """Return the case of a loss, made from the domains that it states."""
    truth = TRUTHS[loss.truth_domain]
    smoothed = getattr(loss, "label_smoothing", 0)
    if smoothed or any(getattr(loss, name) != value for name, value in loss.examples[0].items()):
        truth = SOFT.get(truth, truth)
    perfect = None if smoothed else PERFECT.get((truth, loss.prediction_domain))
    return replace(Case(loss, truth, PREDICTIONS[loss.prediction_domain], perfect), **SPECIAL.get(loss, {}))


CASES = [case_of(loss) for loss in catalogue.objects(losses)]


def each(cases):
    """Run a test once for each of these cases, as its argument `case`."""
    return pytest.mark.parametrize("case", cases, ids=[repr(case.loss) for case in cases])


every_case = each(CASES)
every_elementwise_case = each([case for case in CASES if not case.by_class])
every_perfect_case = each([case for case in CASES if case.perfect])
