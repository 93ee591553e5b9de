"""Where a lab draws: panels drawn once, what moves in them, and what a reader can take hold of."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from lossgd import plots
from lossgd.plots.styles import Line2D
from lossgd.plots.svg import Artist, Axes


class Drag(NamedTuple):
    """A point that a reader takes hold of: a line of a single point, and the controls that are its place."""

    point: Line2D
    x: str | None
    y: str | None


class Scene:
    """Where a lab draws: its panels, which of their artists move, and which of these can be dragged."""

    def __init__(self) -> None:
        self.axes: list[Axes] = []
        self.drags: list[Drag] = []
        self.held: Line2D | None = None
        self._moving: list[Artist] = []
        self._bare: list[tuple[Axes, list[Artist]]] = []  # each panel, and what it held when it was new
        self._spare: list[Axes] = []

    def panel(self, *args: Any, **kwargs: Any) -> Axes:
        """Return the axes of a new panel, beside those there are; arguments as for `plots.panel`."""
        if self._spare:
            axes = self._spare.pop(0)
        else:
            axes = plots.panel(*args, **kwargs)
            self._bare.append((axes, axes.get_children()))
        self.axes.append(axes)
        return axes

    def empty(self) -> None:
        """Take away all but the panels, so that a lab can draw other data there in the same ranges."""
        for axes, own in self._bare:
            for artist in axes.get_children():
                if artist not in own:
                    artist.remove()
            plots.freeze(axes)
        self.axes, self._spare = [], self.axes
        self.drags, self.held, self._moving = [], None, []

    def moving(self, artists: Iterable[Artist]) -> Any:
        """Declare artists that the update moves; return them."""
        for artist in artists:
            artist.set_animated(True)  # matplotlib then leaves it out of the still layer
        self._moving += artists
        return artists

    def drag(self, point: Line2D, *, x: str | None = None, y: str | None = None) -> None:
        """Let a reader drag a point that moves: where it is along an axis is the value of a control.

        Parameters
        ----------
        point : matplotlib.lines.Line2D
            A line of a single point.
        x, y : str, optional
            The control of either coordinate; without one the point does not follow the hand along that axis.
        """
        self.drags.append(Drag(point, x, y))

    def hold(self, line: Line2D) -> None:
        """Let a reader who has Python drag the points of a line, which are the first of the lab's points."""
        self.held = line

    def curves(
        self, axes: Axes, looks: Mapping[str, dict[str, Any]], *, named: bool = True
    ) -> Callable[[dict], None]:
        """Add moving curves.

        Parameters
        ----------
        axes : matplotlib.axes.Axes
            One of the scene's panels, with its limits set.
        looks : dict of str to dict
            How each curve looks, by its name.
        named : bool
            Whether each has its name at its end.

        Returns
        -------
        callable
            Which moves them: it takes a dict of name to (x, y).
        """
        lines = {name: axes.plot(0, 0, **look)[0] for name, look in looks.items()}
        labels = plots.label_ends(axes, lines) if named else {}
        self.moving([*lines.values(), *labels.values()])

        def move(points):
            for name, (x, y) in points.items():
                lines[name].set_data(x, y)
            if named:
                plots.place_labels(axes, lines, labels)

        return move

    def still_layers(self) -> list[str]:
        """Return the markup of what never changes, for each panel."""
        return [plots.still(axes) for axes in self.axes]

    def moving_layers(self) -> list[str]:
        """Return the markup of what moves, as it is now, for each panel."""
        return [plots.draw([one for one in self._moving if one.axes is axes], axes) for axes in self.axes]
