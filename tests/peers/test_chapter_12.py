"""What chapter 12 says of the stopping rules of Keras, scikit-learn, SciPy, PyTorch and Optax."""

import inspect
import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
torch = pytest.importorskip("torch")
optax = pytest.importorskip("optax")
scipy_optimize = pytest.importorskip("scipy.optimize")
linear_model = pytest.importorskip("sklearn.linear_model")


class Model:
    """As much of a Keras model as an early stopping looks at."""

    def __init__(self):
        self.weights, self.stop_training, self.optimizer = 0, False, True

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def stopped_by_keras(losses, **options):
    """Return the epoch after which Keras' early stopping ends, and of which epoch it keeps the weights."""
    model = Model()
    rule = keras.callbacks.EarlyStopping(monitor="val_loss", mode="min", **options)
    rule.set_model(model)
    rule.on_train_begin()
    for epoch, loss in enumerate(losses):
        model.weights = epoch
        rule.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    rule.on_train_end()
    return epoch, model.weights


def test_keras_has_patience_0_and_keeps_the_last_weights_unless_told_otherwise():
    losses = [3.0, 2.0, 2.5, 2.4, 1.0]
    assert stopped_by_keras(losses) == (2, 2)
    assert stopped_by_keras(losses, patience=2) == (3, 3)
    assert stopped_by_keras(losses, patience=2, restore_best_weights=True) == (3, 1)
    assert inspect.signature(keras.callbacks.EarlyStopping).parameters["patience"].default == 0


def test_scikit_learn_watches_the_training_loss_over_5_epochs():
    model = linear_model.SGDClassifier()
    assert (model.tol, model.n_iter_no_change, model.early_stopping) == (1e-3, 5, False)


def test_scikit_learn_waits_for_5_epochs_without_a_fall_of_tol_below_the_best():
    """Without any slope nothing falls: the first epoch is the best, and 5 more are waited for."""
    X, y = np.zeros((10, 1)), np.array([0, 1] * 5)
    for wait in (5, 8):
        model = linear_model.SGDClassifier(fit_intercept=False, n_iter_no_change=wait, random_state=0).fit(
            X, y
        )
        assert model.n_iter_ == wait + 1


def test_bfgs_asks_for_a_largest_entry_of_the_gradient_of_1e_5():
    def parabola(theta):
        return 0.5 * theta @ theta

    for entry, goes_on in ((0.99e-5, False), (1.01e-5, True)):
        start = np.full(1000, entry)  # its length is far above 1e-5
        result = scipy_optimize.minimize(parabola, start, jac=lambda theta: theta, method="BFGS")
        assert result.success
        assert (result.nit > 0) == goes_on


@pytest.mark.parametrize("library", [torch, torch.optim, torch.optim.lr_scheduler, optax])
def test_pytorch_and_optax_have_no_stopping_rule(library):
    names = [name.lower().replace("_", "") for name in dir(library)]
    assert not [name for name in names if "earlystop" in name or "stopping" in name]


def test_only_lbfgs_of_pytorch_has_tolerances():
    rules = {
        name: inspect.signature(rule).parameters
        for name, rule in vars(torch.optim).items()
        if inspect.isclass(rule) and issubclass(rule, torch.optim.Optimizer)
    }
    assert len(rules) > 10
    assert [name for name in rules if any("tol" in option for option in rules[name])] == ["LBFGS"]
