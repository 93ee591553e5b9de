"""Losses for numbers. With the error a = ŷ − y, each is a function of a that is 0 at a = 0.

Truth and prediction have the same shape, (n,) for one number an example; of shape (n, d), an example's loss
is the mean over its d outputs.
"""

from dataclasses import dataclass

import numpy as np

from lossgd import checks
from lossgd.arithmetic import difference
from lossgd.domains import NONNEGATIVE, POSITIVE, REALS
from lossgd.losses.base import Loss
from lossgd.losses.divergence import divergence, log_divergence


class RegressionLoss(Loss):
    """A loss of real numbers: any finite truth and prediction are legal."""

    truth_domain = prediction_domain = REALS
    argument = "error"
    convex = True
    _cost_tells = True

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        return (p - y,)

    def _as_floats(self, y, p, dtype):
        if y.dtype.kind in "iu" and p.dtype.kind in "iu":  # float64 would round each of them beyond 2⁵³
            return np.zeros(p.shape), difference(p, y)[0]
        return super()._as_floats(y, p, dtype)


@dataclass(frozen=True, kw_only=True)
class MeanSquaredError(RegressionLoss):
    """Squared error, (ŷ − y)².

    Large errors count most. Its unit is the square of y's; its best constant prediction is the mean.
    No factor ½, as in PyTorch, Keras and Optax's `squared_error`; scikit-learn's `HalfSquaredError` and
    Optax's `l2_loss` are half of it.

    Examples
    --------
    >>> mse = MeanSquaredError()
    >>> mse([2.0, 4.0], [3.0, 1.0])
    5.0
    >>> mse.gradient([2.0, 4.0], [3.0, 1.0])
    array([ 1., -3.])

    References
    ----------
    Gauss, C. F. (1809). Theoria motus corporum coelestium.
    """

    def loss(self, a: np.ndarray) -> np.ndarray:
        return a**2

    def slope(self, a: np.ndarray) -> np.ndarray:
        return 2 * a


@dataclass(frozen=True, kw_only=True)
class MeanAbsoluteError(RegressionLoss):
    """Absolute error, |ŷ − y|.

    In y's own unit; robust to outliers; its best constant prediction is the median. At the kink, a = 0, the
    slope given is the subgradient 0, as in PyTorch's `L1Loss` and Keras.

    Examples
    --------
    >>> mae = MeanAbsoluteError()
    >>> mae([2.0, 4.0], [3.0, 1.0])
    2.0
    >>> mae.gradient([2.0, 4.0], [3.0, 1.0])
    array([ 0.5, -0.5])

    References
    ----------
    Bloomfield, P. and Steiger, W. L. (1983). Least Absolute Deviations. Birkhäuser.
    """

    kinks = (0.0,)

    def loss(self, a: np.ndarray) -> np.ndarray:
        return np.abs(a)

    def slope(self, a: np.ndarray) -> np.ndarray:
        return np.sign(a)


@dataclass(frozen=True, kw_only=True)
class Huber(RegressionLoss):
    """Huber's loss: ½a² for |a| ≤ δ, δ(|a| − ½δ) beyond, with a = ŷ − y.

    Squared near 0, absolute far away. Differentiable everywhere, twice except at |a| = δ. The same as
    PyTorch's `HuberLoss`, Keras and Optax; PyTorch's `SmoothL1Loss(beta=δ)` is this divided by δ.

    Parameters
    ----------
    delta : float, default 1.0
        δ > 0, in y's unit: from where on an error counts as large.
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
        How the cost is made from the losses of the examples.

    Examples
    --------
    >>> huber = Huber(delta=1.0)
    >>> huber.per_example([0.0, 0.0], [0.5, 3.0])
    array([0.125, 2.5  ])
    >>> huber.gradient([0.0, 0.0], [0.5, 3.0])
    array([0.25, 0.5 ])

    References
    ----------
    Huber, P. J. (1964). Robust estimation of a location parameter. Annals of Mathematical Statistics 35.
    """

    delta: float = 1.0

    examples = {"delta": 1.0}, {"delta": 1e-3}, {"delta": 7.7}, {"delta": 1e6}

    @property
    def bends(self) -> tuple[float, float]:  # type: ignore[override]
        """The errors ±δ, where the squared part ends."""
        return -self.delta, self.delta

    def __post_init__(self):
        super().__post_init__()
        checks.number("delta", self.delta, 0)

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        a = p - y
        return a, a.clip(-self.delta, self.delta)

    def loss(self, a: np.ndarray, near: np.ndarray) -> np.ndarray:
        # ½a² where near = a, δ(|a| − ½δ) where near = ±δ; |x|, as the product of −0 and 0 would be −0.
        return np.abs(near * (a - 0.5 * near))

    def slope(self, a: np.ndarray, near: np.ndarray) -> np.ndarray:
        return near


