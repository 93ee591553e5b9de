"""What chapter 07 says of the libraries: the Hessian that they compute is the one here."""

import jax
import numpy as np
import pytest
import torch

from lossgd import surfaces


def camel(theta):
    x, y = theta
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + 4 * (y**2 - 1) * y**2


@pytest.mark.parametrize("point", [(0.0, 0.0), (1.2, -0.7)])
def test_hessians_of_the_libraries(point):
    ours = surfaces.Camel().hessian(point)
    by_torch = torch.autograd.functional.hessian(camel, torch.tensor(point, dtype=torch.float64))
    np.testing.assert_allclose(by_torch.numpy(), ours, rtol=1e-12)
    with jax.enable_x64(True):
        np.testing.assert_allclose(jax.hessian(camel)(np.array(point)), ours, rtol=1e-12)
