"""Losses for two classes: cross-entropies, whose labels are 0 and 1, and hinges, whose labels are −1 and +1.

Truth and prediction have the same shape, (n,) for one label an example; of shape (n, d), an example's loss
is the mean over its d labels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossgd import checks
from lossgd.domains import PROBABILITIES, REALS, SHARES, SIGNS
from lossgd.losses.base import Loss

LOGITS_HINT = ". For scores of any size (logits), use from_logits=True"


@dataclass(frozen=True, kw_only=True)
class ZeroOneLoss(Loss):
    """A loss whose labels are 0 and 1, and whose prediction is a probability of class 1, or its logit.

    It is made of the cross-entropy −t₁ log p − t₀ log(1 − p), with t₁ and t₀ how much each class counts. A
    label between 0 and 1, a soft one, is the probability of class 1: y of the loss of 1, 1 − y of that of 0.
    """

    from_logits: bool = False

    link = "sigmoid"
    score_option = "from_logits"
    truth_domain = SHARES
    prediction_domain = PROBABILITIES.advising(LOGITS_HINT)
    convex = True

    def _counts(self, y):
        """Return how much class 1 and class 0 count in each example, t₁ and t₀."""
        return y, 1 - y

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        t1, t0 = self._counts(y)
        if self.from_logits:
            return t1, t0, p, np.exp(-np.abs(p))
        if p.min() > 0 and p.max() < 1:
            return t1, t0, p, p
        # What counts nothing costs nothing, though 0 · log 0 is NaN in NumPy; and −0 becomes 0.
        return t1, t0, np.where(t1 == 0, 1, p + 0), np.where(t0 == 0, 0, p)

    def loss(self, t1: np.ndarray, t0: np.ndarray, p: np.ndarray, other: np.ndarray) -> np.ndarray:
        if self.from_logits:  # t₁ log(1 + e⁻ᶻ) + t₀ log(1 + eᶻ), with e⁻|ᶻ| beside z
            return (t1 + t0) * np.log1p(other) + np.maximum(t0 * p, -(t1 * p))
        return 0 - t1 * np.log(p) - t0 * np.log1p(-other)  # 0 − x, as −x would be −0 at 0

    def slope(self, t1: np.ndarray, t0: np.ndarray, p: np.ndarray, other: np.ndarray) -> np.ndarray:
        if self.from_logits:  # t₀σ(z) − t₁σ(−z), where max(e⁻|ᶻ|, sign z) is 1 or e⁻|ᶻ|, without a branch
            sign = np.sign(p)
            return (t0 * np.maximum(other, sign) - t1 * np.maximum(other, -sign)) / (1 + other)
        return t0 / (1 - other) - t1 / p


@dataclass(frozen=True, kw_only=True)
class BinaryCrossEntropy(ZeroOneLoss):
    """Binary cross-entropy, −(y log p + (1 − y) log(1 − p)).

    The negative log-likelihood of a Bernoulli variable. A probability of exactly 0 on a true label costs
    `inf`. From logits z, p = σ(z), it is log(1 + eᶻ) − yz, exact for logits of any size. The same as
    PyTorch's `BCELoss` and `BCEWithLogitsLoss`, Keras' `BinaryCrossentropy`, scikit-learn's `log_loss`; but
    PyTorch clips a logarithm at −100, Keras a probability at 1e-7, and scikit-learn one at its dtype's ε.

    A label is usually 0 or 1. A soft one, in between, is the probability of class 1, as in PyTorch, Keras,
    Optax and scikit-learn's `HalfBinomialLoss`; the lowest loss is then the entropy of y, not 0.

    Parameters
    ----------
    from_logits : bool, default False
        Whether predictions are logits (any real number) rather than probabilities.
    label_smoothing : float, default 0.0
        s in [0, 1): a label y becomes y(1 − s) + s/2, as in Keras.
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
        How the cost is made from the losses of the examples.

    Examples
    --------
    >>> bce = BinaryCrossEntropy()
    >>> bce.per_example([1, 1, 0], [0.9, 0.01, 0.0]).round(4)
    array([0.1054, 4.6052, 0.    ])
    >>> BinaryCrossEntropy(from_logits=True)([1], [-1000.0])
    1000.0

    References
    ----------
    Good, I. J. (1952). Rational decisions. Journal of the Royal Statistical Society B 14.
    """

    label_smoothing: float = 0.0

    examples = {}, {"label_smoothing": 0.1}

    def __post_init__(self):
        super().__post_init__()
        checks.number("label_smoothing", self.label_smoothing, 0, 1, closed="[")

    def _counts(self, y):
        if not self.label_smoothing:
            return y, 1 - y
        s = self.label_smoothing
        return (1 - s) * y + s / 2, (1 - s) * (1 - y) + s / 2


@dataclass(frozen=True, kw_only=True)
class WeightedBinaryCrossEntropy(ZeroOneLoss):
    """Binary cross-entropy with a weight for each class, −(w₁ y log p + w₀ (1 − y) log(1 − p)).

    For data in which one class is rare or one kind of mistake is dear. PyTorch's `pos_weight` is w₁/w₀ with
    w₀ = 1; scikit-learn's `class_weight` is {0: w₀, 1: w₁}. A label between 0 and 1 takes its part of both
    weights, as in PyTorch.

    Parameters
    ----------
    weight_0, weight_1 : float, default 1.0
        w₀ ≥ 0 and w₁ ≥ 0, what the loss of an example of class 0 or 1 is multiplied by.
    from_logits : bool, default False
        Whether predictions are logits (any real number) rather than probabilities.
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
        How the cost is made from the losses of the examples.

    Examples
    --------
    >>> WeightedBinaryCrossEntropy(weight_1=19.0).per_example([0, 1], [0.5, 0.5]).round(4)
    array([ 0.6931, 13.1698])

    References
    ----------
    King, G. and Zeng, L. (2001). Logistic regression in rare events data. Political Analysis 9.
    """

    weight_0: float = 1.0
    weight_1: float = 1.0

    examples = {"weight_0": 0.3, "weight_1": 19.0}, {"weight_0": 1e-3, "weight_1": 0.7}

    def __post_init__(self):
        super().__post_init__()
        checks.number("weight_0", self.weight_0, 0, closed="[")
        checks.number("weight_1", self.weight_1, 0, closed="[")

    def _counts(self, y):
        return self.weight_1 * y, self.weight_0 * (1 - y)


@dataclass(frozen=True, kw_only=True)
class Focal(ZeroOneLoss):
    """Focal loss, −(1 − pₜ)ᵞ log pₜ, with pₜ the probability given to the true label.

    Cross-entropy in which examples that are already right count less. γ = 0 is binary cross-entropy. Without
    the paper's class weight α: that is `sample_weight`. For a label y between 0 and 1, pₜ is
    yp + (1 − y)(1 − p) and −log pₜ the binary cross-entropy, as in Keras' `BinaryFocalCrossentropy` and
    Optax' `sigmoid_focal_loss`.

    Parameters
    ----------
    gamma : float, default 2.0
        γ ≥ 0: how much easy examples are turned down.
    from_logits : bool, default False
        Whether predictions are logits (any real number) rather than probabilities.
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
        How the cost is made from the losses of the examples.

    Examples
    --------
    >>> Focal(gamma=2.0).per_example([1, 1], [0.9, 0.1]).round(2)
    array([0.  , 1.87])

    References
    ----------
    Lin, T.-Y. et al. (2017). Focal loss for dense object detection. ICCV.
    """

    gamma: float = 2.0

    examples = {"gamma": 2.0}, {"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 5.5}

    @property
    def convex(self) -> bool:  # type: ignore[override]
        """From probabilities it is; from logits, an example that is badly wrong pulls less and less."""
        return not self.from_logits or self.gamma == 0

    def __post_init__(self):
        super().__post_init__()
        checks.number("gamma", self.gamma, 0, closed="[")

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        parts = t1, t0, p, other = super().parts(y, p)
        one, zero = other, 1 - p  # the probabilities of class 1 and class 0
        if self.from_logits:
            one, zero = (1 / (1 + np.exp(np.minimum(z, 709))) for z in (0 - p, p))  # e⁷¹⁰ overflows
        return parts, super().loss(*parts), t1 * zero + t0 * one, one * zero

    def loss(self, parts: Any, entropy: np.ndarray, missing: np.ndarray, variance: np.ndarray) -> np.ndarray:
        return missing**self.gamma * entropy

    def slope(self, parts: Any, entropy: np.ndarray, missing: np.ndarray, variance: np.ndarray) -> np.ndarray:
        # (qᵞs)′ = qᵞ(s′ + γq′s/q), with s the cross-entropy and q = 1 − pₜ; s/q is 1 at 0. Where s is
        # infinite, s′ alone counts: 1000 is more than any other logarithm.
        slope = super().slope(*parts)
        t1, t0, *_ = parts
        turn = (t0 - t1) * variance if self.from_logits else t0 - t1
        ratio = np.where(missing == 0, 1, np.minimum(entropy, 1000) / np.where(missing == 0, 1, missing))
        return missing**self.gamma * (slope + self.gamma * turn * ratio)


class MarginLoss(Loss):
    """A loss of the margin y·s: labels y are −1 and +1, predictions s are scores of any size."""

    takes_scores = True
    truth_domain = SIGNS
    prediction_domain = REALS
    argument = "margin"
    convex = True

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        return y, (1 - y * p).clip(0, np.inf)  # max(0, 1 − yp), in half the time


@dataclass(frozen=True, kw_only=True)
class Hinge(MarginLoss):
    """Hinge loss, max(0, 1 − y·s), for labels y of −1 and +1 and a score s.

    Zero once the score is on the right side by a margin of 1. At the kink, y·s = 1, the slope given is the
    subgradient 0. The same as Keras' `Hinge` and scikit-learn's `hinge_loss`.

    Examples
    --------
    >>> hinge = Hinge()
    >>> hinge.per_example([1, 1, -1], [2.0, 0.3, 0.3])
    array([0. , 0.7, 1.3])
    >>> hinge.gradient([1, 1, -1], [2.0, 0.3, 0.3]).round(3)
    array([ 0.   , -0.333,  0.333])

    References
    ----------
    Cortes, C. and Vapnik, V. (1995). Support-vector networks. Machine Learning 20.
    """

    kinks = (1.0,)

    def loss(self, y: np.ndarray, missing: np.ndarray) -> np.ndarray:
        return missing

    def slope(self, y: np.ndarray, missing: np.ndarray) -> np.ndarray:
        return 0 - y * np.sign(missing)


@dataclass(frozen=True, kw_only=True)
class SquaredHinge(MarginLoss):
    """Squared hinge loss, max(0, 1 − y·s)², for labels y of −1 and +1 and a score s.

    As the hinge, but smooth once where the margin is 1, and dearer far on the wrong side. The same as Keras'
    `SquaredHinge` and scikit-learn's `LinearSVC(loss="squared_hinge")`.

    Examples
    --------
    >>> SquaredHinge().per_example([1, 1, -1], [2.0, 0.5, 0.5])
    array([0.  , 0.25, 2.25])

    References
    ----------
    Lee, Y.-J. and Mangasarian, O. L. (2001). SSVM: a smooth support vector machine. Computational
    Optimization and Applications 20.
    """

    bends = (1.0,)

    def loss(self, y: np.ndarray, missing: np.ndarray) -> np.ndarray:
        return missing**2

    def slope(self, y: np.ndarray, missing: np.ndarray) -> np.ndarray:
        return 0 - 2 * y * missing
