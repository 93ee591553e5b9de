"""What is to be proved: what the shipped code gives for symbols, and what its formula says it should be."""

import dataclasses
import itertools
import types
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy
from sympy import Symbol

from lossgd import symbolic
from lossgd.losses import Loss
from lossgd.models import Model, perceptron
from lossgd.optimizers import Optimizer
from lossgd.optimizers.base import State
from lossgd.proofs.pieces import piece, slopes
from lossgd.proofs.symbols import symbols
from lossgd.schedules import Schedule
from lossgd.surfaces import Surface
from lossgd.symbolic.lookup import FRACTIONS, LEAST, parameter_symbols
from lossgd.symbolic.notation import ALPHA0, LOGIT

CLASSES = 3
EXAMPLES = 2
WIDTH = 2
VALUE, GRADIENT, HESSIAN = "value", "gradient", "Hessian"


class Unstated(Exception):
    """There is nothing that could be proved, for the reason given."""


@dataclass(frozen=True)
class Equality:
    """What the code gives, and what it should be: at a kink, the ends of an interval.

    `zeros` must be 0 besides: that at a kink both sides have the same value.
    """

    part: str
    code: sympy.Expr
    right: tuple
    zeros: tuple = ()


@dataclass(frozen=True)
class Setting:
    """Code to run, and what holds of its symbols.

    Parameters
    ----------
    run : callable
        Returns a list of equalities.
    facts : list of (sympy.Expr, bool)
        What is positive, or at least 0.
    coarse : bool
        As in `every_case`.
    """

    run: Callable
    facts: list = ()
    coarse: bool = False


@dataclass(frozen=True)
class Statement:
    """All settings of one thing, for which inputs they are, and the values of its parameters."""

    scope: str
    settings: list
    numbers: dict = dataclasses.field(default_factory=dict)
    shown: dict = dataclasses.field(default_factory=dict)  # what symbols stand for

    def in_words(self, case):
        """Return the conditions of a case in words."""
        words = [
            f"{_shown(a - b, self.shown)} {sign} 0"
            if not b.is_number
            else f"{_shown(a, self.shown)} {sign} {_number(b)}"
            for a, b, sign in case.conditions
        ]
        return ", ".join(words) or "everywhere"


def statement_of(what, formula=None):
    """Return what is to be proved of a thing."""
    kinds = {
        Loss: _of_loss,
        Model: _of_model,
        Surface: _of_surface,
        Optimizer: _of_optimizer,
        Schedule: _of_schedule,
        types.FunctionType: _of_metric,
    }
    for kind, state in kinds.items():
        if isinstance(what, kind):
            try:
                return state(what, formula or symbolic.of(what))
            except (TypeError, KeyError) as problem:
                if formula is None and "no formula" in str(problem):
                    raise Unstated("it has no formula in symbolic") from problem
                raise
    raise TypeError(
        f"there is no proof of {what!r}; expected a loss, a model, a surface, an optimizer, a schedule "
        "or a metric"
    )


def with_symbols(thing, rename=lambda symbol: symbol):
    """Return a copy of an object whose parameters are symbols, what holds of them, and their values.

    What stays a number comes last: 0, for a symbol is positive, and the whole number 1,
    which code tells apart.
    """
    copy, facts, numbers, zeros = object.__new__(type(thing)), [], {}, {}
    names = parameter_symbols(thing)
    for field in dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ():
        value = getattr(thing, field.name)
        if isinstance(names.get(field.name), sympy.IndexedBase):  # its entries: whole numbers stay numbers
            row = [(names[field.name][i], x) for i, x in enumerate(value, start=1)]
            entries = {
                entry: sympy.Integer(x) if isinstance(x, int) else Symbol(str(entry), positive=True)
                for entry, x in row
            }
            numbers |= {entries[entry]: symbols(x).item() for entry, x in row if not isinstance(x, int)}
            zeros |= entries
            value = tuple(symbols(x) for x in entries.values())
        elif field.name in names:
            pairs = list(zip(map(rename, np.ravel(names[field.name])), np.ravel(value), strict=True))
            for symbol, number in pairs:
                (zeros if is_special(number) else numbers)[symbol] = symbols(number).item()
                if not is_special(number) and field.name in FRACTIONS:
                    facts.append((1 - symbol, True))
                if not is_special(number) and field.name in LEAST:
                    facts.append((symbol - LEAST[field.name], True))
            values = [number.item() if is_special(number) else symbols(symbol) for symbol, number in pairs]
            value = tuple(values) if isinstance(value, tuple) else values[0]
        object.__setattr__(copy, field.name, value)
    return copy, facts, numbers, zeros


