"""What is to be proved of a model: predictions, scores and vector-Jacobian products of some examples."""

import dataclasses
import itertools
from typing import Any

import sympy
from sympy import Symbol

from lossgd import symbolic
from lossgd.models import perceptron
from lossgd.proofs.pieces import piece
from lossgd.proofs.stated import EXAMPLES, GRADIENT, VALUE, Setting, Statement, equality, of_slope
from lossgd.proofs.symbols import symbols
from lossgd.symbolic.notation import LOGIT

WIDTH = 2


def of_model(model: Any, formula: Any) -> Any:
    """State that predictions, scores and both vector-Jacobian products of some examples are the formula's."""
    small = _small(model)
    features = 2 if not getattr(model, "hidden", ()) else 1
    explicit = symbolic.explicit(small, features, formula)
    plain = {
        x: Symbol(str(x).replace("[", "_").replace("]", "").replace(", ", "_"), real=True)
        for x in explicit.parameters
    }
    theta = symbols(list(plain.values()))
    X = symbols([[Symbol(f"x_{i}_{j}", real=True) for j in range(features)] for i in range(EXAMPLES)])
    rows = [dict(zip(explicit.inputs, row, strict=True)) | plain for row in X.tolist()]

    def run():
        inputs = small.inputs(X)
        found, tape = small.forward(theta, inputs)
        predicted = small.through_link(found)
        g = symbols([Symbol(f"g_{i}", real=True) for i in range(found.size)]).reshape(found.shape)
        equalities: list = []
        for scores, outputs in ((True, found), (False, predicted)):
            terms = explicit.scores if scores else explicit.predictions
            right = [sympy.sympify(term).xreplace(row) for row in rows for term in terms]
            right = [piece(term) for term in right]
            back = g if scores else small.back_through_link(predicted, g)
            gradient = small.backward(theta, tape, back)
            equalities += map(equality, itertools.repeat(VALUE), outputs.ravel().tolist(), right)
            total = sum(x * y for x, y in zip(g.ravel().tolist(), right, strict=True))
            for name, slope in zip(plain.values(), gradient.ravel().tolist(), strict=True):
                equalities.append(equality(GRADIENT, slope, sympy.diff(total, name)))
        return equalities

    settings = [Setting(run, coarse=True), *_functions(small)]
    scope = f"θ, X and g ({EXAMPLES} examples of {features} {'feature' if features == 1 else 'features'}"
    if getattr(small, "hidden", ()):
        scope += f", hidden layers of {', '.join(map(str, small.hidden))}"
    return Statement(f"{scope}){', off kinks and below 40' if len(settings) > 1 else ''}", settings)


def _functions(model):
    """State what the activation, and a link of one score, are for any number at all, with their slopes."""
    functions = []
    if getattr(model, "hidden", ()):
        name = model.activation
        shipped = perceptron.ACTIVATIONS[name], perceptron.SLOPES[name]
        functions.append(("activation", *shipped, symbolic.ACTIVATIONS[name]))
    if model.link == "sigmoid":
        back = model.back_through_link
        functions.append(
            ("link", model.through_link, lambda p: back(p, symbols([1])), symbolic.LINKS["sigmoid"])
        )
    return [Setting(_run_function(*function)) for function in functions]


def _run_function(part, function, slope, formula):
    def run():
        found = function(symbols([LOGIT]))
        return [
            equality(part, found.item(), piece(formula)),
            of_slope(symbols(slope(found)).item(), formula, LOGIT, f"{part}'s slope"),
        ]

    return run


def _small(model):
    if not hasattr(model, "hidden"):
        return model
    return dataclasses.replace(model, hidden=tuple(min(width, WIDTH) for width in model.hidden))
