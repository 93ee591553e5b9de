"""What belongs to what is shown: its colour, its line style, its name beside it."""

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Annotation
from matplotlib.textpath import text_to_path
from matplotlib.ticker import LogLocator
from numpy.typing import ArrayLike

from lossgd.catalogue import CATALOGUE
from lossgd.plots.svg import COLORS, FONT_SIZE

Look = tuple[str, str | tuple[int, tuple[float, ...]]]  # the name of a colour, and a line style of matplotlib

# What something is in a figure, whatever it is about: its colour, which is no optimizer's, and its line.
ROLES: dict[str, Look] = {
    "truth": ("slate", "--"),
    "prediction": ("violet", "-"),
    "too small": ("teal", ":"),
    "good": ("olive", "-"),
    "too large": ("navy", "--"),
    "diverging": ("crimson", "-."),
    "train": ("brown", "-"),
    "validation": ("magenta", "--"),
}
# Other things that are not optimizers; they have the colour of a role beside which they do not stand.
_THINGS: dict[str, Look] = {
    "model": ROLES["prediction"],
    "gap": ("crimson", "-"),
    "gradient": ("crimson", "-"),
    "next step": ("violet", ":"),
    "class 0": ("navy", "-"),
    "class 1": ("brown", "-"),
    "wrong": ("crimson", "-"),
    "along": ("teal", "-"),
    "across": ("brown", "--"),
    "flat": ("teal", "-"),
    "middle": ("olive", "-"),
    "sharp": ("brown", "-"),
    "large": ("brown", "-."),
    "bends up": ("teal", "-"),
    "bends down": ("crimson", "-"),
    "global minimum": ("olive", "-"),
    "local minimum": ("navy", "-"),
    "high minimum": ("brown", "-"),
    "data": ("ink", "-"),
    "0/1": ("ink", "-"),
}
# What is shown: its colour and line style, on every page. Longer names that begin with one of these share it.
LOOKS = (
    ROLES
    | _THINGS
    | {
        name.casefold(): (entry.color, entry.line)
        for entry in CATALOGUE.values()
        if entry.color
        for name in (entry.name, *entry.also)
    }
)
_OTHERS: list[Look] = [
    ("violet", "-"),
    ("crimson", "--"),
    ("olive", "-."),
    ("navy", ":"),
    ("brown", "--"),
    ("teal", "-."),
]
ROOM = 14  # around a name that may be dragged over
LONG = 12  # a name of so many letters is written in two lines
UPS = sorted(range(-90, 91, 5), key=abs)  # how far up a name may stand from its point, the nearest first


def look(name: str, position: int = 0) -> dict[str, Any]:
    """Return the colour and line style of what has this name, as keywords for matplotlib.

    Parameters
    ----------
    name : str
        Such as "MSE" or "Huber, δ = 2"; the beginning counts, capitals do not.
    position : int
        Which of the other looks to take for a name that has none of its own.
    """
    known = [key for key in LOOKS if name.casefold().startswith(key)]
    color, line = LOOKS[max(known, key=len)] if known else _OTHERS[position % len(_OTHERS)]
    return {"color": COLORS[color][0], "linestyle": line}


def color(name: str) -> str:
    """Return the colour of what has this name, such as a role: "truth", "good", "diverging"."""
    return look(name)["color"]


def wrap(name: str) -> str:
    """Return a long name in two lines."""
    spaces = [i for i, letter in enumerate(name) if letter == " "]
    if len(name) < LONG or not spaces:
        return name
    middle = min(spaces, key=lambda i: abs(i - len(name) / 2))
    return f"{name[:middle]}\n{name[middle + 1 :]}"


@functools.cache
def breadth(text: str) -> int:
    """Return how wide a text is at most: matplotlib's own font is wider than others."""
    font = FontProperties(size=FONT_SIZE)
    measure = text_to_path.get_text_width_height_descent
    return max(math.ceil(measure(line, font, ismath=False)[0]) for line in text.split("\n"))


