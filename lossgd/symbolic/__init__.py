"""The formulas: every loss, model, optimizer, schedule, surface and metric once, as SymPy.

Pages print their equations from here, and `proofs` proves the NumPy code equal to it. A formula states the
loss, or the prediction, of one example and no more: derivatives are derived from it. `of` finds the formula:

>>> from lossgd import losses, optimizers, symbolic
>>> symbolic.of(losses.MeanSquaredError).equation
ell(y, yhat) = (-y + yhat)**2
>>> symbolic.of(losses.MeanSquaredError).gradient
2*(-y + yhat)
>>> symbolic.of(optimizers.GradientDescent)
theta ← -alpha*nabla_J(theta) + theta

In a notebook, all of them show themselves as LaTeX.
"""

from lossgd.symbolic.calculus import derivative, kinks, work_out
from lossgd.symbolic.equation import Equation, Equations
from lossgd.symbolic.facts import Facts, Limit
from lossgd.symbolic.formula import Formula
from lossgd.symbolic.formula_loss import FormulaLoss, from_formula
from lossgd.symbolic.lookup import of, parameters, rate
from lossgd.symbolic.model_formula import ModelFormula
from lossgd.symbolic.notation import (
    ALPHA,
    BETA,
    BETA1,
    BETA2,
    CURVATURE,
    LOGIT,
    LOGIT_ROW,
    PARAMETERS,
    SCORE,
    THETA,
    Y_PRED,
    Y_PRED_ROW,
    Y_ROW,
    B,
    C,
    J,
    K,
    M,
    N,
    T,
    V,
    W,
    X,
    Y,
    latex,
    nabla_J,
    sigma,
)
from lossgd.symbolic.of_losses import FORMULAS
from lossgd.symbolic.of_metrics import METRICS
from lossgd.symbolic.of_models import ACTIVATIONS, LINE, LINKS, MODELS, Explicit, explicit
from lossgd.symbolic.of_optimizers import RULES, UpdateRule
from lossgd.symbolic.of_schedules import SCHEDULES
from lossgd.symbolic.of_surfaces import SURFACES, SurfaceFormula

__all__ = [
    "ACTIVATIONS",
    "ALPHA",
    "BETA",
    "BETA1",
    "BETA2",
    "CURVATURE",
    "FORMULAS",
    "LINE",
    "LINKS",
    "LOGIT",
    "LOGIT_ROW",
    "METRICS",
    "MODELS",
    "PARAMETERS",
    "RULES",
    "SCHEDULES",
    "SCORE",
    "SURFACES",
    "THETA",
    "Y_PRED",
    "Y_PRED_ROW",
    "Y_ROW",
    "B",
    "C",
    "Equation",
    "Equations",
    "Explicit",
    "Facts",
    "Formula",
    "FormulaLoss",
    "J",
    "K",
    "Limit",
    "M",
    "ModelFormula",
    "N",
    "SurfaceFormula",
    "T",
    "UpdateRule",
    "V",
    "W",
    "X",
    "Y",
    "derivative",
    "explicit",
    "from_formula",
    "kinks",
    "latex",
    "nabla_J",
    "of",
    "parameters",
    "rate",
    "sigma",
    "work_out",
]
