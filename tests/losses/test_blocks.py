"""Evaluation in blocks and threads changes no digit, takes no memory, and loses no accuracy."""

import math
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import losses
from lossgd.losses import blocks
from tests.losses.cases import every_case

SEVERAL_BLOCKS = 6 * blocks.BLOCK + 1234
ENOUGH_FOR_TWO = 2 * blocks.THREADED


@pytest.fixture
def started(monkeypatch):
    """Return the list of how many threads were started, each time that threads were."""
    started = []

    class Recorded(ThreadPoolExecutor):
        def __init__(self, workers):
            started.append(workers)
            super().__init__(workers)

    monkeypatch.setattr(blocks, "ThreadPoolExecutor", Recorded)
    return started


def results(loss, y, p):
    """Return the cost, the gradient and the losses, weighted."""
    weight = np.linspace(0, 2, len(y))
    cost, gradient = loss.value_and_gradient(y, p, sample_weight=weight)
    return cost, gradient, loss.per_example(y, p, sample_weight=weight)


@every_case
def test_blocks_give_what_single_examples_give(case, monkeypatch):
    y, p = case.random(case.shape(3001))
    cost, *arrays = results(case.loss, y, p)
    for size in (1, 500):
        monkeypatch.setattr(blocks, "BLOCK", size)
        block_cost, *block_arrays = results(case.loss, y, p)
        assert_allclose(block_cost, cost, rtol=1e-14)
        for array, block_array in zip(arrays, block_arrays, strict=True):
            assert_allclose(block_array, array, rtol=4e-15)


@every_case
def test_the_number_of_cores_changes_no_bit(case, monkeypatch, started):
    y, p = case.random(case.shape(SEVERAL_BLOCKS))
    cost, *arrays = results(case.loss, y, p)
    assert started == []
    monkeypatch.setattr(blocks, "THREADED", blocks.BLOCK)
    for cores in (2, 3, 5):
        monkeypatch.setattr(blocks, "_cores", lambda cores=cores: cores)
        threaded_cost, *threaded_arrays = results(case.loss, y, p)
        assert started[-2:] == [cores, cores]
        assert threaded_cost == cost
        for array, threaded_array in zip(arrays, threaded_arrays, strict=True):
            assert_array_equal(threaded_array, array)


@pytest.mark.parametrize(
    ("size", "cores", "threads"),
    [
        (ENOUGH_FOR_TWO - 1, 8, []),
        (ENOUGH_FOR_TWO, 8, [2]),
        (ENOUGH_FOR_TWO, 1, []),
        (4 * blocks.THREADED + 17, 3, [3]),
    ],
)
def test_as_many_threads_as_there_is_work_and_cores_for(monkeypatch, started, size, cores, threads):
    monkeypatch.setattr(blocks, "_cores", lambda: cores)
    p = np.random.default_rng(0).normal(size=size)
    cost, gradient = losses.MeanSquaredError().value_and_gradient(np.zeros(size), p)
    assert started == threads
    assert cost == pytest.approx(np.mean(p**2), rel=1e-13)
    assert_allclose(gradient, p * (2 / size), rtol=1e-15)


def test_no_thread_is_started_in_the_browser(monkeypatch, started):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert losses.MeanAbsoluteError()(np.zeros(ENOUGH_FOR_TWO), np.ones(ENOUGH_FOR_TWO)) == 1
    assert started == []


def test_cores_are_those_this_process_may_use(monkeypatch):
    assert blocks._cores() >= 1
    monkeypatch.setattr(blocks.os, "sched_getaffinity", lambda pid: {3, 5, 7}, raising=False)
    assert blocks._cores() == 3
    monkeypatch.delattr(blocks.os, "sched_getaffinity")
    monkeypatch.setattr(blocks.os, "cpu_count", lambda: None)
    assert blocks._cores() == 1


@pytest.mark.parametrize("cores", [1, 2])
def test_an_infinite_loss_in_any_block_gives_no_warning(monkeypatch, cores):
    monkeypatch.setattr(blocks, "THREADED", blocks.BLOCK)
    monkeypatch.setattr(blocks, "_cores", lambda: cores)
    y, p = np.ones(SEVERAL_BLOCKS), np.full(SEVERAL_BLOCKS, 0.5)
    p[-1] = 0
    cost, gradient = losses.BinaryCrossEntropy().value_and_gradient(y, p)
    assert cost == math.inf
    assert gradient[-1] == -math.inf


@pytest.mark.parametrize("cores", [1, 2])
def test_a_bad_value_in_any_block_is_an_error(monkeypatch, cores):
    monkeypatch.setattr(blocks, "THREADED", blocks.BLOCK)
    monkeypatch.setattr(blocks, "_cores", lambda: cores)
    p = np.zeros(SEVERAL_BLOCKS)
    p[-1] = math.nan
    with pytest.raises(ValueError, match=r"^y_pred must be finite; got nan$"):
        losses.Huber()(np.zeros(SEVERAL_BLOCKS), p)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_ten_million_in_float32_are_summed_without_loss(reduction):
    n = 10**7
    p = np.random.default_rng(0).random(n, np.float32)
    scale = n if reduction == "mean" else 1
    cost = losses.MeanAbsoluteError(reduction=reduction)(np.zeros(n, np.float32), p)
    assert cost == pytest.approx(math.fsum(p) / scale, rel=1e-15)


def test_sums_of_very_different_losses_keep_every_digit():
    p = np.ones(4 * blocks.BLOCK)
    p[: blocks.BLOCK] = 2.0**50
    cost = losses.MeanAbsoluteError(reduction="sum")(np.zeros(len(p)), p)
    assert cost == 2.0**50 * blocks.BLOCK + 3 * blocks.BLOCK


def test_a_sum_beyond_the_largest_float_is_infinite():
    p = np.full(SEVERAL_BLOCKS, 1e152)  # each block's sum is a float, but the sum of all is not
    assert losses.MeanSquaredError(reduction="sum")(np.zeros(SEVERAL_BLOCKS), p) == math.inf


@pytest.mark.slow
@every_case
def test_memory_beyond_inputs_and_result(case):
    y, p = case.random(case.shape(2_500_000))
    tracemalloc.start()
    try:
        _, gradient = case.loss.value_and_gradient(y, p)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - gradient.nbytes < 2e6