def margin(names: Iterable[str]) -> float:
    """Return the right margin of a panel in which `label_ends` has room for these names."""
    return 12 + max(breadth(wrap(name)) for name in names)


def spread(centres: ArrayLike, sizes: ArrayLike, low: float, high: float) -> np.ndarray:
    """Return centres moved up, or down from the upper edge, until boxes of these sizes do not overlap."""
    centres, sizes = np.array(centres, float), np.array(sizes, float)
    order = np.argsort(centres, kind="stable")
    edge = low
    for i in order:
        centres[i] = max(centres[i], edge + sizes[i] / 2)
        edge = centres[i] + sizes[i] / 2
    edge = high
    for i in order[::-1]:
        centres[i] = min(centres[i], edge - sizes[i] / 2)
        edge = centres[i] - sizes[i] / 2
    return centres


def label_ends(axes: Axes, lines: Mapping[str, Line2D]) -> dict[str, Annotation]:
    """Write each line's name where it ends or leaves the axes, in its colour; return the texts.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        A panel, whose limits are final and whose right margin has room for the names.
    lines : dict of str to matplotlib.lines.Line2D
        The lines by their name.
    """
    looks = {"textcoords": "axes points", "xycoords": "axes points", "va": "center"}
    texts = {
        name: axes.annotate(wrap(name), (0, 0), (0, 0), color=line.get_color(), **looks)
        for name, line in lines.items()
    }
    place_labels(axes, lines, texts)
    return texts


def place_labels(axes: Axes, lines: Mapping[str, Line2D], texts: Mapping[str, Annotation]) -> None:
    """Move the texts that `label_ends` returned to where the lines end now."""
    width, height = axes.bbox.size
    axes.autoscale_view()  # matplotlib settles the limits late
    at_right: dict[str, tuple[float, float]] = {}
    at_top: dict[str, tuple[float, float]] = {}
    for name, line in lines.items():
        points = axes.transAxes.inverted().transform(axes.transData.transform(line.get_xydata()))
        points = points[np.isfinite(points).all(axis=1)]
        inside = (np.abs(points - 0.5) <= 0.5 + 1e-9).all(axis=1)
        x, y = points[inside][-1] if inside.any() else points[-1].clip(0, 1)
        leaves = inside.any() and not inside[-1] and y > 0.5
        (at_top if leaves else at_right)[name] = (x * width, y * height)
    sizes = {name: 15 * len(wrap(name).split("\n")) for name in lines}
    widths = [breadth(wrap(name)) + 8 for name in at_top]
    xs = spread([x for x, _ in at_top.values()], widths, breadth(axes.texts[0].get_text()) - 30, width + 60)
    corner = any(x + size / 2 > width for x, size in zip(xs, widths, strict=True))  # has a name from the top
    high = height - 2 if corner else height + 8
    heights = spread([y for _, y in at_right.values()], [sizes[name] for name in at_right], -4, high)
    for (name, (x, _)), y in zip(at_right.items(), heights, strict=True):
        texts[name].set(position=(x + 6, y), horizontalalignment="left")
    for name, x in zip(at_top, xs, strict=True):
        texts[name].set(position=(x, height + 1 + sizes[name] / 2), horizontalalignment="center")


