"""What chapter 23 says of penalties, dropout, noise and early stopping in PyTorch, Keras and scikit-learn."""

import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossgd import losses, models, optimizers
from lossgd.training import fit

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
torch = pytest.importorskip("torch")
neural_network = pytest.importorskip("sklearn.neural_network")

L1, L2 = 0.03, 0.2


def test_pytorchs_weight_decay_shrinks_weights_and_biases_as_our_l2_the_weights():
    layer = torch.nn.Linear(2, 1)
    with torch.no_grad():
        layer.weight[:] = torch.tensor([[3.0, -1.0]])
        layer.bias[:] = 5.0
    sgd = torch.optim.SGD(layer.parameters(), lr=0.1, weight_decay=L2)
    layer.weight.grad, layer.bias.grad = torch.zeros(1, 2), torch.zeros(1)
    sgd.step()
    shrunk = 1 - 0.1 * L2
    assert_allclose(layer.weight.detach(), [[3.0 * shrunk, -1.0 * shrunk]], rtol=1e-6)
    assert_allclose(layer.bias.detach(), [5.0 * shrunk], rtol=1e-6)

    # Ours, where the loss has no slope: the weights alone.
    X, theta0 = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([3.0, -1.0, 5.0])
    y = models.Linear().predict(theta0, X)
    ours = fit(
        *(models.Linear(), X, y, losses.MeanSquaredError(), optimizers.GradientDescent(lr=0.1)),
        epochs=1,
        theta0=theta0,
        l2=L2,
    )
    assert_allclose(ours.theta, [3.0 * shrunk, -1.0 * shrunk, 5.0])


def test_pytorchs_dropout_is_on_in_training_alone():
    layer, ones = torch.nn.Dropout(0.2), torch.ones(10_000)
    assert layer.training  # unless told otherwise
    kept = layer(ones)
    assert set(kept.tolist()) == {0.0, 1.25}
    assert 0.18 < (kept == 0).float().mean() < 0.22
    layer.eval()
    assert (layer(ones) == 1).all()
    assert torch.randn_like(ones).shape == ones.shape


def penalised(l1=0.0, l2=0.0):
    """Return a Keras model of one weight 3, with a bias 5, and its penalty."""
    layer = keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L1L2(l1=l1, l2=l2))
    model = keras.Sequential([keras.Input((1,)), layer])
    layer.set_weights([np.array([[3.0]]), np.array([5.0])])
    return model


def test_keras_l2_has_no_half():
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), [[0.0]], [5.0], l1=L1, l2=L2)
    model = penalised(l1=L1, l2=L2 / 2)
    penalty = float(keras.ops.stop_gradient(sum(model.losses)))
    assert_allclose(penalty, cost([3.0, 5.0]), rtol=1e-6)


def test_keras_penalties_are_in_loss_and_val_loss():
    model = penalised(l2=L2)
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse")
    X, y = np.zeros((4, 1)), np.full((4, 1), 5.0)
    history = model.fit(X, y, validation_data=(X, y), epochs=1, verbose=0).history
    assert_allclose([history["loss"][0], history["val_loss"][0]], L2 * 9, rtol=1e-5)


def test_keras_loss_is_taken_with_dropout_on_and_val_loss_without():
    keras.utils.set_random_seed(0)
    layers = [keras.Input((50,)), keras.layers.Dropout(0.5), keras.layers.Dense(1, kernel_initializer="ones")]
    model = keras.Sequential(layers)
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse")
    X, y = np.ones((64, 50)), np.full((64, 1), 50.0)
    history = model.fit(X, y, validation_data=(X, y), epochs=1, verbose=0).history
    assert history["val_loss"][0] < 1e-6 < history["loss"][0]


def test_keras_gaussian_noise_is_on_in_training_alone():
    layer, zeros = keras.layers.GaussianNoise(0.5), keras.ops.zeros((10_000, 1))
    assert 0.48 < float(keras.ops.std(layer(zeros, training=True))) < 0.52
    assert float(keras.ops.std(layer(zeros, training=False))) == 0


@pytest.mark.parametrize("batch", [10, 40])
def test_scikit_learn_divides_alpha_by_the_examples_of_a_batch(batch):
    """An SGD step from the same start, with and without alpha, differs by ηα/n times the weights."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 3)), rng.normal(size=40)

    def stepped(alpha):
        return neural_network.MLPRegressor(
            hidden_layer_sizes=(4,),
            solver="sgd",
            momentum=0,
            alpha=alpha,
            batch_size=batch,
            learning_rate_init=1e-6,
            shuffle=False,
            random_state=0,
        ).partial_fit(X, y)

    # partial_fit goes once through the data, in 40/batch steps, so small that the weights hardly move.
    alpha = L2 * batch
    plain, penal = stepped(0.0), stepped(alpha)
    for one, other in zip(plain.coefs_, penal.coefs_, strict=True):
        assert_allclose(one - other, 1e-6 * L2 * (40 // batch) * one, rtol=1e-3, atol=1e-12)
    for one, other in zip(plain.intercepts_, penal.intercepts_, strict=True):
        assert_allclose(one, other, atol=1e-11)


def test_scikit_learn_halves_the_squared_error_so_that_alpha_is_half_our_l2():
    """An SGD step on all examples is ours, with l2, at half the learning rate."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 3)), rng.normal(size=40)
    peer = neural_network.MLPRegressor(
        hidden_layer_sizes=(4,),
        solver="sgd",
        momentum=0,
        alpha=L2 * 40 / 2,
        batch_size=40,
        learning_rate_init=0.02,
        shuffle=False,
        random_state=0,
    )

    def theta():
        layers = zip(peer.coefs_, peer.intercepts_, strict=True)
        return np.concatenate([part.ravel() for layer in layers for part in layer])

    start = peer.partial_fit(X, y) and theta()
    ours = fit(
        *(models.Perceptron(hidden=(4,), activation="relu"), X, y),
        *(losses.MeanSquaredError(), optimizers.GradientDescent(lr=0.01)),
        epochs=1,
        theta0=start,
        l2=L2,
    )
    peer.partial_fit(X, y)
    assert_allclose(theta(), ours.theta, rtol=1e-9)


def test_scikit_learns_early_stopping_watches_a_tenth_by_r2_or_accuracy():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    rule = {"early_stopping": True, "max_iter": 15, "n_iter_no_change": 50, "random_state": 0}
    regressor = neural_network.MLPRegressor(hidden_layer_sizes=(4,), **rule)
    assert regressor.validation_fraction == 0.1
    assert neural_network.MLPRegressor().n_iter_no_change == 10
    with pytest.warns(UserWarning, match="hasn't converged"):
        regressor.fit(X, X[:, 0])
    assert max(regressor.validation_scores_) <= 1  # R² is at most 1, and was far below at first
    assert regressor.validation_scores_[-1] > regressor.validation_scores_[0]
    classifier = neural_network.MLPClassifier(hidden_layer_sizes=(4,), **rule)
    with pytest.warns(UserWarning, match="hasn't converged"):
        classifier.fit(X, X[:, 0] > 0)
    in_twentieths = 20 * np.array(classifier.validation_scores_)  # of 20 examples, a tenth of 200
    assert_allclose(in_twentieths, in_twentieths.round(), atol=1e-9)
    names = set(neural_network.MLPRegressor().get_params())
    assert not {name for name in names if "l1" in name or "drop" in name or "noise" in name}
