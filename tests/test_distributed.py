"""Costs as sums over blocks: equal to those in memory, whoever computes them; bad data have a place."""

import functools
import operator
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sympy
import zarr
from distributed import Client, LocalCluster
from numpy.testing import assert_allclose, assert_array_equal

from lossgd import descend, domains, losses, models, optimizers, symbolic
from lossgd.distributed import Cost, from_npy, from_parquet, from_zarr
from lossgd.distributed.blocks import FAN, Step, add
from lossgd.models import Linear, Logistic, Softmax
from tests.losses.cases import CLASSES, every_case
from tests.test_models_cost import NUMBERS, WEIGHTS, X, every_cost, parameters

MSE = losses.MeanSquaredError()
CLOSE = {"rtol": 1e-12, "atol": 1e-14}


@pytest.fixture(autouse=True)
def _synchronous():
    with dask.config.set(scheduler="synchronous"):
        yield


def blocks_of(array, rows=2):
    return da.from_array(array, chunks=(rows, *(-1,) * (np.ndim(array) - 1)))


def linear(X, y, **options):
    return Cost(Linear(), MSE, X, y, **options)


# Equal to the cost of the whole data


@every_cost
@pytest.mark.parametrize("rows", [1, 4, 9])
def test_a_cost_of_blocks_is_the_cost_of_the_whole(model, loss, y, of_scores, rows):
    penalties = {"l1": 0.3, "l2": 0.7}
    cost = Cost(model, loss, blocks_of(X, rows), blocks_of(y, rows), **penalties)
    whole, theta = models.Cost(model, loss, X, y, **penalties), parameters(model)
    value, gradient = cost.value_and_gradient(theta)
    assert type(value) is float
    assert value == cost(theta) == pytest.approx(whole(theta), rel=1e-13)
    assert_allclose(gradient, whole.gradient(theta), **CLOSE)
    assert_array_equal(cost.gradient(theta), gradient)


@every_case
def test_every_loss_is_a_sum_over_blocks(case):
    model = {"identity": Linear(), "sigmoid": Logistic(), "softmax": Softmax(CLASSES)}[case.loss.link]
    n, rng = 23, np.random.default_rng(1)
    y, _ = case.random((n, CLASSES) if case.by_class else (n,))
    inputs, theta = rng.normal(size=(n, 2)), rng.normal(size=model.size(2))
    if case.loss.prediction_domain == domains.POSITIVE:  # no model makes these
        with pytest.raises(ValueError, match=r"y_pred must be in \(0, inf\); got 0"):
            Cost(model, case.loss, blocks_of(inputs, 5), blocks_of(y, 5))
        return
    whole = models.Cost(model, case.loss, inputs, y)
    cost = Cost(model, case.loss, blocks_of(inputs, 5), blocks_of(y, 5))
    assert cost(theta) == pytest.approx(whole(theta), rel=1e-13)
    assert_allclose(cost.gradient(theta), whole.gradient(theta), **CLOSE)


@every_cost
@pytest.mark.parametrize("reduction", ["mean", "sum", "mean_with_sample_weight"])
@pytest.mark.parametrize("weight", [None, WEIGHTS], ids=["alike", "weighted"])
def test_weights_and_reductions_are_those_of_the_whole(model, loss, y, of_scores, reduction, weight):
    loss, theta = replace(loss, reduction=reduction), parameters(model)
    whole = models.Cost(model, loss, X, y, sample_weight=weight, l2=0.1)
    weight = None if weight is None else blocks_of(weight)
    cost = Cost(model, loss, blocks_of(X), blocks_of(y), sample_weight=weight, l2=0.1)
    assert cost(theta) == pytest.approx(whole(theta), rel=1e-13)
    assert_allclose(cost.gradient(theta), whole.gradient(theta), **CLOSE)


@every_cost
def test_many_parameters_at_once_are_one_after_the_other(model, loss, y, of_scores):
    cost, thetas = Cost(model, loss, blocks_of(X), blocks_of(y), l1=0.1), parameters(model, 2, 3)
    values, gradients = cost.value_and_gradient(thetas)
    for run in np.ndindex(2, 3):
        assert values[run] == cost(thetas[run])
        assert_array_equal(gradients[run], cost.gradient(thetas[run]))


