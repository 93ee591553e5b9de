"""What a lab is: a scene drawn once, an update of what moves, and the sliders that drive it.

From one declaration a lab is live in a notebook (`ipywidgets`), moves on the book's pages without a kernel
(frames, drawn when the site is built), and is a still with a text alternative everywhere else.
"""

import functools
import inspect
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from lossgd import plots
from lossgd.plots.svg import Artist, Axes

MIMETYPE = "application/vnd.lossgd.lab+json"


@dataclass(frozen=True)
class Control:
    """A slider: one parameter of a lab, and the values it can take.

    Parameters
    ----------
    label : str
        The slider's name, in words; a screen reader says it.
    values : array_like of shape (k,)
        The positions, in order.
    start : float
        The position that a reader sees first, one of `values`.
    form : str
        How a value is written, such as "{:.1f}".
    play : bool
        Whether a page shows a button that moves the slider by itself.
    """

    label: str
    values: Sequence[float] | np.ndarray
    start: float
    form: str = "{:.1f}"
    play: bool = False

    def index(self, value: float) -> int:
        """Return the position of a value, which must be one of the slider's."""
        i = int(np.abs(np.asarray(self.values) - value).argmin())
        if not np.isclose(self.values[i], value):
            raise ValueError(f"{self.label} can be {', '.join(self.texts())}; got {value}")
        return i

    def texts(self) -> list[str]:
        """Return the values as they are written and spoken."""
        return [write(self.form, value) for value in self.values]


def write(form: str, *values: Any) -> str:
    """Return `form.format(*values)` with true minus signs, and none before a number that is rounded to 0."""
    text = re.sub(r"-(?=0(\.0+)?(?![\d.]*\d))", "", form.format(*values))
    return re.sub(r"-(?=\d)", "−", text)


class Scene:
    """Where a lab draws: its panels, and which of their artists move."""

    def __init__(self) -> None:
        self.axes: list[Axes] = []
        self._moving: list[Artist] = []

    def panel(self, *args: Any, **kwargs: Any) -> Axes:
        """Return the axes of a new panel, beside those there are; arguments as for `plots.panel`."""
        self.axes.append(plots.panel(*args, **kwargs))
        return self.axes[-1]

    def moving(self, artists: Iterable[Artist]) -> Any:
        """Declare artists that the update moves; return them."""
        for artist in artists:
            artist.set_animated(True)  # matplotlib then leaves it out of the still layer
        self._moving += artists
        return artists

    def curves(self, axes: Axes, looks: Mapping[str, dict[str, Any]]) -> Callable[[dict], None]:
        """Add moving curves, each with its name at its end.

        Parameters
        ----------
        axes : matplotlib.axes.Axes
            One of the scene's panels, with its limits set.
        looks : dict of str to dict
            How each curve looks, by its name.

        Returns
        -------
        callable
            Which moves them: it takes a dict of name to (x, y).
        """
        lines = {name: axes.plot(0, 0, **look)[0] for name, look in looks.items()}
        labels = plots.label_ends(axes, lines)
        self.moving([*lines.values(), *labels.values()])

        def move(points):
            for name, (x, y) in points.items():
                lines[name].set_data(x, y)
            plots.place_labels(axes, lines, labels)

        return move

    def still_layers(self) -> list[str]:
        """Return the markup of what never changes, for each panel."""
        return [plots.still(axes) for axes in self.axes]

    def moving_layers(self) -> list[str]:
        """Return the markup of what moves, as it is now, for each panel."""
        return [plots.draw([one for one in self._moving if one.axes is axes], axes) for axes in self.axes]


