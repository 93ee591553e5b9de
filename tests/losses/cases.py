"""One table of all losses, with legal inputs for each; every test of the losses takes its cases from here.

A function below turns numbers from [0, 1] into legal values. The same functions serve hypothesis, which looks
for small examples that fail, and random generators, which fill large arrays.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossgd import losses

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


CASES = [
    Case(losses.MeanSquaredError(), numbers, numbers, np.copy),
    Case(losses.MeanAbsoluteError(), numbers, numbers, np.copy),
    Case(losses.Huber(), numbers, numbers, np.copy),
    Case(losses.Huber(delta=20.0), numbers, numbers, np.copy),
    Case(losses.LogCosh(), numbers, numbers, np.copy),
    Case(losses.Quantile(q=0.2), numbers, numbers, np.copy),
    Case(losses.PoissonDeviance(), positive, positive, np.copy),
    Case(losses.PoissonDeviance(log_input=True), positive, lambda u: 10 * u - 5),
    Case(losses.BinaryCrossEntropy(), labels, probabilities, np.copy),
    Case(losses.BinaryCrossEntropy(from_logits=True), labels, numbers, certain_logits),
    Case(losses.BinaryCrossEntropy(label_smoothing=0.1), labels, probabilities),
    Case(losses.BinaryCrossEntropy(from_logits=True, label_smoothing=0.1), labels, numbers),
    Case(losses.WeightedBinaryCrossEntropy(weight_0=0.5, weight_1=3.0), labels, probabilities, np.copy),
    Case(
        losses.WeightedBinaryCrossEntropy(weight_0=0.5, weight_1=3.0, from_logits=True),
        labels,
        numbers,
        certain_logits,
    ),
    Case(losses.Focal(), labels, probabilities, np.copy),
    Case(losses.Focal(gamma=0.5), labels, probabilities, np.copy),
    Case(losses.Focal(from_logits=True), labels, numbers, certain_logits),
    Case(losses.BinaryCrossEntropy(label_smoothing=0.01), soft_labels, probabilities),
    Case(losses.BinaryCrossEntropy(from_logits=True, label_smoothing=0.01), soft_labels, numbers),
    Case(losses.WeightedBinaryCrossEntropy(weight_1=3.0), soft_labels, probabilities),
    Case(losses.WeightedBinaryCrossEntropy(weight_1=3.0, from_logits=True), soft_labels, numbers),
    Case(losses.Focal(gamma=1.5), soft_labels, probabilities),
    Case(losses.Focal(gamma=1.5, from_logits=True), soft_labels, numbers),
    Case(losses.Hinge(), signs, numbers, np.copy),
    Case(losses.SquaredHinge(), signs, numbers, np.copy),
    Case(losses.CategoricalCrossEntropy(), one_hot, distributions, np.copy),
    Case(losses.CategoricalCrossEntropy(from_logits=True), one_hot, numbers, certain_logits),
    Case(losses.CategoricalCrossEntropy(label_smoothing=0.1), distributions, distributions),
    Case(losses.CategoricalCrossEntropy(from_logits=True, label_smoothing=0.1), distributions, numbers),
    Case(losses.SparseCategoricalCrossEntropy(), class_indices, distributions, of_index),
    Case(
        losses.SparseCategoricalCrossEntropy(from_logits=True),
        class_indices,
        numbers,
        lambda y: certain_logits(of_index(y)),
    ),
    Case(losses.SparseCategoricalCrossEntropy(label_smoothing=0.1), class_indices, distributions),
    Case(losses.SparseCategoricalCrossEntropy(label_smoothing=0.1, from_logits=True), class_indices, numbers),
    Case(losses.KLDivergence(), distributions, distributions, np.copy),
]


def each(cases):
    """Run a test once for each of these cases, as its argument `case`."""
    return pytest.mark.parametrize("case", cases, ids=[repr(case.loss) for case in cases])


every_case = each(CASES)
every_elementwise_case = each([case for case in CASES if not case.by_class])
every_perfect_case = each([case for case in CASES if case.perfect])
