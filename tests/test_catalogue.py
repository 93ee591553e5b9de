"""Whatever ships is whole: what is missing of a class is named, by file and by the line to write."""

import dataclasses
import itertools

import numpy as np
import pytest
import sympy

from lossgd import catalogue, losses, models, optimizers, plots, schedules, surfaces, symbolic
from lossgd.catalogue import CATALOGUE, ROOMS
from lossgd.proofs import points
from lossgd.symbolic.lookup import parameter_symbols
from tests import test_models, test_optimizers, test_schedules, test_surfaces
from tests.golden.ours import OURS
from tests.losses import cases

# Where a room's formulas are, and its tables of test cases.
FORMULAS = {losses: "losses", models: "models", surfaces: "surfaces", optimizers: "optimizers"}
FORMULAS[schedules] = "schedules"
TABLES = {
    losses: ("tests/losses/cases.py", cases.CASES),
    models: ("tests/test_models.py", test_models.MODELS),
    surfaces: ("tests/test_surfaces.py", test_surfaces.CASES),
    optimizers: ("tests/test_optimizers.py", test_optimizers.CASES),
    schedules: ("tests/test_schedules.py", test_schedules.CASES),
}
KINDS = [(kind, room) for room in ROOMS for kind in catalogue.public(room)]
every_kind = pytest.mark.parametrize(("kind", "room"), KINDS, ids=lambda x: x.__name__)


def missing(kind, room):
    """Yield what is missing of a class: in which file to write which line."""
    name = f"{room.__name__.partition('.')[2]}.{kind.__name__}"
    source = kind.__module__.replace(".", "/") + ".py"
    entry = CATALOGUE.get(kind)
    if entry is None:
        look = ', color="…", line="…"' if room in (losses, optimizers) else ""
        yield f'lossgd/catalogue.py: in CATALOGUE, add `{name}: Entry(name="…"{look}),`'
    yield from _not_stated(kind, room, source)
    if entry is None or not entry.no_formula:
        yield from _not_formulated(kind, room, name)
    for section, line in (("Examples", ">>> …"), ("References", "Author (year). Title. Journal.")):
        if f"\n    {section}\n    {'-' * len(section)}\n" not in (kind.__doc__ or ""):
            yield f"{source}: in the docstring of {kind.__name__}, add `{section}`, with `{line}`"
    if "Examples" in (kind.__doc__ or "") and ">>>" not in kind.__doc__:
        yield f"{source}: in the docstring of {kind.__name__}, under `Examples`, add `>>> …`"
    if entry and room in (losses, optimizers):
        yield from _not_drawn(kind, room, name)
    file, table = TABLES[room]
    if not any(isinstance(getattr(case, "loss", case), kind) for case in table):
        yield f"{file}: in the table of cases, add `{kind.__name__}(…),`"
    is_compared = entry and {"PyTorch", "Optax"} & set(entry.peers)
    if room is optimizers and is_compared and not any(type(ours) is kind for ours in OURS.values()):
        row = f'"{entry.name}": '
        yield (
            f"tests/golden/ours.py: in OURS, add `{row}optimizers.{kind.__name__}(…),`; "
            f"tests/golden/make.py: in PEERS, add `{row}(by_optax, lambda optax: optax.…),`, or by_torch"
        )


def _not_stated(kind, room, source):
    own = kind.__mro__[: kind.__mro__.index(ROOMS[room])]
    if room is losses:
        for attribute in ("truth_domain", "prediction_domain"):
            if not any(attribute in vars(base) for base in own):
                yield f"{source}: in {kind.__name__}, add `{attribute} = …`, one of lossgd.domains"
    if room in (losses, surfaces) and not hasattr(kind, "convex"):
        yield f"{source}: in {kind.__name__}, add `convex = True`, or False"
    fields = {field.name: field for field in dataclasses.fields(kind) if field.init}
    for name in set(fields) & set(parameter_symbols(kind)) if room in (losses, surfaces) else ():
        if len({example.get(name, fields[name].default) for example in getattr(kind, "examples", ())}) < 2:
            line = f'examples = {{"{name}": …}}, {{"{name}": …}}'
            yield f"{source}: in {kind.__name__}, add `{line}`, small and large"
    required = {name for name, field in fields.items() if field.default is dataclasses.MISSING}
    examples = getattr(kind, "examples", ())
    if not examples or any(required - set(example) for example in examples):
        row = ", ".join(f'"{name}": …' for name in sorted(required))
        yield f"{source}: in {kind.__name__}, add `examples = ({{{row}}},)`"


