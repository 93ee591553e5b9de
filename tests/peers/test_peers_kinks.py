"""What chapter 09 says of PyTorch, JAX, Keras and Optax at a kink."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from lossgd import losses

os.environ.setdefault("KERAS_BACKEND", "torch")
torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")
keras = pytest.importorskip("keras")
optax = pytest.importorskip("optax")


def by_torch(function, at=0.0):
    x = torch.tensor(at, requires_grad=True)
    function(x).backward()
    return x.grad.item()


def by_jax(function, at=0.0):
    return jax.grad(function)(at).item()


CHAPTER = Path(__file__).parents[2] / "notebooks" / "09_subgradients.ipynb"
ZERO = torch.tensor(0.0)
AT_KINK = {
    "torch.abs(x)": by_torch(torch.abs),
    "jax.numpy.abs(x)": by_jax(jax.numpy.abs),
    "torch.relu(x)": by_torch(torch.relu),
    "jax.nn.relu(x)": by_jax(jax.nn.relu),
    "torch.clamp(x, min=0)": by_torch(lambda x: torch.clamp(x, min=0)),
    "torch.maximum(x, zero)": by_torch(lambda x: torch.maximum(x, ZERO)),
    "jax.numpy.maximum(x, 0)": by_jax(lambda x: jax.numpy.maximum(x, 0)),
    "torch.sqrt(x**2)": by_torch(lambda x: torch.sqrt(x**2)),
}


def test_table_of_the_chapter_says_what_the_libraries_return():
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    (cell,) = [cell for cell in cells if cell["id"] == "09-libraries"]
    _, *rows = "".join(cell["outputs"][0]["data"]["text/plain"]).splitlines()
    written = {row.split("  ")[0]: row.split()[-1] for row in rows}
    assert written == {name: f"{value + 0.0:g}" for name, value in AT_KINK.items()}


@pytest.mark.parametrize("by", [by_torch, by_jax])
def test_a_program_of_kinks_may_return_no_subgradient(by):
    """Both are x, whose slope is 1, but for the chain rule."""
    relu, size = (torch.relu, torch.abs) if by is by_torch else (jax.nn.relu, jax.numpy.abs)
    assert by(lambda x: relu(x) - relu(-x)) == 0
    assert by(lambda x: 2 * relu(x) - size(x)) == (0 if by is by_torch else -1)


def test_hinges_differ_at_their_kink_and_are_all_subgradients():
    s = torch.ones((1, 1), requires_grad=True)
    keras.losses.Hinge()(torch.ones((1, 1)), s).backward()
    assert s.grad.item() == -0.5
    assert by_jax(lambda s: optax.hinge_loss(s, 1.0), 1.0) == -0.5
    assert losses.Hinge().gradient(np.ones(1), np.ones(1)) == 0
