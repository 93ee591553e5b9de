"""What the labs on momentum show is computed as they say."""

import re

import numpy as np
import pytest

from lossgd import labs, optimizers, symbolic
from lossgd.labs import momentum
from lossgd.symbolic.notation import ALPHA, BETA, CURVATURE


def matrix(alpha, beta, curvature):
    """Return what a step of the heavy ball multiplies (θ, v) by, from the optimizer's own definition."""
    rule = symbolic.of(optimizers.Momentum(lr=0.1, averaged=False)).on_parabola()
    return np.array(rule.subs({ALPHA: alpha, BETA: beta, CURVATURE: curvature}), float)


@pytest.mark.parametrize("curvature", [momentum.MU, momentum.L])
def test_what_a_step_leaves_is_the_larger_eigenvalue(curvature):
    for alpha in momentum.ALPHAS[::4]:
        for beta in momentum.BETAS[::3]:
            largest = abs(np.linalg.eigvals(matrix(alpha, beta, curvature))).max()
            assert momentum.left(alpha, beta, curvature) == pytest.approx(largest, abs=1e-7)


def test_no_place_on_the_plane_is_faster_than_the_cross():
    alphas, betas = np.meshgrid(np.linspace(0.001, 0.17, 800), np.linspace(0, 0.999, 800))
    paces = momentum.slowest(alphas, betas)
    fastest = np.unravel_index(paces.argmin(), paces.shape)
    assert pytest.approx((1 / 9, 4 / 9)) == momentum.BEST
    assert momentum.slowest(*momentum.BEST) == pytest.approx(2 / 3)
    assert paces.min() > 2 / 3
    assert (alphas[fastest], betas[fastest]) == pytest.approx(momentum.BEST, abs=2e-3)


def test_sentence_on_each_place_of_the_plane_agrees_with_the_eigenvalues():
    ways = {"along": momentum.MU, "across": momentum.L}
    for alpha in momentum.ALPHAS[::2]:
        for beta in momentum.BETAS:
            text = momentum.sentence(alpha, beta)
            if alpha * momentum.L > 2 * (1 + beta) - 1e-9:
                assert text.startswith("across diverges" if "α >" in text else "across never")
                assert momentum.slowest(alpha, beta) > (1 if "α >" in text else 1 - 1e-9)
                continue
            pace = float(re.search(r"[01]\.\d{3}", text)[0])
            assert pace == pytest.approx(momentum.slowest(alpha, beta), abs=6e-4)
            for name, curvature in ways.items():
                inside = (1 + beta - alpha * curvature) ** 2 - 4 * beta
                if abs(inside) > 1e-9:
                    assert (inside < 0) == (f"{name} ripples" in text or "both ripple" in text)


def test_descents_fall_as_the_plane_says():
    lab = labs.momentum_plane()
    lab.frame(alpha=0.05, beta=0.9)
    path = momentum.descents([1.0, 1.0], momentum.ALPHAS, 0.9, 2000)
    for k, alpha in enumerate(momentum.ALPHAS[:28]):
        far = np.linalg.norm(path.thetas[:, k], axis=1) > 1e-10
        steps = far.size - far[::-1].argmax()
        assert steps == pytest.approx(10 * momentum.steps_a_digit(momentum.slowest(alpha, 0.9)), rel=0.05)


def test_chapter_14_names_the_fastest_pairs_of_the_ravine():
    lab = labs.momentum_ravine()
    needed = {}
    for position in lab.positions():
        found = re.search(r"(\d+) steps to a thousandth", lab.frame(**position)[0].replace("\u00a0", " "))
        needed[tuple(position.values())] = int(found[1]) if found else np.inf
    assert min(needed, key=needed.get) == (0.55, 0.09)
    assert needed[0.55, 0.09] == 11
    assert min(momentum.BETAS, key=lambda beta: needed[beta, 0.03]) == 0.75
    assert (needed[0, 0.03], needed[0.75, 0.03]) == (106, 20)
    assert np.isinf([needed[beta, 0.1] for beta in momentum.BETAS[:6]]).all()
    assert np.isfinite([needed[beta, 0.1] for beta in momentum.BETAS[6:]]).all()


def test_chapter_14_says_how_far_the_plane_goes_right():
    far = {
        beta: max(a for a in momentum.ALPHAS if "diverges" not in momentum.sentence(a, beta))
        for beta in (0.0, 0.9)
    }
    assert far == {0.0: 0.08, 0.9: 0.15}
    digits = [momentum.steps_a_digit(momentum.slowest(momentum.ALPHAS, beta)).min() for beta in (0.0, 0.9)]
    assert digits == pytest.approx([29.5, 43.7], abs=0.05)


def test_chapter_14_says_what_a_digit_costs_at_the_crosses_and_next_to_the_tip():
    crosses = [(2 / (momentum.MU + momentum.L), 0.0), momentum.BEST]
    assert [float(momentum.steps_a_digit(momentum.slowest(*cross))) for cross in crosses] == pytest.approx(
        [28.8, 5.7], abs=0.05
    )
    alphas, betas = np.meshgrid(momentum.ALPHAS, momentum.BETAS)
    assert momentum.steps_a_digit(momentum.slowest(alphas, betas)).min() == pytest.approx(5.8, abs=0.05)


def test_chapter_14_says_that_the_best_beta_falls_as_alpha_grows():
    best = []
    for beta in momentum.BETAS:
        losses = momentum.descents([-10.0, 1.6], momentum.SLIDER, beta, 1000).losses
        far = losses > losses[0] / 1000
        best.append(np.where(far[-1] | np.isnan(losses[-1]), np.inf, len(far) - far[::-1].argmax(axis=0)))
    fastest = momentum.BETAS[np.argmin(best, axis=0)]
    assert np.all(np.diff(fastest) <= 0)
    assert (fastest[0], fastest[-1]) == (0.9, 0.5)
