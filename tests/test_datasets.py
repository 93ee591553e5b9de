"""The data sets: what each promises, the same from the same seed, split and scaled without a leak."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossgd import datasets, metrics

GENERATED = ["badly_scaled", "blobs", "imbalanced", "line", "moons", "sparse", "wave"]


@pytest.mark.parametrize("name", GENERATED)
def test_the_seed_decides_everything(name):
    make = getattr(datasets, name)
    first, again, other = make(seed=3), make(seed=3), make(seed=4)
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.X, other.X)


@pytest.mark.parametrize("name", GENERATED)
@pytest.mark.parametrize("n", [1, 7, 100])
def test_there_are_as_many_examples_as_asked_for(name, n):
    X, y = getattr(datasets, name)(n)
    assert (X.shape[0], y.shape) == (n, (n,))
    assert np.isfinite(X).all()


def test_without_noise_and_outliers_the_line_is_exact():
    X, y = datasets.line(20, slope=-3.0, intercept=0.5, noise=0.0)
    np.testing.assert_array_equal(y, -3 * X[:, 0] + 0.5)


def test_more_outliers_leave_all_other_points_in_place():
    clean, two, five = (datasets.line(30, outliers=k) for k in (0, 2, 5))
    np.testing.assert_array_equal(clean.X, five.X)
    lifted_two, lifted_five = (np.flatnonzero(data.y != clean.y) for data in (two, five))
    assert len(lifted_two) == 2
    assert len(lifted_five) == 5
    assert set(lifted_two) < set(lifted_five)
    np.testing.assert_allclose((five.y - clean.y)[lifted_five], 20)
    np.testing.assert_allclose(datasets.line(30, outliers=30).y - clean.y, 20)


@pytest.mark.parametrize("name", ["line", "wave", "badly_scaled"])
def test_the_noise_has_the_deviation_asked_for(name):
    make = getattr(datasets, name)
    noise = make(20_000, noise=0.5).y - make(20_000, noise=0.0).y
    np.testing.assert_allclose([noise.mean(), noise.std()], [0, 0.5], atol=0.02)


def test_the_wave_is_a_sine():
    X, y = datasets.wave(50, noise=0.0)
    np.testing.assert_allclose(y, np.sin(2 * np.pi * X[:, 0]), atol=1e-15)


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_blobs_share_the_examples_out_and_stand_on_a_circle(classes):
    X, y = datasets.blobs(11, classes=classes, noise=0.0)
    counts = np.bincount(y, minlength=classes)
    assert counts.max() - counts.min() <= 1
    np.testing.assert_allclose(np.hypot(*X.T), 3)
    assert len(np.unique(X.round(9), axis=0)) == classes


@pytest.mark.parametrize("name", ["blobs", "moons"])
def test_the_noise_of_points_has_the_deviation_asked_for(name):
    make = getattr(datasets, name)
    noise = make(20_000, noise=0.5).X - make(20_000, noise=0.0).X
    np.testing.assert_allclose(noise.std(axis=0), 0.5, atol=0.02)


def test_the_moons_are_half_circles_that_no_line_parts():
    X, y = datasets.moons(noise=0.0)
    assert y.sum() == 100
    np.testing.assert_allclose(np.hypot(*X[y == 0].T), 1)
    np.testing.assert_allclose(np.hypot(*(X[y == 1] - [1, 0.5]).T), 1)
    assert least_squares_accuracy(X, y) < 0.95


def least_squares_accuracy(X, y):
    """Return the accuracy of a straight boundary, fitted by least squares."""
    A = np.column_stack([X, np.ones(len(X))])
    scores = A @ np.linalg.lstsq(A, 2 * y - 1, rcond=None)[0]
    return metrics.accuracy(y, metrics.decide(scores, threshold=0))


def test_imbalanced_means_that_accuracy_misleads():
    X, y = datasets.imbalanced()
    assert metrics.accuracy(y, np.zeros(1000)) == 0.95
    assert metrics.roc_auc(y, X.sum(axis=1)) > 0.9
    assert datasets.imbalanced(100, positives=0.3).y.sum() == 30


def test_sparse_features_are_of_unlike_frequency_and_matter_alike():
    X, y = datasets.sparse(20_000)
    assert set(np.unique(X)) == {0, 1}
    np.testing.assert_allclose(X.mean(axis=0), np.geomspace(0.5, 0.003, 50), rtol=0.3)
    weights = np.linalg.lstsq(X, y, rcond=None)[0]
    np.testing.assert_allclose(weights, np.tile([2, -2], 25), atol=0.05)


def test_on_sparse_features_adagrad_learns_sooner_than_gradient_descent():
    """The smallest error after one pass over the data, over eight rates each."""
    X, y = datasets.sparse()
    rates = np.geomspace(0.003, 10, 8)[:, None]
    plain = adaptive = np.zeros((8, X.shape[1]))
    squares = np.zeros_like(adaptive)
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in np.arange(len(y)).reshape(-1, 10):
            plain = plain - rates * (2 * (plain @ X[rows].T - y[rows]) @ X[rows] / 10)
            gradient = 2 * (adaptive @ X[rows].T - y[rows]) @ X[rows] / 10
            squares = squares + gradient**2
            adaptive = adaptive - rates * gradient / np.sqrt(squares + 1e-8)
        errors = [np.nanmin(((theta @ X.T - y) ** 2).mean(axis=1)) for theta in (plain, adaptive)]
    assert errors[0] > 3 * errors[1]


def test_badly_scaled_features_matter_alike():
    X, y = datasets.badly_scaled(2000, noise=0.0)
    assert ((X >= 0) & (X < [1, 1000])).all()
    np.testing.assert_allclose(y, 3 * X[:, 0] + 0.003 * X[:, 1])

    def condition(X):
        A = np.column_stack([X, np.ones(len(X))])
        return np.linalg.cond(A.T @ A)

    assert condition(X) > 1e6
    assert condition(datasets.z_score(X)(X)) < 1.5


def test_the_penguins_are_those_of_palmer_station():
    X, y = datasets.penguins()
    assert X.shape == (342, 4)
    np.testing.assert_array_equal(np.bincount(y), [151, 68, 123])
    np.testing.assert_allclose(X.mean(axis=0).round(2), [43.92, 17.15, 200.92, 4201.75])
    np.testing.assert_array_equal(X[0], [39.1, 18.7, 181, 3750])
    mass = datasets.penguins("body mass")
    np.testing.assert_array_equal(mass.X, X[:, :3])
    np.testing.assert_array_equal(mass.y, X[:, 3])
    assert mass.features == datasets.penguins().features[:3]


def test_the_breast_cancer_data_are_those_of_wisconsin():
    X, y = data = datasets.breast_cancer()
    assert X.shape == (569, 30)
    assert len(set(data.features)) == 30
    np.testing.assert_array_equal(np.bincount(y), [357, 212])
    assert data.features[3] == "mean area"
    assert (X[:, 3].min(), X[:, 3].max()) == (143.5, 2501)
    assert X[y == 1, 3].mean() > 2 * X[y == 0, 3].mean()  # malignant nuclei are the larger ones


@given(st.integers(2, 60), st.floats(0.01, 0.99), st.integers(0, 5))
def test_each_example_is_in_one_of_the_two_parts(n, share, seed):
    data = datasets.Data(np.arange(2 * n).reshape(n, 2), np.arange(n), ("a", "b"))
    if round(share * n) in (0, n):
        with pytest.raises(ValueError, match="both parts must hold an example"):
            data.split(test=share, seed=seed)
        return
    train, test = data.split(test=share, seed=seed)
    assert len(test.y) == round(share * n)
    np.testing.assert_array_equal(np.sort(np.r_[train.y, test.y]), np.arange(n))
    for part in (train, test):
        np.testing.assert_array_equal(part.X[:, 0], 2 * part.y)
        assert part.features == ("a", "b")


def test_the_seed_decides_the_split():
    data = datasets.line()
    first, again, other = (data.split(seed=seed)[1].y for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_scaled_training_features_have_mean_0_and_deviation_1_or_the_range_0_to_1():
    X = datasets.breast_cancer().X
    scaled = datasets.z_score(X)(X)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(scaled.std(axis=0), 1)
    scaled = datasets.min_max(X)(X)
    np.testing.assert_array_equal(scaled.min(axis=0), 0)
    np.testing.assert_array_equal(scaled.max(axis=0), 1)


@pytest.mark.parametrize("make", [datasets.z_score, datasets.min_max])
def test_a_scaling_knows_only_the_data_that_it_was_made_from(make):
    train, test = datasets.badly_scaled().split()
    scale = make(train.X)
    before = scale(train.X)
    moved = scale(test.X + 1e6)
    np.testing.assert_array_equal(scale(train.X), before)
    np.testing.assert_allclose(moved - scale(test.X), np.broadcast_to(1e6 / scale.spread, test.X.shape))


@pytest.mark.parametrize("make", [datasets.z_score, datasets.min_max])
def test_a_constant_column_becomes_0(make):
    X = np.column_stack([np.full(3, 0.1), [1.0, 2.0, 3.0]])  # the deviation of 0.1, 0.1, 0.1 is not quite 0
    np.testing.assert_allclose(make(X)(X)[:, 0], 0, atol=1e-15)


SCALINGS = pytest.mark.parametrize("make", [datasets.z_score, datasets.min_max])
TABLE = np.array([[1.0, 0.0], [2.0, 4.0], [4.0, 1.0], [8.0, 1.0]])


@SCALINGS
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_scaled_features_keep_their_dtype_and_are_computed_in_float64(make, dtype):
    X = (np.random.default_rng(0).random((3000, 2)) * 6e4).astype(dtype)
    scaled, exact = make(X)(X), make(X.astype(float))(X.astype(float))
    assert scaled.dtype == dtype
    np.testing.assert_array_equal(scaled, exact.astype(dtype))
    assert make(X)(X.astype(int)).dtype == float


def test_float32_over_many_rows_has_the_mean_and_deviation_of_float64():
    X = (np.random.default_rng(0).random((300_000, 2)) + 100).astype(np.float32)
    scale = datasets.z_score(X)
    np.testing.assert_allclose(scale.shift, X.mean(axis=0, dtype=float), rtol=1e-14)
    np.testing.assert_allclose(scale.spread, X.std(axis=0, dtype=float), rtol=1e-12)


@SCALINGS
@pytest.mark.parametrize("exponent", [-1074, -1060, -1020, -560, 0, 560, 1000, 1020])
def test_scaled_features_do_not_depend_on_the_unit(make, exponent):
    """Its squares, or the range itself, may be beyond float64; beside it stands a column that is not."""
    X = np.ldexp(TABLE, [exponent, 0])
    expected = make(TABLE)(TABLE)
    np.testing.assert_allclose(make(X)(X), expected, rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(make(X)(X[:2]), expected[:2], rtol=1e-14, atol=1e-16)
    if exponent > -1020:  # the spread is a normal number
        np.testing.assert_allclose(make(X).spread, make(TABLE).spread * [2.0**exponent, 1], rtol=1e-15)


def test_a_range_beyond_float64_can_be_scaled():
    X = np.array([[-1.7e308, 5e-324], [1.7e308, 0.0], [0.0, 1e-323]])
    np.testing.assert_array_equal(datasets.min_max(X)(X), [[0, 0.5], [1, 0], [0.5, 1]])
    np.testing.assert_array_equal(datasets.z_score(X[:2])(X[:2]), [[-1, 1], [1, -1]])
    narrow = datasets.min_max([[0.0], [1e-300]])
    assert narrow([[1e300], [-1e300]]).tolist() == [[math.inf], [-math.inf]]
    assert datasets.min_max(np.array([[0], [0.5]], np.float16))(np.array([[6e4]], np.float16)) == math.inf


@SCALINGS
@pytest.mark.parametrize(
    "start",
    [np.int64(2**53), np.int64(1_700_000_000_000_000_001), np.int64(-(2**63)), np.uint64(2**64 - 9)],
)
def test_integers_beyond_float64s_digits_are_scaled_exactly(make, start):
    steps = TABLE.astype(start.dtype)
    X = start + steps
    np.testing.assert_allclose(make(X)(X), make(TABLE)(TABLE), rtol=1e-14, atol=1e-15)
    data = datasets.Data(X, [0, 1, 2, 3])  # does not round them either
    np.testing.assert_array_equal(make(data.X)(data.X[:1]), make(X)(X[:1]))
    constant = X[[0, 0, 0]]
    np.testing.assert_array_equal(make(constant)(constant), np.zeros((3, 2)))


def test_a_mean_between_two_floats_is_no_shift_to_either():
    X = 2.0**53 + np.array([[0.0], [2.0], [2.0], [2.0]])
    np.testing.assert_allclose(datasets.z_score(X)(X)[:, 0], [-math.sqrt(3), *[math.sqrt(1 / 3)] * 3])


def test_a_scaling_can_be_made_from_a_shift_and_a_spread():
    scale = datasets.Scaling(np.array([1.0, 0.0]), np.array([2.0, 4.0]))
    np.testing.assert_array_equal(scale(TABLE), (TABLE - [1, 0]) / [2, 4])


def test_options_may_be_numpys_numbers():
    """Which wrap round, overflow, or pass their dtype on."""
    pairs = [
        (
            datasets.line(np.uint8(250), slope=np.uint8(3), outliers=np.uint8(250)),
            datasets.line(250, slope=3, outliers=250),
        ),
        (datasets.blobs(np.uint8(250), classes=np.uint8(200)), datasets.blobs(250, classes=200)),
        (datasets.moons(np.int8(101), noise=np.float16(0.5)), datasets.moons(101, noise=0.5)),
        (
            datasets.imbalanced(200_000, positives=np.float16(0.5)),
            datasets.imbalanced(200_000, positives=0.5),
        ),
        (datasets.sparse(np.uint8(200), features=np.uint8(7)), datasets.sparse(200, features=7)),
        *zip(
            datasets.moons(200_000).split(test=np.float16(0.5)),
            datasets.moons(200_000).split(test=0.5),
            strict=True,
        ),
    ]
    for numpys, pythons in pairs:
        np.testing.assert_array_equal(numpys.X, pythons.X)
        np.testing.assert_array_equal(numpys.y, pythons.y)
        assert (numpys.X.dtype, numpys.y.dtype) == (pythons.X.dtype, pythons.y.dtype)


@pytest.mark.parametrize(
    "call",
    [
        datasets.z_score,
        datasets.min_max,
        datasets.z_score([[1.0], [2.0]]),
        lambda X: datasets.Data(X, [0, 1]),
        lambda X: datasets.Data([[0], [1]], X[:, 0] if X.ndim else X),
    ],
)
def test_what_is_not_a_table_of_numbers_is_refused(call):
    with pytest.raises(TypeError, match="must not be a masked array; got one with 1 entries masked"):
        call(np.ma.array([[1.0], [2.0]], mask=[[0], [1]]))
    with pytest.raises(TypeError, match="must hold real numbers; got dtype object"):
        call(np.array([[Decimal(1)], [Decimal(2)]]))

    class Sparse:
        """As SciPy's matrices are: no array, but with a way to become one."""

        ndim = 0
        toarray = None

    with pytest.raises(TypeError, match=r"got dtype object. Convert it with [Xy].toarray\(\)"):
        call(Sparse())


