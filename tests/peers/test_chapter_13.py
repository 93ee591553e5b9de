"""What chapter 13 says of other libraries: who shuffles, and how many examples an update reads."""

import inspect
import os

import pytest

torch = pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
linear_model = pytest.importorskip("sklearn.linear_model")


def default(function, name):
    """Return what an argument is unless given."""
    return inspect.signature(function).parameters[name].default


def test_pytorch_neither_shuffles_nor_batches_unless_told():
    loader = torch.utils.data.DataLoader(torch.arange(100))
    assert loader.batch_size == 1
    assert [batch.item() for batch in loader] == list(range(100))
    assert not loader.drop_last


def test_keras_shuffles_unless_told_and_reads_32_at_a_time():
    assert default(keras.Model.fit, "shuffle") is True
    read = []

    class Spy(keras.Model):
        def call(self, inputs):
            read.append(inputs.shape[0])
            return self.dense(inputs)

    model = Spy()
    model.dense = keras.layers.Dense(1)
    model.compile(optimizer="sgd", loss="mse", run_eagerly=True)
    model.fit(torch.zeros(342, 1), torch.zeros(342, 1), epochs=1, verbose=0)
    assert read[-11:] == [32] * 10 + [22]


def test_sgd_of_scikit_learn_shuffles_unless_told_and_reads_one_at_a_time():
    model = linear_model.SGDClassifier(max_iter=3, tol=None)
    assert model.shuffle
    model.fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    assert model.t_ == 3 * 4 + 1  # an update for each example
