"""Steps, descents and trainings against other libraries, on one core: `python -m benchmarks.descent`.

Every contender is called in turn, round after round, so that all see the same noise; medians count. The
first call of each is compared with lossgd's: all compute the same, in float64.
"""

from benchmarks.timing import medians  # isort: split

import functools
import importlib.util
import sys

import numpy as np

from lossgd import descend, losses, models, optimizers, surfaces, training

HAVE = {name: importlib.util.find_spec(name) is not None for name in ("torch", "jax", "optax")}
if HAVE["torch"]:
    import torch

    torch.set_num_threads(1)
if HAVE["jax"]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
if HAVE["optax"]:
    import optax


def adam_step(n):
    """Return calls that do one step of Adam on n parameters, with a gradient that is there."""
    start, gradient = np.linspace(-1, 1, n), np.linspace(1, 2, n)
    adam = optimizers.Adam(lr=0.001)
    now = [start, adam.init(start)]

    def ours():
        now[:] = adam.step(now[0], gradient, now[1])
        return now[0]

    calls = {"lossgd": ours}

    def of_torch(**options):
        theta = torch.from_numpy(start.copy()).requires_grad_()
        theta.grad = torch.from_numpy(gradient)
        peer = torch.optim.Adam([theta], lr=0.001, **options)

        def step():
            peer.step()
            return theta.detach()

        return step

    if HAVE["torch"]:
        calls |= {"torch": of_torch(), "torch, fused": of_torch(fused=True)}
    if HAVE["optax"]:
        peer, g = optax.adam(0.001), jnp.asarray(gradient)
        theirs = [jnp.asarray(start), peer.init(jnp.asarray(start))]

        @jax.jit
        def step(theta, state):
            updates, state = peer.update(g, state)
            return optax.apply_updates(theta, updates), state

        def of_optax():
            theirs[:] = step(*theirs)
            return theirs[0].block_until_ready()

        calls["optax, jit"] = of_optax
    return calls


def worked_example(steps=1000):
    """Return calls that do the example of chapter 10: Y = 2X for X = 1 … 4, from w = b = 0, with α = 0.01."""
    X, Y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 6.0, 8.0])
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), X[:, None], Y)
    optimizer = optimizers.GradientDescent(lr=0.01)

    def naive():
        w = b = 0.0
        for _ in range(steps):
            a = w * X + b - Y
            w, b = w - 0.01 * 2 * (a * X).mean(), b - 0.01 * 2 * a.mean()
        return w, b

    def of_torch():
        x, y = torch.from_numpy(X), torch.from_numpy(Y)
        w, b = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(2))
        peer = torch.optim.SGD([w, b], lr=0.01)
        for _ in range(steps):
            peer.zero_grad()
            torch.nn.functional.mse_loss(w * x + b, y).backward()
            peer.step()
        return w.item(), b.item()

    calls = {
        "lossgd": lambda: descend(cost, [0.0, 0.0], optimizer, max_steps=steps).theta,
        "naive NumPy": naive,
    }
    if HAVE["torch"]:
        calls["torch"] = of_torch
    if HAVE["jax"]:
        slope = jax.grad(lambda theta: jnp.mean((theta[0] * X + theta[1] - Y) ** 2))
        run = jax.jit(
            lambda theta: jax.lax.fori_loop(0, steps, lambda _, theta: theta - 0.01 * slope(theta), theta)
        )
        calls["jax, fori_loop"] = lambda: run(jnp.zeros(2)).block_until_ready()
    return calls


