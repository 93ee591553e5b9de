"""The book's figures. Each function returns a `Figure`, which Jupyter shows as SVG and reads out as text.

A figure's colours and line styles belong to what is shown: the mean squared error is the same blue line on
every page. Draw a figure of your own on `panel()`, take looks from `look()`, and wrap it in
`Figure(axes, alt=…)`.
"""

from lossgd.plots.descents import descent_curve, descent_map, goals, ground, loss_curves, to_scale
from lossgd.plots.shared_figures import bars, curves, cycle, residuals, target
from lossgd.plots.styles import (
    ROLES,
    arrow,
    color,
    gaps,
    label_ends,
    legend,
    log_axis,
    look,
    margin,
    name_points,
    note,
    place_labels,
    step_aside,
)
from lossgd.plots.svg import (
    BLUE,
    COLORS,
    GRID,
    INK,
    MUTED,
    PAPER,
    Figure,
    css,
    document,
    draw,
    inline,
    inline_document,
    panel,
    panel_svg,
    still,
    style,
)
from lossgd.plots.training_curves import contact_sheet, training_curve

__all__ = [
    "BLUE",
    "COLORS",
    "GRID",
    "INK",
    "MUTED",
    "PAPER",
    "ROLES",
    "Figure",
    "arrow",
    "bars",
    "color",
    "contact_sheet",
    "css",
    "curves",
    "cycle",
    "descent_curve",
    "descent_map",
    "document",
    "draw",
    "gaps",
    "goals",
    "ground",
    "inline",
    "inline_document",
    "label_ends",
    "legend",
    "log_axis",
    "look",
    "loss_curves",
    "margin",
    "name_points",
    "note",
    "panel",
    "panel_svg",
    "place_labels",
    "residuals",
    "step_aside",
    "still",
    "style",
    "target",
    "to_scale",
    "training_curve",
]
