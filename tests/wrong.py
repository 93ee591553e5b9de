"""Losses that are wrong on purpose, each by one of the usual mistakes, which must be caught and named."""

import numpy as np

from lossgd import losses


class WrongSign(losses.MeanSquaredError):
    def slope(self, a):
        return -2 * a


class MissingMean(losses.MeanSquaredError):
    def gradient(self, y_true, y_pred):
        return len(y_pred) * super().gradient(y_true, y_pred)


class MissingTwo(losses.MeanSquaredError):
    def slope(self, a):
        return a


class WrongBranch(losses.Huber):
    def slope(self, a, near):
        return np.where(np.abs(a) <= self.delta, a, np.sign(a))  # and not δ times the sign


class SwappedLabels(losses.BinaryCrossEntropy):
    def slope(self, t1, t0, *prediction):
        return super().slope(t0, t1, *prediction)


class ClippedLog(losses.BinaryCrossEntropy):
    def loss(self, t1, t0, *p):
        return super().loss(t1, t0, *(np.clip(x, 1e-7, 1 - 1e-7) for x in p))


class OffByAMillionth(losses.LogCosh):
    def slope(self, a, *shared):
        return (1 + 1e-6) * np.tanh(a)


NUMBERS = np.array([1.0, -2.0, 0.5, 3.0]), np.array([1.5, 2.0, 0.25, 2.0])
LABELS = np.array([0.0, 1.0, 1.0, 0.0])

# The wrong loss, the loss that it should be, a truth and a prediction, and how the likely mistake begins.
WRONG = [
    (WrongSign(), losses.MeanSquaredError(), NUMBERS, "the sign."),
    (MissingMean(), losses.MeanSquaredError(), NUMBERS, "a factor of n."),
    (MissingTwo(), losses.MeanSquaredError(), NUMBERS, "a factor of 2."),
    (WrongBranch(delta=2.5), losses.Huber(delta=2.5), NUMBERS, "a branch."),
    (
        SwappedLabels(from_logits=True),
        losses.BinaryCrossEntropy(from_logits=True),
        (LABELS, NUMBERS[1]),
        "swapped labels.",
    ),
    (
        ClippedLog(),
        losses.BinaryCrossEntropy(),
        (LABELS, np.array([0.2, 1e-9, 0.7, 0.1])),
        "a clip in the loss.",
    ),
    (OffByAMillionth(), losses.LogCosh(), NUMBERS, "a number."),
]