def ensemble(k=1000, steps=200):
    """Return calls that descend from k starts on Himmelblau's function; kept are θ, loss, gradient norm."""
    surface, optimizer = surfaces.Himmelblau(), optimizers.GradientDescent(lr=0.005)
    starts = np.random.default_rng(0).uniform(-5, 5, size=(k, 2))

    def value_and_gradient(theta, stack):
        x, y = theta[..., 0], theta[..., 1]
        a, b = x * x + y - 11, x + y * y - 7
        return a * a + b * b, stack((4 * x * a + 2 * b, 2 * a + 4 * y * b), -1)

    def ours():
        path = descend(surface, starts, optimizer, max_steps=steps, gradient_tolerance=None)
        return path.thetas

    def of_torch(whole):
        theta = torch.from_numpy(starts)
        thetas, values, norms = [theta], [], []
        for _ in range(steps):
            value, gradient = value_and_gradient(theta, torch.stack)
            if whole:
                values.append(value)
                norms.append(gradient.norm(dim=-1))
            theta = theta - 0.005 * gradient
            thetas.append(theta)
        if whole:
            torch.stack(values), torch.stack(norms)
        return torch.stack(thetas)

    def of_jax(whole):
        def step(theta, _):
            value, gradient = value_and_gradient(theta, jnp.stack)
            theta = theta - 0.005 * gradient
            return theta, (theta, value, jnp.linalg.norm(gradient)) if whole else (theta,)

        def path(theta):
            _, (thetas, *others) = jax.lax.scan(step, theta, length=steps)
            return jnp.concatenate((theta[None], thetas)), others

        run, first = jax.jit(jax.vmap(path, out_axes=1)), jnp.asarray(starts)
        return lambda: jax.block_until_ready(run(first))[0]

    calls = {"lossgd": ours}
    if HAVE["torch"]:
        calls |= {"torch": lambda: of_torch(True), "torch, θ alone": lambda: of_torch(False)}
    if HAVE["jax"]:
        calls |= {"jax, vmap": of_jax(True), "jax, vmap, θ alone": of_jax(False)}
    return calls