@pytest.mark.parametrize("data", [np.float16, np.float32, np.float64, np.int64])
@pytest.mark.parametrize("of_theta", [np.float16, np.float32, np.float64])
def test_precision_is_that_of_the_whole(data, of_theta):
    table, theta = (10 * X).astype(data), parameters(Linear()).astype(of_theta)
    whole, cost = (
        models.Cost(Linear(), MSE, table, NUMBERS, l2=0.1),
        linear(blocks_of(table), blocks_of(NUMBERS), l2=0.1),
    )
    assert cost.gradient(theta).dtype == whole.gradient(theta).dtype
    digits = 1e-5 if np.float16 in (data, of_theta) or np.float32 in (data, of_theta) else 1e-12
    assert_allclose(cost(theta), whole(theta), rtol=digits)


def test_sums_of_blocks_of_float32_are_added_up_in_float64():
    y = np.array([2**24] + [0.5] * 7, np.float32)  # gradients of 2²⁵ and 1: float32 would lose each 1
    cost = linear(da.ones((8, 1), chunks=1, dtype=np.float32), blocks_of(y, 1))
    cost = replace(cost, loss=losses.MeanSquaredError(reduction="sum"))
    assert cost.gradient(np.zeros(2, np.float32))[0] == -np.float32(2**25 + 7) != -np.float32(2**25)


def test_a_loss_from_a_formula_is_one_too():
    y, p = sympy.symbols("y p")
    loss, theta = symbolic.from_formula((p - y) ** 4 / 4, y=y, y_pred=p), parameters(Linear())
    cost = Cost(Linear(), loss, blocks_of(X), blocks_of(NUMBERS))
    assert cost(theta) == pytest.approx(models.Cost(Linear(), loss, X, NUMBERS)(theta), rel=1e-13)


def test_a_block_without_rows_adds_nothing():
    chunks = (0, 4, 0, 5, 0)
    table, y = da.from_array(X, chunks=(chunks, -1)), da.from_array(NUMBERS, chunks=(chunks,))
    theta, whole = parameters(Linear()), models.Cost(Linear(), MSE, X, NUMBERS)
    for cost in (linear(table, y), linear(table, y).persist()):
        assert cost(theta) == pytest.approx(whole(theta), rel=1e-14)


@pytest.mark.parametrize("scheduler", ["synchronous", "threads"])
def test_a_cost_that_has_diverged_is_not_finite_and_not_an_error(scheduler):
    positive, y = blocks_of(abs(X)), blocks_of(NUMBERS)
    with dask.config.set(scheduler=scheduler):
        assert linear(positive, y)(1e200 * np.ones(4)) == np.inf
        assert linear(positive, y)([np.inf, 0, 0, 0]) == np.inf
        assert linear(positive, y, l2=0.1)(1e200 * np.ones(4)) == np.inf


def test_a_worker_that_knows_nothing_of_its_caller_does_not_warn_of_it():
    block = models.Cost(Linear(), losses.MeanSquaredError(reduction="sum"), abs(X), NUMBERS)
    result = Step(1e200 * np.ones(4), value=True, gradient=True).on(block)
    assert result[0] == np.inf
    assert_array_equal(add([(0.0, np.array([1e308]), None)] * 2)[1], np.inf)


# A descent on it


