"""The maker of mutants changes one token, and nothing else."""

import ast
from pathlib import Path

from benchmarks import mutants

SOURCE = '''"""Add 1 + 1."""
import numpy as np
def f(x, y):
    """Return 2 - 1, or not."""
    if x < 1 and not y:
        raise ValueError("1 is too few" * 2)
    return -np.exp(x) + y[1:].sum(axis=0)
'''


def made(source=SOURCE):
    return list(mutants.mutants_of(Path("lossgd/f.py"), source))


def test_each_token_that_counts_has_its_mutants():
    changes = {(mutant.before, mutant.after) for mutant in made()}
    condition, result = "if x < 1 and not y:", "return -np.exp(x) + y[1:].sum(axis=0)"
    assert {after for before, after in changes if before == condition} == {
        "if x <= 1 and not y:",
        "if x < 2 and not y:",
        "if x < 0 and not y:",
        "if x < 1 or not y:",
        "if x < 1 and  y:",
    }
    assert "return np.exp(x) + y[1:].sum(axis=0)" in {after for _, after in changes}
    assert "return -np.expm1(x) + y[1:].sum(axis=0)" in {after for _, after in changes}
    assert "return -np.exp(x) + y[1:].sum(axis=-1)" in {after for _, after in changes}
    assert {before for before, _ in changes} == {condition, result}  # no docstring, no message


def test_types_are_left_alone():
    typed = made("n: int | None = 3\ndef f(ŷ: float | None = 0.5) -> int | None: ...\n")
    assert len(typed) == 6  # three for each number
    assert all(mutant.before.count("|") == mutant.after.count("|") for mutant in typed)


def test_examples_are_data_of_tests_and_left_alone():
    assert not made('class A:\n    examples = ({"lr": 0.3},)\n')
    assert not made('class A:\n    examples: tuple = ({"lr": 0.3},)\n')


def test_a_mutant_is_another_valid_program():
    for mutant in mutants.sample(50, seed=1):
        source = (mutants.ROOT / mutant.path).read_text("utf-8")
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(source))
        old, new = source.splitlines(), mutant.source.splitlines()
        assert [i + 1 for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b] == [mutant.line]


def test_a_seed_gives_the_same_mutants_from_all_rooms():
    one = mutants.sample(200, seed=3)
    assert one == mutants.sample(200, seed=3)
    assert one != mutants.sample(200, seed=4)
    assert {mutant.path.parts[1] for mutant in one} == set(mutants.TESTS)


def test_what_is_equivalent_is_left_out_and_the_others_stay(monkeypatch):
    some, *others = mutants.sample(200, seed=3)
    known = mutants.equivalent() | {(str(some.path), some.before, some.after)}
    monkeypatch.setattr(mutants, "equivalent", lambda: known)
    assert mutants.sample(199, seed=3) == others


def test_every_room_s_tests_are_there_and_the_equivalent_mutants_still_are():
    for names in mutants.TESTS.values():
        assert all((mutants.ROOT / "tests" / name).exists() for name in names.split())
    for path, before, _ in mutants.equivalent():
        assert before in [line.strip() for line in (mutants.ROOT / path).read_text("utf-8").splitlines()]
