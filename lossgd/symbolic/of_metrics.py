"""The formula of each metric, for n examples with truths yᵢ and predictions ŷᵢ."""

from collections.abc import Callable

from sympy import Abs, KroneckerDelta, Sum, sign, sqrt

from lossgd import metrics
from lossgd.symbolic.equation import Equation
from lossgd.symbolic.notation import Y_PRED_ROW, Y_ROW, I, J, N


def _metrics():
    y, p = Y_ROW[I], Y_PRED_ROW[I]
    each, others = (I, 1, N), (J, 1, N)
    mean = Sum(Y_ROW[J], others) / N
    positive, called, hits = Sum(y, each), Sum(p, each), Sum(y * p, each)  # of labels 0 and 1
    ordered = (1 + sign(p - Y_PRED_ROW[J])) / 2  # 1 for a pair in the right order, ½ for a tie
    pairs = Sum(y * (1 - Y_ROW[J]) * ordered, others, each)
    formulas = {
        metrics.mae: ("MAE", Sum(Abs(p - y), each) / N),
        metrics.rmse: ("RMSE", sqrt(Sum((p - y) ** 2, each) / N)),
        metrics.r2: ("R^2", 1 - Sum((p - y) ** 2, each) / Sum((y - mean) ** 2, each)),
        metrics.accuracy: ("accuracy", Sum(KroneckerDelta(y, p), each) / N),
        metrics.precision: ("precision", hits / called),
        metrics.recall: ("recall", hits / positive),
        metrics.f1: ("F_1", 2 * hits / (positive + called)),
        metrics.roc_auc: ("AUC", pairs / (positive * Sum(1 - y, each))),
    }
    return {
        metric: Equation(metric.__name__, rf"\text{{{name}}}" if name.isalpha() else name, formula)
        for metric, (name, formula) in formulas.items()
    }


METRICS: dict[Callable[..., float], Equation] = _metrics()
