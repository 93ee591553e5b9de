"""What chapter 25 says of shapes, detached numbers and gradient checks in other libraries."""

import os
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
torch = pytest.importorskip("torch")
scipy_optimize = pytest.importorskip("scipy.optimize")
metrics = pytest.importorskip("sklearn.metrics")

Y, P = np.array([1.0, 2.0, 4.0]), np.array([[1.5], [2.0], [3.0]])
PAIRS, RIGHT = np.mean((Y - P) ** 2), np.mean((Y[:, None] - P) ** 2)


def test_the_two_differ():
    assert_allclose([PAIRS, RIGHT], [1.972, 0.417], atol=1e-3)


def test_pytorch_warns_of_two_shapes_and_computes_the_mean_of_all_pairs():
    with pytest.warns(UserWarning, match="target size"):
        loss = torch.nn.MSELoss()(torch.tensor(P), torch.tensor(Y))
    assert_allclose(loss, PAIRS)


def test_pytorch_does_not_warn_of_an_expression_and_squeeze_cures_it():
    y, p = torch.tensor(Y), torch.tensor(P)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_allclose(((p - y) ** 2).mean(), PAIRS)
        assert_allclose(((p.squeeze(1) - y) ** 2).mean(), RIGHT)


def test_pytorchs_gradient_check_passes_a_loss_of_all_pairs():
    y, p = torch.tensor(Y), torch.tensor(P, dtype=torch.float32)
    p = p.detach().double().requires_grad_()
    assert torch.autograd.gradcheck(lambda p: ((p - y) ** 2).mean(), (p,))


def by_detach(q):
    return q.detach()


def by_item(q):
    return torch.tensor([one.item() for one in q])


def under_no_grad(q):
    with torch.no_grad():
        return 1 * q


@pytest.mark.parametrize("cut", [by_detach, by_item, under_no_grad])
def test_pytorch_does_not_notice_what_is_detached_in_part_and_raises_in_whole(cut):
    def gradient(weight):
        q = torch.tensor([0.3, 0.6], requires_grad=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            (-((1 - weight(q)) ** 2) * torch.log(q)).mean().backward()
        return q.grad.numpy()

    q = np.array([0.3, 0.6])
    assert_allclose(gradient(cut), -((1 - q) ** 2) / q / 2, rtol=1e-5)
    assert_allclose(gradient(lambda q: q), (-((1 - q) ** 2) / q + 2 * (1 - q) * np.log(q)) / 2, rtol=1e-5)
    with pytest.raises(RuntimeError, match="does not require grad"):
        cut(torch.tensor([0.3], requires_grad=True)).sum().backward()


def test_keras_own_loss_brings_both_to_one_shape():
    assert_allclose(float(keras.losses.MeanSquaredError()(Y, P)), RIGHT, rtol=1e-6)


def test_keras_compile_hands_a_function_both_in_one_shape_and_a_call_does_not():
    shapes = []

    def my_loss(y, p):
        shapes.append((tuple(y.shape), tuple(p.shape)))
        return keras.ops.mean((y - p) ** 2)

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.layers[0].set_weights([np.array([[1.0]]), np.array([0.0])])
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss=my_loss)
    history = model.fit(P, Y, batch_size=3, epochs=1, verbose=0).history
    assert all(y == p for y, p in shapes)
    assert_allclose(history["loss"][0], RIGHT, rtol=1e-6)
    y, p = keras.ops.convert_to_tensor(Y), keras.ops.convert_to_tensor(P)
    assert_allclose(float(my_loss(y, p)), PAIRS, rtol=1e-6)


def test_keras_has_no_gradient_check():
    rooms = (keras, keras.losses, keras.ops, keras.utils)
    assert not [name for room in rooms for name in dir(room) if "gradcheck" in name or "check_grad" in name]


def test_scikit_learn_takes_a_row_and_a_column_for_the_same():
    assert_allclose(metrics.mean_squared_error(Y, P), RIGHT)


def test_scipys_check_returns_the_length_of_the_difference():
    def loss(p):
        return np.mean((p - Y) ** 2)

    def wrong_sign(p):
        return 2 * (Y - p) / 3

    p = P[:, 0]
    right = 2 * (p - Y) / 3
    assert_allclose(scipy_optimize.check_grad(loss, wrong_sign, p), np.linalg.norm(2 * right), rtol=1e-6)
    assert scipy_optimize.check_grad(loss, lambda p: 2 * (p - Y) / 3, p) < 1e-6
