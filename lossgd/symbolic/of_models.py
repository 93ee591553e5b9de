"""The formula of each model, and a model of a given size written out."""

from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy import Expr, Indexed, Matrix, Max, Sum, exp, tanh

from lossgd import models
from lossgd.symbolic.model_formula import ModelFormula
from lossgd.symbolic.notation import (
    BIASES,
    LOGIT,
    LOGIT_ROW,
    W_ROW,
    WEIGHTS,
    X_ROW,
    Y_PRED_ROW,
    B,
    D,
    J,
    K,
    M,
    W,
    X,
    phi,
    sigma,
)

# What makes an output of a score, or a row of outputs of a row of scores.
ACTIVATIONS = {"tanh": tanh(LOGIT), "sigmoid": sigma(LOGIT), "relu": Max(0, LOGIT)}
LINKS = {
    "identity": LOGIT,
    "sigmoid": sigma(LOGIT),
    "softmax": exp(LOGIT_ROW[M]) / Sum(exp(LOGIT_ROW[J]), (J, 1, K)),
}

# The linear model of one input, ŷ = wx + b.
LINE = ModelFormula(score=X * W + B, link=LOGIT, inputs=X, weights=W, bias=B)


def _formulas():
    """Return the formula of each model, by its class; that of a perceptron is one layer of it."""
    linear = ModelFormula(
        score=Sum(W_ROW[J] * X_ROW[J], (J, 1, D)) + B,
        link=LINKS["identity"],
        inputs=X_ROW[J],
        weights=W_ROW[J],
        bias=B,
    )
    softmax = ModelFormula(
        score=Sum(X_ROW[J] * WEIGHTS[J, M], (J, 1, D)) + BIASES[M],
        link=LINKS["softmax"],
        inputs=X_ROW[J],
        weights=WEIGHTS[J, M],
        bias=BIASES[M],
        y_pred=Y_PRED_ROW[M],
    )
    return {
        models.Linear: linear,
        models.Logistic: replace(linear, link=LINKS["sigmoid"]),
        models.Softmax: softmax,
        models.Perceptron: replace(softmax, link=phi(LOGIT_ROW[M])),
    }


MODELS: dict[type[models.Model], ModelFormula] = _formulas()


def of_model(kind: type[models.Model], model: Any) -> ModelFormula:
    """Return the formula of a model of this class; `model` is the class or an instance."""
    formula = MODELS[kind]
    if not isinstance(model, models.Perceptron):
        return formula
    return replace(formula, link=ACTIVATIONS[model.activation].subs(LOGIT, LOGIT_ROW[M]))


@dataclass(frozen=True)
class Explicit:
    """A model of a given size written out for one example, each entry a SymPy term.

    Parameters
    ----------
    predictions, scores : list of sympy.Expr
        In terms of the parameters and inputs.
    parameters : list of sympy.Indexed
        In the order of the model's flat vector θ.
    inputs : list of sympy.Indexed
        The features of the example.
    """

    predictions: list[Expr]
    scores: list[Expr]
    parameters: list[Indexed]
    inputs: list[Indexed]

    def jacobian(self, *, scores: bool = False) -> Matrix:
        """Return the matrix of the derivatives of the predictions (or scores) by the parameters."""
        return Matrix(self.scores if scores else self.predictions).jacobian(self.parameters)


def explicit(model: models.Model, features: int, formula: ModelFormula | None = None) -> Explicit:
    """Return a model written out for so many features: a perceptron layer by layer, without dropout.

    The formula of its scores is that of its class, if none is given.
    """
    inputs = outputs = [X_ROW[j] for j in range(1, features + 1)]
    parameters = []
    formula = formula or MODELS[type(model)]
    if isinstance(model, models.Perceptron):
        for depth, width in enumerate(model.hidden, start=1):
            scores, more = _scores(formula, outputs, width, f"_{depth}")
            below, outputs = outputs, _through(ACTIVATIONS[model.activation], scores)
            if model.residual and depth > 1:
                outputs = [x + y for x, y in zip(below, outputs, strict=True)]
            parameters += more
    width = getattr(model, "classes", getattr(model, "outputs", 1))
    scores, more = _scores(formula, outputs, width, "")
    return Explicit(_through(LINKS[model.link], scores), scores, parameters + more, inputs)


def _scores(formula, inputs, width, layer):
    """Return the scores of a layer, and its parameters: the weights input by input, then the biases."""
    names = {base: sympy.IndexedBase(f"{base}{layer}", real=True) for base in (WEIGHTS, BIASES)}
    outputs, features = range(1, width + 1), range(1, len(inputs) + 1)

    def written_out(expr, m):
        expr = expr.subs({M: m, D: len(inputs)}).doit()
        return expr.xreplace({X_ROW[j]: x for j, x in enumerate(inputs, start=1)}).xreplace(names)

    scores = [written_out(formula.score, m) for m in outputs]
    weights = [written_out(formula.weights.subs(J, j), m) for j in features for m in outputs]
    return scores, weights + [written_out(formula.bias, m) for m in outputs]


def _through(link, scores):
    """Return what a link, or an activation, makes of scores."""
    row = {LOGIT_ROW[m]: score for m, score in enumerate(scores, start=1)}
    return [
        link.subs({M: m, K: len(scores)}).doit().xreplace({LOGIT: score, **row})
        for m, score in enumerate(scores, start=1)
    ]
