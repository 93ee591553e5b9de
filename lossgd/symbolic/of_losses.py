"""The formula of each loss."""

from dataclasses import replace
from typing import Any

from sympy import Abs, Eq, Max, Piecewise, Sum, cosh, exp, log

from lossgd import losses
from lossgd.symbolic.formula import Formula
from lossgd.symbolic.notation import (
    DELTA,
    EPSILON,
    GAMMA,
    LOGIT,
    LOGIT_ROW,
    SCORE,
    W0,
    W1,
    Y_PRED,
    Y_PRED_ROW,
    Y_ROW,
    C,
    J,
    K,
    Q,
    Y,
    sigma,
)
from lossgd.symbolic.sets import set_of


def _focal(p):
    return Piecewise((-((1 - p) ** GAMMA) * log(p), Eq(Y, 1)), (-(p**GAMMA) * log(1 - p), Eq(Y, 0)))


def _formulas():
    """Return the formula of each loss: from its usual prediction, and from logits (or log ŷ)."""
    y, p, z, s = Y, Y_PRED, LOGIT, SCORE
    a = p - y
    t0, t1 = ((1 - EPSILON) * label + EPSILON / 2 for label in (1 - y, y))
    yj, pj, zj = Y_ROW[J], Y_PRED_ROW[J], LOGIT_ROW[J]
    tj = (1 - EPSILON) * yj + EPSILON / K
    classes = (J, 1, K)
    log_sum_exp = log(Sum(exp(zj), classes))
    weighted = W1 * y * log(1 + exp(-z)) + W0 * (1 - y) * log(1 + exp(z))

    predictions = {
        losses.MeanSquaredError: (a**2, y, p),
        losses.MeanAbsoluteError: (Abs(a), y, p),
        losses.Huber: (
            Piecewise((a**2 / 2, Abs(a) <= DELTA), (DELTA * (Abs(a) - DELTA / 2), True)),
            y,
            p,
        ),
        losses.LogCosh: (log(cosh(a)), y, p),
        losses.Quantile: (Piecewise((Q * -a, p <= y), ((1 - Q) * a, True)), y, p),
        losses.PoissonDeviance: (2 * (y * log(y / p) - y + p), y, p),
        losses.BinaryCrossEntropy: (-(t1 * log(p)) - t0 * log(1 - p), y, p),
        losses.WeightedBinaryCrossEntropy: (-W1 * y * log(p) - W0 * (1 - y) * log(1 - p), y, p),
        losses.Focal: (_focal(p), y, p),
        losses.Hinge: (Max(0, 1 - y * s), y, s),
        losses.SquaredHinge: (Max(0, 1 - y * s) ** 2, y, s),
        losses.CategoricalCrossEntropy: (-Sum(tj * log(pj), classes), Y_ROW, Y_PRED_ROW),
        losses.SparseCategoricalCrossEntropy: (
            (EPSILON - 1) * log(Y_PRED_ROW[C]) - EPSILON / K * Sum(log(pj), classes),
            C,
            Y_PRED_ROW,
        ),
        losses.KLDivergence: (Sum(yj * log(yj / pj), classes), Y_ROW, Y_PRED_ROW),
    }
    scores = {
        losses.PoissonDeviance: (2 * (y * log(y) - y * s - y + exp(s)), y, s),
        losses.BinaryCrossEntropy: (log(1 + exp(z)) - t1 * z, y, z),
        losses.WeightedBinaryCrossEntropy: (weighted, y, z),
        losses.Focal: (_focal(sigma(z)), y, z),
        losses.CategoricalCrossEntropy: (log_sum_exp - Sum(tj * zj, classes), Y_ROW, LOGIT_ROW),
        losses.SparseCategoricalCrossEntropy: (
            log_sum_exp - (1 - EPSILON) * LOGIT_ROW[C] - EPSILON / K * Sum(zj, classes),
            C,
            LOGIT_ROW,
        ),
    }
    return {
        (kind, of_scores): _formula(kind, of_scores, *stated)
        for of_scores, forms in ((False, predictions), (True, scores))
        for kind, stated in forms.items()
    }


def _formula(kind, of_scores, loss, y, y_pred):
    """Return a formula with the domains that the loss states."""
    domain = kind.prediction_domain.scores if of_scores else kind.prediction_domain
    return Formula(loss, y, y_pred, set_of(kind.truth_domain), set_of(domain))


FORMULAS = _formulas()  # by a loss's class, and whether its prediction is a score


def of_loss(kind: type[losses.Loss], loss: Any) -> Formula:
    """Return the formula of a loss of this class; `loss` is the class or an instance."""
    formula = FORMULAS[kind, bool(kind.score_option) and getattr(loss, kind.score_option)]
    if getattr(loss, "label_smoothing", 0):
        return formula
    return replace(formula, loss=formula.loss.subs(EPSILON, 0))