def _not_formulated(kind, room, name):
    file = f"lossgd/symbolic/of_{FORMULAS[room]}.py"
    option = getattr(kind, "score_option", "")
    if room is losses:
        for scores in (False, True) if option else (False,):
            if (kind, scores) not in symbolic.FORMULAS:
                table = "scores" if scores else "predictions"
                yield f"{file}: in `{table}`, add `{name}: (…, y, {'z' if scores else 'p'}),`"
        return
    try:
        symbolic.of(kind)
    except (TypeError, KeyError):
        yield f"{file}: add `{name}: …,`"


def _not_drawn(kind, room, name):
    entry = CATALOGUE[kind]
    if entry.color not in plots.COLORS or not entry.line:
        yield f'lossgd/catalogue.py: in {name}, add `color="…", line="…"`, a colour of plots.COLORS'
        return
    for other, its in CATALOGUE.items():
        is_peer = other is not kind and issubclass(other, ROOMS[room])
        if is_peer and its.line == entry.line and (room is optimizers or its.color == entry.color):
            yield f"lossgd/catalogue.py: in {name}, change `line={entry.line!r}`: {other.__name__} has it"


@every_kind
def test_nothing_is_left_out(kind, room):
    found = list(missing(kind, room))
    assert not found, "\n".join(["", *found])


def test_what_is_not_there_any_more_is_not_listed():
    assert set(CATALOGUE) == {kind for kind, _ in KINDS}


def test_golden_paths_go_by_the_names_of_the_catalogue():
    names = {name: kind for kind, entry in CATALOGUE.items() for name in (entry.name, *entry.also)}
    assert {name: names.get(name) for name in OURS} == {name: type(ours) for name, ours in OURS.items()}


HUBER, ADAM = losses.Huber, optimizers.Adam
LEFT_OUT = [
    (HUBER, losses, lambda patch: patch.delitem(CATALOGUE, HUBER), "add `losses.Huber: Entry("),
    (
        HUBER,
        losses,
        lambda patch: patch.delitem(symbolic.FORMULAS, (HUBER, False)),
        "lossgd/symbolic/of_losses.py: in `predictions`, add `losses.Huber: (…, y, p),`",
    ),
    (
        losses.Focal,
        losses,
        lambda patch: patch.delitem(symbolic.FORMULAS, (losses.Focal, True)),
        "lossgd/symbolic/of_losses.py: in `scores`, add `losses.Focal: (…, y, z),`",
    ),
    (
        surfaces.Beale,
        surfaces,
        lambda patch: patch.delitem(symbolic.SURFACES, surfaces.Beale),
        "lossgd/symbolic/of_surfaces.py: add `surfaces.Beale: …,`",
    ),
    (
        schedules.Cosine,
        schedules,
        lambda patch: patch.delitem(symbolic.SCHEDULES, schedules.Cosine),
        "lossgd/symbolic/of_schedules.py: add `schedules.Cosine: …,`",
    ),
    (
        HUBER,
        losses,
        lambda patch: patch.setattr(HUBER, "examples", ({},)),
        'in Huber, add `examples = {"delta": …}, {"delta": …}`, small and large',
    ),
    (
        ADAM,
        optimizers,
        lambda patch: patch.setattr(ADAM, "examples", ()),
        "lossgd/optimizers/adaptive.py: in Adam, add `examples = ({},)`",
    ),
    (
        models.Softmax,
        models,
        lambda patch: patch.delattr(models.Softmax, "examples"),
        'lossgd/models/linear.py: in Softmax, add `examples = ({"classes": …},)`',
    ),
    (
        HUBER,
        losses,
        lambda patch: patch.delattr(HUBER.__mro__[1], "truth_domain"),
        "lossgd/losses/regression.py: in Huber, add `truth_domain = …`, one of lossgd.domains",
    ),
    (
        HUBER,
        losses,
        lambda patch: patch.delattr(HUBER.__mro__[1], "convex"),
        "lossgd/losses/regression.py: in Huber, add `convex = True`, or False",
    ),
    (
        HUBER,
        losses,
        lambda patch: patch.setattr(HUBER, "__doc__", HUBER.__doc__.replace("References", "Sources")),
        "lossgd/losses/regression.py: in the docstring of Huber, add `References`",
    ),
    (
        HUBER,
        losses,
        lambda patch: patch.setattr(HUBER, "__doc__", HUBER.__doc__.replace(">>>", "")),
        "lossgd/losses/regression.py: in the docstring of Huber, under `Examples`, add `>>> …`",
    ),
    (
        ADAM,
        optimizers,
        lambda patch: patch.setitem(CATALOGUE, ADAM, dataclasses.replace(CATALOGUE[ADAM], color="")),
        'lossgd/catalogue.py: in optimizers.Adam, add `color="…", line="…"`',
    ),
    (
        ADAM,
        optimizers,
        lambda patch: patch.setitem(CATALOGUE, ADAM, dataclasses.replace(CATALOGUE[ADAM], line="-.")),
        "lossgd/catalogue.py: in optimizers.Adam, change `line='-.'`: Nesterov has it",
    ),
    (
        ADAM,
        optimizers,
        lambda patch: patch.setitem(TABLES, optimizers, ("tests/test_optimizers.py", [])),
        "tests/test_optimizers.py: in the table of cases, add `Adam(…),`",
    ),
    (
        optimizers.RMSProp,
        optimizers,
        lambda patch: patch.delitem(OURS, "RMSProp"),
        'tests/golden/ours.py: in OURS, add `"RMSProp": optimizers.RMSProp(…),`',
    ),
]


