"""Every lab at every position, as a still, as a page without a kernel, and live."""

import gzip
import itertools
import json
import re
import sys
import xml.etree.ElementTree as ET
from html import escape

import numpy as np
import pytest

from lossgd import labs, losses
from lossgd.labs.lab import write
from lossgd.labs.regression import FITTED, X, Y, best_line

# A lab is what the package offers in lower case; `lab` itself is how one is declared.
NAMES = [name for name in labs.__all__ if name.islower() and name != "lab"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=NAMES)
def lab(request):
    return getattr(labs, request.param)()


@pytest.fixture(scope="module")
def page(lab):
    return lab.page()


@pytest.fixture(scope="module")
def data(page):
    return json.loads(re.search(r'<script type="application/json">(.*)</script>', page)[1])


def test_every_position_differs_in_caption_and_picture(data):
    assert len(set(data["captions"])) == len(data["captions"])
    assert len({tuple(frame) for frame in data["frames"]}) == len(data["frames"])


def test_page_has_a_frame_for_every_position(lab, page, data):
    texts = [control.texts() for control in lab.controls.values()]
    assert data["texts"] == texts
    assert len(data["frames"]) == len(data["captions"]) == len(list(itertools.product(*texts)))
    assert {len(frame) for frame in data["frames"]} == {page.count('<g class="moving">')}


def test_page_shows_the_first_position(lab, page, data):
    sliders = re.findall(r'max="(\d+)" value="(\d+)" aria-valuetext="([^"]+)"', page)
    frame = 0
    for (last, value, text), control in zip(sliders, lab.controls.values(), strict=True):
        assert int(last) == len(control.values) - 1
        assert text == control.texts()[int(value)]
        assert control.values[int(value)] == control.start
        frame = frame * len(control.values) + int(value)
    assert page.count('<button type="button" class="lab-play">Play</button>') == (lab.name == "race")
    assert data["captions"][frame] == repr(lab)
    assert page.count(repr(lab)) == 3, "seen, for a screen reader, and among the captions"
    assert all(f'<g class="moving">{layer}</g>' in page for layer in data["frames"][frame])


def test_page_is_well_formed_and_light(page, data):
    before, script = page.split('<script type="application/json">')
    assert script.count("</") == 2, "only the ends of script and figure"
    ET.fromstring(f"{before}</figure>")
    for layer in itertools.chain(*data["frames"]):
        ET.fromstring(f"<g>{layer}</g>")
    assert not re.search(r"\bid=|url\(|nan|inf\b|0x", page)
    assert len(gzip.compress(page.encode())) < 60_000