def test_data_names_itself():
    assert repr(datasets.Data([[1.0, 2.0]], [1])) == "Data(1 example, 2 features)"


ONE = "one row an example; got"
ERRORS = [
    (lambda: datasets.line(0), ValueError, "n must be at least 1; got 0"),
    (lambda: datasets.line(2.5), TypeError, "n must be a whole number; got 2.5"),
    (lambda: datasets.line(noise=-1), ValueError, "noise must be in [0, inf); got -1"),
    (lambda: datasets.line(noise=math.nan), ValueError, "noise must be in [0, inf); got nan"),
    (lambda: datasets.line(slope=math.inf), ValueError, "slope must be in (-inf, inf); got inf"),
    (lambda: datasets.line(intercept="1"), TypeError, "intercept must be a number; got '1'"),
    (lambda: datasets.line(5, outliers=6), ValueError, "outliers must be at most n = 5; got 6"),
    (lambda: datasets.line(outliers=-1), ValueError, "outliers must be at least 0; got -1"),
    (lambda: datasets.line(outliers=0.1), TypeError, "outliers must be a whole number; got 0.1"),
    (lambda: datasets.blobs(classes=0), ValueError, "classes must be at least 1; got 0"),
    (lambda: datasets.imbalanced(positives=1), ValueError, "positives must be in (0, 1); got 1"),
    (lambda: datasets.sparse(features=0), ValueError, "features must be at least 1; got 0"),
    (
        lambda: datasets.penguins("sex"),
        ValueError,
        "target must be 'species' or 'body mass'; got 'sex'",
    ),
    (
        lambda: datasets.Data([1.0], [1.0]),
        ValueError,
        f"X must have shape (n, features), {ONE} (1,). For a single feature, use X[:, None].",
    ),
    (
        lambda: datasets.Data([[1.0], [2.0]], [1.0]),
        ValueError,
        "y must have shape (2,), one entry a row of X; got (1,)",
    ),
    (
        lambda: datasets.Data([[1.0, 2.0], [3.0, math.nan]], [1.0, 2.0]),
        ValueError,
        "X must be finite; got nan in row 1, column 1",
    ),
    (
        lambda: datasets.Data([[1.0], [2.0]], [1.0, math.inf]),
        ValueError,
        "y must be finite; got inf in row 1",
    ),
    (lambda: datasets.line().split(test=1.0), ValueError, "test must be in (0, 1); got 1.0"),
    (
        lambda: datasets.z_score([[1.0, 2.0]])([[1.0]]),
        ValueError,
        "X must have 2 columns, as it had when scaled; got 1",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS, ids=[message for *_, message in ERRORS])
def test_bad_input_is_an_error(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == message
