"""Every lab at every position, as a still, as a page without a kernel, and live."""

import gzip
import itertools
import json
import math
import re
import sys
import xml.etree.ElementTree as ET
from html import escape

import ipywidgets
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from lossgd import labs, losses
from lossgd.labs import landscapes
from lossgd.labs.adaptive import FIELD, run
from lossgd.labs.page import ELEMENT, SLOT, Page, _numbers
from lossgd.labs.regression import FITTED, X, Y, best_line
from lossgd.labs.subgradients import TRUTHS
from lossgd.tables import write

WIDGET = "application/vnd.jupyter.widget-view+json"
# A lab is what the package offers in lower case; `lab` itself is how one is declared.
NAMES = [name for name in labs.__all__ if name.islower() and name != "lab"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=NAMES)
def lab(request):
    return getattr(labs, request.param)()


@pytest.fixture(scope="module")
def page(lab):
    return Page(lab)


@pytest.fixture(scope="module")
def html(page):
    return page.html("../frames.js?v=1")


@pytest.fixture(scope="module")
def data(lab, page):
    start, end = f"(window.lossgdLabs ??= {{}}).{lab.name} = ", ";\n"
    assert page.script.startswith(start)
    assert page.script.endswith(end)
    return json.loads(page.script.removeprefix(start).removesuffix(end))


def unpacked(lanes, data):
    """Return the markup of a layer in each frame, and its numbers, as `lab.js` puts them together."""
    elements, numbers = [], []
    for heads, tails, changes in lanes:
        changes, now, lane, places = iter(changes), [], [], []
        for head, tail in zip(heads, tails, strict=True):
            pieces = data["heads"][head].split(SLOT)
            before = [*now, *[0] * len(pieces)]
            now = [next(changes) + before[k] for k in range(len(pieces) - 1)]
            texts = [f"{n / 10:g}" for n in now]
            lane.append(
                "".join(itertools.chain(*zip(pieces, [*texts, ""], strict=True))) + data["tails"][tail]
            )
            places.append((head, now))
        assert next(changes, None) is None
        elements.append(lane)
        numbers.append(places)
    return ["".join(frame) for frame in zip(*elements, strict=True)], list(zip(*numbers, strict=True))


def plain(layer):
    """Return markup with numbers as JavaScript writes them."""
    return layer.replace("h.01", "h0")


def test_every_position_differs_in_caption_and_picture(data):
    assert len(set(data["captions"])) == len(data["captions"])
    layers = [unpacked(layer, data)[0] for layer in data["layers"]]
    frames = list(zip(*layers, strict=True))
    assert len(set(frames)) == len(frames) == len(data["captions"])


def test_frames_are_those_that_are_drawn(lab, data):
    texts = [control.texts() for control in lab.controls.values()]
    assert data["texts"] == texts
    assert data["values"] == [list(control.values) for control in lab.controls.values()]
    positions = lab.positions()
    assert len(data["captions"]) == len(positions) == len(list(itertools.product(*texts)))
    layers = [unpacked(layer, data)[0] for layer in data["layers"]]
    for i in np.random.default_rng(0).permutation(len(positions))[:50]:
        caption, moving = lab.frame(**positions[i])
        assert data["captions"][i] == caption
        assert [layer[i] for layer in layers] == [plain(layer) for layer in moving]


def test_python_shows_at_a_position_what_its_frame_shows(lab, page, data):
    places = unpacked(data["handles"], data)[1] if data["handles"] else None
    indices = list(itertools.product(*(range(len(texts)) for texts in data["texts"])))
    assert data["between"] == [control.between for control in lab.controls.values()]
    for i in np.random.default_rng(2).permutation(len(indices))[:20]:
        seen = page.at(indices[i])
        assert seen["caption"] == data["captions"][i]
        assert seen["texts"] == [texts[at] for texts, at in zip(data["texts"], indices[i], strict=True)]
        for layer, (markup,) in zip(data["layers"], seen["layers"], strict=True):
            assert unpacked(layer, data)[0][i] == plain(markup)
        for place, (_, tenths) in zip(seen["handles"], places[i] if places else [], strict=True):
            np.testing.assert_allclose(place, np.divide(tenths, 10), atol=0.051)
        json.dumps(seen)


