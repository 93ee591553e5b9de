"""Losses for k classes. Predictions have shape (n, k): a row of probabilities, or of logits, an example.

Inside, a block lies transposed, classes first: a sum over the classes then adds whole rows of examples, which
is ten times faster than many sums of a few numbers each.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossgd import checks
from lossgd.domains import CLASS_INDICES, DISTRIBUTIONS
from lossgd.losses.base import Loss
from lossgd.losses.binary import LOGITS_HINT
from lossgd.losses.divergence import divergence


class ClassLoss(Loss):
    """A loss of a row of k ≥ 2 classes; its truth is a row of probabilities (or one-hot) for each example."""

    from_logits = False
    link = "softmax"
    truth_domain = DISTRIBUTIONS
    prediction_domain = DISTRIBUTIONS.advising(LOGITS_HINT)
    convex = True

    def check_shapes(self, y_true: np.ndarray, y_pred: np.ndarray) -> None:
        checks.class_table(y_pred)
        checks.same_shape(y_true, y_pred)

    def _entries(self, y_pred):
        return 1

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        t = self._smoothed(y.T.copy())
        return t, t.sum(axis=0), *self._prediction(p, t)

    def _smoothed(self, y):
        """Return the truths that predictions are compared with."""
        return y

    def _prediction(self, p, t=1):
        """Return the block of predictions, from logits as what their softmax is made of."""
        return softmax_parts(p, t) if self.from_logits else (np.add(p.T, 0, order="C"),)  # −0 becomes 0


def softmax_parts(z: np.ndarray, t: int | np.ndarray = 1) -> tuple:
    """Return z − max z, its exponential, the sum of the exponentials, and where the best class is.

    The best class, whose exponential is 1, is left out of both (its place holds 0): so no digit is lost when
    a prediction is nearly certain, and the sum is nearly 0. A difference beyond the largest float is −∞, or 0
    where the truth `t` is 0, as it counts nothing there.
    """
    best = places(z.argmax(axis=1))  # here rows are faster
    z = z.T.copy()
    top = z.reshape(-1)[best]
    d = z - top
    e = np.exp(d)
    if d.min() < -32:  # exp magnifies what the subtraction rounded away; Knuth's sum finds it
        back = d - z
        lost = (z - (d - back)) - (top + back)
        far = d.min(axis=0) < -32  # each example by itself, so that its bits do not depend on its neighbours
        e *= 1 + np.where(far & np.isfinite(lost), lost, 0)
        d = np.where((t == 0) & (d == -np.inf), 0, d)
    e.reshape(-1)[best] = 0
    return d, e, e.sum(axis=0), best


def places(classes: np.ndarray) -> np.ndarray:
    """Return where these entries are in a transposed block that is read as one row: a quick index."""
    return classes.astype(np.intp, copy=False) * len(classes) + np.arange(len(classes))


def close(slope: np.ndarray, best: np.ndarray) -> np.ndarray:
    """Set the slope of the best class: a softmax sums to 1, so the slopes of an example sum to 0."""
    flat = slope.reshape(-1)
    flat[best] = 0
    flat[best] = -slope.sum(axis=0)
    return slope.T


@dataclass(frozen=True, kw_only=True)
class CategoricalCrossEntropy(ClassLoss):
    """Categorical cross-entropy, −Σⱼ yⱼ log pⱼ, for one-hot labels or rows of probabilities y.

    A probability of exactly 0 on a true label costs `inf`. From logits z, p = softmax(z), it is
    log Σⱼ eᶻʲ − Σⱼ yⱼ zⱼ, and its gradient p − y. The same as Keras' `CategoricalCrossentropy`, PyTorch's
    `CrossEntropyLoss` (always from logits) and scikit-learn's `log_loss`. The gradient in p treats each pⱼ as
    free; Keras divides a row of probabilities by its sum first, which adds 1 to each slope, and clips it at
    1e-7; scikit-learn clips at the dtype's ε.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are logits (any real numbers) rather than probabilities.
    label_smoothing : float, default 0.0
        s in [0, 1): a row y becomes y(1 − s) + s/k.
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
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

    score_option = "from_logits"
    examples = {}, {"label_smoothing": 0.1}

    def __post_init__(self):
        super().__post_init__()
        checks.number("label_smoothing", self.label_smoothing, 0, 1, closed="[")

    def _smoothed(self, y):
        s = self.label_smoothing
        return y * (1 - s) + s / len(y) if s else y

    def loss(self, t: np.ndarray, total: np.ndarray, z: np.ndarray, *softmax: Any) -> np.ndarray:
        if self.from_logits:
            _, rest, _ = softmax
            return np.log1p(rest) * total - (t * z).sum(axis=0)
        return 0 - (t * np.log(np.where(t == 0, 1, z))).sum(axis=0)

    def slope(self, t: np.ndarray, total: np.ndarray, z: np.ndarray, *softmax: Any) -> np.ndarray:
        if self.from_logits:
            e, rest, best = softmax
            return close(e * (total / (1 + rest)) - t, best)
        return (0 - t / np.where(t == 0, 1, z)).T


