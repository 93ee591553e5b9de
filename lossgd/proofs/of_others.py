"""What is to be proved of a surface, an optimizer, a schedule, a metric."""

import dataclasses
import itertools
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Symbol

from lossgd import symbolic
from lossgd.optimizers import Optimizer, State
from lossgd.proofs.cases import every_case
from lossgd.proofs.pieces import piece
from lossgd.proofs.stated import (
    EXAMPLES,
    GRADIENT,
    HESSIAN,
    VALUE,
    Setting,
    Statement,
    Unstated,
    equality,
    scope,
    with_symbols,
)
from lossgd.proofs.symbols import symbols
from lossgd.symbolic.notation import ALPHA0


def of_surface(surface: Any, formula: Any) -> Any:
    """State that value, gradient and Hessian are the formula and its derivatives."""
    code, facts, numbers, zeros = with_symbols(surface)
    formula = dataclasses.replace(formula, value=formula.value.subs(zeros))
    names = formula.coordinates

    def run():
        point = [symbols(x) for x in names]
        hessian = np.ravel(symbols(code.hessian_at(*point)))
        gradient = [symbols(x).item() for x in code.gradient_at(*point)]
        return [
            equality(VALUE, symbols(code.value_at(*point)).item(), formula.value),
            *map(equality, itertools.repeat(GRADIENT), gradient, formula.gradient),
            *map(equality, itertools.repeat(HESSIAN), hessian.tolist(), list(formula.hessian)),
        ]

    return Statement(scope("real θ", facts, numbers), [Setting(run, facts)], numbers)


def of_optimizer(optimizer: Any, rule: Any) -> Any:
    """State that a step from any θ and any memory is the rule's; so all steps are, by induction."""
    code, facts, numbers, zeros = with_symbols(optimizer)
    rule = dataclasses.replace(rule, lines=tuple((left, right.subs(zeros)) for left, right in rule.lines))
    memory = _memory(rule)
    g, t = Symbol("g0", real=True), symbolic.T

    def run():
        theta, state = _before(code, rule, {})
        ahead = code.look_ahead(theta, state)
        theta, state = code.trusted(theta, symbols([g]), state)
        values = {symbolic.THETA: symbolic.THETA, t: t, **{x: x for x in memory}}
        right = rule.step(values, lambda _: g)
        after = zip(state.memory.values(), memory, strict=True)
        return [
            equality("look-ahead", ahead.item(), rule.look_ahead),
            equality("step", theta.item(), piece(right[symbolic.THETA])),
            *(equality("memory", s.item(), piece(right[x])) for s, x in after),
        ]

    if len(memory) != len(optimizer.remembers):
        raise Unstated("its rule remembers other things than its code")
    return Statement(
        scope("θ, gradients, memories and steps", facts, numbers), [Setting(run, facts)], numbers
    )


def shipped_step(
    optimizer: Optimizer, values: Mapping[Expr, Any], gradient: Callable[[Expr], Any]
) -> dict[Expr, Expr]:
    """Return the values after one step of the shipped code of an optimizer, run on symbols.

    It is for one coordinate of θ what `symbolic.of(optimizer).step` is, but by the code and not by the rule.

    Parameters
    ----------
    optimizer : Optimizer
        Whose code is run. Its parameters are symbols too, but for those that are 0.
    values : dict
        From symbols to numbers or expressions: those of `symbolic.of(optimizer).start` or of the step before.
        θ, and what is remembered, stay symbols where they are left out.
    gradient : callable
        The gradient as a function of θ, such as `lambda theta: L * theta`.

    Examples
    --------
    >>> from lossgd import optimizers
    >>> heavy_ball = optimizers.Momentum(lr=0.1, averaged=False)
    >>> shipped_step(heavy_ball, {}, lambda theta: 2 * theta)
    {theta: -alpha*(beta*v + 2*theta) + theta, v: beta*v + 2*theta}
    """
    code, facts, *_ = with_symbols(optimizer)
    rule = symbolic.of(optimizer)

    def run():
        theta, state = _before(code, rule, values)
        slope = gradient(code.look_ahead(theta, state).item())
        theta, state = code.trusted(theta, symbols([slope]), state)
        after = {symbolic.THETA: theta, symbolic.T: state.steps}
        after |= dict(zip(_memory(rule), state.memory.values(), strict=True))
        return {x: symbols(after[x]).item() for x in (symbolic.THETA, *rule.memory)}

    cases = [after for _, after in every_case(run, facts)]
    if len(cases) > 1:
        raise NotImplementedError(f"a step of {optimizer!r} is not the same for all numbers")
    return cases[0]


def _memory(rule):
    """Return the symbols of what the code keeps in arrays: all that is remembered, but the count of steps."""
    return [x for x in rule.memory if x != symbolic.T]


def _before(code, rule, values):
    """Return θ and the state before a step, as symbols where `values` does not say what they are."""
    arrays = (symbols([values.get(x, x)]) for x in _memory(rule))
    state = State(values.get(symbolic.T, symbolic.T), dict(zip(code.remembers, arrays, strict=True)))
    return symbols([values.get(symbolic.THETA, symbolic.THETA)]), state


def of_schedule(schedule: Any, equation: Any) -> Any:
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
        return [equality(VALUE, symbols(code.rate(symbols(symbolic.T))).item(), piece(right))]

    return Statement(scope("steps", facts, numbers), [Setting(run, facts)], numbers)


def of_metric(metric: Callable, equation: Any) -> Any:
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
        return [equality(VALUE, symbols(code(*map(symbols, rows))).item(), piece(right))]

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
