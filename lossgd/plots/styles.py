"""What belongs to what is shown: its colour, its line style, its name beside it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Annotation
from matplotlib.ticker import LogLocator
from numpy.typing import ArrayLike

from lossgd.catalogue import CATALOGUE
from lossgd.plots.svg import BLUE, COLORS, GREEN, INK, ORANGE, PURPLE, VERMILLION

# What is shown: its colour and line style, on every page. Longer names that begin with one of these share it.
LOOKS = {
    "0/1": (INK, "-"),
    "data": (INK, "-"),
    "truth": (INK, "--"),
    "model": (BLUE, "-"),
    "gap": (VERMILLION, "-"),
    "class 0": (BLUE, "-"),
    "class 1": (ORANGE, "-"),
} | {
    name.casefold(): (COLORS[entry.color][0], entry.line)
    for entry in CATALOGUE.values()
    if entry.color
    for name in (entry.name, *entry.also)
}
_OTHERS = [(BLUE, "-"), (VERMILLION, "--"), (GREEN, "-."), (PURPLE, ":"), (ORANGE, (0, (6, 2))), (INK, "-")]
LETTER = 7  # the usual width of a letter
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
    color, linestyle = LOOKS[max(known, key=len)] if known else _OTHERS[position % len(_OTHERS)]
    return {"color": color, "linestyle": linestyle}


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
    texts = {name: axes.annotate(name, (0, 0), (0, 0), "axes points", color=line.get_color(), va="center")
             for name, line in lines.items()}  # fmt: skip
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
    heights = spread([y for _, y in at_right.values()], [15] * len(at_right), -4, height + 8)
    for (name, (x, _)), y in zip(at_right.items(), heights, strict=True):
        texts[name].set(position=(x + 6, y), horizontalalignment="left")
    widths = [LETTER * len(name) + 8 for name in at_top]
    xs = spread([x for x, _ in at_top.values()], widths, 0, width + 60)
    for name, x in zip(at_top, xs, strict=True):
        texts[name].set(position=(x, height + 9), horizontalalignment="center")


def name_points(
    axes: Axes, points: Mapping[str, ArrayLike], texts: dict[str, Annotation] | None = None
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
    """
    texts = texts or {
        name: note(axes, name, (0, 0), color=look(name, i)["color"]) for i, name in enumerate(points)
    }
    spots = {name: axes.transData.transform(point) for name, point in points.items()}
    taken = [(x - 5, x + 5, y) for x, y in spots.values()]
    for name, (x, y) in sorted(spots.items(), key=lambda item: -item[1][1]):
        width = LETTER * len(name)
        right = x + 10 + width < axes.figure.bbox.width
        low = x + 10 if right else x - 10 - width
        near = [height for left, end, height in taken if left < low + width and low < end]
        free = (up for up in UPS if all(abs(y + up - height) > 14 for height in near))
        up = next(free, 0)
        taken.append((low, low + width, y + up))
        texts[name].xy = points[name]
        texts[name].set(position=(10 if right else -10, up), horizontalalignment="left" if right else "right")
    return texts


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
        right -= LETTER * len(name) + 8


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