class Lab:
    """A lab at its first position; a notebook shows it with sliders that move.

    Made by the functions that `lab` decorates.

    Parameters
    ----------
    name : str
        The function's name, by which the site finds the lab again.
    build : callable
        Takes a `Scene`, draws it, and returns `update(**parameters)`, which moves and returns the caption.
    controls : dict of str to Control
        The sliders, by the parameter that each one sets.
    """

    def __init__(self, name: str, build: Callable, controls: Mapping[str, Control]) -> None:
        self.name = name
        self.controls = controls
        self._build = build
        self._start = {key: control.start for key, control in controls.items()}

    @functools.cached_property
    def _drawn(self):
        scene = Scene()
        with plots.style():
            update = self._build(scene)
        return scene, update, scene.still_layers()

    def frame(self, **parameters: float) -> tuple[str, list[str]]:
        """Move to a position (the first one for parameters not given).

        Returns
        -------
        str
            The caption: what is seen, in words and numbers.
        list of str
            The markup of what moves, for each panel.
        """
        scene, update, _ = self._drawn
        with plots.style():
            caption = update(**self._start | parameters)
        return caption, scene.moving_layers()

    def positions(self) -> list[dict[str, float]]:
        """Return the parameters of every position, the last slider moving fastest."""
        values = [control.values for control in self.controls.values()]
        return [dict(zip(self.controls, each, strict=True)) for each in itertools.product(*values)]

    def __repr__(self):
        return self.frame()[0]

    def _panels(self, moving):
        """Return each panel as an SVG element, with what moves in a group of its own."""
        scene, _, still = self._drawn
        return [
            plots.panel_svg(axes, below, f'<g class="moving">{above}</g>')
            for axes, below, above in zip(scene.axes, still, moving, strict=True)
        ]

    def _repr_mimebundle_(self, include=None, exclude=None):
        caption, moving = self.frame()
        picture = plots.document(self._panels(moving), self._drawn[0].axes, caption)
        kept = {"image/svg+xml": picture, "text/plain": caption, MIMETYPE: {"lab": self.name}}
        if os.environ.get("LOSSGD_LABS") == "still":
            return kept
        try:
            return self.widget()._repr_mimebundle_() | kept
        except ImportError:  # no ipywidgets: the still remains
            return kept

    def widget(self) -> Any:
        """Return the lab as an ipywidget: its sliders, and below them the caption and the picture."""
        import ipywidgets

        view = ipywidgets.HTML()
        sliders = {
            key: ipywidgets.SelectionSlider(
                options=list(zip(control.texts(), control.values, strict=True)),
                index=control.index(control.start),
                description=control.label,
                style={"description_width": "9rem"},
                layout={"width": "min(28rem, 100%)"},
            )
            for key, control in self.controls.items()
        }

        def show(_change=None):
            caption, moving = self.frame(**{key: slider.value for key, slider in sliders.items()})
            picture = plots.inline("".join(self._panels(moving)), caption)
            view.value = f"<style>{plots.css()}</style><p>{escape(caption)}</p>{picture}"

        show()
        for slider in sliders.values():
            slider.observe(show, "value")
        return ipywidgets.VBox([*sliders.values(), view])

    def page(self) -> str:
        """Return the lab as HTML for a page without a kernel; `book/_static/lab.js` moves it."""
        captions, frames = zip(*(self.frame(**each) for each in self.positions()), strict=True)
        caption, moving = self.frame()
        data = {
            "texts": [control.texts() for control in self.controls.values()],
            "captions": captions,
            "frames": frames,
        }
        script = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
        return (
            f'<figure class="lab">'
            f'<figcaption class="lab-caption" aria-live="polite">{escape(caption)}</figcaption>'
            f'<div class="lab-picture">{plots.inline("".join(self._panels(moving)), caption)}</div>'
            f'<div class="lab-controls" hidden="">{"".join(map(_slider, self.controls.values()))}</div>'
            f'<script type="application/json">{script}</script></figure>'
        )


def _slider(control):
    i, last = control.index(control.start), len(control.values) - 1
    text = control.texts()[i]
    return (
        f'<label><span>{escape(control.label)}</span> <input type="range" autocomplete="off"'
        f' min="0" max="{last}" value="{i}" aria-valuetext="{text}"/></label><output>{text}</output>'
        + '<button type="button" class="lab-play">Play</button>'
        * control.play
    )


def lab(**controls: Control) -> Callable[[Callable], Callable[[], Lab]]:
    """Make a lab of a function that draws a scene and returns its update.

    Parameters
    ----------
    **controls : Control
        The sliders, by the parameter of the update that each one sets.

    Returns
    -------
    callable
        Which takes the function and returns one that returns a new `Lab`.
    """

    def decorate(build):
        def make():
            return Lab(build.__name__, build, controls)

        make.__name__, make.__qualname__ = build.__name__, build.__qualname__
        make.__doc__, make.__module__ = inspect.getdoc(build), build.__module__
        return make

    return decorate