def test_between_two_positions_a_lab_stands_where_it_is_asked_to(lab, page):
    """Near a position it moves already, as what looks up the nearest would not."""
    start = [control.index(control.start) for control in lab.controls.values()]
    for k, control in enumerate(lab.controls.values()):
        for i in np.linspace(0, len(control.values) - 2, 12).astype(int):
            near, farther = (page.at([*start[:k], i + part, *start[k + 1 :]]) for part in (0.1, 0.2))
            assert (near["layers"] != farther["layers"]) == control.between


def test_page_shows_the_first_position(lab, html, data):
    sliders = re.findall(r'name="(\w+)"[^>]* max="(\d+)" value="(\d+)" aria-valuetext="([^"]+)"', html)
    frame = 0
    for (name, last, value, text), (key, control) in zip(sliders, lab.controls.items(), strict=True):
        assert name == key
        assert int(last) == len(control.values) - 1
        assert text == control.texts()[int(value)]
        assert control.values[int(value)] == control.start
        frame = frame * len(control.values) + int(value)
    assert html.count('<button type="button" class="lab-play">Play</button>') == (lab.name == "race")
    assert data["captions"][frame] == repr(lab)
    assert html.count(f">{escape(repr(lab))}<") == html.count(f'aria-label="{escape(repr(lab))}"') == 1
    assert all(f'<g class="moving">{layer}</g>' in html for layer in lab.frame()[1])
    assert 'data-frames="../frames.js?v=1"' in html


def test_page_is_well_formed_and_light(html, page, data):
    ET.fromstring(html)
    for layer in data["layers"]:
        for frame in unpacked(layer, data)[0][::20]:
            ET.fromstring(f"<g>{frame}</g>")
    for text in (html, page.script):
        assert not re.search(r"\bid=|url\(|nan|inf\b|0x", text)
    assert len(gzip.compress(html.encode())) < 15_000
    assert len(gzip.compress(page.script.encode())) < 60_000


def test_positions_are_close(lab, data):
    """On a slider of a phone, and where a point is dragged, positions are about 10 apart or less."""
    for texts in data["texts"]:
        assert 228 / (len(texts) - 1) <= 12
    for _, *sides in data["drags"]:
        for _, places in filter(None, sides):
            assert abs(np.diff(places)).max() < 11


def test_what_is_dragged_is_where_its_controls_say(lab, data):
    positions = lab.positions()
    _, numbers = unpacked(data["handles"], data) if data["handles"] else (None, [])
    indices = list(itertools.product(*(range(len(texts)) for texts in data["texts"])))
    assert len(indices) == len(positions)
    for k, (panel, *sides) in enumerate(data["drags"]):
        assert 0 <= panel < len(lab.scene.axes)
        assert any(sides)
        for at, frame in zip(indices, numbers, strict=True):
            for n, side in zip(frame[k][1], sides, strict=True):
                assert side is None or n / 10 == pytest.approx(side[1][at[side[0]]], abs=0.11)


def test_between_two_positions_lies_what_is_drawn_there(lab, data):
    """Only what moves in a straight line is interpolated: drawn half-way, nothing is 1.5 units from it."""
    smooth = [key for key, control in lab.controls.items() if control.smooth]
    if lab.name == "race":  # between two steps there is nothing to draw: a path is the straight line
        return
    layers = [unpacked(layer, data)[1] for layer in data["layers"]]
    positions = lab.positions()
    for key in smooth:
        names = list(lab.controls)
        after = names[names.index(key) + 1 :]
        stride = math.prod(len(lab.controls[name].values) for name in after)
        for i in np.random.default_rng(1).permutation(len(positions) - stride)[:60]:
            one, other = positions[i], positions[i + stride]
            if other[key] <= one[key]:
                continue
            half = lab.frame(**one | {key: (one[key] + other[key]) / 2})[1]
            for layer, markup in zip(layers, half, strict=True):
                drawn = [[round(10 * float(n)) for n in _numbers(e)] for e in ELEMENT.findall(markup)]
                for (head, a), (also, b), c in zip(layer[i], layer[i + stride], drawn, strict=True):
                    if head == also and len(a) == len(c):
                        np.testing.assert_allclose(np.add(a, b) / 2, c, atol=15)