@dataclass(frozen=True, kw_only=True)
class SparseCategoricalCrossEntropy(ClassLoss):
    """Categorical cross-entropy −log p_c for labels given as the class's index c, shape (n,).

    The same number as with one-hot labels, at 1/k of their memory. The same as Keras'
    `SparseCategoricalCrossentropy` and, from logits, PyTorch's `CrossEntropyLoss`; of probabilities, Keras
    makes what `CategoricalCrossEntropy` says.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are logits (any real numbers) rather than probabilities.
    label_smoothing : float, default 0.0
        s in [0, 1): the true class counts 1 − s + s/k, each other one s/k.
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
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
    label_smoothing: float = 0.0

    score_option = "from_logits"
    truth_domain = CLASS_INDICES
    examples = {}, {"label_smoothing": 0.1}

    def __post_init__(self):
        super().__post_init__()
        checks.number("label_smoothing", self.label_smoothing, 0, 1, closed="[")

    def check_shapes(self, y_true: np.ndarray, y_pred: np.ndarray) -> None:
        checks.class_table(y_pred)
        checks.class_indices(y_true, len(y_pred))

    def check_values(self, y: np.ndarray, p: np.ndarray) -> None:
        checks.in_classes(y, p.shape[1])
        self.prediction_domain.check("y_pred", p)

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        return places(y), *self._prediction(p)

    def loss(self, true: np.ndarray, z: np.ndarray, *softmax: Any) -> np.ndarray:
        s, logs = self.label_smoothing, (lambda z: z) if self.from_logits else np.log
        expected = logs(z.reshape(-1)[true])
        if s:
            expected = (1 - s) * expected + s * logs(z).mean(axis=0)
        if self.from_logits:
            _, rest, _ = softmax
            return np.log1p(rest) - expected
        return 0 - expected

    def slope(self, true: np.ndarray, z: np.ndarray, *softmax: Any) -> np.ndarray:
        s = self.label_smoothing
        if self.from_logits:
            e, rest, best = softmax
            slope = e / (1 + rest) - s / len(z) if s else e / (1 + rest)
            slope.reshape(-1)[true] -= 1 - s
            return close(slope, best)
        slope = -s / len(z) / z if s else np.zeros_like(z)
        slope.reshape(-1)[true] -= (1 - s) / z.reshape(-1)[true]
        return slope.T


@dataclass(frozen=True, kw_only=True)
class KLDivergence(ClassLoss):
    """Kullback–Leibler divergence, Σⱼ yⱼ log(yⱼ/pⱼ), between two rows of probabilities.

    Cross-entropy less the entropy of y: 0 where both are the same. A probability of exactly 0 where y is not
    costs `inf`. The same as Keras' `KLDivergence`, which clips y and p at 1e-7, and, with log p as its input,
    PyTorch's `KLDivLoss(reduction="batchmean")`.

    Never negative, and exact also where p is nearly y. Where the sums of the rows differ, as those of rounded
    numbers do, it is the sum as it stands, or 0 if that is negative.

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

    prediction_domain = DISTRIBUTIONS  # there is no form from logits to advise

    def loss(self, y: np.ndarray, total: np.ndarray, p: np.ndarray) -> np.ndarray:
        # y log(y/p) = (y log(y/p) − y + p) + (y − p): no bracket is negative, and differences add up exactly.
        wide = np.longdouble if p.dtype.kind == "f" else p.dtype
        excess = (p - y).sum(axis=0, dtype=wide)
        return divergence(y, p).sum(axis=0) - excess

    def _losses(self, parts):
        # It is never negative for distributions; where their sums differ a little from 1, it might be.
        return np.maximum(super()._losses(parts), 0)

    def slope(self, y: np.ndarray, total: np.ndarray, p: np.ndarray) -> np.ndarray:
        return (0 - y / np.where(y == 0, 1, p)).T
