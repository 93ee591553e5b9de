"""Chapter 28 works on data of the reader's own: its data cell is changed, and all cells are run."""

import re

import numpy as np
import pytest

from lossgd import datasets
from tests.chapters.book import read
from tests.notebooks import ROOT

CODE = read(ROOT / "notebooks" / "28_capstone.ipynb").code

ANOTHER_SET = """
numbers = datasets.penguins("body mass")
limit = 400
birds = datasets.penguins()
labels = datasets.Data(birds.X, 1 * (birds.y == 1), birds.features)
price = 1
"""
ARRAYS = """
rng = np.random.default_rng(1)
X = rng.normal(size=(120, 2))
numbers = datasets.Data(X, X @ [3.0, -1.0] + rng.normal(size=120))
limit = 1.5
labels = datasets.Data(X, 1 * (X[:, 0] + 0.5 * rng.normal(size=120) > 0))
price = 4
"""
FILES = """
table = np.loadtxt("numbers.csv", delimiter=",", skiprows=1)
numbers = datasets.Data(table[:, :-1], table[:, -1])
limit = 5
table = np.loadtxt("labels.csv", delimiter=",", skiprows=1)
labels = datasets.Data(table[:, :-1], table[:, -1].astype(int))
price = 9
"""


def run(data):
    """Run the chapter's code on other data, with one shuffle of the folds and two other splits."""
    space = {}
    for name, code in CODE.items():
        if name != "28-install":
            source = data if name == "28-data" else code
            source = source.replace("seeds=range(3)", "seeds=range(1)").replace("range(1, 21)", "range(1, 3)")
            exec(compile(source, name, "exec"), space)
    return space


@pytest.mark.slow
@pytest.mark.parametrize("data", [ANOTHER_SET, ARRAYS, FILES], ids=["another set", "arrays", "files"])
def test_the_chapter_runs_on_other_data(data, tmp_path, monkeypatch):
    for name, made in (("numbers", datasets.line(150)), ("labels", datasets.imbalanced(300, positives=0.2))):
        table = np.column_stack([made.X, made.y])
        np.savetxt(tmp_path / f"{name}.csv", table, delimiter=",", header="a row an example", comments="")
    monkeypatch.chdir(tmp_path)
    space = run(data)
    assert not space["shipped"]
    value = space["final"]["RMSE"][0]
    assert float(space["told"](value, "RMSE")) == pytest.approx(value, rel=0.02)  # in whatever unit
    for name in ("RMSE", "cross-entropy", "bill"):
        value, low, high = space["final"][name]
        assert low <= value <= high
        assert value < space["nobody"][name]


BIRDS = "birds = datasets.penguins()\n"
REFUSED = [
    (
        "numbers = datasets.Data(birds.X, birds.y)",
        "numbers.y must be decimals, .astype(float); got dtype int64",
    ),
    ("numbers = datasets.Data(birds.X, 3.5 + 0 * birds.y)", "numbers.y must vary; all are 3.5"),
    ("numbers = datasets.Data(birds.X * [1, 1, 0, 1], birds.X[:, 3])", "column 2 is 0.0 throughout"),
    ("labels = birds", "labels.y must be 1 for what is looked for, and 0 for the rest; got 2 in row 151"),
    (
        "labels = datasets.Data(birds.X, 1.0 * birds.y)",
        "labels.y must be whole, .astype(int); got dtype float64",
    ),
    ("labels = datasets.Data(birds.X, 1 * (birds.X[:, 3] > 6200))", "five folds; got 1 1s in 256 labels"),
    (
        "labels = datasets.Data(birds.X, 1 * (birds.y == 1), ['bill'])",
        "a name for each of 4 columns, or none; got 1",
    ),
    ("price = 0", "price must be positive; got 0"),
    ("limit = float('nan')", "limit must be positive; got nan"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[change for change, _ in REFUSED])
def test_data_that_do_not_fit_are_refused_before_the_training(change, message):
    space = {}
    for name in ("28-imports", "28-data", "28-shipped", "28-judges", "28-split"):
        code = CODE[name] + (f"\n{BIRDS}{change}\n" if name == "28-data" else "")
        exec(compile(code, name, "exec"), space)
    with pytest.raises(ValueError, match=re.escape(message)):
        exec(CODE["28-split-guard"], space)


def test_the_chapter_knows_its_own_data():
    space = {}
    for name in ("28-imports", "28-data", "28-shipped"):
        exec(CODE[name], space)
    assert space["shipped"]


def test_one_cell_alone_names_the_data():
    naming = [name for name, code in CODE.items() if "datasets.penguins" in code or "breast_cancer" in code]
    assert naming == ["28-data", "28-ex-2-solution"]
