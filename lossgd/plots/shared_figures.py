"""Figures that chapters share."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from numpy.typing import ArrayLike

from lossgd.plots.styles import breadth, color, gaps, label_ends, look, margin, note, step_aside, wrap
from lossgd.plots.svg import GRID, HEIGHT, INK, MUTED, PAPER, WIDTH, Figure, panel, style


def curves(
    x: ArrayLike,
    ys: Mapping[str, ArrayLike],
    *,
    xlabel: str,
    ylabel: str,
    alt: str,
    ylim: tuple[float, float] | None = None,
    points: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """Draw curves over one axis, each named at its end.

    Parameters
    ----------
    x : array_like of shape (n,)
        Where the curves are known.
    ys : dict of str to array_like of shape (n,)
        The curves by name. A name that the course uses, such as "MSE" or "Huber, δ = 2", has its own look.
    xlabel, ylabel : str
        What the axes show.
    alt : str
        The text alternative.
    ylim : tuple of float, optional
        The lowest and highest y shown.
    points : dict of str to (float, float), optional
        Single points to mark, by the text written beside them.

    Returns
    -------
    Figure

    Examples
    --------
    >>> a = np.linspace(-3, 3, 61)
    >>> curves(a, {"squared": a**2, "absolute": abs(a)}, xlabel="error", ylabel="loss", alt="A bowl and a V.")
    A bowl and a V.
    """
    axes = panel(xlabel, ylabel, right=margin(ys))
    with style():
        lines = {
            name: axes.plot(x, y, **look(name, i))[0]
            for i, (name, y) in enumerate(ys.items())
        }  # fmt: skip
        for name, (at, value) in (points or {}).items():
            axes.plot(at, value, "o", color=INK)
            note(axes, name, (at, value), (8, 8))
        if ylim is not None:
            axes.set_ylim(ylim)
        paths = {name: line.get_xydata() for name, line in lines.items()}
        stops = [name for name, path in paths.items() if np.isnan(path[-1, 1])]
        label_ends(axes, {name: line for name, line in lines.items() if name not in stops})
        for name in stops:  # one that stops between the others is named beside its end, clear of them
            end = paths[name][np.isfinite(paths[name][:, 1])][-1]
            text = note(axes, wrap(name), end, color=lines[name].get_color())
            step_aside(text, [point for path in paths.values() for point in path if np.isfinite(point[1])])
    return Figure(axes, alt=alt)


def residuals(
    x: ArrayLike,
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alt: str,
    labels: Sequence[str] | None = None,
    xlabel: str = "x",
    ylabel: str = "y",
) -> Figure:
    """Draw data, a model's line, and the gap between them at each point.

    Parameters
    ----------
    x, y_true, y_pred : array_like of shape (n,)
        The inputs, the truth, and the prediction.
    alt : str
        The text alternative.
    labels : sequence of str, optional
        What to write beside each gap, such as its loss.
    xlabel, ylabel : str
        What the axes show.

    Returns
    -------
    Figure
    """
    x, y_true, y_pred = np.asarray(x, float), np.asarray(y_true, float), np.asarray(y_pred, float)
    order = np.argsort(x)
    axes = panel(xlabel, ylabel, right=84)
    with style():
        axes.margins(x=0.22 if labels else 0.04)
        axes.plot(*gaps(x, y_true, y_pred), **look("gap"))
        (line,) = axes.plot(x[order], y_pred[order], **look("model"))
        axes.plot(x, y_true, "o", color=color("truth"))
        # Beside a gap, on the side where the line is not in the way.
        labels = [*[""] * (len(x) - 1), "residual"] if labels is None else labels
        rising = np.sign(y_pred[order[-1]] - y_pred[order[0]])
        for at, truth, prediction, text in zip(x, y_true, y_pred, labels, strict=True):
            left = (truth - prediction) * rising > 0
            note(
                axes, text, (at, (truth + prediction) / 2), (-6 if left else 6, 0),
                ha="right" if left else "left", color=color("gap"),
            )  # fmt: skip
        note(axes, "truth y", (x[order[-1]], y_true[order[-1]]), (9, 0), color=color("truth"))
        label_ends(axes, {"prediction ŷ": line})
    return Figure(axes, alt=alt)


def bars(names: Sequence[str], values: Sequence[float], *, xlabel: str, alt: str, digits: int = 2) -> Figure:
    """Draw a bar for each value, with its name before it and its value behind it.

    Parameters
    ----------
    names : sequence of str
        What is compared; a name that the course uses, such as "MSE", has its own colour.
    values : array_like of shape (n,)
        The lengths of the bars.
    xlabel : str
        What the lengths are.
    alt : str
        The text alternative.
    digits : int
        How many decimals of the values are written.

    Returns
    -------
    Figure
    """
    axes = panel(ylabel=xlabel, right=60, height=50 + 34 * len(names))
    with style():
        box = axes.get_position()
        left = max(42, 14 + max(breadth(wrap(name)) for name in names)) / WIDTH
        axes.set_position([left, box.y0, box.x1 - left, box.height])
        axes.axvline(0, color=MUTED, linewidth=1)
        for i, (name, value) in enumerate(zip(names, values, strict=True)):
            axes.barh(-i, value, height=0.6, color=look(name, i)["color"])
            text = f"{value:,.{digits}f}".replace("-", "−")
            note(axes, text, (max(value, 0), -i), (5, 0))
            axes.annotate(
                wrap(name),
                (0, -i),
                (-8, 0),
                ("axes fraction", "data"),
                "offset points",
                va="center",
                ha="right",
            )
        axes.set_ylim(0.5 - len(names), 0.5)
        axes.set_axis_off()
    return Figure(axes, alt=alt)


def cycle() -> Figure:
    """Draw the training cycle: predict, compare, measure, adjust, and again.

    Returns
    -------
    Figure
    """
    steps = [  # heading, what happens, centre of the box, colour
        ("1 Predict", "ŷ from x", (165, 258), color("prediction")),
        ("2 Compare", "ŷ with the truth y", (258, 145), color("truth")),
        ("3 Measure", "the cost", (165, 32), color("gap")),
        ("4 Adjust", "the parameters θ", (72, 145), color("good")),
    ]
    axes = _blank(WIDTH, HEIGHT)
    with style():
        for heading, text, (x, y), hue in steps:
            box = {
                "boxstyle": "round,pad=0,rounding_size=8",
                "facecolor": PAPER,
                "edgecolor": hue,
                "linewidth": 1.5,
            }
            axes.add_patch(FancyBboxPatch((x - 66, y - 26), 132, 52, **box))
            axes.text(x, y + 5, heading, ha="center", weight="bold", color=hue)
            axes.text(x, y - 14, text, ha="center")
        # From box to box, clockwise.
        for start, end in [
            ((235, 258), (270, 175)),
            ((270, 115), (235, 32)),
            ((95, 32), (60, 115)),
            ((60, 175), (95, 258)),
        ]:
            arrow = {"arrowstyle": "-|>,head_length=7,head_width=4", "connectionstyle": "arc3,rad=-0.35"}
            axes.add_patch(
                FancyArrowPatch(start, end, color=MUTED, linewidth=1.5, shrinkA=0, shrinkB=0, **arrow)
            )
        axes.text(165, 141, "repeat", ha="center", color=MUTED)
    alt = (
        "The training cycle, a loop of four boxes. 1, predict ŷ from x. 2, compare ŷ with the truth y. "
        "3, measure the cost. 4, adjust the parameters θ. Then again from 1."
    )
    return Figure(axes, alt=alt)


def target(
    arrows: Sequence[tuple[float, float]] = ((0.5, -0.4), (-1.9, 1.2), (2.2, 2.1)),
) -> Figure:
    """Draw an archery target: the bullseye is the truth, an arrow a prediction, its distance the loss.

    Parameters
    ----------
    arrows : array_like of shape (n, 2)
        Where the arrows hit, within 3.5 of the bullseye, which is at (0, 0).

    Returns
    -------
    Figure
    """
    axes = _blank(WIDTH, 270)
    with style():
        axes.set(xlim=(-4.4, 5.6), ylim=(-3.85, 3.85 + 0.014))
        for radius in (3.5, 2.5, 1.5):
            axes.add_patch(Circle((0, 0), radius, facecolor="none", edgecolor=GRID, linewidth=1.5))
        axes.add_patch(Circle((0, 0), 0.5, facecolor=GRID, edgecolor="none"))
        axes.plot(0, 0, "o", color=color("truth"))
        note(axes, "truth y", (0, -1), ha="center", color=color("truth"))
        distances = [f"{np.hypot(*arrow):.1f}" for arrow in arrows]
        for (x, y), distance in zip(arrows, distances, strict=True):
            axes.plot([0, x], [0, y], color=color("gap"), linewidth=1.5)
            axes.plot(x, y, "X", color=color("prediction"), markersize=9, markeredgewidth=0)
            note(axes, f"loss {distance}", (x, y), (9, 0), color=color("gap"))
        note(axes, "prediction ŷ", arrows[-1], (9, 16), color=color("prediction"))
    alt = (
        "An archery target. The bullseye is the truth, each arrow is a prediction, and its distance from the "
        f"bullseye is its loss: {', '.join(distances)}."
    )
    return Figure(axes, alt=alt)


def _blank(width, height):
    """Return a panel without axes, whose coordinates are its own units."""
    axes = panel(width=width, height=height)
    axes.set_position([0, 0, 1, 1])
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    return axes
