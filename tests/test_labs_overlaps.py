"""No text lies on another, on a point or beyond the edge, at any position of a lab, in any shared figure."""

import functools
import itertools
from typing import ClassVar

import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.transforms import Bbox

from lossgd import labs, plots
from lossgd.plots import svg
from tests.test_labs import NAMES
from tests.test_plots import FIGURES

pytestmark = pytest.mark.slow

AGG = RendererAgg(1, 1, 72)
NEAR = 1.0  # so much two things may share, in units of a panel
AMID = ["one_rate"]  # the labs whose names stand beside points, amid the curves
SMALL, LARGE = 4.9, 20.0  # a smaller point may be written over, and a larger one is an area


@functools.cache
def extent(text, size, weight):
    """Return width, height and depth of a text in matplotlib's font, which is wider than a browser's."""
    return AGG.get_text_width_height_descent(text, FontProperties(size=size, weight=weight), ismath=False)


class Watcher(svg._Renderer):
    """A renderer that keeps, for each panel, the boxes of texts and points and the curves that it draws."""

    seen: ClassVar[list] = []

    def __init__(self, *size):
        super().__init__(*size)
        self.texts, self.points, self.curves = {}, [], []
        Watcher.seen.append(self)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        width, height, depth = extent(s, prop.get_size_in_points(), prop.get_weight())
        self.texts[s, x, y] = (x, y - height + depth, x + width, y + depth)

    def draw_path(self, gc, path, transform, rgbFace=None):
        super().draw_path(gc, path, transform, rgbFace)
        if rgbFace is None and len(path):
            clip = gc.get_clip_rectangle()
            self.curves.append((path.transformed(transform), clip or Bbox([[0, 0], self.size])))

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
        radius = marker_trans.transform((1, 0))[0] * marker_path.get_extents().width / 2
        if SMALL < 2 * radius < LARGE and gc.get_alpha() in (None, 1):
            clip = gc.get_clip_rectangle()
            spots = (v[-2:] for v, _ in path.iter_segments(trans, simplify=False))
            self.points += [
                (x - radius, self.size[1] - y - radius, x + radius, self.size[1] - y + radius)
                for x, y in spots
                if clip is None or clip.contains(x, y)
            ]


def share(one, other):
    """Return whether two boxes share more than an edge."""
    return all(min(one[i + 2], other[i + 2]) - max(one[i], other[i]) > NEAR for i in (0, 1))


def faults(*layers):
    """Yield what lies on what, on a panel that is drawn in layers."""
    texts = list(itertools.chain.from_iterable(layer.texts.items() for layer in layers))
    points = list(itertools.chain.from_iterable(layer.points for layer in layers))
    width, height = layers[0].size
    for ((one, *_), box), ((other, *_), more) in itertools.combinations(texts, 2):
        if share(box, more):
            yield f"{one!r} on {other!r}"
    for (text, *_), box in texts:
        if min(box[0], box[1], width - box[2], height - box[3]) < -NEAR:
            yield f"{text!r} beyond the edge"
        if any(share(box, point) for point in points):
            yield f"{text!r} on a point"


def crossed(layer):
    """Yield which texts of a layer that moves stand on one of its curves."""
    height = layer.size[1]
    for (text, *_), (left, top, right, bottom) in layer.texts.items():
        box = Bbox([[left + NEAR, height - bottom + NEAR], [right - NEAR, height - top - NEAR]])
        for path, clip in layer.curves:
            seen = Bbox.intersection(box, clip)
            if seen and seen.width * seen.height and path.intersects_bbox(seen, filled=False):
                yield f"{text!r} on a curve"


@pytest.fixture
def drawn(monkeypatch):
    """Return a function that draws, and returns for each panel what was drawn."""
    monkeypatch.setattr(svg, "_Renderer", Watcher)

    def drawn(draw):
        Watcher.seen = []
        draw()
        return Watcher.seen

    return drawn


@pytest.mark.parametrize("name", NAMES)
def test_no_text_of_a_lab_lies_on_anything(drawn, name):
    lab = getattr(labs, name)()
    still = drawn(lambda: lab.scene)
    found = {}
    with plots.style():
        for position in lab.positions():
            for below, above in zip(still, drawn(lambda at=position: lab.frame(**at)), strict=True):
                amid = [] if name in AMID else crossed(above)
                for fault in (*faults(below, above), *amid):
                    found.setdefault(fault, []).append(position)
    assert {fault: (len(where), where[0]) for fault, where in found.items()} == {}


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_no_text_of_a_figure_lies_on_anything(drawn, make):
    for panel in drawn(make()._repr_mimebundle_):
        assert list(faults(panel)) == []