def epoch(n=100_000, features=20, batch=128):
    """Return calls that do one epoch of logistic regression in batches."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, features))
    y = (rng.random(n) < 1 / (1 + np.exp(-X @ rng.normal(size=features)))).astype(float)
    loss, optimizer = losses.BinaryCrossEntropy(from_logits=True), optimizers.GradientDescent(lr=0.1)

    def ours():
        history = training.fit(models.Logistic(), X, y, loss, optimizer, epochs=1, batch_size=batch)
        return history.theta

    def naive():
        w, b, order = np.zeros(features), 0.0, np.random.default_rng(0).permutation(n)
        for i in range(0, n, batch):
            rows = order[i : i + batch]
            x = X[rows]
            g = (1 / (1 + np.exp(-(x @ w + b))) - y[rows]) / len(rows)
            w, b = w - 0.1 * (x.T @ g), b - 0.1 * g.sum()
        return np.append(w, b)

    def of_torch():
        data, truth = torch.from_numpy(X), torch.from_numpy(y)
        model = torch.nn.Linear(features, 1, dtype=torch.float64)
        torch.nn.init.zeros_(model.weight)
        torch.nn.init.zeros_(model.bias)
        peer = torch.optim.SGD(model.parameters(), lr=0.1)
        for rows in torch.randperm(n).split(batch):
            peer.zero_grad()
            scores = model(data[rows]).squeeze(1)
            torch.nn.functional.binary_cross_entropy_with_logits(scores, truth[rows]).backward()
            peer.step()
        return torch.cat((model.weight.flatten(), model.bias)).detach()

    return {"lossgd": ours, "naive NumPy": naive} | ({"torch": of_torch} if HAVE["torch"] else {})


# What is measured; how often in one time; how far results may differ (each shuffles in its own way).
SUBJECTS = [
    ("a step of Adam, n = 10", lambda: adam_step(10), 1000, 1e-12),
    ("a step of Adam, n = 100", lambda: adam_step(100), 1000, 1e-12),
    ("1,000 steps of chapter 10's example", worked_example, 1, 1e-9),
    ("1,000 descents of 200 steps in 2-D", ensemble, 1, 1e-9),
    ("an epoch, 100,000 × 20, batches of 128", epoch, 1, 0.2),
]


def growth(sizes=(1_000, 10_000, 100_000, 1_000_000, 10_000_000)):
    """Print what value and gradient of a cost take, an example, over four decades."""
    print("\nvalue and gradient of a linear model's cost, 2 features\n  examples       time   an example")
    for n in sizes:
        X = np.random.default_rng(0).normal(size=(n, 2))
        cost = models.Cost(models.Linear(), losses.MeanSquaredError(), X, X[:, 0])
        calls = {"lossgd": functools.partial(cost.value_and_gradient, np.zeros(3))}
        time = medians(calls, repeats=max(1, 100_000 // n), rounds=7)["lossgd"]
        print(f"{n:>10,} {time * 1e3:>7.2f} ms {time / n * 1e9:>9.2f} ns")


def sweep(rates=50, seeds=20, n=400, epochs=5, batch=32):
    """Print what a sweep of learning rates and seeds takes in one call of `fit`, and in a loop of calls."""
    rng, lr = np.random.default_rng(0), np.geomspace(1e-3, 10, rates)
    X = rng.normal(size=(n, 2))
    y = (rng.random(n) < 1 / (1 + np.exp(-X @ [1.0, -2.0]))).astype(int)
    loss = losses.BinaryCrossEntropy(from_logits=True)

    def train(lr, seed):
        options = {"epochs": epochs, "batch_size": batch, "seed": seed}
        return training.fit(models.Logistic(), X, y, loss, optimizers.GradientDescent(lr=lr), **options)

    def one_call():
        return train(lr[:, None, None], range(seeds)).thetas

    def loop():
        thetas = [[train(rate, seed).thetas for seed in range(seeds)] for rate in lr]
        return np.moveaxis(thetas, 2, 0)

    np.testing.assert_allclose(one_call(), loop(), rtol=1e-9)
    times = medians({"one call": one_call, "a loop of fit": loop}, rounds=5)
    print(
        f"\n{rates} rates × {seeds} seeds, logistic regression, {n} × 2, {epochs} epochs, batches of {batch}"
    )
    for name, time in times.items():
        print(f"  {name:<20} {time * 1e3:>12,.1f} ms {time / times['one call']:>8.2f}")


def rules():
    """Print what a step of each optimizer takes: of chapter 16's network, with its gradient, and without."""
    kinds = (
        *(optimizers.GradientDescent, optimizers.Momentum, optimizers.Nesterov),
        *(optimizers.AdaGrad, optimizers.RMSProp, optimizers.Adam),
    )
    rng = np.random.default_rng(0)
    net, loss = models.Perceptron(hidden=(8,), link="sigmoid"), losses.BinaryCrossEntropy(from_logits=True)
    cost = models.Cost(net, loss, rng.normal(size=(32, 10)), np.arange(32) % 2)

    def step(kind, theta, gradient):
        rule = kind(lr=0.01)
        state = rule.init(theta)
        return lambda: rule.step(theta, gradient(rule.look_ahead(theta, state)), state)

    large = rng.normal(size=1_000_000)
    print("\na step of each optimizer\n                    chapter 16's network   1,000,000 parameters alone")
    times = [
        medians({kind.__name__: step(kind, theta, gradient) for kind in kinds}, repeats=repeats)
        for theta, gradient, repeats in ((net.init(10, 0), cost.gradient, 100), (large, lambda _: large, 1))
    ]
    for name in times[0]:
        alone = [(each[name] * 1e6, each[name] / each["GradientDescent"]) for each in times]
        print(f"{name:<20}" + "".join(f"{time:>12,.1f} µs {ratio:>6.2f}" for time, ratio in alone))


def main():
    """Print the tables."""
    for title, make, repeats, tolerance in SUBJECTS:
        calls = make()
        results = {name: np.asarray(call()) for name, call in calls.items()}
        for name, result in results.items():
            np.testing.assert_allclose(result, results["lossgd"], atol=tolerance, err_msg=name)
        times = medians(calls, repeats=repeats)
        print(title)
        for name, time in times.items():
            print(f"  {name:<20} {time * 1e6:>12,.1f} µs {time / times['lossgd']:>8.2f}")
        sys.stdout.flush()
    growth()
    sweep()
    rules()


if __name__ == "__main__":
    main()
