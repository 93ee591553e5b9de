"""Verdicts on runs: each on runs that have it, on healthy ones, and on its look-alikes."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lossgd import datasets, diagnose, fit, losses, models, optimizers
from lossgd.diagnose import finding, meanings

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SEEDS = range(20)
BCE = losses.BinaryCrossEntropy(from_logits=True)
MSE, MAE = losses.MeanSquaredError(), losses.MeanAbsoluteError()
SGD, Adam, Momentum = optimizers.GradientDescent, optimizers.Adam, optimizers.Momentum


def scaled(data):
    X, y = data
    return (X - X.mean(axis=0)) / X.std(axis=0), y


CANCER = scaled(datasets.breast_cancer())
MASS, grams = scaled(datasets.penguins("body mass"))
MASS = MASS, (grams - grams.mean()) / grams.std()
MOONS = datasets.moons(200, noise=0.25)
FEW, OTHERS = datasets.moons(60, noise=0.4, seed=1), datasets.moons(400, noise=0.4, seed=2)
HEAVY = Momentum(lr=0.02, beta=0.95, averaged=False)
LINEAR = models.Linear()
TANH = models.Perceptron(hidden=(16,), link="sigmoid")
RELU = models.Perceptron(hidden=(16,), activation="relu", link="sigmoid")
WIDE = models.Perceptron(hidden=(32, 32), activation="relu", link="sigmoid")
DEEP = models.Perceptron(hidden=(8,) * 4, activation="sigmoid", link="sigmoid")
STARTS = np.random.default_rng(0).normal(size=(20, 4))
ZEROS, ONES = (np.flatnonzero(CANCER[1] == label)[:200] for label in (0, 1))
BALANCED = tuple(part[np.concatenate([ZEROS, ONES])] for part in CANCER)


def dead():
    """Return starts whose hidden units are 0 for all examples."""
    thetas = np.array([RELU.init(30, seed=seed) for seed in SEEDS])
    RELU.views(thetas, 30)["bias_1"][...] = -60
    return thetas


def noisy_labels():
    """Return a training on labels of which 30 % are wrong, for each seed."""
    for seed in SEEDS:
        X, y = datasets.moons(300, noise=0.2, seed=seed)
        wrong = np.random.default_rng(seed).random(300) < 0.3
        others = datasets.moons(300, noise=0.2, seed=100 + seed)
        yield fit(
            TANH,
            X,
            np.where(wrong, 1 - y, y),
            BCE,
            SGD(lr=0.3),
            epochs=60,
            batch_size=32,
            seed=seed,
            validation=others,
        )


def runs(history):
    """Yield the losses and validation losses of each member of an ensemble, up to where it stopped."""
    epochs = np.atleast_1d(history.epochs)
    validation = history.validation_losses
    for i, last in enumerate(epochs):
        loss = history.losses.reshape(-1, len(epochs))[: last + 1, i]
        yield loss, None if validation is None else validation.reshape(-1, len(epochs))[: last + 1, i]


def train(model, data, loss, optimizer, epochs, **options):
    return fit(model, *data, loss, optimizer, epochs=epochs, **options)


SICK_AND_SOUND = {
    "healthy": [
        lambda: train(TANH, CANCER, BCE, SGD(lr=0.1), 60, batch_size=32, seed=SEEDS),
        lambda: train(TANH, CANCER, BCE, Adam(lr=0.003), 40, batch_size=32, seed=SEEDS),
        lambda: train(LINEAR, MASS, MSE, SGD(lr=0.2), 60, theta0=STARTS),
        # Not noisy: batches of 1 with a small rate; and batches, with a validation loss that follows.
        lambda: train(LINEAR, MASS, MSE, SGD(lr=0.002), 40, batch_size=1, seed=SEEDS),
        lambda: train(
            TANH, [a[:400] for a in CANCER], BCE, SGD(lr=0.05), 40, batch_size=32, seed=SEEDS,
            validation=[a[400:] for a in CANCER],
        ),
    ],
    "still falling": [
        lambda: train(TANH, CANCER, BCE, SGD(lr=0.003), 60, seed=SEEDS),
        lambda: train(TANH, MOONS, BCE, SGD(lr=0.01), 100, seed=SEEDS),
    ],
    "stalls at once": [
        lambda: train(TANH, CANCER, BCE, SGD(lr=1e-6), 60, seed=SEEDS),
        lambda: train(RELU, BALANCED, BCE, SGD(lr=0.1), 40, batch_size=32, theta0=dead(), seed=SEEDS),
    ],
    "oscillates": [
        lambda: train(LINEAR, MASS, MSE, HEAVY, 100, theta0=2 * STARTS),
        lambda: train(LINEAR, MASS, MAE, SGD(lr=2.0), 60, theta0=STARTS),
    ],
    "diverged": [
        lambda: train(LINEAR, MASS, MSE, SGD(lr=1.0), 60, theta0=STARTS),
        lambda: train(
            models.Perceptron(hidden=(16, 16), activation="relu"), datasets.penguins("body mass"), MSE,
            SGD(lr=0.01), 60, seed=SEEDS,
        ),
    ],
    "plateau": [
        lambda: train(DEEP, MOONS, BCE, Adam(lr=0.01), 300, seed=SEEDS),
        lambda: train(
            models.Perceptron(hidden=(8, 8), activation="sigmoid", link="sigmoid"), MOONS, BCE,
            Momentum(lr=0.3, averaged=False), 400, seed=SEEDS,
        ),
    ],
    "noisy": [
        lambda: train(TANH, MOONS, BCE, SGD(lr=0.5), 40, batch_size=1, seed=SEEDS),
        lambda: train(LINEAR, MASS, MSE, SGD(lr=0.05), 40, batch_size=1, seed=SEEDS),
    ],
    "overfits": [
        lambda: train(WIDE, FEW, BCE, Adam(lr=0.01), 200, seed=SEEDS, validation=OTHERS),
        lambda: train(WIDE, FEW, BCE, Adam(lr=0.005), 60, batch_size=8, seed=SEEDS, validation=OTHERS),
    ],
}  # fmt: skip
CASES = [(verdict, i) for verdict, kinds in SICK_AND_SOUND.items() for i in range(len(kinds))]
# Of 20 runs, how many verdicts are the expected one, where it is not all of them: some plateaus are short.
RIGHT = {("still falling", 1): 19, ("noisy", 0): 19, ("plateau", 0): 16, ("plateau", 1): 16}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_real_runs_get_the_verdict_that_they_were_made_for(case):
    verdict, i = case
    found = Counter(diagnose.curve(*run).verdict for run in runs(SICK_AND_SOUND[verdict][i]()))
    assert found[verdict] >= RIGHT.get(case, 20), found


def test_wrong_labels_are_not_taken_for_overfitting():
    found = Counter(
        diagnose.curve(history.losses, history.validation_losses).verdict for history in noisy_labels()
    )
    assert not found["overfits"], found


def batches(sign, lr, seed, steps=120):
    """Return the losses of single batches, as a loop prints them, of steps down or, by mistake, up."""
    X, y = CANCER
    cost, rng, theta = models.Cost(TANH, BCE, X, y), np.random.default_rng(seed), TANH.init(30, seed=seed)
    for _ in range(steps):
        rows = rng.choice(len(y), 32, replace=False)
        loss, gradient = cost.on(theta, *(part[rows] for part in cost.data))
        theta = theta - sign * lr * gradient
        yield float(loss)


@pytest.mark.parametrize(("sign", "lr", "verdict"), [(1, 0.1, "noisy"), (-1, 0.003, "rises")])
def test_losses_of_single_batches(sign, lr, verdict):
    found = Counter(diagnose.curve(list(batches(sign, lr, seed))).verdict for seed in SEEDS)
    assert found == {verdict: 20}


T = np.arange(60)
FALLING = 0.1 + np.exp(-T / 8)


def noise(size, seed=0):
    return size * np.random.default_rng(seed).normal(size=60)


MADE = {
    "healthy": FALLING,
    "healthy, negative": FALLING - 5,
    "healthy, with a spike": FALLING + 2 * (T == 30),
    "healthy, with a little noise": FALLING + noise(0.01),
    "healthy, from a jump": np.where(T < 1, 1.0, 0.1),
    "noisy": FALLING + noise(0.15),
    "noisy, and wild": 0.5 + np.abs(noise(0.5)),
    "oscillates": FALLING + 0.2 * (-1.0) ** T,
    "oscillates, in waves": FALLING + 0.2 * np.sin(T / 2),
    "rises": FALLING + 0.001 * T**1.7,
    "rises, negative": -5 + 0.05 * T,
    "rises, late and fast": np.where(T < 55, FALLING, 0.1 + 1.9 ** (T - 56)),
    "still falling": 1 - T / 80,
    "stalls at once": 0.69 + noise(0.001),
    "stalls at once, noisy": 0.69 + noise(0.1),
    "plateau": FALLING + 0.5 / (1 + np.exp(T - 45.0)),
    "diverged": 1.3**T,
    "diverged, negative": -1 + 1.3**T,
    "diverged, to infinity": np.where(T < 59, 1.01**T + T / 60, np.inf),
    "not a number": np.where(T < 30, FALLING, np.nan),
    "not a number, from the start": np.full(60, np.nan),
    "not a number, log of 0": np.where(T < 30, FALLING, np.inf),
}


@pytest.mark.parametrize("name", MADE)
def test_curves_whose_shape_is_known(name):
    found = diagnose.curve(MADE[name])
    assert found.verdict == name.partition(",")[0], found
    assert found.healthy == name.startswith("healthy")


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_a_verdict_does_not_depend_on_the_unit_of_the_loss(name, scale):
    assert diagnose.curve(scale * MADE[name]).verdict == name.partition(",")[0]


def test_noise_is_seldom_taken_for_a_rhythm_or_a_trend():
    found = Counter(diagnose.curve(FALLING + noise(0.15, seed)).verdict for seed in range(500))
    assert found["noisy"] >= 490, found
    found = Counter(diagnose.curve(0.69 + noise(0.1, seed)).verdict for seed in range(500))
    assert found["stalls at once"] >= 485, found


@pytest.mark.parametrize(
    ("validation", "verdict"),
    [
        (FALLING + 0.3, "healthy"),  # a gap that does not grow
        (FALLING + 0.3 + noise(0.02), "healthy"),
        (0.3 + FALLING + 0.004 * T, "overfits"),
        (0.3 + 0.004 * T, "overfits"),  # it never falls
        (0.1 + 10 * np.exp(-T / 8) + 0.004 * T, "overfits"),  # little of its fall, most of its level
        (np.where(T < 30, FALLING, np.nan), "not a number"),
    ],
)
def test_a_validation_loss_that_rises_while_the_training_loss_falls_is_overfitting(validation, verdict):
    assert diagnose.curve(FALLING, validation).verdict == verdict


@pytest.mark.parametrize("rate", [10.0, 20.0, 30.0])
def test_a_run_whose_rate_is_far_too_high_is_not_said_to_stall(rate):
    cells = datasets.breast_cancer().split(test=0.3, seed=0)[0]
    X = datasets.z_score(cells.X[:, :10])(cells.X[:, :10])
    net, bce = models.Perceptron(link="sigmoid"), losses.BinaryCrossEntropy(from_logits=True)
    sgd = optimizers.GradientDescent(lr=rate)
    jumps = fit(net, X, cells.y, bce, sgd, epochs=20, batch_size=32, seed=range(60)).losses.T
    assert all(diagnose.curve(each).verdict != "stalls at once" for each in jumps)
    # Such runs are chaotic: what the last few are called hangs on the processor.
    assert sum(diagnose.curve(each).clinic[:2] in {"18", "22"} for each in jumps) >= 54


def test_where_both_losses_rise_it_is_not_overfitting():
    rising = FALLING + 0.001 * T**1.7
    assert diagnose.curve(rising, rising + 0.3).verdict == "rises"


def test_the_clinic_of_a_stall_depends_on_how_it_stalls():
    assert diagnose.curve(0.69 - 1e-5 * T).clinic.startswith("18")
    assert diagnose.curve(0.69 - 1e-3 * (T > 3)).clinic.startswith("21")


def test_a_curve_says_where():
    assert diagnose.curve(MADE["rises"]).numbers["at"] == pytest.approx(MADE["rises"].argmin(), abs=1)
    assert diagnose.curve(MADE["not a number"]).numbers["at"] == 30
    assert "entry 30" in diagnose.curve(MADE["not a number"]).saw
    assert "from entry 15 to 42," in diagnose.curve(MADE["plateau"]).saw


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, 0.5],), "losses must have at least 5 entries to be judged; got 2"),
        (([],), "losses must hold at least one example"),
        (([[1.0] * 6],), "losses must have shape (n,), one loss an epoch or step; got (1, 6)"),
        ((FALLING, FALLING[1:]), "losses and validation must have as many entries; got 60 and 59"),
        ((["high", "low"],), "losses must hold real numbers"),
    ],
)
def test_what_is_no_curve_is_refused(arguments, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        diagnose.curve(*arguments)


@pytest.mark.parametrize(
    ("loss", "classes", "verdict", "clinic"),
    [
        (0.69, 2, "healthy", ""),
        (2.9, 10, "healthy", ""),  # scores with the spread of He's start
        (230.0, 10, "too high", "25"),
        (0.25, 2, "too low", "17"),
        (0.09, 10, "too low", "17"),  # the mean of squares over 10 outputs
        (0.02, 10, "too low", "25"),
        (-0.5, 2, "too low", "25"),
        (np.nan, 2, "not a number", "20"),
        (np.inf, 2, "not a number", "20"),
    ],
)
def test_the_first_loss_of_a_classifier(loss, classes, verdict, clinic):
    found = diagnose.initial_loss(loss, classes)
    assert (found.verdict, found.clinic[:2]) == (verdict, clinic)


def test_fresh_networks_have_the_first_loss_that_is_expected():
    X, y = scaled(datasets.penguins())
    model = models.Perceptron(hidden=(16,), outputs=3, link="softmax")
    for seed in SEEDS:
        cost = models.Cost(model, losses.SparseCategoricalCrossEntropy(from_logits=True), X, y)
        assert diagnose.initial_loss(cost(model.init(4, seed=seed)), 3).healthy
    wild = models.Cost(model, cost.loss, 1000 * X, y)  # inputs that are not scaled
    assert diagnose.initial_loss(wild(1e3 * model.init(4)), 3).verdict == "too high"


@pytest.mark.parametrize(
    ("hidden", "activation", "factor", "verdict"),
    [
        ((16,) * 3, "relu", 1.0, "healthy"),
        ((16,) * 3, "tanh", 1.0, "healthy"),
        ((16,) * 10, "sigmoid", 1.0, "vanishing"),
        ((16,) * 10, "relu", 0.1, "vanishing"),  # of ReLU, in all layers alike
        ((16,) * 10, "relu", 3.0, "exploding"),
    ],
)
def test_gradients_of_networks_by_layer(hidden, activation, factor, verdict):
    X, y = CANCER
    model = models.Perceptron(hidden=hidden, activation=activation, link="sigmoid")
    for seed in SEEDS:
        theta = factor * model.init(30, seed=seed)
        parts = model.views(models.Cost(model, BCE, X, y).gradient(theta), 30)
        weights = {name: part for name, part in parts.items() if name.startswith("weights")}
        assert diagnose.gradient_norms(weights).verdict == verdict


@pytest.mark.parametrize(
    ("sizes", "verdict"),
    [
        ((1.0, 1.0, 1.0), "healthy"),
        ((2e-3, 1.0, 1.0), "healthy"),
        ((5e-4, 1.0, 1.0), "vanishing"),
        ((2e3, 1.0, 1.0), "exploding"),
        ((1e-5, 1.0, 1e-9), "exploding"),
        ((1.0, 0.0, 1.0), "none"),
        ((1.0, np.nan, 1.0), "not a number"),
        ((1.0, np.inf, 1.0), "not a number"),
    ],
)
def test_gradients_of_known_size(sizes, verdict):
    layers = {f"layer {i}": np.full((3, i), size) for i, size in enumerate(sizes, start=1)}
    assert diagnose.gradient_norms(layers).verdict == verdict


def test_units_that_are_dead_in_a_trained_network():
    X, _ = BALANCED
    for thetas, verdict in ((dead(), "dead units"), ([RELU.init(30, seed=s) for s in SEEDS], "healthy")):
        for theta in thetas:
            parts = RELU.views(theta, 30)
            hidden = np.maximum(X @ parts["weights_1"] + parts["bias_1"], 0)
            assert diagnose.dead_units({"hidden": hidden}).verdict == verdict


def test_a_unit_that_is_constant_or_mostly_0_is_not_dead():
    units = np.ones((10, 8))
    units[1:, 0] = 0
    assert diagnose.dead_units(units).numbers["shares"] == {"": 0.0}
    units[:, :2] = 0
    assert diagnose.dead_units(units).verdict == "dead units"
    units[0, 2] = np.nan
    assert diagnose.dead_units(units).verdict == "not a number"


def test_the_scale_of_real_inputs():
    for X, _ in (datasets.penguins(), datasets.breast_cancer(), datasets.badly_scaled()):
        found = diagnose.input_scale(X)
        assert found.verdict == "not normalised"
        best = (X - X.mean(axis=0)) / X.std(axis=0)
        assert diagnose.input_scale(best).healthy
        assert np.isclose(
            found.numbers["condition_scaled"], diagnose.input_scale(best).numbers["condition"], rtol=1e-6
        )
        unit = (X - X.min(axis=0)) / np.ptp(X, axis=0)
        assert diagnose.input_scale(X[:, :1] * 1e-3).verdict == "not normalised"  # small is a scale as well
        assert diagnose.input_scale(unit).numbers["condition"] < found.numbers["condition"]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_means_that_are_rounding_are_told_as_0(dtype):
    X = datasets.penguins("body mass").X
    scaled = ((X - X.mean(axis=0)) / X.std(axis=0)).astype(dtype)
    for rounding in (1e-17, -3e-16):
        assert "means from 0 to 0;" in diagnose.input_scale(scaled + rounding).saw
    assert "means from -0.001 to -0.001;" in diagnose.input_scale(scaled - 0.001).saw


def test_columns_that_are_constant_or_alike():
    X = np.random.default_rng(0).normal(size=(50, 3))
    assert diagnose.input_scale(X * [1.0, 0.0, 1.0]).verdict == "constant column"
    assert diagnose.input_scale(X * [1.0, 0.0, 1.0] + 0.1).saw.startswith("column 1:")
    assert diagnose.input_scale(X[:, [0, 1, 1]]).healthy  # scaling does not mend that κ is infinite


def test_rows_that_both_sets_have():
    X, y = datasets.breast_cancer()
    assert diagnose.leakage(X[:400], X[400:], y[:400]).healthy
    found = diagnose.leakage(X[:420], X[400:])
    assert (found.verdict, found.numbers["rows"]) == ("shared rows", list(range(20)))
    assert diagnose.leakage(X[:420].astype(np.float32), X[400:]).verdict == "shared rows"
    assert diagnose.leakage(X[:401], X[400:]).healthy  # 1 of 169


def test_a_column_that_gives_the_answer_away():
    rng = np.random.default_rng(0)
    X, y = datasets.breast_cancer()
    given = np.column_stack([X, y + 0.1 * rng.random(len(y))])
    found = diagnose.leakage(given[:400], given[400:], y[:400])
    assert (found.verdict, found.numbers["columns"]) == ("answer among the inputs", [30])
    X, y = datasets.penguins("body mass")
    assert diagnose.leakage(X[:300], X[300:], y[:300]).healthy
    pounds = np.column_stack([X, np.log(y)])
    assert diagnose.leakage(pounds[:300], pounds[300:], y[:300]).numbers["columns"] == [3]
    X, y = datasets.penguins()
    assert diagnose.leakage(X[:300], X[300:], y[:300]).healthy


def test_scaling_before_the_split():
    X, _ = datasets.breast_cancer()
    for low, size in ((X.mean(axis=0), X.std(axis=0)), (X.min(axis=0), np.ptp(X, axis=0))):
        together = (X - low) / size
        assert diagnose.leakage(together[:400], together[400:]).verdict == "scaled together"
        assert diagnose.leakage(*np.split(together.astype(np.float32), [400])).verdict == "scaled together"
    alone = (X - X[:400].mean(axis=0)) / X[:400].std(axis=0)
    assert diagnose.leakage(alone[:400], alone[400:]).healthy


def step_of(model, data, loss, seed):
    """Return a step of training that keeps its parameters, and takes a batch of 32."""
    X, y = data
    cost, rng = models.Cost(model, loss, X, y), np.random.default_rng(seed)
    theta = model.init(X.shape[1], seed=seed)

    def step(lr):
        nonlocal theta
        rows = rng.choice(len(y), 32, replace=False)
        value, gradient = cost.on(theta, *(part[rows] for part in cost.data))
        theta = theta - lr * gradient
        return value

    return step


def test_a_rate_that_a_range_test_suggests_trains_well():
    lrs = np.geomspace(1e-5, 100, 100)
    for seed in SEEDS:
        tested = diagnose.range_test(step_of(LINEAR, MASS, MSE, seed), lrs)
        found = diagnose.rates(lrs, tested)
        assert found.healthy
        assert np.isnan(tested[-1])  # it ended when it blew up
        history = train(LINEAR, MASS, MSE, SGD(lr=found.numbers["try_first"]), 20, batch_size=32, seed=seed)
        assert history.losses[-1] < 0.3 * history.losses[0]


def test_a_range_that_is_too_low_or_too_high():
    for seed in SEEDS:
        low, high = np.geomspace(1e-9, 1e-6, 50), np.geomspace(100, 1e6, 50)
        assert diagnose.rates(low, diagnose.range_test(step_of(LINEAR, MASS, MSE, seed), low)).verdict == (
            "nothing falls"
        )
        found = diagnose.rates(high, diagnose.range_test(step_of(LINEAR, MASS, MSE, seed), high))
        assert found.means == meanings.BLOWS_UP_AT_ONCE.means
    lrs = np.geomspace(1e-3, 0.1, 50)
    assert (
        diagnose.rates(lrs, diagnose.range_test(step_of(LINEAR, MASS, MSE, 0), lrs)).verdict == "no end seen"
    )


@pytest.mark.parametrize(
    ("y", "y_pred", "verdict"),
    [
        ([0, 0, 0, 1], [0.1, 0.2, 0.1, 0.4], "constant"),
        ([0, 0, 0, 1], [0.1, 0.6, 0.1, 0.4], "no better than the majority"),
        ([0, 0, 0, 1], [0.1, 0.2, 0.1, 0.8], "healthy"),
        ([0, 0, 1, 2], [0, 0, 1, 1], "class never predicted"),
        ([0, 0, 1, 2], [[5, 1, 0], [5, 1, 0], [1, 4, 0], [0, 1, 3]], "healthy"),
        ([True, False, True], [True, False, True], "healthy"),
        ([1, 1, 1], [1, 1, 1], "healthy"),
        ([-1, 1, 1, -1], [-1, 1, 1, -1], "healthy"),
        ([1.5, 2.5, 9.5], [4.5, 4.5, 4.5], "constant"),
        ([1.5, 2.5, 9.5], [9.5, 2.5, 1.5], "no better than the mean"),
        ([1.5, 2.5, 9.5], [1.5, 3.5, 9.0], "healthy"),
        ([1.5, 2.5, 9.5], [1.5, np.nan, 9.0], "not a number"),
    ],
)
def test_predictions_beside_those_of_no_model(y, y_pred, verdict):
    assert diagnose.predictions(np.array(y), np.array(y_pred)).verdict == verdict


Y, Y_PRED = np.array([1.0, 2.0, 4.0, 7.0]), np.array([1.5, 2.5, 3.0, 8.0])


def squares(y, y_pred):
    return np.mean((y - y_pred) ** 2)


@pytest.mark.parametrize(
    ("gradient", "word"),
    [
        (lambda y, y_pred: 2 * (y - y_pred) / 4, "the sign"),
        (lambda y, y_pred: 2 * (y_pred - y), "a factor of n"),
        (lambda y, y_pred: (2 * (y_pred - y) / 4)[:, None], "the shape"),
    ],
)
def test_a_wrong_gradient_is_named(gradient, word):
    found = diagnose.loss_gradient(squares, gradient, Y, Y_PRED)
    assert (found.verdict, found.clinic) == ("wrong gradient", "25 A buggy custom loss")
    assert found.means.startswith(word)


def test_a_right_gradient_a_kink_a_jump_and_shapes_that_broadcast():
    for loss in (MSE, MAE, losses.Huber()):
        assert diagnose.loss_gradient(loss, loss.gradient, Y, Y_PRED).healthy
    at_kink = diagnose.loss_gradient(MAE, lambda y, p: np.sign(p - y) / 4 + (p == y), Y, [1.0, 2.5, 3.0, 8.0])
    assert at_kink.clinic.startswith("20")
    jump = diagnose.loss_gradient(lambda y, p: np.mean(p > 2.5), lambda y, p: 0 * p, Y, Y_PRED)
    assert jump.verdict == "no slope"
    column = Y_PRED[:, None]
    found = diagnose.loss_gradient(squares, lambda y, p: p, Y, column)
    assert (found.verdict, found.numbers["paired"]) == ("broadcast", squares(Y, Y_PRED))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: diagnose.initial_loss(0.7, 1), "classes must be at least 2; got 1"),
        (lambda: diagnose.initial_loss([0.7, 0.6], 2), "loss must be one number"),
        (lambda: diagnose.gradient_norms([1.0]), "gradients must be a dict of layers' names to arrays"),
        (lambda: diagnose.gradient_norms({}), "gradients must be a dict of layers' names to arrays"),
        (lambda: diagnose.dead_units([1.0]), "activations must have shape (n, units)"),
        (lambda: diagnose.input_scale([1.0]), "X must have shape (n, features)"),
        (lambda: diagnose.leakage([[1.0]], [[1.0, 2.0]]), "must have as many columns; got 1 and 2"),
        (lambda: diagnose.leakage([[1.0]], [[2.0]], [1, 2]), "y_train must have shape (1,)"),
        (lambda: diagnose.rates([1, 2, 3], [1, 2, 3]), "lrs must be at least 5 rates that rise"),
        (lambda: diagnose.rates([1, 2, 3, 4, 5], [1, 2]), "must have one shape; got (5,) and (2,)"),
        (lambda: diagnose.predictions([1, 0], [[1], [0], [1]]), "y must have shape (n,)"),
        (lambda: diagnose.predictions([1.5, 2.5], [[1.0], [2.0]]), "must have the same shape"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        call()


def test_a_finding_is_three_paragraphs_and_healthy_without_a_clinic():
    found = diagnose.curve(MADE["rises"])
    lines = str(found).splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ["Saw:", "Means:", "Clinic:"]
    assert max(map(len, lines)) <= finding.WIDTH
    assert "Clinic" not in str(diagnose.curve(FALLING))


def test_clinics_are_called_as_their_chapters_are():
    """Of those chapters that there are."""
    for number, name in finding.CLINICS.items():
        for path in NOTEBOOKS.glob(f"{number}_*.ipynb"):
            assert f'"# {name}' in path.read_text(encoding="utf-8")


def test_every_meaning_sends_to_a_clinic_unless_healthy():
    for meaning in vars(meanings).values():
        if isinstance(meaning, finding.Meaning):
            assert (meaning.verdict == "healthy") == (meaning.clinic is None)
