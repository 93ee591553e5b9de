"""A lab on a page: its still with sliders as HTML, and its frames as a script of their own.

`book/_static/lab.js` fetches the script as the lab comes near, and moves the still by it. A script, unlike
other files, can be fetched by a page that is opened from a folder, too. A page that runs Python asks it for
what has no frame: `book/live/browser/lab.js`.
"""

import functools
import json
import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise, zip_longest
from typing import Any

import numpy as np

from lossgd import plots
from lossgd.labs.lab import Control, Lab
from lossgd.labs.scene import Drag, Scene
from lossgd.plots.svg import Axes
from lossgd.tables import write

ELEMENT = re.compile(r"<path [^>]*/>|<text [^>]*>[^<]*</text>")
PLACES = re.compile(r'(?<=\s[dxy]=")[^"]+')
NUMBER = re.compile(r"-?\d*\.?\d+")
SLOT = "~"  # stands for a number


class Page:
    """What a page needs of a lab: its HTML and, without Python behind it, its frames.

    Parameters
    ----------
    lab : Lab
        The lab; for its frames it is drawn at every position.
    """

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._dragged: Scene | None = None  # a scene that nobody but this page shows

    @functools.cached_property
    def _frames(self):
        with plots.style():  # once for all
            return [(*self.lab.frame(**each), self._handles()) for each in self.lab.positions()]

    def _handles(self):
        """Return where the points are that can be dragged, as markup, like all that moves."""
        return "".join('<path d="M{:.1f} {:.1f}"/>'.format(*_place(drag)) for drag in self.lab.scene.drags)

    def html(self, address: str = "") -> str:
        """Return the still and the controls; `address` is where the page finds the frames, if any."""
        lab = self.lab
        caption, moving = lab.frame()
        longest = max((caption for caption, *_ in self._frames), key=len) if address else caption
        panels = lab.panels(moving)
        two = len(panels) == 2
        swap = '<button type="button" class="lab-swap" aria-label="Show the other panel"></button>'
        return (
            f'<figure class="lab{" two" * two}" data-lab="{lab.name}" data-frames="{address}" data-panel="0">'
            f'<figcaption class="lab-caption" data-longest="{escape(longest)}">'
            f"<span>{escape(caption)}</span></figcaption>"
            f'<div class="lab-picture">{plots.inline("".join(panels), caption)}</div>'
            f'<div class="lab-controls">{"".join(map(_slider, lab.controls, lab.controls.values()))}'
            f"{swap * two}</div></figure>"
        )

    def sliders(self) -> dict[str, list]:
        """Return what moves the lab, and how."""
        controls = self.lab.controls.values()
        return {
            "values": [[float(value) for value in control.values] for control in controls],
            "texts": [control.texts() for control in controls],
            "smooth": [control.smooth for control in controls],
            "between": [control.between for control in controls],
            "drags": [self._drag(drag) for drag in self.lab.scene.drags],
        }

    def at(self, positions: Sequence[float]) -> dict[str, Any]:
        """Return what is seen where the sliders stand at these positions, counted from 0."""
        controls = self.lab.controls
        values = {name: controls[name].at(at) for name, at in zip(controls, positions, strict=True)}
        caption, moving = self.lab.frame(**values)
        return {
            "caption": caption,
            "texts": [write(controls[name].form, value) for name, value in values.items()],
            "layers": [[layer] for layer in moving],
            "handles": [_place(drag) for drag in self.lab.scene.drags],
        }

    def points(self) -> dict[str, list]:
        """Return a lab's points, and where on its first panel those are that a reader can drag."""
        points, line = self.lab.points, self.lab.scene.held
        if points is None or line is None:
            return {"points": [], "places": []}
        places = [_on_panel(line.axes, at) for at in line.get_xydata()]
        return {"points": np.column_stack([points.x, points.y]).tolist(), "places": places}

    def drag(self, i: int, place: Sequence[float]) -> dict[str, list]:
        """Move one of the lab's points to a place on its panel; return the panels, without what moves."""
        axes = self.lab.scene.axes[0]
        x, y = axes.transData.inverted().transform((place[0], axes.figure.bbox.height - place[1]))
        self.lab = self.lab.moved(i, x, y, self._dragged)
        self._dragged = self.lab.scene
        return {"panels": self.lab.panels([""] * len(self.lab.scene.axes))}

    @functools.cached_property
    def script(self) -> str:
        """The frames, as a script that hands them over."""
        captions, moving, handles = zip(*self._frames, strict=True)
        heads, tails = {"": 0}, {"": 0}
        data = self.sliders() | {
            "captions": captions,
            "layers": [_lanes(layer, heads, tails) for layer in zip(*moving, strict=True)],
            "handles": _lanes(handles, heads, tails),
            "heads": list(heads),
            "tails": list(tails),
        }
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return f"(window.lossgdLabs ??= {{}}).{self.lab.name} = {text};\n"

    def _drag(self, drag):
        """Return the panel of a point that can be dragged, and for each axis the control and its places."""
        names = list(self.lab.controls)
        axes = drag.point.axes
        sides: list[list | None] = []
        for side, name in enumerate((drag.x, drag.y)):
            if name is None:
                sides.append(None)
                continue
            points = np.zeros((len(self.lab.controls[name].values), 2))
            points[:, 1 - side] = drag.point.get_xydata()[-1, 1 - side]
            points[:, side] = self.lab.controls[name].values
            places = axes.transData.transform(points)[:, side]
            places = axes.figure.bbox.height - places if side else places
            sides.append([names.index(name), places.round(1).tolist()])
        return [self.lab.scene.axes.index(axes), *sides]