def name_points(
    axes: Axes,
    points: Mapping[str, ArrayLike],
    texts: dict[str, Annotation] | None = None,
    others: ArrayLike = (),
) -> dict[str, Annotation]:
    """Write names beside points, each in its colour, so that no two overlap; return the texts.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        A panel, whose limits are final.
    points : dict of str to (float, float)
        The points by their name, whose look gives the colour.
    texts : dict of str to matplotlib.text.Annotation, optional
        What an earlier call returned: these are moved.
    others : array_like of shape (n, 2)
        More points, on which no name is written.
    """
    texts = texts or {
        name: note(axes, wrap(name), (0, 0), color=look(name, i)["color"]) for i, name in enumerate(points)
    }
    spots = {name: axes.transData.transform(point) for name, point in points.items()}
    all_spots = [*spots.values(), *axes.transData.transform(np.reshape(others, (-1, 2)))]
    taken = [(x - 5, x + 5, y, 5.0) for x, y in all_spots]
    for name, (x, y) in sorted(spots.items(), key=lambda item: -item[1][1]):
        width = breadth(wrap(name))
        right = x + 10 + width < axes.figure.bbox.width
        low = x + 10 if right else x - 10 - width
        half = 7.5 * len(wrap(name).split("\n"))
        near = [(height, size) for left, end, height, size in taken if left < low + width and low < end]
        free = (up for up in UPS if all(abs(y + up - height) > half + size for height, size in near))
        up = next(free, 0)
        taken.append((low, low + width, y + up, half))
        texts[name].xy = points[name]
        texts[name].set(position=(10 if right else -10, up), horizontalalignment="left" if right else "right")
    return texts


def step_aside(text: Annotation, points: Sequence[ArrayLike]) -> None:
    """Move a note to that side of its point where it is clearest of these other points, also of its axes."""
    axes = text.axes
    x, y = axes.transData.transform(text.xy)
    spots = axes.transData.transform(points)
    width = breadth(text.get_text())

    def room(side):
        across, up = side
        middle = x + across * (8 + width / 2), y + up * 12
        return np.hypot(*np.maximum(abs(spots - middle) - [width / 2, 6], 0).T).min()

    across, up = max(((1, 1), (-1, 1), (1, -1), (-1, -1)), key=lambda side: min(room(side), ROOM))
    text.set(position=(8 * across, 12 * up), horizontalalignment="left" if across > 0 else "right")


def gaps(x: ArrayLike, y_true: ArrayLike, y_pred: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of one broken line that joins each truth to its prediction."""
    gap = np.full(np.shape(x), np.nan)
    return np.column_stack([x, x, gap]).ravel(), np.column_stack([y_true, y_pred, gap]).ravel()


def note(
    axes: Axes,
    text: str,
    at: ArrayLike,
    offset: tuple[float, float] = (0, 0),
    **looks: Any,
) -> Annotation:
    """Write a text beside a point of the axes, at this offset; return it."""
    return axes.annotate(text, at, offset, textcoords="offset points", va="center", **looks)


def legend(axes: Axes, colors: Mapping[str, str]) -> None:
    """Write names in their colours side by side above the axes, on the right."""
    right = 0
    for name, color in reversed(list(colors.items())):
        note(axes, name, (1, 1), (right, 17), xycoords="axes fraction", ha="right", color=color)
        right -= breadth(name) + 8


def arrow(axes: Axes, color: str) -> FancyArrowPatch:
    """Add an arrow to the axes, which `set_positions(start, end)` moves; return it."""
    looks = {"arrowstyle": "-|>,head_length=7,head_width=3.5", "color": color, "linewidth": 2}
    return axes.add_patch(FancyArrowPatch((0, 0), (0, 0), shrinkA=0, shrinkB=0, clip_on=False, **looks))


def log_axis(axes: Axes) -> None:
    """Make the y axis logarithmic, its numbers written as 0.01 or 10⁻⁶."""
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(_power)
    axes.yaxis.set_minor_formatter("")


def few_decades(axes: Axes) -> None:
    """Give a logarithmic y axis numbers between the powers of ten, if it shows less than two of them."""
    low, high = axes.get_ylim()
    if high < 100 * low:
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))


def _power(value, _position=None):
    exponent = int(np.floor(np.log10(value) + 1e-9))
    if -4 < exponent < 4:
        return f"{value:g}"
    power = "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    mantissa = f"{value / 10.0**exponent:g}"
    return power if mantissa == "1" else f"{mantissa}·{power}"
