"""Descents drawn: on a map of contours, on a curve, and as loss against step."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lossgd.descent import Path
from lossgd.plots.styles import few_decades, label_ends, log_axis, look, margin, name_points
from lossgd.plots.svg import BLUE, GRID, INK, MUTED, Figure, panel, style

Window = Sequence[Sequence[float]]  # for each coordinate, the part that is shown
BANDS = 9  # of a map: heights between which the ground has one shade
FEW = 60  # so many points of a path are marked
FINE = 121  # so many places along each side of a map, for contours without corners


def ground(axes: Axes, surface: Any, window: Window, levels: Sequence[float] | None = None) -> np.ndarray:
    """Draw a surface of two coordinates from above: the lower, the bluer; return the heights of the contours.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The panel; its limits become the window.
    surface : callable
        Takes points of shape (…, 2).
    window : ((low, high), (low, high))
        What is shown of each coordinate.
    levels : array_like, optional
        The heights of the contours; otherwise they are chosen so that the lines of a round bowl are evenly
        apart.

    Returns
    -------
    ndarray
    """
    grid = np.meshgrid(*(np.linspace(low, high, FINE) for low, high in window))
    points = np.stack(grid, axis=-1)
    heights = surface(points.reshape(-1, 2)).reshape(points.shape[:-1])
    if levels is None:
        shares = (np.arange(1, BANDS + 1) / (BANDS + 1)) ** 2
        levels = [float(f"{level:.3g}") for level in np.quantile(heights, shares)]
    lowest = heights.min()
    for level in levels:  # what is lower than the level; the layers add up
        if level <= lowest:
            continue
        area = axes.contourf(*grid, heights, [lowest - 1, level], colors=[(BLUE, 0.05)])
        area.set(edgecolor=GRID, linewidth=0.6, clip_on=False)
    axes.set(xlim=window[0], ylim=window[1])
    return np.array(levels)


def to_scale(axes: Axes, window: Window) -> Window:
    """Return a window with more of one coordinate, so that on the panel a right angle looks like one."""
    middles, halves = np.mean(window, axis=1), np.ptp(window, axis=1) / 2
    halves = (halves / axes.bbox.size).max() * axes.bbox.size
    return np.column_stack([middles - halves, middles + halves]).tolist()


def goals(axes: Axes, minimisers: ArrayLike) -> None:
    """Mark the minimisers on a map."""
    marks = np.reshape(minimisers, (-1, 2)).T
    axes.plot(*marks, "+", color=INK, markersize=11, markeredgewidth=2)


def _steps(path):
    """Return the points of a path, up to the first that is not finite."""
    thetas = np.asarray(getattr(path, "thetas", path), float)
    bad = ~np.isfinite(thetas).all(axis=-1)
    return thetas[: bad.argmax()] if bad.any() else thetas


def _trails(axes, points):
    """Draw paths, each step marked where they are few, and name them where they end or are last seen."""
    ends = {}
    for i, (name, xy) in enumerate(points.items()):
        dots = {"marker": "o" if len(xy) <= FEW else "", "markersize": 5, "markeredgewidth": 0}
        axes.plot(*xy.T, linewidth=1.2, **dots, **look(name, i))
        seen = [axes.viewLim.contains(x, y) for x, y in xy]
        ends[name] = xy[seen][-1] if any(seen) else xy[-1]
    name_points(axes, ends, others=[spot for xy in points.values() if len(xy) <= FEW for spot in xy])


def descent_map(
    surface: Any,
    paths: Mapping[str, Path | ArrayLike],
    *,
    alt: str,
    window: Window | None = None,
    xlabel: str = "θ₁",
    ylabel: str = "θ₂",
) -> Figure:
    """Draw descents on the contour map of a surface of two coordinates; its minimisers are marked by +.

    Parameters
    ----------
    surface : callable
        Takes points of shape (…, 2), such as one of `lossgd.surfaces`.
    paths : dict of str to Path or array_like of shape (steps + 1, 2)
        The descents by name. An optimizer's name has the optimizer's look.
    alt : str
        The text alternative.
    window : ((low, high), (low, high)), optional
        What is shown of each coordinate, at least, as the map is to scale; `surface.window` unless given.
    xlabel, ylabel : str
        The names of the coordinates.

    Returns
    -------
    Figure

    Examples
    --------
    >>> from lossgd import descend, optimizers, surfaces
    >>> ravine = surfaces.Ravine(condition=25.0)
    >>> path = descend(ravine, [-10.0, 1.5], optimizers.GradientDescent(lr=0.07))
    >>> descent_map(ravine, {"gradient descent": path}, alt="It zigzags down the ravine.")
    It zigzags down the ravine.
    """
    axes = panel(xlabel, ylabel)
    with style():
        ground(axes, surface, to_scale(axes, window or surface.window))
        goals(axes, getattr(surface, "minimisers", ()))
        _trails(axes, {name: _steps(path) for name, path in paths.items()})
    return Figure(axes, alt=alt)


def descent_curve(
    surface: Any,
    paths: Mapping[str, Path | ArrayLike],
    *,
    alt: str,
    window: Window | None = None,
    xlabel: str = "θ",
    ylabel: str = "loss",
) -> Figure:
    """Draw descents on the curve of a surface of one coordinate: a point for each step.

    Parameters
    ----------
    surface : callable
        Takes points of shape (…, 1), such as one of `lossgd.surfaces`.
    paths : dict of str to Path or array_like of shape (steps + 1, 1)
        The descents by name.
    alt : str
        The text alternative.
    window : (low, high), optional
        The part of the coordinate that is shown; that of the surface unless given.
    xlabel, ylabel : str
        What the axes show.

    Returns
    -------
    Figure

    Examples
    --------
    >>> from lossgd import descend, optimizers, surfaces
    >>> path = descend(surfaces.Parabola(), [3.0], optimizers.GradientDescent(lr=1.5))
    >>> descent_curve(surfaces.Parabola(), {"α = 1.5": path}, alt="Each step lands on the other side.")
    Each step lands on the other side.
    """
    axes = panel(xlabel, ylabel)
    with style():
        low, high = window or surface.window[0]
        x = np.linspace(low, high, 161)
        y = surface(x[:, None])
        axes.plot(x, y, color=MUTED, linewidth=1.5)
        axes.set(xlim=(low, high), ylim=(y.min() - 0.06 * np.ptp(y), y.max()))
        points = {name: _steps(path) for name, path in paths.items()}
        _trails(axes, {name: np.column_stack([at[:, 0], surface(at)]) for name, at in points.items()})
    return Figure(axes, alt=alt)


def loss_curves(
    losses: Mapping[str, ArrayLike],
    *,
    alt: str,
    xlabel: str = "step",
    ylabel: str = "loss",
    log: bool = True,
    ylim: tuple[float, float] | None = None,
) -> Figure:
    """Draw losses against the step, each named at its end.

    Parameters
    ----------
    losses : dict of str to array_like of shape (steps + 1,)
        The curves by name, such as `{"Adam": path.losses}`; they may differ in length.
    alt : str
        The text alternative.
    xlabel, ylabel : str
        What the axes show.
    log : bool
        Whether the axis of the loss is logarithmic; a loss of 0 or less is then left out.
    ylim : tuple of float, optional
        The lowest and highest loss shown.

    Returns
    -------
    Figure

    Examples
    --------
    >>> loss_curves({"α = 0.1": 0.8 ** np.arange(20)}, alt="The loss falls by a fifth each step.")
    The loss falls by a fifth each step.
    """
    axes = panel(xlabel, ylabel, right=margin(losses))
    with style():
        if log:
            log_axis(axes)
        lines = {}
        for i, (name, values) in enumerate(losses.items()):
            values = np.asarray(values, float)
            shown = np.isfinite(values) & ((values > 0) | (not log))
            (lines[name],) = axes.plot(np.flatnonzero(shown), values[shown], **look(name, i))
        axes.margins(x=0)
        if ylim is not None:
            axes.set_ylim(ylim)
        if log:
            few_decades(axes)
        label_ends(axes, lines)
    return Figure(axes, alt=alt)