def _place(drag: Drag):
    return _on_panel(drag.point.axes, drag.point.get_xydata()[-1])


def _on_panel(axes: Axes, point: np.ndarray) -> tuple[float, float]:
    """Return where a point is on its panel, as SVG counts, from the upper left."""
    x, y = axes.transData.transform(point).tolist()
    return x, axes.figure.bbox.height - y


def _lanes(frames, heads, tails):
    """Return the markup of all frames of a layer, taken apart for interpolation and compression.

    The first element of each frame is one lane, the second another, and so on. A lane has for each frame
    which head its element has, its markup up to the text, with slots for the numbers of places; which tail,
    from the text on; and how much each number, in tenths, differs from that of the frame before.
    """
    lanes = []
    for lane in zip_longest(*map(ELEMENT.findall, frames), fillvalue=""):
        parts = [(element.partition(">")) for element in lane]
        numbers = [[round(10 * float(n)) for n in _numbers(head)] for head, _, _ in parts]
        shapes = [PLACES.sub(lambda place: NUMBER.sub(SLOT, place[0]), head) for head, _, _ in parts]
        changes = [
            new - old
            for before, after in pairwise([[], *numbers])
            for new, old in zip_longest(after, before[: len(after)], fillvalue=0)
        ]
        lanes.append([
            [heads.setdefault(head + ">" if head else "", len(heads)) for head in shapes],
            [tails.setdefault(tail, len(tails)) for _, _, tail in parts],
            changes,
        ])  # fmt: skip
    return lanes


def _numbers(head):
    return [number for place in PLACES.findall(head) for number in NUMBER.findall(place)]


def _slider(name: str, control: Control):
    i, last = control.index(control.start), len(control.values) - 1
    text = control.texts()[i]
    return (
        f'<label><span>{escape(control.label)}</span> <span class="lab-track">'
        f'<input type="range" name="{name}" autocomplete="off" min="0" max="{last}" value="{i}"'
        f' aria-valuetext="{text}"/></span></label><span class="lab-value" aria-hidden="true">{text}</span>'
        + '<button type="button" class="lab-play">Play</button>'
        * control.play
    )
