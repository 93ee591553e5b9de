"""The shipped code on symbols is proved equal to its formula, and code that is wrong by a token is not."""

import functools

import numpy as np
import pytest
import sympy

from lossgd import losses, proofs, surfaces, symbolic
from lossgd.proofs.cases import current_case, every_case
from lossgd.proofs.symbols import symbols
from tests.mutants_of_formulas import LOSSES, OTHERS, changed

pytestmark = pytest.mark.slow

ALL = [thing for things in proofs.SHIPPED.values() for thing in proofs.one_of_each_form(things)]
A, B = sympy.symbols("a b", real=True)


@functools.cache
def proof_of(i):
    return proofs.prove(ALL[i])


@pytest.mark.built
@pytest.mark.parametrize("i", range(len(ALL)), ids=[getattr(thing, "__name__", repr(thing)) for thing in ALL])
def test_everything_shipped_is_proved_or_says_why_not(i):
    proof = proof_of(i)
    if not (proof.ok or proof.name in proofs.NOT_PROVED):
        line = f'`"{proof.name}": "…",`'
        pytest.fail(
            f"{proof}\nWrite the code so that it can be proved, or say why it cannot: "
            f"lossgd/proofs/shipped.py: in NOT_PROVED, add {line}",
            pytrace=False,
        )
    assert proof.bound <= 2.0**-53


def test_what_is_said_to_be_unproved_is_so():
    unproved = [
        i
        for i, thing in enumerate(ALL)
        if getattr(thing, "__name__", type(thing).__name__) in proofs.NOT_PROVED
    ]
    assert {proof_of(i).name for i in unproved if not proof_of(i).ok} == set(proofs.NOT_PROVED)


@pytest.mark.parametrize(("thing", "old", "new"), LOSSES + OTHERS, ids=str)
def test_a_single_token_changed_is_not_proved(thing, old, new):
    proof = proofs.prove(changed(thing, old, new), symbolic.of(thing))
    assert not proof.ok
    assert any(finding.open for finding in proof.findings.values()), proof


def test_there_are_twenty_changes_of_losses():
    assert len(LOSSES) >= 20


def test_a_proof_reads_as_a_table():
    lines = str(proofs.prove(losses.LogCosh())).splitlines()
    assert lines[0] == "LogCosh: proved for all real y and yhat"
    assert lines[1] == "value     equals the formula, in 2 cases"
    assert lines[2].startswith("          within ")
    assert lines[2].endswith("e-18 of it where -y + yhat ≥ 0, -y + yhat ≥ 20")
    assert lines[4].startswith("gradient  ")


def test_a_slope_beyond_both_sides_of_a_kink_is_not_proved():
    class Steep(losses.MeanAbsoluteError):
        def slope(self, a):
            return np.where(a == 0, self.at_kink, np.sign(a))

    for at_kink, passes in ((-1, True), (0.5, True), (1, True), (1.1, False)):
        Steep.at_kink = at_kink
        assert proofs.prove(Steep(), symbolic.of(losses.MeanAbsoluteError)).ok == passes


def test_a_surface_is_not_proved_against_its_own_code(monkeypatch):
    wrong = lambda self, x, y: (1 - x) ** 2 + 7 * (y - x * x) ** 2  # noqa: E731
    monkeypatch.setattr(surfaces.Rosenbrock, "value_at", wrong)
    assert not proofs.prove(surfaces.Rosenbrock()).ok
    assert not proofs.verify(surfaces.Rosenbrock()).ok


def test_questions_of_symbols_make_cases():
    found = [
        (case.conditions, result.item())
        for case, result in every_case(lambda: np.maximum(np.abs(symbols([A])), 0)[0])
    ]
    assert [str(result) for _, result in found] == ["a", "-a"]
    assert [sign for ((_, _, sign),), _ in found] == ["≥", "<"]


def test_what_follows_is_not_asked():
    def run():
        case = current_case()
        assert case.is_above(A, B)
        return case.is_above(B, A), case.is_at_least(A - B, sympy.S.Zero), case.is_above(A + 1, B)

    assert [result for _, result in every_case(run, [(A - B, True)])] == [(False, True, True)]


def test_floats_are_the_decimals_that_they_stand_for():
    assert symbols([0.1, 0.5, np.pi, 2]).tolist() == [
        sympy.Rational(1, 10),
        sympy.S.Half,
        sympy.pi,
        sympy.Integer(2),
    ]


def test_what_has_no_formula_is_an_error():
    with pytest.raises(TypeError, match="there is no proof of 3; expected a loss"):
        proofs.prove(3)
