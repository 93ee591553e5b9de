"""Another library has the names that the catalogue gives its losses; and what no other test here compares."""

import os
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import losses
from lossgd.catalogue import CATALOGUE

torch = pytest.importorskip("torch")
optax = pytest.importorskip("optax")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
sklearn = pytest.importorskip("sklearn")
from sklearn import _loss, linear_model, metrics, svm  # noqa: E402

PLACES = {
    "PyTorch": [torch.nn],
    "Keras": [keras.losses],
    "scikit-learn": [metrics, linear_model, svm, _loss],
    "Optax": [optax.losses],
}
NAMES = [
    (library, name)
    for kind, entry in CATALOGUE.items()
    if issubclass(kind, losses.Loss)
    for library, peer in entry.peers.items()
    for name in re.findall(r"\w+", peer.name)
]
RNG = np.random.default_rng(5)  # in 32 bits, in which Optax computes
NUMBERS = RNG.normal(size=(2, 7)).astype(np.float32)
LABELS = np.array([0, 1, 1, 0, 1, 0, 0], dtype=np.int32)
INDICES = np.array([2, 0, 1, 1, 2, 0, 2], dtype=np.int32)
ROWS = RNG.normal(size=(7, 3)).astype(np.float32)
SHARES, SAID = RNG.dirichlet(np.ones(3), size=(2, 7)).astype(np.float32)


@pytest.mark.parametrize(("library", "name"), NAMES)
def test_the_library_has_the_name(library, name):
    assert any(hasattr(place, name) for place in PLACES[library])


def scores(kind):
    return kind(from_logits=True).per_example


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (losses.MeanSquaredError()(*NUMBERS), metrics.mean_squared_error(*NUMBERS)),
        (losses.MeanAbsoluteError()(*NUMBERS), metrics.mean_absolute_error(*NUMBERS)),
        (
            scores(losses.BinaryCrossEntropy)(LABELS, NUMBERS[0]),
            optax.losses.sigmoid_binary_cross_entropy(NUMBERS[0], LABELS),
        ),
        (
            scores(losses.CategoricalCrossEntropy)(SHARES, ROWS),
            optax.losses.softmax_cross_entropy(ROWS, SHARES),
        ),
        (
            scores(losses.SparseCategoricalCrossEntropy)(INDICES, ROWS),
            optax.losses.softmax_cross_entropy_with_integer_labels(ROWS, INDICES),
        ),
        (
            losses.KLDivergence().per_example(SHARES, SAID),
            optax.losses.kl_divergence(np.log(SAID), SHARES),
        ),
        (
            losses.Hinge().per_example(2 * LABELS - 1, NUMBERS[0]),
            optax.losses.hinge_loss(NUMBERS[0], 2 * LABELS - 1),
        ),
    ],
)
def test_it_is_the_same_number(ours, theirs):
    assert_allclose(ours, np.asarray(theirs), rtol=1e-5, atol=1e-6)


def test_scikit_learn_s_sparse_cross_entropy_is_log_loss():
    ours = losses.SparseCategoricalCrossEntropy()(INDICES, SAID)
    assert_allclose(ours, metrics.log_loss(INDICES, SAID), rtol=1e-6)


def test_huber_regressor_counts_epsilon_in_its_own_sigma():
    X, y = NUMBERS[0][:, None], NUMBERS[1]
    one, ten = (linear_model.HuberRegressor(alpha=0).fit(X, scale * y) for scale in (1, 10))
    assert_allclose(ten.coef_, 10 * one.coef_, rtol=1e-3)
    assert_allclose(ten.scale_, 10 * one.scale_, rtol=1e-3)
