"""What clinic 19 says of other libraries: how they scale inputs, and from which examples."""

import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import datasets

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
preprocessing = pytest.importorskip("sklearn.preprocessing")

# Keras' own way from PyTorch's tensors to NumPy's arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = datasets.penguins("body mass").X
SCALED = datasets.z_score(X)(X)


def test_pytorch_divides_by_n_minus_1_unless_told():
    table = torch.tensor(X)
    assert_allclose(table.std(dim=0), X.std(axis=0, ddof=1))
    mean, std = table.mean(dim=0), table.std(dim=0, correction=0)
    assert_allclose((table - mean) / std, SCALED, atol=1e-12)


def test_keras_has_a_layer_that_is_saved_with_the_model(tmp_path):
    scale = keras.layers.Normalization()
    scale.adapt(X)
    model = keras.Sequential([scale, keras.layers.Dense(1)])
    assert_allclose(scale(X).detach().cpu(), SCALED, atol=1e-4)
    model(X)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert_allclose(again.layers[0](X).detach().cpu(), SCALED, atol=1e-4)


def test_scikit_learn_scales_as_lossgd():
    assert_allclose(preprocessing.StandardScaler().fit_transform(X), SCALED, atol=1e-12)
    assert_allclose(preprocessing.MinMaxScaler().fit_transform(X), datasets.min_max(X)(X), atol=1e-12)


def test_a_pipeline_learns_the_scaling_from_each_training_part():
    from sklearn.linear_model import SGDRegressor
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.pipeline import make_pipeline

    seen = []

    class Spy(preprocessing.StandardScaler):
        def fit(self, X, y=None, sample_weight=None):
            seen.append(X)
            return super().fit(X, y, sample_weight)

    y, folds = np.linspace(0, 1, len(X)), KFold(5)
    cross_val_score(make_pipeline(Spy(), SGDRegressor()), X, y, cv=folds)
    assert len(seen) == 5
    for part, (train, _) in zip(seen, folds.split(X), strict=True):
        assert_allclose(part, X[train])