def test_layers_are_apart(lab):
    """What moves is not in the still layer, and what stands still is not in a frame."""
    scene, _, still = lab._drawn
    assert scene.still_layers() == still, "moving an artist leaves the still layer as it was"
    for i, layer in enumerate(still):
        own = re.findall(r"<(?:path|text)[^>]*>", layer)
        assert own
        for position in lab.positions()[:: max(1, len(lab.positions()) // 10)]:
            assert not set(own) & set(re.findall(r"<(?:path|text)[^>]*>", lab.frame(**position)[1][i]))


def test_drawn_twice_is_the_same_whatever_came_between(lab):
    again = getattr(labs, lab.name)()
    positions = lab.positions()
    first = [lab.frame(**position) for position in positions[:: len(positions) // 10]]
    assert first[::-1] == [again.frame(**position) for position in positions[:: len(positions) // 10][::-1]]
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
    assert WIDGET in bundle
    assert bundle["text/plain"] == repr(lab)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert set(lab._repr_mimebundle_()) == {labs.MIMETYPE, "text/plain", "image/svg+xml"}


def test_live_is_shown_by_ipywidgets_7_too(monkeypatch):
    lab = labs.learning_rate()
    widget = lab.widget()
    view = widget._repr_mimebundle_()[WIDGET]
    monkeypatch.delenv("LOSSGD_LABS", raising=False)
    monkeypatch.setattr(lab, "widget", lambda: widget)
    monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_")  # Colab has 7, which is without it
    assert lab._repr_mimebundle_()[WIDGET] == view


def test_control_refuses_a_start_that_it_does_not_have():
    control = labs.Control("slope w", [0.5, 1.0, -1.0], 0.5)
    assert control.index(1.0) == 1
    assert control.texts() == ["0.5", "1.0", "−1.0"]
    with pytest.raises(ValueError, match=r"slope w can be 0.5, 1.0, −1.0; got 0.7"):
        control.index(0.7)


def test_control_has_a_digit_more_between_its_positions():
    control = labs.Control("slope w", [0.5, 1.0, 0.25], 0.5, between=True)
    assert [control.at(position) for position in (0, 0.1, 0.5, 1, 1.9, 2)] == [0.5, 0.55, 0.75, 1, 0.33, 0.25]
    whole = labs.Control("steps", np.arange(5, 20, 5), 5)
    assert [whole.at(position) for position in (0, 0.4, 0.6, 2.0)] == [5, 5, 10, 15]


def test_numbers_are_written_with_true_minus_signs_and_none_before_zero():
    text = write(
        "{:.2f} {:+.2f} {:+.2f} {:.0f}, ({:.1f}) {:g} {:+.3f}", -0.001, -0.001, 0, -0.2, -0.05, -0.5, 0.002
    )
    assert text == "0.00 0.00 0.00 0, (−0.1) −0.5 +0.002"


@pytest.mark.parametrize("y8", range(-6, 25, 3))
def test_best_lines_are_best(y8):
    y = Y.copy()
    y[8] = y8
    for name, loss in FITTED.items():
        w, b = best_line(loss, X, y)
        slope = loss.gradient(y, w * X + b)
        if name != "MAE":
            assert abs(slope.sum()) < 1e-12
            assert abs(slope @ X) < 1e-12
    # The best line under MAE goes through two of the points: try all pairs.
    pairs = [np.polyfit(X[[i, j]], y[[i, j]], 1) for i, j in itertools.combinations(range(len(X)), 2)]
    best = min(losses.MeanAbsoluteError()(y, w * X + b) for w, b in pairs)
    w, b = best_line(FITTED["MAE"], X, y)
    assert losses.MeanAbsoluteError()(y, w * X + b) == pytest.approx(best, abs=1e-8)


def test_line_stays_below_the_cost_where_the_caption_says():
    """On a fine grid, which knows nothing of corners."""
    places = np.linspace(-1, 6, 1401)
    mae = losses.MeanAbsoluteError()
    costs = np.array([mae(TRUTHS, np.full(4, place)) for place in places])
    lab = labs.supporting_line()
    for position in lab.positions():
        theta, g = position.values()
        gap = mae(TRUTHS, np.full(4, theta)) + g * (places - theta) - costs
        found = [
            side for side, x in (("left", places < theta), ("right", places > theta)) if gap[x].max() > 1e-9
        ]
        (does,) = re.findall(r"stays below|left\b|right\b", lab.frame(**position)[0])
        assert found == ([] if does == "stays below" else [does])


AT_SEVEN = "7 of 48 points are on the wrong side: accuracy 85 %. The cross-entropy is "


@pytest.mark.parametrize(
    ("name", "parameters", "caption"),
    [
        ("fit_line", {}, "At w = 1.80 and b = 0.5 the cost is 1.11: this line is too flat and too low."),
        ("fit_line", {}, "The best line (w = 1.99, b = 0.92) costs 0.33."),
        ("fit_line", {"w": 0.6}, "this line is too flat"),
        ("fit_line", {"w": 3.2}, "this line is too steep"),
        ("fit_line", {"w": 2.0, "b": 3.5}, "this line is too high"),
        ("fit_line", {"w": 2.0, "b": 1.0}, "this line is nearly the best"),
        ("outlier", {}, "With the outlier at y = 20 instead of 8.8, the best slopes change: MSE +0.95"),
        ("huber_delta", {}, "an error of 3 is beyond δ and costs 2.50. Half its square is 4.50"),
        ("huber_delta", {"delta": 5.0}, "an error of 3 is within δ and costs 4.50."),
        ("penalty", {"p": 0.01}, "p = 0.01: the cross-entropy is 4.61, 44 times that at p = 0.9."),
        ("penalty", {"p": 0.99}, "0.01, about a tenth of that at p = 0.9."),
        ("penalty", {"p": 0.9}, "the cross-entropy is 0.11. The squared error is 0.01."),
        ("penalty", {"p": 0.904}, "p = 0.904: the cross-entropy is 0.10, 1.0 times that at p = 0.9."),
        ("margin_losses", {"margin": 0.0}, "wrong, and every loss charges for it. The 0/1 loss is 1"),
        ("margin_losses", {"margin": 0.5}, "not by a clear margin. The 0/1 loss is 0, the hinge 0.50"),
        ("margin_losses", {"margin": 2.0}, "right by a clear margin"),
        ("decision_boundary", {}, "At 90° and a shift of 0.0, 15 of 48 points are on"),
        # Chapter 03: the same points stay wrong while the cost rises, and at −90° it is above a coin's 0.69.
        ("decision_boundary", {"angle": 10}, AT_SEVEN + "0.29"),
        ("decision_boundary", {"angle": 0}, AT_SEVEN + "0.32"),
        ("decision_boundary", {"angle": -10}, AT_SEVEN + "0.36"),
        ("decision_boundary", {"angle": -90}, "The cross-entropy is 1.51"),
        # Chapter 04: a weight of 9 decides as a threshold of 0.1 does, and a threshold of 0.9 undoes it.
        ("class_weight", {}, "13 of 20 missed, 5 of the alarms false, a bill of 122. The model says 5 %"),
        ("class_weight", {"weight": 9}, "0.5: 4 of 20 missed, 28 of the alarms false, a bill of 64."),
        ("class_weight", {"weight": 9}, "The model says 16 % on average; 5 % are true."),
        ("class_weight", {"threshold": 0.1}, "4 of 20 missed, 28 of the alarms false, a bill of 64."),
        ("class_weight", {"weight": 9, "threshold": 0.9}, "0.9: 13 of 20 missed, 5 of the alarms false"),
        ("class_weight", {"weight": 40}, "0.5: 2 of 20 missed, 88 of the alarms false, a bill of 106."),
        ("learning_rate", {"alpha": 0.04}, "it takes 1 step to a thousandth of the first loss. Each step"),
        ("learning_rate", {"alpha": 0.11}, "Diverges after 13 steps: α = 0.11 > 2/L = 0.08. Each step"),
        ("learning_rate_ravine", {"alpha": 0.001}, "Creeps: with α = 0.001 it takes 3205 steps"),
        ("learning_rate_ravine", {"alpha": 0.08}, "Jumps to and fro for ever: α = 0.08 = 2/L. Each"),
        ("learning_rate_ravine", {"alpha": 0.11}, "while along the floor θ₁ has come from −10 to −2.20."),
        # Chapter 15: gradient descent does not notice the angle, AdaGrad does, and no rate makes up for it.
        ("turned_ravine", {}, "gradient descent 470, AdaGrad 4, RMSProp 238, Adam 55."),
        ("turned_ravine", {"angle": 45}, "gradient descent 470, AdaGrad 879, RMSProp over 1,000, Adam 230."),
        ("turned_ravine", {"angle": 90}, "gradient descent 470, AdaGrad 4, RMSProp 238, Adam 55."),
        ("turned_ravine", {"share": 5.0}, "loss: gradient descent diverges, AdaGrad "),
        ("race", {"step": 0}, "At the start the loss is 24.2 for all."),
        # Chapter 14: too much momentum runs past the goal; inside the wedge α is of no account.
        ("momentum_ravine", {}, "62 steps to a thousandth of the first loss. Along the floor it runs 3.8"),
        ("momentum_ravine", {"beta": 0.75}, "20 steps to a thousandth of the first loss."),
        ("momentum_ravine", {"beta": 0.25, "alpha": 0.1}, "never comes to rest."),
        ("momentum_plane", {"alpha": 0.075, "beta": 0.0}, "along creeps and across flips. Slower is along"),
        ("momentum_plane", {"alpha": 0.075, "beta": 0.0}, "a step leaves 0.925: 29.5 steps a digit."),
        ("momentum_plane", {"alpha": 0.06, "beta": 0.7}, "of both, whatever α: 12.9 steps a digit."),
        ("momentum_plane", {"alpha": 0.13, "beta": 0.7}, "of both, whatever α: 12.9 steps a digit."),
        ("momentum_plane", {"alpha": 0.14, "beta": 0.7}, "across diverges, as α > 2(1 + β)/L = 0.136."),
        ("momentum_plane", {"alpha": 0.1, "beta": 0.25}, "across never comes to rest, as α = 2(1 + β)/L"),
        ("momentum_plane", {"alpha": 0.04, "beta": 0.0}, "across arrives at once."),
        # Chapter 29: a small delay helps, a larger one diverges; one step late halves the bound.
        ("late_gradients", {}, "slower is along: 56.4 steps a digit. The bound of this delay is 0.4."),
        ("late_gradients", {"delay": 4}, "slower is along: 45.9 steps a digit."),
        ("late_gradients", {"delay": 8}, "across diverges, as α > 0.0369, the bound of this delay."),
        ("late_gradients", {"alpha": 0.4}, "across never comes to rest, as α = 0.4, the bound"),
        ("late_gradients", {"alpha": 0.2, "delay": 1}, "across never comes to rest, as α = 0.2, the bound"),
        ("late_gradients", {"alpha": 0.3}, "slower is along: 6.46 steps a digit."),
        ("late_gradients", {"alpha": 0.012, "delay": 16}, "slower is along: 149 steps a digit."),
        # Chapter 16: three leaders in three steps; a cliff at the drop.
        ("race", {"step": 1}, "After 1 step momentum leads"),
        ("race", {"step": 2}, "After 2 steps RMSProp leads"),
        ("race", {"step": 3}, "After 3 steps Nesterov leads"),
        ("race", {"step": 20}, "; momentum, last, "),
        ("race", {"step": 25}, "Momentum, second, "),
        ("rate_drop", {}, "Too early: with α₀ = 0.028"),
        ("rate_drop", {"lr": 0.0614, "drop": 80}, "Well timed: with α₀ = 0.061"),
        ("rate_drop", {"lr": 0.0614, "drop": 300}, "Too late: with α₀ = 0.061"),
        ("rate_drop", {"lr": 0.0112, "drop": 400}, "For this α₀ it is best not to lower it at all"),
        # Clinic 19: centred, some range makes it round; from 0 up, none gets below κ = 14.
        ("input_range", {}, "x from 0 to 100: κ = 13,000, 15,000 steps a digit. Centred, κ would be 830"),
        ("input_range", {"width": 3.2, "offset": 0.0}, "x from −1.6 to 1.6: κ = 1.2, one step a digit."),
        ("input_range", {"width": 1.6}, "x from 0 to 1.6: κ = 14, 16 steps a digit. Centred, κ would be 4.7"),
        ("input_range", {"width": 63, "offset": 3.5}, "x from 189 to 252: κ = 7,200,000, 8,300,000"),
        ("gradient_arrow", {"x": 0.0, "y": 0.0}, "the gradient is (0, 0): the tangent plane is level."),
        ("gradient_arrow", {"x": 0.0, "y": 1.0}, "the gradient is (0, 0): the tangent plane is level."),
        ("gradient_arrow", {"x": 1.2, "y": 0.0}, "should rise by 0.1 · 1.20 = 0.120"),
        ("gradient_arrow", {"x": 1.2, "y": 0.0}, "says the tangent plane; the surface rises by 0.125."),
        ("chord", {}, "the squared error runs below its curve, by up to 0.043, at w = 0.33: not convex."),
        # Chapter 08: a chord over both dips passes; on the left of the first dip there are some that fail.
        ("chord", {"a": -1.0, "b": 2.0}, "neither chord runs below its curve"),
        ("chord", {"a": -0.6, "b": -0.2}, "neither chord runs below its curve"),
        ("chord", {"a": -0.8, "b": -0.2}, "below its curve, by less than 0.001"),
        ("chord", {"a": 0.4, "b": 0.4}, "there is no chord"),
        # Chapter 07: a ledge at the saddle in the middle, where nothing moves, and on either side of it.
        ("basins", {}, "it comes to (−0.09, 0.71), a global minimum of height −1.03, in 68 steps."),
        ("basins", {"y": 0.0}, "it comes to (0.09, −0.71), a global minimum of height −1.03"),
        ("basins", {"x": 0.0, "y": 0.0}, "it does not move: the gradient is 0. At the start the eigenvalues"),
        ("basins", {"x": 0.0, "y": 0.0}, "are −8.1 and 8.1: it bends up one way and down the other"),
        ("basins", {"x": 0.0, "y": 0.1}, "in 20 steps."),
        ("basins", {"x": 0.15, "y": 0.0}, "in 36 steps."),
        ("basins", {"x": 1.5, "y": 0.6}, "a high minimum of height 2.10"),
        ("basins", {"x": -1.65, "y": 0.8}, "it bends up every way, as in a bowl."),
        ("basins", {"x": -1.65, "y": 0.8}, "a local minimum of height −0.22"),
        ("turned", {"angle": 0.0}, "(λ = 8.06) shows 100 % of its width"),
        ("turned", {"angle": 0.0}, "where they cross, looks like a bottom."),
        ("turned", {"angle": 45.0}, "looks like neither."),
        ("turned", {"angle": 90.0}, "(λ = −8.06) 100 %. The saddle, where they cross, looks like a top."),
        ("supporting_line", {}, "A line of slope 0.7 runs above it on the right."),
        ("supporting_line", {}, "Subgradients here: all from −0.5 to 0.5."),
        ("supporting_line", {"g": 0.0}, "stays below the cost, and is level: no θ costs less."),
        ("supporting_line", {"theta": 1.0, "g": -0.5}, "A line of slope −0.5 stays below the cost."),
        ("supporting_line", {"theta": 3.0, "g": 0.5}, "Subgradients here: 0.5 alone."),
        ("supporting_line", {"theta": 3.0, "g": 0.0}, "A line of slope 0.0 runs above it on the left."),
    ],
)  # fmt: skip
def test_caption_says_what_is_seen(name, parameters, caption):
    assert caption in getattr(labs, name)().frame(**parameters)[0].replace("\u00a0", " ")


def test_every_descent_but_one_ends_at_a_minimum():
    grid = np.stack(np.meshgrid(landscapes.STARTS_X, landscapes.STARTS_Y), axis=-1).reshape(-1, 2)
    path = landscapes.walks(grid)
    ended = landscapes.ends(path)
    assert grid[ended < 0].tolist() == [[0.0, 0.0]]
    # Where the ground bends up every way, the descent comes to the nearest minimum; elsewhere it may not.
    bowl = np.linalg.eigvalsh(landscapes.CAMEL.hessian(grid))[:, 0] > 0
    nearest = np.linalg.norm(grid[:, None] - landscapes.CAMEL.minimisers, axis=-1).argmin(axis=1)
    assert (ended == nearest)[bowl].all()
    assert not (ended == nearest)[~bowl].all()
    assert np.mean(~bowl) == pytest.approx(0.6, abs=0.05)


def test_chord_is_never_below_the_cross_entropy():
    lab = labs.chord()
    for position in lab.positions()[::7]:
        lab.frame(**position)
        below = [axes.lines[2].get_xydata() for axes in lab.scene.axes]
        assert len(below[1]) == 0
        assert (len(below[0]) > 0) == ("not convex" in lab.frame(**position)[0])


def test_turned_ravine_begins_with_the_best_rates_and_a_retuned_adagrad_still_loses():
    steps = {name: run(*entry)[1] for name, entry in FIELD.items()}
    for of in steps.values():
        middle = of.shape[1] // 2
        assert of[0, middle] <= 1.02 * np.nanmin(of[0])
        assert_array_equal(of[0], of[-1])  # at 90° the ravine is straight again
    descent, adagrad = steps["gradient descent"], steps["AdaGrad"]
    assert np.ptp(np.nanmin(descent, axis=1)) <= 1
    assert np.nanmin(adagrad[len(adagrad) // 2]) > np.nanmin(descent)