@pytest.mark.parametrize(
    "optimizer",
    [optimizers.GradientDescent(lr=0.1), optimizers.Nesterov(lr=0.05), optimizers.Adam(lr=0.1)],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_a_descent_is_that_on_the_whole(optimizer):
    half = slice(None, 6), slice(6, None)
    whole, others = (models.Cost(Linear(), MSE, X[rows], NUMBERS[rows]) for rows in half)
    cost, validation = (linear(blocks_of(X[rows]), blocks_of(NUMBERS[rows])) for rows in half)
    options = {"max_steps": 40, "patience": 3}
    expected = descend(whole, np.zeros(4), optimizer, validation=others, **options)
    path = descend(cost, np.zeros(4), optimizer, validation=validation, **options)
    assert (path.stopped, path.steps, path.best_step) == (
        expected.stopped,
        expected.steps,
        expected.best_step,
    )
    assert_allclose(path.thetas, expected.thetas, rtol=1e-10, atol=1e-12)
    assert_allclose(path.validation_losses, expected.validation_losses, rtol=1e-10)


def test_a_descent_goes_on_from_its_end():
    cost, adam = linear(blocks_of(X), blocks_of(NUMBERS)), optimizers.Adam(lr=0.1)
    parts = descend(cost, descend(cost, np.zeros(4), adam, max_steps=3), adam, max_steps=4)
    assert_array_equal(parts.thetas, descend(cost, np.zeros(4), adam, max_steps=7).thetas)


# The same to the last bit


def test_neighbours_are_added_first():
    rows = np.random.default_rng(0).normal(size=(FAN * FAN + 3, 50))
    absolute = losses.MeanAbsoluteError(reduction="sum")
    cost = Cost(Linear(), absolute, blocks_of(rows, 1), da.full(len(rows), 1e9, chunks=1))
    sums = list(-rows)  # the gradient of each, as all predictions are too small
    while len(sums) > 1:
        sums = [functools.reduce(operator.add, sums[i : i + FAN]) for i in range(0, len(sums), FAN)]
    assert_array_equal(cost.gradient(np.zeros(51))[:-1], sums[0])


def dawdling(block, block_id):
    """Return the block later, the sooner it is its turn."""
    time.sleep(0.02 * (5 - block_id[0]) if block_id[0] < 5 else 0)
    return block


def larger_cost():
    """Return a cost of 8 blocks, and parameters."""
    rng = np.random.default_rng(0)
    table, y = rng.normal(size=(2400, 20)), rng.integers(2, size=2400)
    loss = losses.BinaryCrossEntropy(from_logits=True)
    return Cost(Logistic(), loss, blocks_of(table, 300), blocks_of(y, 300)), rng.normal(size=21)


def test_who_is_ready_first_does_not_matter():
    expected, theta = larger_cost()
    late = replace(expected, X=expected.X.map_blocks(dawdling, dtype=float, meta=np.empty((0, 0))))
    for workers in (1, 2, 4):
        with dask.config.set(scheduler="threads", num_workers=workers):
            value, gradient = late.value_and_gradient(theta)
        assert value == expected(theta)
        assert_array_equal(gradient, expected.gradient(theta))


@contextmanager
def cluster(n):
    """Compute on so many workers, each a process."""
    local = LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=":0")
    try:
        with Client(local) as client:
            yield client
    finally:
        with suppress(KeyError):  # Dask may have forgotten a worker before it hears that it has closed
            local.close()


@pytest.fixture(scope="module")
def client():
    with cluster(1) as client:
        yield client


@contextmanager
def workers(client, n):
    """Compute on so many workers of the cluster that there is."""
    client.cluster.scale(n)
    client.wait_for_workers(n)
    while len(client.scheduler_info()["workers"]) > n:
        time.sleep(0.1)
    with dask.config.set(scheduler=client):
        yield


def assert_same(results, expected):
    for value, gradient in results:
        assert value == expected[0]
        assert_array_equal(gradient, expected[1])


@pytest.mark.slow
def test_how_many_workers_there_are_does_not_matter(client):
    cost, theta = larger_cost()
    results = []
    for n in (1, 2, 4):
        with workers(client, n):
            results += [cost.value_and_gradient(theta), cost.persist().value_and_gradient(theta)]
    assert_same(results, results[0])


@pytest.mark.slow
def test_threads_and_processes_give_the_same(client):
    cost, theta = linear(blocks_of(X), blocks_of(NUMBERS)), parameters(Linear())
    expected, results = cost.value_and_gradient(theta), []
    with dask.config.set(scheduler="threads", num_workers=2):
        results.append(cost.value_and_gradient(theta))
    with workers(client, 2):
        results.append(cost.value_and_gradient(theta))
    assert_same(results, expected)


KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def deadly(block, block_id, note):
    """Kill the worker that reads block 5, once."""
    if block_id[0] == 5 and not note.exists():
        note.touch()
        os.kill(os.getpid(), KILL)
    return block


@pytest.mark.slow
def test_a_worker_that_dies_costs_time_alone(tmp_path):
    cost, theta = larger_cost()
    note = tmp_path / "killed"
    killing = replace(cost, X=cost.X.map_blocks(deadly, note=note, dtype=float, meta=np.empty((0, 0))))
    with cluster(2) as client, dask.config.set(scheduler=client):
        expected = cost.value_and_gradient(theta)
        assert_same([killing.value_and_gradient(theta)], expected)
        assert note.exists()


@pytest.mark.slow
def test_kept_blocks_of_a_worker_that_dies_are_read_again():
    cost, theta = larger_cost()
    expected = cost.value_and_gradient(theta)
    with cluster(2) as client, dask.config.set(scheduler=client):
        kept = cost.persist()
        assert_same([kept.value_and_gradient(theta)], expected)
        held = [keys for keys in client.has_what().values() if keys]
        assert len(held) == 2  # so that blocks are lost, whichever worker dies
        process_ids = client.run(os.getpid)
        os.kill(min(process_ids.values()), KILL)
        assert_same([kept.value_and_gradient(theta) for _ in range(2)], expected)
        assert process_ids.items() - client.run(os.getpid).items()


@pytest.mark.slow
def test_a_worker_names_the_place_of_bad_data(client):
    table = np.ones((40, 3))
    table[35, 2] = np.nan
    cost = linear(blocks_of(table), blocks_of(np.ones(40)))
    with workers(client, 2), pytest.raises(ValueError, match=r"block 17, row 35: X must be finite; got nan"):
        cost(np.zeros(4))


# Progress


@pytest.mark.parametrize("scheduler", ["synchronous", "threads"])
def test_progress_is_shown_if_asked_for(capsys, scheduler):
    with dask.config.set(scheduler=scheduler):
        linear(blocks_of(X), blocks_of(NUMBERS))(np.zeros(4))
        assert capsys.readouterr().out == ""
        linear(blocks_of(X), blocks_of(NUMBERS), progress=True)(np.zeros(4))
        assert "100% Completed" in capsys.readouterr().out


@pytest.mark.slow
def test_progress_of_a_cluster_is_shown(client, capsys):
    with workers(client, 1):
        cost = linear(blocks_of(X), blocks_of(NUMBERS), progress=True)
        assert cost(np.zeros(4)) == replace(cost, progress=False)(np.zeros(4))
    assert "Completed" in capsys.readouterr().out


# Data that do not fit


def table(rows=40, features=3):
    return np.ones((rows, features))


def spoilt(value, row=35):
    array = table()
    array[row, 2] = value
    return array


def label(value, row=35):
    array = np.ones(40, int)
    array[row] = value
    return blocks_of(array)