@dataclass(frozen=True, kw_only=True)
class LogCosh(RegressionLoss):
    """Log-cosh, log cosh(ŷ − y).

    About ½a² near 0 and |a| − log 2 far away, and smooth in between. cosh itself overflows at |a| = 711;
    the form used here does not. The same as Keras' `LogCosh` and Optax' `log_cosh`.

    Examples
    --------
    >>> log_cosh = LogCosh()
    >>> log_cosh.per_example([0.0, 0.0], [0.01, 1000.0]).round(7)
    array([5.00000000e-05, 9.99306853e+02])

    References
    ----------
    Green, P. J. (1990). Bayesian reconstructions from emission tomography data using a modified EM
    algorithm. IEEE Transactions on Medical Imaging 9.
    """

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        a = p - y
        size = np.abs(a)
        return a, size, np.expm1(np.minimum(size, 20))

    def loss(self, a: np.ndarray, size: np.ndarray, e: np.ndarray) -> np.ndarray:
        # cosh a = 1 + e²/(2 + 2e), with e = e^|a| − 1, keeps every digit near 0. Beyond 20, log cosh a grows
        # as fast as a.
        return np.log1p(e * e / (2 + 2 * e)) + np.maximum(size - 20, 0)

    def slope(self, a: np.ndarray, size: np.ndarray, e: np.ndarray) -> np.ndarray:
        grown = e * (e + 2)  # e^2|a| − 1
        return np.copysign(grown / (grown + 2), a)  # tanh a


@dataclass(frozen=True, kw_only=True)
class Quantile(RegressionLoss):
    """Quantile (pinball) loss: q(y − ŷ) where the prediction is too low, (1 − q)(ŷ − y) where it is too high.

    Its best constant prediction is the q-quantile of y. With q = ½ it is half the absolute error. The same as
    scikit-learn's `mean_pinball_loss(alpha=q)`. At the kink the slope given is the subgradient 0.

    Parameters
    ----------
    q : float, default 0.5
        The quantile, in (0, 1).
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
        How the cost is made from the losses of the examples.

    Examples
    --------
    >>> pinball = Quantile(q=0.9)
    >>> pinball.per_example([10.0, 10.0], [8.0, 12.0]).round(3)
    array([1.8, 0.2])
    >>> pinball.gradient([10.0, 10.0], [8.0, 12.0]).round(3)
    array([-0.45,  0.05])

    References
    ----------
    Koenker, R. and Bassett, G. (1978). Regression quantiles. Econometrica 46.
    """

    q: float = 0.5

    kinks = (0.0,)
    examples = {"q": 0.5}, {"q": 0.1}, {"q": 0.9}, {"q": 1e-6}

    def __post_init__(self):
        super().__post_init__()
        checks.number("q", self.q, 0, 1)

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        a = p - y
        return a, np.sign(a).clip(-self.q, 1 - self.q)  # −q or 1 − q, and 0 at 0

    def loss(self, a: np.ndarray, slope: np.ndarray) -> np.ndarray:
        return a * slope

    def slope(self, a: np.ndarray, slope: np.ndarray) -> np.ndarray:
        return slope


@dataclass(frozen=True, kw_only=True)
class PoissonDeviance(Loss):
    """Poisson deviance, 2(y log(y/ŷ) − y + ŷ), for counts y ≥ 0 and a predicted mean ŷ > 0.

    For counts and rates: the variance of a Poisson variable is its mean, so that an error counts less where
    much is predicted. Its best constant prediction is the mean. The same as scikit-learn's
    `mean_poisson_deviance`. Half of it is, but for a part that is y's alone, the negative log-likelihood
    ŷ − y log ŷ: PyTorch's `PoissonNLLLoss` and scikit-learn's `HalfPoissonLoss`, both of log ŷ, and Keras'
    `Poisson`, which adds 1e-7 to ŷ in the logarithm.

    Parameters
    ----------
    log_input : bool, default False
        Whether predictions are log ŷ (any real number) rather than ŷ, as in PyTorch.
    reduction : {"mean", "sum", "mean_with_sample_weight"}, default "mean"
        How the cost is made from the losses of the examples.

    Examples
    --------
    >>> PoissonDeviance().per_example([0, 2], [0.5, 1.0]).round(4)
    array([1.    , 0.7726])
    >>> PoissonDeviance(log_input=True).gradient([0, 2], [0.0, 0.0])
    array([ 1., -1.])

    References
    ----------
    Nelder, J. A. and Wedderburn, R. W. M. (1972). Generalized linear models. Journal of the Royal Statistical
    Society A 135.
    """

    log_input: bool = False

    score_option = "log_input"
    truth_domain = NONNEGATIVE
    prediction_domain = POSITIVE
    convex = True

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple:
        return y, p

    def loss(self, y: np.ndarray, p: np.ndarray) -> np.ndarray:
        return 2 * (log_divergence(y, p)[0] if self.log_input else divergence(y, p))

    def slope(self, y: np.ndarray, p: np.ndarray) -> np.ndarray:
        return 2 * (log_divergence(y, p)[1] if self.log_input else (p - y) / p)
