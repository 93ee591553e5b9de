"""What chapter 29 says of another library: how gradients of several workers are put together."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

torch = pytest.importorskip("torch")

X = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
Y = X.sum(axis=1, keepdims=True)
PARTS = slice(0, 20), slice(20, 30)  # of unequal size


def gradient(model, rows):
    model.zero_grad()
    torch.nn.MSELoss()(model(torch.from_numpy(X[rows])), torch.from_numpy(Y[rows])).backward()


def model():
    torch.manual_seed(0)
    return torch.nn.Linear(3, 1)


def work(rank, folder):
    """Write the gradient that a worker has after the backward pass on its own rows."""
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=len(PARTS)
    )
    parallel = torch.nn.parallel.DistributedDataParallel(model())
    gradient(parallel, PARTS[rank])
    np.save(f"{folder}/{rank}.npy", parallel.module.weight.grad.numpy())
    torch.distributed.destroy_process_group()


def test_pytorch_averages_over_the_workers_whatever_they_hold(tmp_path):
    torch.multiprocessing.spawn(work, (str(tmp_path),), nprocs=len(PARTS))
    found = [np.load(tmp_path / f"{rank}.npy") for rank in range(len(PARTS))]
    alone, each = model(), []
    for rows in (*PARTS, slice(None)):
        gradient(alone, rows)
        each.append(alone.weight.grad.numpy().copy())
    *parts, whole = each
    for gradients in found:
        assert_allclose(gradients, np.mean(parts, axis=0), rtol=1e-5)
        assert abs(gradients - whole).max() > 0.01 * abs(whole).max()
