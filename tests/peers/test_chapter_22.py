"""What chapter 22 says of other libraries: their batches unless told otherwise, and accumulation."""

import os

import numpy as np
import pytest
from numpy.testing import assert_allclose

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
neural_network = pytest.importorskip("sklearn.neural_network")

# Keras makes an array of a tensor of PyTorch in a way of which NumPy warns.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
Y = X.sum(axis=1, keepdims=True)


def test_pytorch_s_batches_are_of_one_and_in_order():
    loader = torch.utils.data.DataLoader(torch.arange(5))
    assert [batch.tolist() for batch in loader] == [[0], [1], [2], [3], [4]]


def test_four_small_batches_are_a_large_one_in_pytorch():
    model, loss = torch.nn.Linear(3, 1), torch.nn.MSELoss()
    data, truth = torch.from_numpy(X[:32]), torch.from_numpy(Y[:32])
    loss(model(data), truth).backward()
    whole = model.weight.grad.clone()
    model.zero_grad()
    for rows in torch.arange(32).split(8):
        (loss(model(data[rows]), truth[rows]) / 4).backward()
    assert_allclose(model.weight.grad.numpy(), whole.numpy(), rtol=1e-5)


class Counts(keras.callbacks.Callback):
    """Counts the batches of an epoch."""

    batches = 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1


def keras_weights(optimizer, batch_size=None, **how):
    keras.utils.set_random_seed(0)
    layer = keras.layers.Dense(1, kernel_initializer="ones")
    model, counts = keras.Sequential([keras.Input((3,)), layer]), Counts()
    model.compile(optimizer=optimizer, loss="mse")
    model.fit(X, 2 * Y, batch_size=batch_size, verbose=0, callbacks=[counts], **how)
    return keras.ops.convert_to_numpy(layer.kernel), counts.batches


def test_keras_batches_are_of_32_and_shuffled():
    assert keras_weights(keras.optimizers.SGD(0.1))[1] == 64 / 32
    mixed = keras_weights(keras.optimizers.SGD(0.1), 8)[0]
    in_order = keras_weights(keras.optimizers.SGD(0.1), 8, shuffle=False)[0]
    assert abs(mixed - in_order).max() > 1e-4


def test_keras_accumulates_the_mean_of_four_batches():
    four = keras_weights(keras.optimizers.SGD(0.1, gradient_accumulation_steps=4), 8, shuffle=False)[0]
    one = keras_weights(keras.optimizers.SGD(0.1), 32, shuffle=False)[0]
    assert_allclose(four, one, rtol=1e-5)


@pytest.mark.parametrize(("n", "size"), [(500, 200), (64, 64)])
def test_scikit_learn_s_batches_are_of_200_or_all(n, size):
    data = np.random.default_rng(0).normal(size=(n, 2))
    settings = {"max_iter": 1, "solver": "sgd", "random_state": 0, "shuffle": False}
    fits = [
        neural_network.MLPClassifier(batch_size=batch, **settings)
        for batch in ("auto", size, size // 2)
    ]  # fmt: skip
    weights = []
    for each in fits:
        with pytest.warns(UserWarning, match="iterations"):  # one epoch is not enough for it
            weights.append(each.fit(data, np.arange(n) % 2).coefs_[0])
    assert_allclose(weights[0], weights[1])
    assert abs(weights[0] - weights[2]).max() > 1e-6
