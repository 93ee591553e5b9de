"""The formula of each loss."""

from dataclasses import replace
from typing import Any

from sympy import Abs, Eq, FiniteSet, Interval, Max, Piecewise, Range, Reals, Sum, cosh, exp, log, oo

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


def _focal(p):
    return Piecewise((-((1 - p) ** GAMMA) * log(p), Eq(Y, 1)), (-(p**GAMMA) * log(1 - p), Eq(Y, 0)))


def _formulas():
    """Return the formula of each loss: from its usual prediction, and from logits (or log ŷ)."""
    y, p, z, s = Y, Y_PRED, LOGIT, SCORE
    a = y - p
    t0, t1 = ((1 - EPSILON) * label + EPSILON / 2 for label in (1 - y, y))
    yj, pj, zj = Y_ROW[J], Y_PRED_ROW[J], LOGIT_ROW[J]
    tj = (1 - EPSILON) * yj + EPSILON / K
    classes = (J, 1, K)
    log_sum_exp = log(Sum(exp(zj), classes))
    weighted = W1 * y * log(1 + exp(-z)) + W0 * (1 - y) * log(1 + exp(z))
    counts = Interval(0, oo)
    labels, signs, unit = FiniteSet(0, 1), FiniteSet(-1, 1), Interval(0, 1)

    def binary(loss, y_pred=p, truths=labels):
        return Formula(loss, y, y_pred, truths, unit if y_pred == p else Reals)

    def row(loss, y_pred=Y_PRED_ROW, truth=Y_ROW):
        truths = unit if truth == Y_ROW else Range(1, K + 1)
        return Formula(loss, truth, y_pred, truths, unit if y_pred == Y_PRED_ROW else Reals)

    predictions = {
        losses.MeanSquaredError: Formula(a**2),
        losses.MeanAbsoluteError: Formula(Abs(a)),
        losses.Huber: Formula(Piecewise((a**2 / 2, Abs(a) <= DELTA), (DELTA * (Abs(a) - DELTA / 2), True))),
        losses.LogCosh: Formula(log(cosh(a))),
        losses.Quantile: Formula(Piecewise((Q * a, p <= y), ((1 - Q) * -a, True))),
        losses.PoissonDeviance: Formula(2 * (y * log(y / p) - y + p), y, p, counts, Interval.open(0, oo)),
        losses.BinaryCrossEntropy: binary(-(t1 * log(p)) - t0 * log(1 - p)),
        losses.WeightedBinaryCrossEntropy: binary(-W1 * y * log(p) - W0 * (1 - y) * log(1 - p)),
        losses.Focal: binary(_focal(p)),
        losses.Hinge: binary(Max(0, 1 - y * s), s, signs),
        losses.SquaredHinge: binary(Max(0, 1 - y * s) ** 2, s, signs),
        losses.CategoricalCrossEntropy: row(-Sum(tj * log(pj), classes)),
        losses.SparseCategoricalCrossEntropy: row(
            (EPSILON - 1) * log(Y_PRED_ROW[C]) - EPSILON / K * Sum(log(pj), classes), truth=C
        ),
        losses.KLDivergence: row(Sum(yj * log(yj / pj), classes)),
    }
    scores = {
        losses.PoissonDeviance: Formula(2 * (y * log(y) - y * s - y + exp(s)), y, s, counts),
        losses.BinaryCrossEntropy: binary(log(1 + exp(z)) - t1 * z, z),
        losses.WeightedBinaryCrossEntropy: binary(weighted, z),
        losses.Focal: binary(_focal(sigma(z)), z),
        losses.CategoricalCrossEntropy: row(log_sum_exp - Sum(tj * zj, classes), LOGIT_ROW),
        losses.SparseCategoricalCrossEntropy: row(
            log_sum_exp - (1 - EPSILON) * LOGIT_ROW[C] - EPSILON / K * Sum(zj, classes), LOGIT_ROW, C
        ),
    }
    return {(k, False): f for k, f in predictions.items()} | {(k, True): f for k, f in scores.items()}


FORMULAS = _formulas()  # by a loss's class, and whether its prediction is a score


def of_loss(kind: type[losses.Loss], loss: Any) -> Formula:
    """Return the formula of a loss of this class; `loss` is the class or an instance."""
    formula = FORMULAS[kind, getattr(loss, "from_logits", False) or getattr(loss, "log_input", False)]
    if getattr(loss, "label_smoothing", 0):
        return formula
    return replace(formula, loss=formula.loss.subs(EPSILON, 0))
