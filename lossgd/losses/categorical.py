"""Losses for k classes. Predictions have shape (n, k): a row of probabilities, or of logits, an example."""

from dataclasses import dataclass

import numpy as np

from lossgd import checks
from lossgd.losses.base import Loss
from lossgd.losses.binary import LOGITS_HINT

ROW_SUM = 1e-3  # how far from 1 a row of probabilities may sum: room for float32 and for finite differences


class ClassLoss(Loss):
    """A loss of a row of k ≥ 2 classes; its truth is a row of probabilities (or one-hot) for each example."""

    from_logits = False
    _hint = LOGITS_HINT

    def _check_shapes(self, y_true, y_pred):
        checks.class_table(y_pred)
        checks.same_shape(y_true, y_pred)

    def _entries(self, y_pred):
        return 1

    def _check(self, y, p):
        checks.distributions("y_true", y, ROW_SUM)
        self._check_predictions(p)

    def _check_predictions(self, p):
        if self.from_logits:
            checks.finite("y_pred", p)
        else:
            checks.distributions("y_pred", p, ROW_SUM, self._hint)


def softmax_parts(z):
    """Return z − max z, its exponential e, the sum of e over a row without the best class, and which is best.

    1 − p of the best class is rest / (1 + rest): no digit is lost when a prediction is nearly certain.
    """
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    best = z == 0
    rest = np.where(best, 0, e).sum(axis=1, keepdims=True) + (best.sum(axis=1, keepdims=True) - 1)
    return z, e, rest, best


@dataclass(frozen=True, kw_only=True)
class CategoricalCrossEntropy(ClassLoss):
    """Categorical cross-entropy, −Σⱼ yⱼ log pⱼ, for one-hot labels or rows of probabilities y.

    A probability of exactly 0 on a true label costs `inf`. From logits z, p = softmax(z), it is
    log Σⱼ eᶻʲ − Σⱼ yⱼ zⱼ, and its gradient p − y. The same as Keras' `CategoricalCrossentropy`, PyTorch's
    `CrossEntropyLoss` (always from logits) and scikit-learn's `log_loss`. The gradient in p treats each pⱼ as
    free, as PyTorch does.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits (any real numbers) rather than probabilities.
    label_smoothing : float
        s in [0, 1): a row y becomes y(1 − s) + s/k.
    reduction : {"mean", "sum"}
        How the cost is made from the losses of the examples.

    Examples
    --------
    >>> cce = CategoricalCrossEntropy()
    >>> cce([[0, 1, 0]], [[0.2, 0.5, 0.3]])
    0.6931471805599453
    >>> CategoricalCrossEntropy(from_logits=True).gradient([[0, 1]], [[0.0, 0.0]])
    array([[ 0.5, -0.5]])

    References
    ----------
    Bridle, J. S. (1990). Training stochastic model recognition algorithms as networks can lead to maximum
    mutual information estimation of parameters. NIPS 2.
    """

    from_logits: bool = False
    label_smoothing: float = 0.0

    def __post_init__(self):
        super().__post_init__()
        checks.boolean("from_logits", self.from_logits)
        checks.number("label_smoothing", self.label_smoothing, 0, 1, closed="[")

    def _targets(self, y):
        return y * (1 - self.label_smoothing) + self.label_smoothing / y.shape[1]

    def _loss(self, y, p):
        t = self._targets(y)
        if self.from_logits:
            z, _, rest, _ = softmax_parts(p)
            return np.log1p(rest[:, 0]) * t.sum(axis=1) - (t * z).sum(axis=1)
        return -(t * np.log(np.where(t == 0, 1, p))).sum(axis=1)

    def _slope(self, y, p):
        t = self._targets(y)
        if self.from_logits:
            # p − t as (1 − t)p − t(1 − p), so that p near 1 keeps its digits.
            _, e, rest, best = softmax_parts(p)
            return ((1 - t) * e - t * np.where(best, rest, 1 + rest - e)) / (1 + rest)
        return -t / np.where(t == 0, 1, p)


@dataclass(frozen=True, kw_only=True)
class SparseCategoricalCrossEntropy(ClassLoss):
    """Categorical cross-entropy −log p_c for labels given as the class's index c, shape (n,).

    The same number as with one-hot labels, at 1/k of their memory. The same as Keras'
    `SparseCategoricalCrossentropy` and, from logits, PyTorch's `CrossEntropyLoss`.

    Parameters
    ----------
    from_logits : bool
        Whether predictions are logits (any real numbers) rather than probabilities.
    reduction : {"mean", "sum"}
        How the cost is made from the losses of the examples.

    Examples
    --------
    >>> SparseCategoricalCrossEntropy()([1], [[0.2, 0.5, 0.3]])
    0.6931471805599453

    References
    ----------
    As for `CategoricalCrossEntropy`.
    """

    from_logits: bool = False

    def __post_init__(self):
        super().__post_init__()
        checks.boolean("from_logits", self.from_logits)

    def _check_shapes(self, y_true, y_pred):
        checks.class_table(y_pred)
        checks.class_indices(y_true, len(y_pred))

    def _check(self, y, p):
        checks.in_classes(y, p.shape[1])
        self._check_predictions(p)

    def _loss(self, y, p):
        if self.from_logits:
            z, _, rest, _ = softmax_parts(p)
            return np.log1p(rest[:, 0]) - _of_class(z, y)[:, 0]
        return -np.log(_of_class(p, y)[:, 0])

    def _slope(self, y, p):
        if self.from_logits:
            _, e, rest, best = softmax_parts(p)
            slope = e / (1 + rest)
            others = np.where(_of_class(best, y), rest, 1 + rest - _of_class(e, y))
            np.put_along_axis(slope, y[:, None], -others / (1 + rest), axis=1)
            return slope
        slope = np.zeros_like(p)
        np.put_along_axis(slope, y[:, None], -1 / _of_class(p, y), axis=1)
        return slope


def _of_class(table, y):
    return np.take_along_axis(table, y[:, None], axis=1)


@dataclass(frozen=True, kw_only=True)
class KLDivergence(ClassLoss):
    """Kullback–Leibler divergence, Σⱼ yⱼ log(yⱼ/pⱼ), between two rows of probabilities.

    Cross-entropy less the entropy of y: 0 where both are the same. A probability of exactly 0 where y is not
    costs `inf`. The same as Keras' `KLDivergence` and, with log p as its input, PyTorch's
    `KLDivLoss(reduction="batchmean")`.

    Examples
    --------
    >>> KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]])
    0.0
    >>> KLDivergence().per_example([[0.5, 0.5]], [[0.9, 0.1]]).round(4)
    array([0.5108])

    References
    ----------
    Kullback, S. and Leibler, R. A. (1951). On information and sufficiency. Annals of Mathematical
    Statistics 22.
    """

    _hint = ""  # there is no form from logits to point to

    def _loss(self, y, p):
        return (y * (np.log(np.where(y == 0, 1, y)) - np.log(np.where(y == 0, 1, p)))).sum(axis=1)

    def _slope(self, y, p):
        return -y / np.where(y == 0, 1, p)
