"""How many small mistakes in the code the tests notice: `python -m benchmarks.mutants 100 --seed 0`.

A mutant is the package with one token changed. It is killed if a test of its room fails, or runs out of time.
The package is copied for that; the checkout is never touched.
"""

import argparse
import ast
import functools
import hashlib
import io
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import tokenize
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
LIMIT = 600  # seconds; the tests of the slowest room take a third of it
PROCESSES = 2
# The tests of each room, the fastest first.
TESTS = {
    "losses": "test_checks.py losses/test_errors.py losses/test_objects.py losses/test_properties.py "
    "losses/test_blocks.py test_models_cost.py test_proofs.py losses/test_formula_loss.py",
    "metrics": "test_metrics.py",
    "optimizers": "test_optimizers.py test_descent.py",
    "schedules": "test_schedules.py test_optimizers.py",
    "descent": "test_descent.py test_training.py",
    "training": "test_training.py test_training_ensembles.py",
    "models": "test_models.py test_models_cost.py test_training.py test_training_ensembles.py",
    "gradcheck": "test_gradcheck.py test_gradcheck_mistakes.py",
}
SWAPS = [
    ("+", "-"), ("*", "/"), ("**", "*"), ("//", "/"), ("%", "*"), ("&", "|"), ("+=", "-="), ("*=", "/="),
    ("<", "<="), (">", ">="), ("<=", ">"), (">=", "<"), ("==", "!="), ("and", "or"), ("True", "False"),
    ("min", "max"), ("minimum", "maximum"), ("any", "all"), ("sum", "mean"), ("add", "subtract"),
    ("argmin", "argmax"), ("exp", "expm1"), ("log", "log1p"), ("sinh", "cosh"), ("tanh", "sin"),
    ("sqrt", "square"), ("abs", "negative"), ("ones", "zeros"), ("floor", "ceil"),
    ("zeros_like", "ones_like"), ("isfinite", "isnan"), ("break", "continue"),
]  # fmt: skip
OTHERS = {b: a for a, b in SWAPS} | dict(SWAPS)  # where both ways give one, that from left to right


class Mutant(NamedTuple):
    """One token of a file changed."""

    path: Path
    line: int
    before: str
    after: str
    source: str

    def __str__(self):
        return f"{self.path}:{self.line}\n- {self.before}\n+ {self.after}"


def mutants_of(path, source):
    """Yield a mutant for each way to change a token; not of imports, types, docstrings, messages, data."""
    lines, silent, types = source.splitlines(keepends=True), set(), []
    for node in ast.walk(ast.parse(source)):
        data = isinstance(node, ast.Assign | ast.AnnAssign) and ast.unparse(node).startswith("examples")
        if data or isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr):
            silent |= set(range(node.lineno, node.end_lineno + 1))
        for note in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if note is not None:
                types.append(((note.lineno, note.col_offset), (note.end_lineno, note.end_col_offset)))
    for previous, token in itertools.pairwise(tokenize.generate_tokens(io.StringIO(source).readline)):
        (row, start), (_, end) = token.start, token.end
        others = _others(previous, token) if row not in silent else ()
        place = row, len(token.line[:start].encode())  # as `ast` counts, in bytes
        if others and any(begin <= place < stop for begin, stop in types):
            continue
        for other in others:
            line = lines[row - 1]
            changed = line[:start] + other + line[end:]
            whole = "".join([*lines[: row - 1], changed, *lines[row:]])
            yield Mutant(path, row, line.strip(), changed.strip(), whole)


def _others(previous, token):
    if token.type == tokenize.NUMBER:
        number = ast.literal_eval(token.string)
        return sorted({repr(other) for other in (number + 1, number - 1, 2 * number) if other != number})
    if token.string == "not":
        return [""]
    unary = token.string == "-" and (previous.type == tokenize.OP and previous.string not in ")]}")
    unary |= token.string == "-" and previous.string in ("return", "else", "if", "and", "or", "in", "not")
    if unary:
        return [""]
    return [OTHERS[token.string]] if token.string in OTHERS else []


def is_valid(mutant):
    """Return whether a mutant is a program: one with `/args` for `*args` is not."""
    try:
        compile(mutant.source, str(mutant.path), "exec")
    except SyntaxError:
        return False
    return True


def sample(number, seed, root=ROOT):
    """Return so many mutants, from the rooms in proportion to their code, the same ones for a seed.

    Each has a place of its own in the order, so that the others stay when one is left out or code is changed.
    """

    def place(mutant):
        return hashlib.sha256(f"{seed} {mutant.path} {mutant.before} {mutant.after}".encode()).digest()

    known, everything = equivalent(), []
    for room in TESTS:
        path = root / "lossgd" / room
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            everything += mutants_of(file.relative_to(root), file.read_text("utf-8"))
    everything = [m for m in everything if (str(m.path), m.before, m.after) not in known]
    return list(itertools.islice(filter(is_valid, sorted(everything, key=place)), number))


@functools.cache
def equivalent():
    """Return the mutants that no test can kill, as paths, lines before and lines after."""
    rows = [row.strip() for row in EQUIVALENT.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row and not row.startswith("#")]
    return {(path, before[2:], after[2:]) for path, before, after in zip(*[iter(rows)] * 3, strict=True)}


def survives(mutant, root=ROOT):
    """Run the tests of the mutant's room on it, in a copy, and return whether all pass."""
    tests = [f"tests/{name}" for name in TESTS[mutant.path.parts[1]].split()]
    with tempfile.TemporaryDirectory() as copy:
        for name in ("lossgd", "tests"):
            shutil.copytree(root / name, Path(copy, name), ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(root / "pyproject.toml", copy)
        Path(copy, mutant.path).write_text(mutant.source, "utf-8")
        options = ["-x", "-q", "-p", "no:cacheprovider", "-n", "0", "-k", "not memory"]  # those are slow
        command = [sys.executable, "-m", "pytest", *options, *tests]
        environment = os.environ | {"PYTHONPATH": copy, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return False
    return run.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    options = parser.parse_args()
    mutants = sample(options.number, options.seed)
    killed = 0
    rooms = {m.path.parts[1]: m._replace(source=(ROOT / m.path).read_text("utf-8")) for m in mutants}
    with ThreadPoolExecutor(options.processes) as pool:
        if not all(pool.map(survives, rooms.values())):
            sys.exit("the tests must pass before a mutant can fail them; they do not, or not in time")
        for mutant, alive in zip(mutants, pool.map(survives, mutants), strict=True):
            killed += not alive
            print(f"\nsurvived: {mutant}" if alive else ".", end="\n" if alive else "", flush=True)
    print(f"\n{killed} of {len(mutants)} mutants killed, seed {options.seed}")


if __name__ == "__main__":
    main()
