"""Paths of PyTorch's and Optax's optimizers, 500 steps on two surfaces: `python -m tests.golden.make`.

They are kept in paths.json beside this file, so that comparing needs neither PyTorch nor Optax. The surfaces
are written once more here, and differentiated by PyTorch and by jax.
"""

import itertools
import json
from pathlib import Path

FILE = Path(__file__).with_name("paths.json")
STEPS = 500
KEPT = [*range(1, 11), *range(20, STEPS + 1, 10)]  # the steps whose points are kept


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


SURFACES = {"Rosenbrock": (rosenbrock, (-1.2, 1.0)), "Himmelblau": (himmelblau, (0.5, -0.5))}


def by_torch(make, value, start):
    """Return the path of an optimizer that `make` makes of a list of parameters."""
    import torch

    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make(torch.optim, [theta])
    path = [start]
    for _ in range(STEPS):
        optimizer.zero_grad()
        value(*theta).backward()
        optimizer.step()
        path.append(tuple(theta.tolist()))
    return path


def by_optax(make, value, start):
    """Return the path of the optimizer that `make` returns."""
    import jax
    import optax

    with jax.enable_x64(True):
        theta = jax.numpy.asarray(start)
        optimizer = make(optax)
        state = optimizer.init(theta)

        @jax.jit
        def step(theta, state):
            gradient = jax.grad(lambda theta: value(*theta))(theta)
            updates, state = optimizer.update(gradient, state, theta)
            return optax.apply_updates(theta, updates), state

        path = [start]
        for _ in range(STEPS):
            theta, state = step(theta, state)
            path.append(tuple(theta.tolist()))
    return path


PEERS = {
    "gradient descent": (by_torch, lambda optim, theta: optim.SGD(theta, lr=1e-3)),
    "heavy ball": (by_torch, lambda optim, theta: optim.SGD(theta, lr=2e-4, momentum=0.9)),
    "Nesterov": (by_torch, lambda optim, theta: optim.SGD(theta, lr=2e-4, momentum=0.9, nesterov=True)),
    "Adam": (by_torch, lambda optim, theta: optim.Adam(theta, lr=0.05)),
    "AdamW": (by_torch, lambda optim, theta: optim.AdamW(theta, lr=0.05, weight_decay=0.02)),
    "AMSGrad": (by_torch, lambda optim, theta: optim.Adam(theta, lr=0.05, amsgrad=True)),
    "AMSGradW": (
        by_torch,
        lambda optim, theta: optim.AdamW(theta, lr=0.05, weight_decay=0.02, amsgrad=True),
    ),
    "AdaGrad": (
        by_optax,
        lambda optax: optax.adagrad(0.5, initial_accumulator_value=0.0, eps=1e-3),
    ),
    # When it jumps from wall to wall of the valley, rounding errors grow without end: a small rate and a
    # large ε keep it from that.
    "RMSProp": (by_optax, lambda optax: optax.rmsprop(0.002, decay=0.9, eps=1.0)),
}


def peer_path(name, surface):
    """Return the whole path of a peer on a surface."""
    run, make = PEERS[name]
    return run(make, *SURFACES[surface])


def main():
    """Write the file."""
    paths = {}
    for name, surface in itertools.product(PEERS, SURFACES):
        path = peer_path(name, surface)
        paths[f"{name} on {surface}"] = [path[step] for step in KEPT]
    lines = (f"{json.dumps(key)}: {json.dumps(path)}" for key, path in paths.items())
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
