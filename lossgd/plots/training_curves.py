"""Learning curves: one with its axes, and many small ones on a sheet."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossgd.plots.styles import color, label_ends, look, margin
from lossgd.plots.svg import FONT_SIZE, MUTED, PAPER, Figure, panel, style

COLUMNS = 2  # of a panel of small curves
SMALL = 84  # the height of a small curve
BETWEEN = 28  # from one row to the next: a name, and some air

Curve = tuple[ArrayLike, ArrayLike | None]  # the training losses, and the validation losses if there are any


def training_curve(
    losses: ArrayLike, validation: ArrayLike | None = None, *, alt: str, xlabel: str = "epoch"
) -> Figure:
    """Draw a training's losses, and its validation losses; a cross marks where it is no number any more.

    Parameters
    ----------
    losses : array_like of shape (n,)
        The training losses.
    validation : array_like of shape (n,), optional
        The validation losses.
    alt : str
        The text alternative.
    xlabel : str
        What is counted.

    Returns
    -------
    Figure

    Examples
    --------
    >>> training_curve(0.9 ** np.arange(30), alt="The loss falls, fast at first.")
    The loss falls, fast at first.
    """
    names = ["train"] if validation is None else ["train", "validation"]
    axes = panel(xlabel, "loss", right=margin(names), height=220)
    with style():
        lines = _draw(axes, losses, validation)
        label_ends(axes, lines)
    return Figure(axes, alt=alt)


def contact_sheet(curves: Mapping[str, Curve], *, alt: str, links: Mapping[str, str] | None = None) -> Figure:
    """Draw many small curves, each below its name, in two panels with as many each.

    Parameters
    ----------
    curves : dict of str to (array_like, array_like or None)
        The training and the validation losses, by the curve's name.
    alt : str
        The text alternative.
    links : dict of str to str, optional
        Where a curve leads to if it is touched, such as "#zigzags", by its name.

    Returns
    -------
    Figure

    Examples
    --------
    >>> falling, rising = 0.9 ** np.arange(30), 1.1 ** np.arange(30)
    >>> contact_sheet({"falls": (falling, None), "rises": (rising, None)}, alt="One falls, one rises.")
    One falls, one rises.
    """
    items = list(curves.items())
    half = -(-len(items) // 2)
    parts = [part for part in (items[:half], items[half:]) if part]
    return Figure(*(_sheet(part, links or {}) for part in parts), alt=alt)


def _sheet(items, links):
    """Return a panel with curves row by row."""
    rows = -(-len(items) // COLUMNS)
    height = rows * (SMALL + BETWEEN)
    whole = panel(height=height)
    whole.set_axis_off()
    with style():
        for i, (name, curve) in enumerate(items):
            row, column = divmod(i, COLUMNS)
            left, bottom = column / COLUMNS, 1 - ((row + 1) * (SMALL + BETWEEN) - 6) / height
            axes = whole.figure.add_axes(
                (left + 0.02, bottom, 1 / COLUMNS - 0.04, SMALL / height), xticks=[], yticks=[]
            )
            if name in links:
                axes.set_gid(links[name])
                axes.patch.set(facecolor=PAPER, alpha=0.01)  # not seen, and can be touched all over
            _draw(axes, *curve)
            axes.annotate(
                name, (0, 1), (0, 5), "axes fraction", "offset points", size=FONT_SIZE, annotation_clip=False
            )
            axes.spines[["left", "bottom"]].set_color(MUTED)
    return whole


def _draw(axes: Axes, losses, validation):
    """Draw the curves and return their lines by name."""
    curves = {"train": losses} if validation is None else {"train": losses, "validation": validation}
    lines = {}
    known = np.concatenate([np.ravel(values) for values in curves.values()]).astype(float)
    known = known[np.isfinite(known)]
    axes.set_ylim(min(0, known.min()), 1.05 * known.max())  # from 0: or a level line looks like a fall
    for name, values in curves.items():
        values = np.asarray(values, float)
        seen = np.flatnonzero(np.isfinite(values))
        (lines[name],) = axes.plot(seen, values[seen], **look(name))
        if len(seen) < len(values):
            axes.plot(seen[-1], values[seen[-1]], "x", color=color("diverging"), markersize=9, mew=2.5)
    return lines
