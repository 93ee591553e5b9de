"""What a lab is: a scene (`scene.py`), an update of what moves there, and the sliders that drive it.

From one declaration a lab is live in a notebook (`ipywidgets`), moves on the book's pages without a kernel
(frames, drawn when the site is built), and is a still with a text alternative everywhere else.
"""

import functools
import inspect
import itertools
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np

from lossgd import plots
from lossgd.labs.points import Points, form
from lossgd.labs.scene import Scene
from lossgd.tables import write

MIMETYPE = "application/vnd.lossgd.lab+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
# Where no line may break: between a number and its unit, and around an equals sign.
TIES = re.compile(r"(?<=\d) (?=%|times|steps?\b)| (?=[=·])|(?<=[=·]) ")


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
    smooth : bool
        Whether all that is drawn moves in a straight line from one position to the next, so that a page may
        show what lies between.
    between : bool
        Whether the lab can stand anywhere between two positions, so that a page that runs Python may ask it.
    """

    label: str
    values: Sequence[float] | np.ndarray
    start: float
    form: str = "{:.1f}"
    play: bool = False
    smooth: bool = False
    between: bool = False

    def index(self, value: float) -> int:
        """Return the position of a value, which must be one of the slider's."""
        i = int(np.abs(np.asarray(self.values) - value).argmin())
        if not np.isclose(self.values[i], value):
            raise ValueError(f"{self.label} can be {', '.join(self.texts())}; got {value}")
        return i

    def at(self, position: float) -> float:
        """Return the value at a position, counted from 0; between two it has a digit more than they have.

        Parameters
        ----------
        position : float
            If the lab cannot stand between two positions, the nearest is taken.
        """
        low = int(position) if self.between else round(position)
        part = position - low
        if not self.between or not part:
            return self.values[low]
        step = self.values[low + 1] - self.values[low]
        return round(float(self.values[low] + part * step), 1 - math.floor(math.log10(abs(step))))

    def texts(self) -> list[str]:
        """Return the values as they are written and spoken."""
        return [write(self.form, value) for value in self.values]


class Lab:
    """A lab at its first position; a notebook shows it with sliders that move.

    Made by the functions that `lab` decorates.

    Parameters
    ----------
    name : str
        The function's name, by which the site finds the lab again.
    build : callable
        Takes a `Scene`, and the points if there are any; draws it, and returns `update(**parameters)`, which
        moves and returns the caption.
    controls : dict of str to Control
        The sliders, by the parameter that each one sets.
    points : Points, optional
        The data that are shown, if a reader can put others in their place.
    own : bool
        Whether these are a reader's own.
    scene : Scene, optional
        Where the lab draws; a new one if not given.
    """

    def __init__(
        self,
        name: str,
        build: Callable,
        controls: Mapping[str, Control],
        points: Points | None = None,
        *,
        own: bool = False,
        scene: Scene | None = None,
    ) -> None:
        self.name = name
        self.controls = controls
        self.points = points
        self.own = own
        self._build = build
        self._scene = scene or Scene()
        self._start = {key: control.start for key, control in controls.items()}

    @functools.cached_property
    def _drawn(self):
        scene = self._scene
        with plots.style():
            update = self._build(scene, *[self.points] * (self.points is not None))
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
        return TIES.sub("\u00a0", caption), scene.moving_layers()

    def of(self, points: Points) -> "Lab":
        """Return this lab with other points, and its sliders where these ask for them."""
        controls = {name: refitted(control, points.sliders[name]) for name, control in self.controls.items()}
        return Lab(self.name, self._build, controls, points, own=True)

    def moved(self, i: int, x: float, y: float, scene: Scene | None = None) -> "Lab":
        """Return this lab with one of its points elsewhere, in a new scene or instead of what one shows."""
        if self.points is None:
            raise ValueError(f"{self.name} has no points that can be moved")
        if scene:
            scene.empty()
        return Lab(self.name, self._build, self.controls, self.points.moved(i, x, y), own=True, scene=scene)

    def positions(self) -> list[dict[str, float]]:
        """Return the parameters of every position, the last slider moving fastest."""
        values = [control.values for control in self.controls.values()]
        return [dict(zip(self.controls, each, strict=True)) for each in itertools.product(*values)]

    def __repr__(self):
        return self.frame()[0]

    @property
    def scene(self) -> Scene:
        """What is drawn."""
        return self._drawn[0]

    def panels(self, moving: Sequence[str]) -> list[str]:
        """Return each panel as an SVG element, with what moves, of a frame, in a group of its own."""
        scene, _, still = self._drawn
        return [
            plots.panel_svg(axes, below, f'<g class="moving">{above}</g>')
            for axes, below, above in zip(scene.axes, still, moving, strict=True)
        ]

    def still(self) -> str:
        """Return the first position as an SVG that can stand alone."""
        caption, moving = self.frame()
        return plots.document(self.panels(moving), self.scene.axes, caption)

    def _repr_mimebundle_(self, include=None, exclude=None):
        kept: dict[str, Any] = {"image/svg+xml": self.still(), "text/plain": repr(self)}
        if not self.own:  # the site draws frames of a lab by its name
            kept[MIMETYPE] = {"lab": self.name}
        if os.environ.get("LOSSGD_LABS") == "still":
            return kept
        try:
            model = self.widget().model_id
        except ImportError:  # no ipywidgets: the still remains
            return kept
        # Written here, as the widgets of ipywidgets 7, which Colab has, display themselves in another way.
        return {WIDGET: {"version_major": 2, "version_minor": 0, "model_id": model}} | kept

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
            picture = plots.inline("".join(self.panels(moving)), caption)
            view.value = f"<style>{plots.css()}</style><p>{escape(caption)}</p>{picture}"

        show()
        for slider in sliders.values():
            slider.observe(show, "value")
        return ipywidgets.VBox([*sliders.values(), view])


def lab(
    book: Points | None = None, own: Callable[..., Points] | None = None, /, **controls: Control
) -> Callable[[Callable], Callable[..., Lab]]:
    """Make a lab of a function that draws a scene and returns its update.

    Parameters
    ----------
    book : Points, optional
        The data that the lab shows, if a reader can put others in their place.
    own : callable, optional
        Which then makes points of a reader's x and y.
    **controls : Control
        The sliders, by the parameter of the update that each one sets.

    Returns
    -------
    callable
        Which takes the function and returns one that returns a new `Lab`; that one takes a reader's own data.
    """

    def decorate(build):
        def make():
            return Lab(build.__name__, build, controls, book)

        made = make if own is None else or_of(make, own)
        made.__name__, made.__qualname__ = build.__name__, build.__qualname__
        made.__doc__, made.__module__ = inspect.getdoc(build), build.__module__
        return made

    return decorate


def or_of(make: Callable[[], Lab], own: Callable[..., Points]) -> Callable[..., Lab]:
    """Return a function that makes a lab as the book has it or, if given x and y, of a reader's points."""

    def make_of(x=None, y=None):
        return make() if x is None and y is None else make().of(own(x, y))

    return make_of


def refitted(control: Control, values: np.ndarray) -> Control:
    """Return a control with other values, as many as it has."""
    start, step = values[control.index(control.start)], values[1] - values[0]
    return replace(control, values=values, start=float(start), form=form(step))