def is_special(number):
    """Return whether a parameter of this value stays a number in a proof."""
    return number == 0 or (isinstance(number, int | np.integer) and number == 1)


def _scope(variables, facts, numbers):
    upper = {fact.as_independent(*numbers)[1] for fact, _ in facts if fact.free_symbols & numbers.keys()}
    names = [f"0 < {x} < 1" if -x in upper else f"{x} > 0" for x in numbers]
    return ", ".join([variables, *names])


# Losses


def _of_loss(loss, formula):
    """State that of one example, the loss is the formula and the slope its derivative."""
    code, facts, numbers, zeros = with_symbols(loss)
    expr = formula.loss.subs(zeros)
    shown, settings = {}, []
    for truth in _truths(formula):
        prediction, more, names = _prediction(formula, truth)
        shown |= names
        runs = _runs_of_loss(code, formula, expr, truth, prediction)
        settings += [Setting(run, facts + more) for run in runs]
    return Statement(_scope(_domain(formula), facts, numbers), settings, numbers, shown)


def _runs_of_loss(code, formula, expr, truth, prediction):
    """Return what gives the equality of the value, and those of the gradient."""
    y = np.array([int(truth)]) if formula.y == symbolic.C else symbols([truth])
    y_pred = symbols([prediction])
    written_out = _for_example(expr, formula, truth, prediction)

    def value():
        losses = code.loss(*code.parts(y, y_pred))
        return [_equality(VALUE, losses[0].item(), piece(written_out))]

    def gradient():
        found = symbols(np.ravel(code.slope(*code.parts(y, y_pred)))).tolist()
        return [
            _of_slope(slope, written_out, _variable(x))
            for slope, x in zip(found, _row(prediction), strict=True)
        ]

    return value, gradient


def _of_slope(slope, formula, variable, part=GRADIENT):
    """State that a slope is the formula's; at a kink, whose two sides must meet, that it is between both."""
    left, right = slopes(formula, variable)
    meets = [piece(formula) - piece(formula, variable, side) for side in (-1, 1)] if left != right else ()
    return Equality(part, slope, (left, right), tuple(meets))


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


def _equality(part, code, formula, zeros=()):
    return Equality(part, code, (formula, formula), tuple(zeros))


# Models


def _of_model(model, formula):
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
        equalities = []
        for scores, outputs in ((True, found), (False, predicted)):
            terms = explicit.scores if scores else explicit.predictions
            right = [sympy.sympify(term).xreplace(row) for row in rows for term in terms]
            right = [piece(term) for term in right]
            back = g if scores else small.back_through_link(predicted, g)
            gradient = small.backward(theta, tape, back)
            equalities += map(_equality, itertools.repeat(VALUE), outputs.ravel().tolist(), right)
            total = sum(x * y for x, y in zip(g.ravel().tolist(), right, strict=True))
            for name, slope in zip(plain.values(), gradient.ravel().tolist(), strict=True):
                equalities.append(_equality(GRADIENT, slope, sympy.diff(total, name)))
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
            _equality(part, found.item(), piece(formula)),
            _of_slope(symbols(slope(found)).item(), formula, LOGIT, f"{part}'s slope"),
        ]

    return run


def _small(model):
    if not hasattr(model, "hidden"):
        return model
    return dataclasses.replace(model, hidden=tuple(min(width, WIDTH) for width in model.hidden))


# Surfaces, optimizers, schedules, metrics


def _of_surface(surface, formula):
    """State that value, gradient and Hessian are the formula and its derivatives."""
    code, facts, numbers, zeros = with_symbols(surface)
    formula = dataclasses.replace(formula, value=formula.value.subs(zeros))
    names = formula.coordinates

    def run():
        point = [symbols(x) for x in names]
        hessian = np.ravel(symbols(code.hessian_at(*point)))
        gradient = [symbols(x).item() for x in code.gradient_at(*point)]
        return [
            _equality(VALUE, symbols(code.value_at(*point)).item(), formula.value),
            *map(_equality, itertools.repeat(GRADIENT), gradient, formula.gradient),
            *map(_equality, itertools.repeat(HESSIAN), hessian.tolist(), list(formula.hessian)),
        ]

    return Statement(_scope("real θ", facts, numbers), [Setting(run, facts)], numbers)