BCE, SPARSE = losses.BinaryCrossEntropy(from_logits=True), losses.SparseCategoricalCrossEntropy()
LEGAL = {"model": Linear(), "loss": MSE, "X": blocks_of(table()), "y": blocks_of(np.ones(40))}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"X": blocks_of(spoilt(np.nan))}, "block 17, row 35: X must be finite; got nan"),
        ({"X": blocks_of(spoilt(-np.inf))}, "block 17, row 35: X must be finite; got -inf"),
        ({"X": blocks_of(spoilt(np.nan, 34))}, "block 17, row 34: X must be finite; got nan"),
        (
            {"X": blocks_of(spoilt(np.nan), 40), "y": blocks_of(np.ones(40), 40)},
            "block 0, row 35: X must be finite; got nan",
        ),
        ({"y": blocks_of(spoilt(np.nan)[:, 2])}, "block 17, row 35: y_true must be finite; got nan"),
        (
            {"loss": BCE, "y": label(2)},
            r"block 17, row 35: y_true must hold probabilities in \[0, 1\]; got 2",
        ),
        (
            {"loss": losses.Hinge(), "y": label(0)},
            "block 17, row 35: y_true must hold the labels -1 and 1; got 0",
        ),
        (
            {"loss": SPARSE, "model": Softmax(3), "y": label(3)},
            "block 17, row 35: y_true must hold class indices 0 … 2, for 3 columns of y_pred; got 3",
        ),
        (
            {"sample_weight": blocks_of(1.0 - 3 * (np.arange(40) > 38))},
            "block 19, row 39: sample_weight must not be negative; got -2.0",
        ),
        (
            {"sample_weight": blocks_of(spoilt(np.inf)[:, 2])},
            "block 17, row 35: sample_weight must be finite",
        ),
    ],
)
def test_a_bad_number_is_refused_with_its_place(given, message):
    cost = Cost(**(LEGAL | given))
    for evaluate in (cost, cost.gradient, lambda theta: cost.persist()):
        with pytest.raises(ValueError, match=message):
            evaluate(np.zeros(cost.model.size(3)))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"X": table()}, TypeError, r"X must be a Dask array, .* got ndarray"),
        ({"y": [1.0]}, TypeError, "y must be a Dask array, .* got list"),
        ({"sample_weight": np.ones(40)}, TypeError, "sample_weight must be a Dask array"),
        ({"X": LEGAL["X"].astype(str)}, TypeError, "X must hold real numbers; got dtype <U"),
        ({"X": LEGAL["X"].astype(complex)}, TypeError, "X must hold real numbers; got dtype complex128"),
        ({"X": LEGAL["y"]}, ValueError, r"X must have shape \(n, features\), .* use X\[:, None\]"),
        (
            {"X": LEGAL["X"][:0], "y": LEGAL["y"][:0]},
            ValueError,
            "X must hold at least one example; got an empty",
        ),
        (
            {"X": LEGAL["X"].rechunk({1: 2})},
            ValueError,
            r"got 2 blocks along axis 1. Use X.rechunk\({1: -1}\)",
        ),
        ({"X": LEGAL["X"][LEGAL["y"] > 0]}, ValueError, "X has blocks of unknown sizes"),
        (
            {"y": da.ones(40, chunks=((2,) * 3 + (4,) + (2,) * 15,))},
            ValueError,
            r"block 3 has 2 rows in X and 4 in y. Use y.rechunk\({0: X.chunks\[0\]}\)",
        ),
        (
            {"y": da.ones(42, chunks=2)},
            ValueError,
            "block 20 has no rows in X and 2 in y. X has 40 rows in all, y has 42",
        ),
        (
            {"sample_weight": da.ones(40, chunks=4)},
            ValueError,
            "block 0 has 2 rows in X and 4 in sample_weight",
        ),
        ({"X": blocks_of(spoilt(np.nan, 0))}, ValueError, "block 0, row 0: X must be finite; got nan"),
        ({"y": LEGAL["X"]}, ValueError, r"block 0, row 0: .* the same shape; got \(1, 3\) and \(1,\)"),
        ({"loss": losses.CategoricalCrossEntropy()}, ValueError, "made by a softmax"),
        ({"loss": losses.MeanSquaredError}, TypeError, "loss must be a loss, such as"),
        ({"model": Linear}, TypeError, "model must be a model, such as"),
        ({"l1": -1}, ValueError, r"l1 must be in \[0, inf\); got -1"),
        ({"l2": "0"}, TypeError, "l2 must be a number; got '0'"),
        ({"progress": 1}, TypeError, "progress must be True or False; got 1"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_at_once(given, error, message):
    with pytest.raises(error, match=message):
        Cost(**(LEGAL | given))


@pytest.mark.parametrize("shape", [(3,), (5,), (2, 3), ()])
def test_parameters_of_another_size_are_refused(shape):
    with pytest.raises(ValueError, match="theta must hold 4 parameters"):
        Cost(**LEGAL)(np.zeros(shape))


def test_weights_that_are_all_0_are_refused_where_their_sum_divides():
    weighted = LEGAL | {"sample_weight": da.zeros(40, chunks=2)}
    assert Cost(**weighted)(np.zeros(4)) == 0
    with pytest.raises(
        ValueError, match="sample_weight must be positive for at least one example; got zeros"
    ):
        Cost(**(weighted | {"loss": losses.MeanSquaredError(reduction="mean_with_sample_weight")}))(
            np.zeros(4)
        )


def test_a_block_of_another_shape_than_was_said_is_refused():
    wrong = LEGAL["X"].map_blocks(lambda block, block_id: block[block_id[0] // 19 :], dtype=float)
    with pytest.raises(ValueError, match=r"block 19 of X was to have the shape \(2, 3\); it has \(1, 3\)"):
        linear(wrong, LEGAL["y"])(np.zeros(4))


def test_a_block_of_other_things_than_was_said_is_refused():
    wrong = LEGAL["X"].map_blocks(
        lambda block, block_id: block.astype(object) if block_id[0] == 7 else block, dtype=float
    )
    with pytest.raises(TypeError, match="block 7: X must hold real numbers; got dtype object"):
        linear(wrong, LEGAL["y"])(np.zeros(4))


def test_a_cost_says_what_it_is():
    assert repr(linear(LEGAL["X"], LEGAL["y"], l2=0.5)) == repr(
        models.Cost(Linear(), MSE, X, NUMBERS, l2=0.5)
    )


# Reading


@pytest.fixture
def files(tmp_path):
    """Return a folder of a table and its truth in each form: 9 rows, in blocks of 4, 4 and 1."""
    for name, array in (("X", X), ("y", NUMBERS)):
        zarr.create_array(tmp_path / "data.zarr", name=name, data=array, chunks=(4, *array.shape[1:]))
        for number, start in enumerate((0, 4, 8)):
            np.save(tmp_path / f"{name}{number}.npy", array[start : start + 4])
    columns = dict(zip("abc", X.T, strict=True)) | {"y": NUMBERS, "word": list("lossgdabc")}
    pq.write_table(pa.table(columns).slice(0, 8), tmp_path / "0.parquet", row_group_size=4)
    pq.write_table(pa.table(columns).slice(8), tmp_path / "1.parquet")
    return tmp_path


def npy(folder, name):
    return [folder / f"{name}{number}.npy" for number in range(3)]


def parquet(folder):
    return [folder / f"{number}.parquet" for number in range(2)]


def readings(folder):
    """Yield the table and the truth as each reader reads them."""
    yield tuple(from_zarr(folder / "data.zarr", component=name) for name in "Xy")
    yield tuple(from_zarr(str(folder / "data.zarr"), component=name, rows=8) for name in "Xy")
    yield tuple(from_npy(npy(folder, name)) for name in "Xy")
    yield tuple(from_npy(npy(folder, name), rows=3) for name in "Xy")
    yield from_parquet(parquet(folder), ["a", "b", "c"]), from_parquet(parquet(folder), "y")


def test_what_is_read_is_what_was_written(files):
    chunks = [(4, 4, 1), (8, 1), (4, 4, 1), (3, 1, 3, 1, 1), (4, 4, 1)]
    for rows, arrays in zip(chunks, readings(files), strict=True):
        for array, expected in zip(arrays, (X, NUMBERS), strict=True):
            assert (array.shape, array.dtype, array.chunks[0]) == (expected.shape, expected.dtype, rows)
            assert_array_equal(array, expected)
            assert_array_equal(array[3:6], expected[3:6])


def test_a_cost_is_that_of_the_files(files):
    expected = models.Cost(Linear(), MSE, X, NUMBERS)(parameters(Linear()))
    for table, y in readings(files):
        assert linear(table, y)(parameters(Linear())) == pytest.approx(expected, rel=1e-14)


def test_reading_and_checking_a_block_are_one_task(files):
    *_, (table, y) = readings(files)
    blocks = linear(table, y)._blocks
    assert len(blocks.dask) == blocks.npartitions + 2  # and which files there are


def test_one_file_is_read_by_its_path(files):
    assert_array_equal(from_npy(files / "X0.npy"), X[:4])
    assert_array_equal(from_parquet(files / "1.parquet", ["c", "a"]), X[8:, [2, 0]])


def test_a_number_that_is_missing_is_refused_as_nan(tmp_path):
    pq.write_table(pa.table({"a": [1, 2, None], "y": [1, 2, 3]}), tmp_path / "0.parquet")
    X, y = from_parquet(tmp_path / "0.parquet", ["a"]), from_parquet(tmp_path / "0.parquet", "y")
    with pytest.raises(ValueError, match="block 0, row 2: X must be finite; got nan"):
        linear(X, y)(np.zeros(2))


def test_a_chunk_that_is_missing_is_refused_if_it_is_filled_with_nan(tmp_path):
    array = zarr.create_array(
        tmp_path / "X.zarr", shape=(6, 2), chunks=(2, 2), dtype=float, fill_value=np.nan
    )
    array[:4] = 1.0
    with pytest.raises(ValueError, match="block 2, row 4: X must be finite; got nan"):
        linear(from_zarr(tmp_path / "X.zarr"), da.ones(6, chunks=2))(np.zeros(3))


@pytest.mark.parametrize(
    ("read", "error", "message"),
    [
        (
            lambda folder: from_zarr(folder / "no.zarr"),
            FileNotFoundError,
            r"there is no Zarr array .*no\.zarr",
        ),
        (lambda folder: from_zarr(folder / "data.zarr", component="Z"), FileNotFoundError, r"data\.zarr/Z"),
        (
            lambda folder: from_zarr(folder / "data.zarr", component="X", rows=0),
            ValueError,
            "rows must be at least 1",
        ),
        (lambda folder: from_npy([]), ValueError, "paths must name one file or more; got none"),
        (
            lambda folder: from_npy([*npy(folder, "X"), folder / "X3.npy"]),
            FileNotFoundError,
            r"file 3, .*X3\.npy, does not exist",
        ),
        (
            lambda folder: from_npy([*npy(folder, "X"), *npy(folder, "y")]),
            ValueError,
            r"file 3, .*y0.npy, has rows of shape \(\) and dtype float64; file 0 has rows of shape \(3,\)",
        ),
        (lambda folder: from_npy(folder / "s.npy"), ValueError, r"file 0, .*s.npy, must hold one array"),
        (lambda folder: from_npy(npy(folder, "X"), rows=0.5), TypeError, "rows must be a whole number"),
        (
            lambda folder: from_parquet(folder / "2.parquet", "y"),
            FileNotFoundError,
            r"file 0, .*2\.parquet, does not exist",
        ),
        (
            lambda folder: from_parquet(parquet(folder), ["a", "z"]),
            ValueError,
            r"file 0, .*, has no column 'z'; it has a, b, c, y, word",
        ),
        (
            lambda folder: from_parquet(parquet(folder), "word"),
            TypeError,
            "must hold numbers in the column 'word'; it holds string",
        ),
        (
            lambda folder: from_parquet(parquet(folder), []),
            ValueError,
            "columns must name one column or more",
        ),
    ],
)
def test_files_that_do_not_fit_are_refused(files, read, error, message):
    np.save(files / "s.npy", 1.0)
    with pytest.raises(error, match=message):
        read(files)


@pytest.mark.parametrize(("form", "lost"), [(2, "X1.npy"), (4, "0.parquet")])
def test_a_file_that_is_lost_on_the_way_is_named(files, form, lost):
    table, y = list(readings(files))[form]
    cost = linear(table, y[:])
    (files / lost).unlink()
    with pytest.raises(FileNotFoundError, match=lost):
        cost(np.zeros(4))


# Dask is not there


def test_without_dask_the_error_names_the_extra():
    code = "import sys; sys.modules['dask'] = None; import lossgd.distributed"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert run.returncode == 1
    assert "ModuleNotFoundError: lossgd.distributed needs Dask" in run.stderr
    assert "pip install 'lossgd[distributed]'" in run.stderr
