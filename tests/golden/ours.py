"""The optimizers of make.py, as lossgd has them, and their paths."""

import numpy as np

from lossgd import optimizers, surfaces
from tests.golden.make import STEPS, SURFACES

OURS = {
    "gradient descent": optimizers.GradientDescent(lr=1e-3),
    "heavy ball": optimizers.Momentum(lr=2e-4, beta=0.9, averaged=False),
    "Nesterov": optimizers.Nesterov(lr=2e-4, beta=0.9),
    "Adam": optimizers.Adam(lr=0.05),
    "AdamW": optimizers.AdamW(lr=0.05, weight_decay=0.02),
    "AMSGrad": optimizers.Adam(lr=0.05, amsgrad=True),
    "AMSGradW": optimizers.AdamW(lr=0.05, weight_decay=0.02, amsgrad=True),
    "AdaGrad": optimizers.AdaGrad(lr=0.5, eps=1e-3),
    "RMSProp": optimizers.RMSProp(lr=0.002, rho=0.9, eps=1.0),
}


def path(optimizer, name):
    """Return the path on the surface of this name: for Nesterov of the point ahead, as PyTorch has it."""
    surface = getattr(surfaces, name)()
    theta = np.array(SURFACES[name][1])
    state, path = optimizer.init(theta), [theta]
    for _ in range(STEPS):
        gradient = surface.gradient(optimizer.look_ahead(theta, state))
        theta, state = optimizer.step(theta, gradient, state)
        path.append(optimizer.look_ahead(theta, state))
    return np.array(path)
