"""What chapter 17 says of other libraries: which of them refuse a loss that does not fit its truths."""

import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import datasets, losses, models

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
linear_model = pytest.importorskip("sklearn.linear_model")
peers = pytest.importorskip("sklearn.metrics")

MEASURES, GRAMS = datasets.penguins("body mass")
MEASURES, KILOS = datasets.z_score(MEASURES)(MEASURES), GRAMS / 1000
SCORES = np.full(len(KILOS), 3.0)


def test_pytorch_and_keras_return_a_cross_entropy_of_kilograms_that_is_below_0():
    by_hand = np.mean(np.logaddexp(0, SCORES) - KILOS * SCORES)
    scores, kilos = torch.from_numpy(SCORES), torch.from_numpy(KILOS)
    assert by_hand < 0
    assert_allclose(torch.nn.BCEWithLogitsLoss()(scores, kilos), by_hand)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    assert_allclose(float(loss(kilos[:, None], scores[:, None])), by_hand, rtol=1e-6)


def test_scikit_learn_refuses_kilograms_as_classes():
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        linear_model.LogisticRegression().fit(MEASURES, KILOS)
    with pytest.raises(ValueError, match="Unknown label type"):
        peers.log_loss(KILOS, 1 / (1 + np.exp(-SCORES)))


def test_pytorch_refuses_truths_outside_0_and_1_for_probabilities_and_fractional_class_numbers():
    probabilities = torch.full((2,), 0.5)
    with pytest.raises(RuntimeError, match="target should be between 0 and 1"):
        torch.nn.BCELoss()(probabilities, torch.tensor([3.75, 4.2]))
    with pytest.raises(RuntimeError, match="expected target dtype"):
        torch.nn.CrossEntropyLoss()(torch.zeros(2, 3), torch.tensor([0.0, 1.0]))


def test_a_softmax_over_one_output_has_the_loss_0_and_no_gradient_and_keras_warns():
    truth = torch.tensor([[0.0], [1.0], [1.0]])
    scores = torch.tensor([[-2.0], [0.5], [3.0]], requires_grad=True)
    theirs = torch.nn.CrossEntropyLoss()(scores, truth)
    with pytest.warns(SyntaxWarning, match="num_classes > 1"):
        also = keras.losses.CategoricalCrossentropy(from_logits=True)(truth, scores)
    for value in (theirs, also):
        (gradient,) = torch.autograd.grad(value, scores)
        assert value.item() == 0
        assert not gradient.any()


def test_class_numbers_over_one_output_are_out_of_range_in_pytorch_unless_all_are_0():
    scores = torch.tensor([[-2.0], [0.5], [3.0]])
    with pytest.raises(IndexError, match="Target 1 is out of bounds"):
        torch.nn.CrossEntropyLoss()(scores, torch.tensor([0, 1, 1]))
    assert torch.nn.CrossEntropyLoss()(scores, torch.tensor([0, 0, 0])).item() == 0


def test_pytorch_and_keras_take_the_squared_error_of_labels_without_a_complaint():
    labels, said = torch.tensor([0, 1]), torch.tensor([0.25, 0.5])
    assert torch.nn.MSELoss()(said, labels).item() == (0.25**2 + 0.5**2) / 2
    assert float(keras.losses.MeanSquaredError()(labels, said)) == (0.25**2 + 0.5**2) / 2


def test_sgd_classifier_with_the_squared_error_fits_a_line_to_minus_1_and_1():
    X, y = datasets.breast_cancer()
    X = datasets.z_score(X)(X)[:, [0, 1, 4]]
    model = linear_model.SGDClassifier(
        loss="squared_error", alpha=0.0, learning_rate="invscaling", eta0=0.01, max_iter=2000, tol=None
    ).fit(X, y)
    line, *_ = np.linalg.lstsq(np.c_[X, np.ones(len(X))], 2 * y - 1, rcond=None)
    assert_allclose(model.decision_function(X), np.c_[X, np.ones(len(X))] @ line, atol=0.05)


def test_the_pull_is_the_gradient_that_pytorch_keeps_of_the_scores():
    X, y = datasets.breast_cancer()
    X = datasets.z_score(X)(X)
    net = torch.nn.Linear(X.shape[1], 1, dtype=torch.float64)
    scores = net(torch.from_numpy(X))[:, 0]
    scores.retain_grad()
    torch.nn.BCEWithLogitsLoss()(scores, torch.from_numpy(y.astype(float))).backward()
    loss = losses.BinaryCrossEntropy(from_logits=True)
    ours = loss.gradient(y, scores.detach().numpy())
    assert_allclose(scores.grad, ours, rtol=1e-9, atol=1e-15)
    probabilities = models.Logistic().predict(np.r_[net.weight.detach().numpy()[0], net.bias.item()], X)
    assert_allclose(len(y) * ours, probabilities - y, atol=1e-12)
