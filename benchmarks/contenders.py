"""The same losses in naive NumPy and in other libraries: each returns the mean loss and its gradient."""

import importlib.util
import warnings

import numpy as np


def naive():
    """NumPy as one writes it at first: whole arrays, no checks."""

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    formulas = {
        "MSE": (lambda y, p: (p - y) ** 2, lambda y, p: 2 * (p - y)),
        "MAE": (lambda y, p: np.abs(p - y), lambda y, p: np.sign(p - y)),
        "Huber": (
            lambda y, p: np.where(np.abs(p - y) <= 1, 0.5 * (p - y) ** 2, np.abs(p - y) - 0.5),
            lambda y, p: np.where(np.abs(p - y) <= 1, p - y, np.sign(p - y)),
        ),
        "log-cosh": (lambda y, p: np.logaddexp(p - y, y - p) - np.log(2), lambda y, p: np.tanh(p - y)),
        "quantile": (
            lambda y, p: np.where(y > p, 0.9 * (y - p), 0.1 * (p - y)),
            lambda y, p: np.where(y > p, -0.9, 0.1),
        ),
        "BCE": (lambda y, z: np.logaddexp(0, z) - y * z, lambda y, z: sigmoid(z) - y),
        "hinge": (lambda y, s: np.maximum(0, 1 - y * s), lambda y, s: np.where(y * s < 1, -y, 0)),
        "CCE": (lambda y, z: -(y * np.log(softmax(z))).sum(axis=1), lambda y, z: softmax(z) - y),
    }

    def contender(value, slope):
        return lambda y, p: (value(y, p).mean(), slope(y, p) / len(p))

    return {name: contender(*pair) for name, pair in formulas.items()}, lambda array: array


def torch_formulas():
    """Return the losses as PyTorch's users write them."""
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)
    return {
        "MSE": lambda y, p: F.mse_loss(p, y),
        "MAE": lambda y, p: F.l1_loss(p, y),
        "Huber": lambda y, p: F.huber_loss(p, y),
        "log-cosh": lambda y, p: (p - y + F.softplus(-2 * (p - y)) - np.log(2)).mean(),
        "quantile": lambda y, p: torch.maximum(0.1 * (p - y), -0.9 * (p - y)).mean(),
        "BCE": lambda y, p: F.binary_cross_entropy_with_logits(p, y),
        "hinge": lambda y, p: torch.clamp(1 - y * p, min=0).mean(),
        "CCE": lambda y, p: F.cross_entropy(p, y),
    }


def torch_eager(compiled=False):
    """PyTorch with autograd, or its compiled form."""
    import torch

    def contender(f):
        f = torch.compile(f) if compiled else f

        def run(y, p):
            cost = f(y, p)
            return cost.item(), torch.autograd.grad(cost, p)[0]

        return run

    def convert(array):
        return torch.from_numpy(array).requires_grad_()

    return {name: contender(f) for name, f in torch_formulas().items()}, convert


def jax_jit():
    """JAX, compiled, on arrays that it already holds."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    formulas = {
        "MSE": lambda p, y: jnp.mean((p - y) ** 2),
        "MAE": lambda p, y: jnp.mean(jnp.abs(p - y)),
        "Huber": lambda p, y: jnp.mean(
            jnp.where(jnp.abs(p - y) <= 1, 0.5 * (p - y) ** 2, jnp.abs(p - y) - 0.5)
        ),
        "log-cosh": lambda p, y: jnp.mean(jnp.logaddexp(p - y, y - p) - jnp.log(2.0)),
        "quantile": lambda p, y: jnp.mean(jnp.maximum(0.1 * (p - y), -0.9 * (p - y))),
        "BCE": lambda p, y: jnp.mean(jax.nn.softplus(p) - y * p),
        "hinge": lambda p, y: jnp.mean(jnp.maximum(0, 1 - y * p)),
        "CCE": lambda p, y: -jnp.mean(jnp.sum(y * jax.nn.log_softmax(p), axis=1)),
    }

    def contender(f):
        f = jax.jit(jax.value_and_grad(f))

        def run(y, p):
            cost, gradient = f(p, y)
            return float(cost), gradient.block_until_ready()

        return run

    return {name: contender(f) for name, f in formulas.items()}, jnp.asarray


def numba_fused():
    """One compiled loop that does it all: the speed that is there to be had."""
    import numba

    def fused(value, slope):
        value, slope = numba.njit(fastmath=True)(value), numba.njit(fastmath=True)(slope)

        @numba.njit(fastmath=True)
        def run(y, p):
            gradient, total = np.empty_like(p), 0.0
            for i in range(p.size):
                a = p[i] - y[i]
                total += value(a)
                gradient[i] = slope(a) / p.size
            return total / p.size, gradient

        return run

    return {
        "MSE": fused(lambda a: a * a, lambda a: 2 * a),
        "MAE": fused(lambda a: abs(a), lambda a: np.sign(a)),
        "Huber": fused(
            lambda a: 0.5 * a * a if abs(a) <= 1 else abs(a) - 0.5, lambda a: min(max(a, -1.0), 1.0)
        ),
    }, lambda array: array


def scikit_learn():
    """Take the losses inside scikit-learn's estimators: a loop in C for each."""
    from sklearn._loss import loss

    peers = {
        "MSE": (loss.HalfSquaredError(), 2),
        "MAE": (loss.AbsoluteError(), 1),
        "quantile": (loss.PinballLoss(quantile=0.9), 1),
        "BCE": (loss.HalfBinomialLoss(), 1),
    }

    def contender(peer, factor):
        def run(y, p):
            losses, gradient = peer.loss_gradient(y, p)
            return factor * losses.mean(), gradient * (factor / len(p))

        return run

    return {name: contender(*pair) for name, pair in peers.items()}, lambda array: array


def installed():
    """Return the contenders whose library is there: a name → its losses and how it takes an array."""
    there = {"naive NumPy": naive()}
    peers = {
        "torch": ("torch", torch_eager),
        "torch.compile": ("torch", lambda: torch_eager(compiled=True)),
        "jax.jit": ("jax", jax_jit),
        "scikit-learn": ("sklearn", scikit_learn),
        "numba, fused": ("numba", numba_fused),
    }
    for name, (module, make) in peers.items():
        if importlib.util.find_spec(module):
            with warnings.catch_warnings(action="ignore"):  # a peer's own import is not measured
                there[name] = make()
    return there
