"""What is to be proved of a loss: for one example, that it is the formula and its slope the derivative."""

from typing import Any

import numpy as np
import sympy
from sympy import Symbol

from lossgd import symbolic
from lossgd.proofs.pieces import piece
from lossgd.proofs.stated import VALUE, Setting, Statement, equality, of_slope, scope, with_symbols
from lossgd.proofs.symbols import symbols

CLASSES = 3


def of_loss(loss: Any, formula: Any) -> Any:
    """State that of one example, the loss is the formula and the slope its derivative."""
    code, facts, numbers, zeros = with_symbols(loss)
    expr = formula.loss.subs(zeros)
    shown: dict = {}
    settings = []
    for truth in _truths(formula):
        prediction, more, names = _prediction(formula, truth)
        shown |= names
        runs = _runs_of_loss(code, formula, expr, truth, prediction)
        settings += [Setting(run, facts + more) for run in runs]
    return Statement(scope(_domain(formula), facts, numbers), settings, numbers, shown)


def _runs_of_loss(code, formula, expr, truth, prediction):
    """Return what gives the equality of the value, and those of the gradient."""
    y = np.array([int(truth)]) if formula.y == symbolic.C else symbols([truth])
    y_pred = symbols([prediction])
    written_out = _for_example(expr, formula, truth, prediction)

    def value():
        losses = code.loss(*code.parts(y, y_pred))
        return [equality(VALUE, losses[0].item(), piece(written_out))]

    def gradient():
        found = symbols(np.ravel(code.slope(*code.parts(y, y_pred)))).tolist()
        return [
            of_slope(slope, written_out, _variable(x))
            for slope, x in zip(found, _row(prediction), strict=True)
        ]

    return value, gradient


def _truths(formula):
    """Return all labels; or symbols for a truth, or a row of them."""
    if formula.y == symbolic.C:
        return range(CLASSES)
    if formula.has_rows:
        entries = [Symbol(f"y_{j}", nonnegative=True) for j in range(1, CLASSES)]
        return [[*entries, 1 - sum(entries)]]
    if isinstance(formula.truths, sympy.FiniteSet):
        return list(formula.truths)
    return [formula.y]


def _prediction(formula, truth):
    """Return a prediction of symbols, what holds of it and of the truth, and what its symbols stand for."""
    facts = (
        []
        if not isinstance(formula.truths, sympy.Interval) or formula.y == symbolic.C
        else [fact for y in _row(truth) for fact in _inside(y, formula.truths, closed=True)]
    )
    if formula.has_rows:
        prediction = [Symbol(f"{formula.y_pred}_{j}", real=True) for j in range(1, CLASSES + 1)]
    elif formula.truths == formula.predictions == sympy.Reals:
        # Of two numbers without a domain, the error is a symbol, so that its functions have one argument.
        error = Symbol("a", real=True)
        return truth + error, facts, {error: formula.y_pred - formula.y}
    else:
        prediction = formula.y_pred
    facts += [fact for p in _row(prediction) for fact in _inside(p, formula.predictions)]
    return prediction, facts, {}


def _inside(x, values, closed=False):
    """Return what it means to be inside a set, or in it."""
    if not isinstance(values, sympy.Interval):
        return []
    ends = ((x - values.inf, values.left_open), (values.sup - x, values.right_open))
    return [
        (sympy.expand(edge), not closed or is_open) for edge, is_open in ends if edge.is_infinite is not True
    ]


def _variable(entry):
    """Return the symbol by which the derivative is that by the prediction: y + a depends on a."""
    return entry if entry.is_Symbol else entry.args[0] if str(entry.args[0]) == "a" else entry.args[1]


def _for_example(expr, formula, truth, prediction):
    """Write a formula for one example's truth and prediction."""
    if not formula.has_rows:
        return expr.subs({formula.y: truth, formula.y_pred: prediction}, simultaneous=True)
    expr = expr.subs(
        {symbolic.K: CLASSES, **({symbolic.C: truth + 1} if formula.y == symbolic.C else {})}
    ).doit()
    rows = {formula.y_pred: prediction} | ({} if formula.y == symbolic.C else {formula.y: truth})
    return expr.xreplace({base[j]: x for base, row in rows.items() for j, x in enumerate(row, start=1)})


def _domain(formula):
    if formula.y == symbolic.C:
        truth = "classes"
    elif formula.has_rows:
        truth = "rows y"
    elif isinstance(formula.truths, sympy.FiniteSet):
        truth = f"{formula.y} in {{{', '.join(map(str, formula.truths))}}}"
    elif formula.truths == formula.predictions == sympy.Reals:
        return f"real {formula.y} and {formula.y_pred}"
    else:
        truth = f"{formula.y} in {formula.truths}"
    entries = f"rows {formula.y_pred}" if formula.has_rows else str(formula.y_pred)
    if isinstance(formula.predictions, sympy.Interval) and formula.predictions != sympy.Reals:
        inside = formula.predictions.interior
        return f"{truth}, {entries} in ({inside.inf}, {inside.sup})"
    return f"{truth}, real {entries}"


def _row(x):
    return list(x) if isinstance(x, list) else [x]