def _of_optimizer(optimizer, rule):
    """State that a step from any θ and any memory is the rule's; so all steps are, by induction."""
    code, facts, numbers, zeros = with_symbols(optimizer)
    rule = dataclasses.replace(rule, lines=tuple((left, right.subs(zeros)) for left, right in rule.lines))
    memory = [x for x in rule.memory if x != symbolic.T]
    g, t = Symbol("g0", real=True), symbolic.T

    def run():
        state = State(t, {name: symbols([x]) for name, x in zip(optimizer.remembers, memory, strict=True)})
        theta = symbols([symbolic.THETA])
        ahead = code.look_ahead(theta, state)
        change, *after = code.change(theta, symbols([g]), code.lr, symbols(t + 1), *state.memory.values())
        values = {symbolic.THETA: symbolic.THETA, t: t, **{x: x for x in memory}}
        right = rule.step(values, lambda _: g)
        return [
            _equality("look-ahead", ahead.item(), rule.look_ahead),
            _equality("step", (theta - change).item(), piece(right[symbolic.THETA])),
            *(_equality("memory", s.item(), piece(right[x])) for s, x in zip(after, memory, strict=True)),
        ]

    if len(memory) != len(optimizer.remembers):
        raise Unstated("its rule remembers other things than its code")
    return Statement(
        _scope("θ, gradients, memories and steps", facts, numbers), [Setting(run, facts)], numbers
    )


def _of_schedule(schedule, equation):
    """State that the learning rate at any step is the formula's."""
    code, facts, numbers, zeros = with_symbols(schedule)
    right = equation.right.subs(symbolic.N, len(getattr(schedule, "boundaries", ()))).doit().subs(zeros)
    if hasattr(schedule, "then"):  # its parameters need other names, but for the rate that both begin from
        others = {
            x: Symbol(f"{x}_then", **x.assumptions0)
            for x in equation.right.free_symbols - {ALPHA0, symbolic.T}
        }
        after, more, *values = with_symbols(schedule.then, lambda x: others.get(x, x))
        object.__setattr__(code, "then", after)
        then = symbolic.of(schedule.then).right.subs(others).subs(values[1])
        right = right.replace(sympy.Indexed, lambda _, t: then.subs(symbolic.T, t))
        facts, numbers = facts + more, numbers | values[0]

    def run():
        return [_equality(VALUE, symbols(code.rate(symbols(symbolic.T))).item(), piece(right))]

    return Statement(_scope("steps", facts, numbers), [Setting(run, facts)], numbers)


def _of_metric(metric, equation):
    """State that the metric of a few examples is the formula's."""
    n = EXAMPLES
    rows = [[Symbol(f"{base}_{i}", real=True) for i in range(1, n + 1)] for base in ("y", "yhat")]
    right = equation.right.subs(symbolic.N, n).doit()
    bases = symbolic.Y_ROW, symbolic.Y_PRED_ROW
    right = right.xreplace(
        {base[i]: x for base, row in zip(bases, rows, strict=True) for i, x in enumerate(row, start=1)}
    )
    code = _without_checks(metric)

    def run():
        return [_equality(VALUE, symbols(code(*map(symbols, rows))).item(), piece(right))]

    first, second = rows[0]
    scope = f"truths and predictions of {n} examples"
    if sympy.denom(sympy.together(right)).subs(first, second) == 0:
        facts = [[(first - second, True)], [(second - first, True)]]
        return Statement(f"{scope}, truths not all equal", [Setting(run, fact) for fact in facts])
    return Statement(scope, [Setting(run)])


class _Unchecked:
    """Stands in for `checks`: what is checked comes back as it is."""

    def __getattr__(self, name):
        return lambda *arguments: arguments[1] if isinstance(arguments[0], str) else None


# What stands for checks, and for what powers of 2 keep within float64: they round nothing.
IDEAL = {
    "checks": _Unchecked(),
    "float": lambda value: value,
    "scaled": lambda values: (values, 0),
    "times_power": lambda values, _: values,
    "difference": lambda a, b: (a - b, 0),
    "math": types.SimpleNamespace(sqrt=np.sqrt, nan=sympy.nan),
}


def _without_checks(function):
    """Return the same code, but that neither checks nor scales, and makes no float of its result."""
    names = dict(function.__globals__)
    for name, helper in function.__globals__.items():
        if (
            isinstance(helper, types.FunctionType)
            and helper.__module__.startswith("lossgd.")
            and name not in IDEAL
        ):
            its_own = helper.__module__ == function.__module__
            names[name] = _with_names(helper, names) if its_own else _without_checks(helper)
    names |= IDEAL
    return _with_names(function, names)


def _with_names(function, names):
    copy = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _shown(expr, names):
    return str(expr.subs(names)) if names else str(expr)


def _number(value):
    return str(value) if len(str(value)) < 10 else f"{float(value):.0e}"