def test_layers_are_apart(lab, data):
    """What moves is not in the still layer, and what stands still is not in a frame."""
    scene, _, still = lab._drawn
    assert scene.still_layers() == still, "moving an artist leaves the still layer as it was"
    for i, layer in enumerate(still):
        own = re.findall(r"<(?:path|text)[^>]*>", layer)
        assert own
        for frame in data["frames"][:: max(1, len(data["frames"]) // 10)]:
            assert not set(own) & set(re.findall(r"<(?:path|text)[^>]*>", frame[i]))


def test_drawn_twice_is_the_same_whatever_came_between(lab, data):
    again = getattr(labs, lab.name)()
    positions = lab.positions()
    for i in np.random.default_rng(0).permutation(len(positions))[:10]:
        assert again.frame(**positions[i]) == (data["captions"][i], data["frames"][i])
    assert again._drawn[2] == lab._drawn[2]


def test_still_names_the_lab(lab, monkeypatch):
    monkeypatch.setenv("LOSSGD_LABS", "still")
    bundle = lab._repr_mimebundle_()
    assert bundle[labs.MIMETYPE] == {"lab": lab.name}
    assert bundle["text/plain"] == repr(lab)
    assert ET.fromstring(bundle["image/svg+xml"]).get("aria-label") == repr(lab)
    assert set(bundle) == {labs.MIMETYPE, "text/plain", "image/svg+xml"}
    assert len(bundle["image/svg+xml"]) < 60_000


def test_live_follows_its_sliders(lab, monkeypatch):
    monkeypatch.delenv("LOSSGD_LABS", raising=False)
    *sliders, view = lab.widget().children
    seen = {tuple(slider.index for slider in sliders): view.value}
    for slider, control in zip(sliders, lab.controls.values(), strict=True):
        assert slider.description == control.label
        assert slider.continuous_update
        assert slider.value == control.start
        for index in (0, len(control.values) - 1):
            slider.index = index
            seen[tuple(slider.index for slider in sliders)] = view.value
    assert len(set(seen.values())) == len(seen) > len(sliders)
    caption, layers = lab.frame(**{key: control.values[-1] for key, control in lab.controls.items()})
    assert f"<p>{escape(caption)}</p>" in view.value
    assert all(layer in view.value for layer in layers)


def test_live_is_shown_with_the_still_beside_it(lab, monkeypatch):
    monkeypatch.delenv("LOSSGD_LABS", raising=False)
    bundle = lab._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == repr(lab)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert set(lab._repr_mimebundle_()) == {labs.MIMETYPE, "text/plain", "image/svg+xml"}


def test_control_refuses_a_start_that_it_does_not_have():
    control = labs.Control("slope w", [0.5, 1.0, -1.0], 0.5)
    assert control.index(1.0) == 1
    assert control.texts() == ["0.5", "1.0", "−1.0"]
    with pytest.raises(ValueError, match=r"slope w can be 0.5, 1.0, −1.0; got 0.7"):
        control.index(0.7)


def test_numbers_are_written_with_true_minus_signs_and_none_before_zero():
    text = write("{:.2f} {:+.2f} {:.0f}, ({:.1f}) {:g} {:.3f}", -0.001, -0.001, -0.2, -0.05, -0.5, -0.002)
    assert text == "0.00 0.00 0, (−0.1) −0.5 −0.002"


@pytest.mark.parametrize("y8", range(-6, 25, 3))
def test_best_lines_are_best(y8):
    y = Y.copy()
    y[8] = y8
    for name, loss in FITTED.items():
        w, b = best_line(loss, y)
        slope = loss.gradient(y, w * X + b)
        if name != "MAE":
            assert abs(slope.sum()) < 1e-12
            assert abs(slope @ X) < 1e-12
    # The best line under MAE goes through two of the points: try all pairs.
    pairs = [np.polyfit(X[[i, j]], y[[i, j]], 1) for i, j in itertools.combinations(range(len(X)), 2)]
    best = min(losses.MeanAbsoluteError()(y, w * X + b) for w, b in pairs)
    w, b = best_line(FITTED["MAE"], y)
    assert losses.MeanAbsoluteError()(y, w * X + b) == pytest.approx(best, abs=1e-8)


AT_SEVEN = "7 of 48 points are on the wrong side: accuracy 85 %. The cross-entropy is "


@pytest.mark.parametrize(
    ("name", "parameters", "caption"),
    [
        ("fit_line", {}, "At w = 1.8 and b = 0.50 the cost is 1.11: this line is too flat and too low."),
        ("fit_line", {}, "The best line (w = 1.99, b = 0.92) costs 0.33."),
        ("fit_line", {"w": 0.6}, "this line is too flat"),
        ("fit_line", {"w": 3.2}, "this line is too steep"),
        ("fit_line", {"w": 2.0, "b": 3.5}, "this line is too high"),
        ("fit_line", {"w": 2.0, "b": 1.0}, "this line is nearly the best"),
        ("outlier", {}, "With the outlier at y = 20, the best slopes change: MSE +0.95, MAE +0.03"),
        ("huber_delta", {}, "an error of 3 is charged in proportion to its size: 2.50"),
        ("huber_delta", {"delta": 5.0}, "an error of 3 is charged squared and halved: 4.50"),
        ("penalty", {"p": 0.01}, "p = 0.01: the cross-entropy is 4.61, 43.7 times that at p = 0.9."),
        ("penalty", {"p": 0.9}, "the cross-entropy is 0.11. The squared error is 0.01."),
        ("margin_losses", {"margin": 0.0}, "wrong, and every loss charges for it: 0/1 1.00, hinge 1.00"),
        ("margin_losses", {"margin": 0.5}, "not by a clear margin: 0/1 0.00, hinge 0.50"),
        ("margin_losses", {"margin": 2.0}, "right by a clear margin"),
        ("decision_boundary", {}, "At 90° and a shift of 0.00, 15 of 48 points are on"),
        # Chapter 03: the same points stay wrong while the cost rises, and at −90° it is above a coin's 0.69.
        ("decision_boundary", {"angle": 10}, AT_SEVEN + "0.29"),
        ("decision_boundary", {"angle": 0}, AT_SEVEN + "0.32"),
        ("decision_boundary", {"angle": -10}, AT_SEVEN + "0.36"),
        ("decision_boundary", {"angle": -90}, "The cross-entropy is 1.51"),
        ("learning_rate", {"alpha": 0.04}, "it takes 1 step to a thousandth of the first loss. Each step"),
        ("learning_rate", {"alpha": 0.11}, "Diverges after 13 steps: α = 0.11 > 2/L = 0.08. Each step"),
        ("learning_rate_ravine", {"alpha": 0.08}, "Jumps to and fro for ever: α = 0.08 = 2/L. Each"),
        ("learning_rate_ravine", {"alpha": 0.11}, "while along the floor θ₁ has come from −10 to −2.20."),
        ("race", {"step": 0}, "At the start the loss is 24.2 for all."),
        ("gradient_arrow", {"x": 0.0, "y": 0.0}, "the gradient is (0, 0): the tangent plane is level."),
        ("gradient_arrow", {"x": 0.0, "y": 1.0}, "the gradient is (0, 0): the tangent plane is level."),
        ("gradient_arrow", {"x": 1.2, "y": 0.0}, "should rise by 0.1 · 1.20 = 0.120"),
        ("gradient_arrow", {"x": 1.2, "y": 0.0}, "says the tangent plane; the surface rises by 0.125."),
    ],
)  # fmt: skip
def test_caption_says_what_is_seen(name, parameters, caption):
    assert caption in getattr(labs, name)().frame(**parameters)[0]
