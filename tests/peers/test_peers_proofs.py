"""The proofs by one more method: PyTorch's autograd, which differentiates formulas and surfaces itself."""

import numpy as np
import pytest
import sympy

from lossgd import losses, proofs, symbolic
from lossgd.proofs import points
from tests.peers.data import assert_close

torch = pytest.importorskip("torch")
AT_KINKS = losses.MeanAbsoluteError, losses.Quantile, losses.Hinge


def ordinary(loss, y, p):
    """Return the points at which a formula, computed as it stands, loses no digits."""
    rows = p.reshape(len(p), -1)
    if loss.link != "identity" and not loss.takes_scores:
        kept = (rows.min(axis=1) > 1e-3) & (rows.max(axis=1) < 1 - 1e-3)
    else:
        size = abs(rows).max(axis=1)
        kept = (size > 1e-3) & (size < 20)
    return y[kept], p[kept]


def columns(symbol, values):
    """Return a formula's symbol, or those of a row, and PyTorch's numbers for each."""
    if isinstance(symbol, sympy.IndexedBase):
        return [symbol[j + 1] for j in range(values.shape[1])], list(values.T)
    return [symbol], [values]


def losses_by_formula(formula, values, y, p):
    """Return the loss of each example, computed by PyTorch."""
    names, predictions = columns(formula.y_pred, p)
    if formula.y == symbolic.C:
        total = torch.zeros(len(p), dtype=p.dtype)
        for c in range(len(names)):
            compiled = compile_for_torch(formula.loss.subs(symbolic.C, c + 1), len(names), [*names, *values])
            total = torch.where(y == c, compiled(*predictions, *values.values()), total)
        return total
    labels, truths = columns(formula.y, y)
    compiled = compile_for_torch(formula.loss, len(names), [*labels, *names, *values])
    return compiled(*truths, *predictions, *values.values())


def compile_for_torch(expression, k, names):
    expression = expression.subs(symbolic.K, k).doit().rewrite(sympy.Max, sympy.Abs)
    return sympy.lambdify(
        names, expression.replace(symbolic.sigma, lambda z: 1 / (1 + sympy.exp(-z))), "torch"
    )


@pytest.mark.parametrize("loss", proofs.SHIPPED["Losses"], ids=repr)
def test_autograd_of_the_formula_is_the_gradient(loss):
    y, p = ordinary(loss, *points.of_loss(loss, symbolic.of(loss)))
    assert len(y) >= 20
    formula = symbolic.of(loss)
    values = {
        name: torch.tensor(float(value), dtype=torch.float64)
        for name, value in symbolic.parameters(loss).items()
    }
    tensor = torch.from_numpy(p).requires_grad_()
    per_example = losses_by_formula(formula, values, torch.from_numpy(y), tensor)
    assert_close(loss.per_example(y, p), per_example.detach().numpy())
    per_example.mean().backward()
    found = tensor.grad.numpy()
    if isinstance(loss, AT_KINKS):  # any subgradient is right there; the shipped one is 0
        found = np.where((y * p == 1) if isinstance(loss, losses.Hinge) else (y == p), 0, found)
    assert_close(loss.gradient(y, p), found)


@pytest.mark.parametrize("surface", proofs.SHIPPED["Surfaces"], ids=repr)
def test_autograd_of_a_surface_is_its_gradient(surface):
    theta = points.of_surface(surface)
    tensor = torch.from_numpy(theta).requires_grad_()
    surface.value_at(*tensor.T).sum().backward()
    size = abs(surface.gradient(theta)).max()
    assert_close(surface.gradient(theta) / size, tensor.grad.numpy() / size)
