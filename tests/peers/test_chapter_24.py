"""What chapter 24 says of the metrics of other libraries, and of their blind spots."""

import inspect
import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import datasets, metrics

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
dummy = pytest.importorskip("sklearn.dummy")
linear_model = pytest.importorskip("sklearn.linear_model")
model_selection = pytest.importorskip("sklearn.model_selection")

X, Y = datasets.imbalanced(2000)
SCORES = X.sum(axis=1) - 4


def of_keras(metric, y, p):
    metric.update_state(y[:, None], p[:, None])
    return float(metric.result())


def test_score_of_scikit_learn_is_accuracy_or_r2():
    classifier = linear_model.LogisticRegression().fit(X, Y)
    assert classifier.score(X, Y) == metrics.accuracy(Y, classifier.predict(X))
    measures, grams = datasets.penguins("body mass")
    line = linear_model.LinearRegression().fit(measures, grams)
    assert_allclose(line.score(measures, grams), metrics.r2(grams, line.predict(measures)))


def test_dummy_classifier_has_the_accuracy_of_the_more_frequent_class():
    assert dummy.DummyClassifier().fit(X, Y).score(X, Y) == 0.95


def test_tuned_threshold_classifier_asks_for_balanced_accuracy():
    parameters = inspect.signature(model_selection.TunedThresholdClassifierCV).parameters
    assert parameters["scoring"].default == "balanced_accuracy"


def test_binary_accuracy_of_keras_cuts_scores_at_a_half_unless_told_otherwise():
    at_0 = metrics.accuracy(Y, metrics.decide(SCORES, threshold=0.0))
    at_a_half = metrics.accuracy(Y, metrics.decide(SCORES))
    assert at_0 != at_a_half
    assert_allclose(of_keras(keras.metrics.BinaryAccuracy(), Y, SCORES), at_a_half, rtol=1e-6)
    assert_allclose(of_keras(keras.metrics.BinaryAccuracy(threshold=0.0), Y, SCORES), at_0, rtol=1e-6)


def test_auc_of_keras_has_200_thresholds_and_is_nearly_blind_below_a_200th():
    small = 0.004 / (1 + np.exp(-SCORES))
    assert keras.metrics.AUC().num_thresholds == 200
    assert metrics.roc_auc(Y, small) > 0.9
    assert_allclose(of_keras(keras.metrics.AUC(), Y, small), 0.5, atol=0.05)


def test_pytorch_has_no_metrics_and_the_line_counts_right_answers():
    names = [name.lower() for room in (torch, torch.nn, torch.nn.functional) for name in dir(room)]
    assert not [name for name in names if "accuracy" in name or "auroc" in name or "recall" in name]
    scores, y = torch.from_numpy(SCORES), torch.from_numpy(Y)
    accuracy = ((scores > 0) == (y > 0)).float().mean()
    assert_allclose(accuracy, metrics.accuracy(Y, (SCORES > 0).astype(int)), rtol=1e-6)
