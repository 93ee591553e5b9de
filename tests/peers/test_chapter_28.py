"""What chapter 28 says of scikit-learn: the numbers that it keeps, on its own split."""

import inspect
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import datasets, losses, metrics
from tests.chapters.book import read

ensemble = pytest.importorskip("sklearn.ensemble")
linear_model = pytest.importorskip("sklearn.linear_model")
make_pipeline = pytest.importorskip("sklearn.pipeline").make_pipeline
StandardScaler = pytest.importorskip("sklearn.preprocessing").StandardScaler

CHAPTER = Path(__file__).parents[2] / "notebooks" / "28_capstone.ipynb"
L2_NUMBERS, L2_LABELS = 0.1, 0.01


def chapter():
    """Return what the chapter's cells make: its data, its split, its bill, and the numbers that it keeps."""
    code = read(CHAPTER).code
    space = {"np": np, "datasets": datasets, "losses": losses, "shipped": False}
    for name in ("28-data", "28-judges", "28-split", "28-peers"):
        exec(code[name], space)
    exec(code["28-others"].partition("\nif shipped:")[0], space)
    return space


SPACE = chapter()
NUMBERS, LABELS = (SPACE["train_n"], SPACE["test_n"]), (SPACE["train_l"], SPACE["test_l"])


def scaled(model):
    return make_pipeline(StandardScaler(), model)


def of_numbers(model, train, test):
    predicted = scaled(model).fit(train.X, train.y).predict(test.X)
    return metrics.rmse(test.y, predicted), predicted


def of_labels(model, train, test):
    chance = scaled(model).fit(train.X, train.y).predict_proba(test.X)[:, 1]
    return SPACE["bill"](test.y, chance), chance


def ridge(train):
    return linear_model.Ridge(alpha=len(train.y) * L2_NUMBERS / 2)


def logistic(train, **options):
    return linear_model.LogisticRegression(C=1 / (len(train.y) * L2_LABELS), **options)


@pytest.mark.parametrize("name", ["Ridge", "LinearRegression"])
def test_the_numbers_are_those_of_scikit_learn(name):
    train, test = NUMBERS
    model = ridge(train) if name == "Ridge" else linear_model.LinearRegression()
    rmse, predicted = of_numbers(model, train, test)
    assert_allclose((rmse, predicted[0]), SPACE["PEERS"][name], rtol=1e-11)


@pytest.mark.parametrize(
    ("name", "options", "rtol"),
    [
        ("LogisticRegression", {}, 1e-6),
        ("with tol=1e-10", {"tol": 1e-10, "max_iter": 1000}, 1e-6),
        ("with newton-cholesky", {"solver": "newton-cholesky", "tol": 1e-10}, 1e-9),
    ],
)
def test_the_chances_are_those_of_scikit_learn(name, options, rtol):
    train, test = LABELS
    bill, chance = of_labels(logistic(train, **options), train, test)
    kept = SPACE["PEERS"][name]
    assert_allclose((SPACE["cross_entropy"](test.y, chance), chance[0]), kept, rtol=rtol)
    assert round(bill, 2) == 0.13


def test_defaults_of_logistic_regression():
    default = {n: p.default for n, p in inspect.signature(linear_model.LogisticRegression).parameters.items()}
    assert (default["C"], default["tol"]) == (1.0, 1e-4)


@pytest.mark.parametrize(
    ("name", "regressor", "classifier"),
    [
        ("Ridge, LogisticRegression", linear_model.Ridge(), linear_model.LogisticRegression()),
        (
            "RandomForest",
            ensemble.RandomForestRegressor(random_state=0),
            ensemble.RandomForestClassifier(random_state=0),
        ),
        (
            "HistGradientBoosting",
            ensemble.HistGradientBoostingRegressor(random_state=0),
            ensemble.HistGradientBoostingClassifier(random_state=0),
        ),
    ],
)
def test_other_models_score_as_the_chapter_says(name, regressor, classifier):
    rmse, bill, missed = SPACE["OTHERS"][name]
    assert_allclose(of_numbers(regressor, *NUMBERS)[0], rmse, rtol=0.01)
    found, chance = of_labels(classifier, *LABELS)
    assert_allclose(found, bill, atol=0.02)
    assert np.sum((LABELS[1].y == 1) & (chance <= SPACE["threshold"])) == missed


def test_a_forest_does_worse_than_the_linear_models_in_nearly_all_splits():
    forest, forest_of_labels = (
        ensemble.RandomForestRegressor(random_state=0),
        ensemble.RandomForestClassifier(random_state=0),
    )
    worse = {"RMSE": 0, "bill": 0}
    for seed in range(1, 21):
        parts = SPACE["numbers"].split(test=0.25, seed=seed)
        worse["RMSE"] += of_numbers(forest, *parts)[0] > of_numbers(ridge(parts[0]), *parts)[0]
        parts = SPACE["labels"].split(test=0.25, seed=seed)
        worse["bill"] += of_labels(forest_of_labels, *parts)[0] > of_labels(logistic(parts[0]), *parts)[0]
    assert worse == SPACE["FOREST_WORSE"]