@pytest.mark.parametrize(("kind", "room", "leave_out", "line"), LEFT_OUT, ids=[row[3] for row in LEFT_OUT])
def test_what_is_left_out_is_named(kind, room, leave_out, line, monkeypatch):
    leave_out(monkeypatch)
    (found,) = missing(kind, room)
    assert line in found


# What classes state is true.

every_loss = pytest.mark.parametrize("loss", list(catalogue.objects(losses)), ids=repr)


def numbers(loss, expr):
    return expr.subs(symbolic.parameters(loss))


@every_loss
def test_the_stated_kinks_are_those_of_the_formula(loss):
    for facts in symbolic.of(loss).facts:
        stated = {loss.prediction_at(facts.truth, sympy.Rational(x)) for x in loss.kinks}
        assert {numbers(loss, x) for x in facts.kinks} == stated


@every_loss
def test_at_the_stated_bends_the_curvature_jumps_and_the_slope_does_not(loss):
    formula = symbolic.of(loss)
    for y, bend in itertools.product((1, -1), loss.bends):
        at = sympy.Rational(loss.prediction_at(y, bend))
        near = sympy.Rational(1, 10**12) * max(1, abs(at))
        slope = numbers(loss, formula.gradient.subs(formula.y, y))
        curvature = numbers(loss, formula.second_derivative.subs(formula.y, y))
        low, high = (float(slope.subs(formula.y_pred, at + side)) for side in (-near, near))
        assert low == pytest.approx(high, rel=1e-6, abs=1e-9)
        low, high = (float(curvature.subs(formula.y_pred, at + side)) for side in (-near, near))
        assert abs(high - low) > 0.5


@pytest.mark.slow
@every_loss
def test_it_is_convex_if_it_says_so(loss):
    found = {facts.convex for facts in symbolic.of(loss).facts}
    if None in found:  # of what SymPy does not find, chords tell
        found = (found - {None}) | {chords_lie_above(loss)}
    assert all(found) == loss.convex


@pytest.mark.parametrize("loss", [losses.Focal(from_logits=True), losses.Huber()], ids=repr)
def test_chords_tell_what_is_convex(loss):
    assert chords_lie_above(loss) == loss.convex


def chords_lie_above(loss):
    """Return whether no chord between two of many points of the same truth lies below the loss."""
    rng = np.random.default_rng(0)
    truths, predictions = points.of_loss(loss, symbolic.of(loss))
    for label in np.unique(truths, axis=0):
        p = predictions[(truths == label).reshape(len(truths), -1).all(axis=1)]
        y = np.array([label] * len(p))
        for _ in range(20):
            q = rng.permutation(p)
            chords = (loss.per_example(y, p) + loss.per_example(y, q)) / 2
            if (loss.per_example(y, (p + q) / 2) > chords * (1 + 1e-9) + 1e-12).any():
                return False
    return True


@pytest.mark.parametrize("surface", list(catalogue.objects(surfaces)), ids=repr)
def test_a_surface_is_convex_if_it_says_so(surface):
    curvatures = np.linalg.eigvalsh(surface.hessian(points.of_surface(surface)))
    assert (curvatures >= 0).all() == surface.convex


@every_kind
def test_options_are_given_by_name_and_never_change(kind, room):
    if not dataclasses.is_dataclass(kind):
        return  # a surface without parameters
    one, other = (kind(**kind.examples[0]) for _ in range(2))
    assert (one, hash(one)) == (other, hash(other))
    assert kind.__dataclass_params__.frozen
    assert room is models or all(field.kw_only for field in dataclasses.fields(kind))
