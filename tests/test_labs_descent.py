"""What the labs on gradients and descent show is computed as they say."""

import itertools
import re

import numpy as np
import pytest

from lossgd import descend, labs, losses, models, surfaces
from lossgd.labs import descent, gradients
from lossgd.labs.optimizers import FIELD, START, run
from lossgd.plots.styles import LETTER


@pytest.mark.parametrize("alpha", [0.01, 0.03, 0.06, 0.1])
def test_each_step_is_the_gradient_times_the_learning_rate(alpha):
    lab = labs.step_by_step()
    cost = models.Cost(models.Linear(), losses.MeanSquaredError(), descent.X[:, None], descent.Y)
    w, theta = 0.0, np.zeros(2)
    for step in range(descent.STEPS + 1):
        slope, gradient = cost.gradient(np.array([w, 0]))[0], cost.gradient(theta)  # by w alone, and by both
        caption, _ = lab.frame(alpha=alpha, step=step)
        numbers = [float(text) for text in re.findall(r"[-+]?[\d.]*\d", caption.replace("−", "-"))]
        one = [w, cost(np.array([w, 0])), slope, -alpha * slope]
        two = [*theta, cost(theta), *gradient, *-alpha * gradient]
        np.testing.assert_allclose(numbers, [step, alpha, *one, *two], atol=0.00501)
        w, theta = w - alpha * slope, theta - alpha * gradient


def test_verdict_on_a_learning_rate_agrees_with_theory():
    lab = labs.learning_rate()
    for alpha in descent.ALPHAS:
        caption, _ = lab.frame(alpha=alpha)
        factor = abs(1 - alpha * descent.L)
        first = caption.split(":")[0].split(" after ")[0]
        kinds = {
            "Creeps": 0.02,
            "Never overshoots": 0.0401,
            "Overshoots": 0.0799,
            "Jumps to and fro for ever": 0.0801,
        }
        assert first == next((kind for kind, top in kinds.items() if alpha < top), "Diverges")
        if 0 < factor < 1:  # each step multiplies the loss by the factor's square
            assert f"takes {int(np.log(1000) / -2 / np.log(factor)) + 1} steps" in caption
        if factor > 1:
            assert f"after {int(np.log(1e6) / 2 / np.log(factor)) + 1} steps" in caption


def test_race_is_run_at_each_optimizers_best_rate():
    for name, optimizer in FIELD.items():
        _, losses, best = run(optimizer)
        assert losses.max() == losses[0] == pytest.approx(24.2), name
        for rate in best * 10 ** np.array([-0.5, -0.1, -0.05, 0.05, 0.1, 0.5]):
            path = descend(
                surfaces.Rosenbrock(), START, optimizer(lr=rate), max_steps=200, gradient_tolerance=None
            )
            assert path.losses.max() > 24.2000001 or path.loss >= losses[-1], (name, rate)


def test_race_order_is_by_loss():
    ends = {name: run(optimizer)[1][-1] for name, optimizer in FIELD.items()}
    caption = labs.race().frame(step=200)[0]
    order = sorted(ends, key=ends.get)
    at = [caption.lower().index(name.lower()) for name in (*order[:2], order[-1])]
    assert at == sorted(at)
    assert f"leads with a loss of {ends[order[0]]:.2g}" in caption
    assert f"{ends[order[1]] / ends[order[0]]:.3g} times as much" in caption
    assert f"last, {ends[order[-1]] / ends[order[0]]:.3g} times" in caption


def test_names_in_the_race_overlap_neither_each_other_nor_an_optimizer():
    lab = labs.race()
    for step in range(0, 201, 2):
        valley = lab.frame(step=step)[1][0]
        heads = re.findall(r'd="M([\d.]+) ([\d.]+)h.01"[^>]* stroke-width="11"', valley)
        texts = re.findall(r'<text x="([^"]+)" y="([^"]+)"([^>]*)>([^<]+)<', valley)
        assert len(texts) == len(heads) == len(FIELD)
        boxes = [
            (float(x) - len(name) * LETTER * (0.5 if "middle" in look else 0), float(y), len(name) * LETTER)
            for x, y, look, name in texts
        ]
        for (x1, y1, width1), (x2, y2, width2) in itertools.combinations(boxes, 2):
            assert abs(y1 - y2) > 13 or x1 + width1 < x2 or x2 + width2 < x1, step
        for (x, y, width), (hx, hy) in itertools.product(boxes, np.array(heads, float)):
            assert abs(y - 4 - hy) > 6 or not x < hx < x + width, step  # letters stand 8 above their line


def test_contour_piece_is_level_and_at_right_angles_to_the_gradient():
    saddle = surfaces.Saddle()
    for theta in np.array([[1.2, 0.4], [-1.5, -1.2], [0.3, 0.0], [0.0, 0.2], [0.6, 1.0]]):
        points = gradients.along_contour(saddle, theta)
        np.testing.assert_allclose(saddle(points), saddle(theta), atol=1e-6)
        middle = len(points) // 2
        np.testing.assert_array_equal(points[middle], theta)
        across = points[middle + 1] - points[middle - 1]
        assert abs(across @ saddle.gradient(theta)) < 0.02 * np.linalg.norm(across)
        assert 0.8 < np.linalg.norm(np.diff(points, axis=0), axis=1).sum() < 1.1
