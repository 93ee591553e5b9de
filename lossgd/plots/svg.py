"""The one way to draw here: matplotlib's artists become plain SVG whose colours follow the page's dark mode.

Text stays text, in the reader's own font; numbers are rounded, and nothing depends on what was drawn before,
so that the same figure is the same bytes. There are no ids, so figures never disturb each other on a page.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from xml.sax.saxutils import escape, quoteattr

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Canvas
from matplotlib.path import Path
from matplotlib.text import Annotation
from matplotlib.transforms import IdentityTransform

# Name: value on white, value on the dark page; the lightness is such that each can be read as text.
COLORS = {
    "ink": ("#222832", "#ced6dd"),
    "muted": ("#48566b", "#9ca4af"),
    "grid": ("#d1d5da", "#3a4452"),
    "paper": ("#ffffff", "#121212"),
    # Of optimizers and losses: Okabe and Ito's hues, which colour-blind readers can tell apart.
    "blue": ("#0072b2", "#56b4e9"),
    "vermillion": ("#c24a00", "#ff8c52"),
    "green": ("#00795a", "#2ec49a"),
    "purple": ("#a63d7e", "#e59ac4"),
    "orange": ("#8d6100", "#f0b429"),
    # Of roles, see `lossgd.plots.styles`: hues between those above.
    "slate": ("#5c6b7d", "#8c9bb0"),
    "violet": ("#6242d1", "#a994ff"),
    "teal": ("#007a8c", "#45d0e0"),
    "olive": ("#4f7a00", "#a8d05a"),
    "navy": ("#23367f", "#7f9cf5"),
    "crimson": ("#b8003d", "#ff6b86"),
    "brown": ("#7a3b1e", "#d9a58a"),
    "magenta": ("#c900b5", "#ff7df0"),
}
INK, MUTED, GRID, PAPER, BLUE = (COLORS[name][0] for name in ("ink", "muted", "grid", "paper", "blue"))

WIDTH, HEIGHT = 330, 290  # of a panel: one fits a phone's screen, two stand side by side on a desktop's
FONT_SIZE = 13
HALO = 3
LONG = 60  # a path with more vertices is simplified
STYLE = {
    "font.size": FONT_SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.labelsize": FONT_SIZE,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": matplotlib.cycler(color=[COLORS["violet"][0]]),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.xmargin": 0.04,
    "figure.facecolor": "none",
    "lines.linewidth": 2,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": FONT_SIZE - 1,
    "ytick.labelsize": FONT_SIZE - 1,
}

_NAMES = {light: name for name, (light, _) in COLORS.items()}
_NAMES |= {"#000000": "ink", "#ffffff": "paper"}  # matplotlib's own black and white
NOT_DRAWN = "a figure of this book cannot have {}; draw it with plain lines and faces"
_DARK_PAGES = "[data-theme=dark], [data-jp-theme-light=false], .vscode-dark"  # the site, Jupyter, VS Code
# Half of the column, whether it holds one panel or two, so that type has one size in all figures.
_PANELS = """div.lossgd-panels { display: flex; flex-wrap: wrap; justify-content: center; gap: 0.5rem 1rem; }
div.lossgd-panels > svg { flex: 1 1 16rem; min-width: 0; max-width: 20.5rem; height: auto; }
div.lossgd-panels a { fill: var(--lossgd-ink); text-decoration: underline; }
@media (min-width: 48rem) { div.lossgd-panels > svg { max-width: min(20.5rem, 50% - 0.5rem); } }
"""


def css() -> str:
    """Return the style of panels on a page: side by side where there is room, and their colours.

    The colours are CSS variables, for light and dark pages; on paper they are light.
    """

    def values(which):
        return " ".join(f"--lossgd-{name}: {pair[which]};" for name, pair in COLORS.items())

    return f":root {{ {values(0)} }}\n@media screen {{ {_DARK_PAGES} {{ {values(1)} }} }}\n{_PANELS}"


def style() -> AbstractContextManager[None]:
    """Return a context in which matplotlib draws in the book's style."""
    settings = matplotlib.rcParams
    if all(settings[key] == value for key, value in STYLE.items()):
        return nullcontext()  # to set and restore hundreds of parameters takes as long as to draw a frame
    return matplotlib.rc_context(STYLE)


def panel(
    xlabel: str = "",
    ylabel: str = "",
    *,
    right: float = 12,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Axes:
    """Return the axes of a new panel, to draw on with matplotlib's own methods.

    Parameters
    ----------
    xlabel, ylabel : str
        What the axes show. The label of y stands upright above its axis, where it is easily read.
    right : float
        The margin on the right, for text beside the axes.
    width, height : float
        The panel's size, in units of which the text is 13 high.
    """
    with style():
        canvas = Canvas(figsize=(width / 72, height / 72), dpi=72)
        left, bottom, top = 42, 42 if xlabel else 26, 30 if ylabel else 12
        box = (
            left / width,
            bottom / height,
            (width - left - right) / width,
            (height - bottom - top) / height,
        )
        axes = canvas.add_axes(box)
        axes.set_xlabel(xlabel)
        axes.annotate(ylabel, (0, 1), (-34, 13), "axes fraction", "offset points", annotation_clip=False)
        return axes


def draw(artists: Iterable[Artist], axes: Axes) -> str:
    """Return the SVG markup of some of a panel's artists."""
    renderer = _Renderer(*axes.figure.bbox.size)
    with style():
        for artist in artists:
            artist.draw(renderer)
    return "".join(renderer.markup)


def still(axes: Axes) -> str:
    """Return the SVG markup of a whole panel, but for its animated artists."""
    return draw([axes.figure], axes)


def freeze(axes: Axes) -> None:
    """Let a panel's ticks and numbers stay as they are: they take longest to draw, and only data move."""

    def kept(markup):
        return lambda renderer: renderer.markup.append(markup)

    for axis in (axes.xaxis, axes.yaxis):
        axis.draw = kept(draw([axis], axes))


def panel_svg(axes: Axes, *layers: str) -> str:
    """Return one panel as an SVG element for use inside a page or another SVG."""
    w, h = axes.figure.bbox.size
    return (
        f'<svg width="{w:g}" height="{h:g}" viewBox="0 0 {w:g} {h:g}" stroke-linejoin="round"'
        f' font-family="system-ui,sans-serif" font-size="{FONT_SIZE}">{"".join(layers)}</svg>'
    )


def document(panels: Sequence[str], axes: Sequence[Axes], alt: str) -> str:
    """Return panels, drawn by `panel_svg`, side by side as one SVG that can stand alone."""
    sizes = [each.figure.bbox.size for each in axes]
    width, height = sum(size[0] for size in sizes), max(size[1] for size in sizes)
    lefts = [sum(size[0] for size in sizes[:i]) for i in range(len(sizes))]
    placed = [one.replace("<svg ", f'<svg x="{left:g}" ', 1) for left, one in zip(lefts, panels, strict=True)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{1.2 * width:g}" height="{1.2 * height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" role="img" aria-label={quoteattr(alt)}>'
        f'<rect width="100%" height="100%" fill="{_paint(PAPER)}"/>{"".join(placed)}</svg>'
    )


def inline(panels: str, alt: str) -> str:
    """Return panels as HTML, in which they stand side by side or, on a narrow screen, one below the other."""
    role = "group" if "<a " in panels else "img"  # an image would hide its links from a screen reader
    return f'<div class="lossgd-panels" role="{role}" aria-label={quoteattr(alt)}>{panels}</div>'


def inline_document(svg: str, alt: str) -> str:
    """Return an SVG made by `document` as HTML, as `inline` does."""
    return inline(svg[svg.index("<svg ", 1) : svg.rindex("</svg>")], alt)


class Figure:
    """Panels with a text alternative, shown by Jupyter and by the book.

    Parameters
    ----------
    *axes : matplotlib.axes.Axes
        The panels, each made by `panel`, from left to right.
    alt : str
        What is seen, in words, for a reader who does not see it.
    """

    def __init__(self, *axes: Axes, alt: str) -> None:
        self.axes = axes
        self.alt = alt

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        panels = [panel_svg(axes, still(axes)) for axes in self.axes]
        return {"image/svg+xml": document(panels, self.axes, self.alt), "text/plain": self.alt}


class _Renderer(RendererBase):
    """What matplotlib's artists draw themselves on: a list of SVG elements."""

    def __init__(self, width, height):
        super().__init__()
        self.size = width, height
        self.markup = []
        self.groups = []

    def get_canvas_width_height(self):
        return self.size

    def open_group(self, s, gid=None):
        # An artist whose gid is "#name" leads, with all that belongs to it, to that place on the page.
        self.groups.append(gid)
        if gid:
            self.markup.append(f"<a href={quoteattr(gid)}>")

    def close_group(self, s):
        if self.groups.pop():
            self.markup.append("</a>")

    def draw_path(self, gc, path, transform, rgbFace=None):
        clip = gc.get_clip_rectangle()
        if path.codes is not None and len(path) > LONG and (path.codes != Path.CURVE4).all():
            path, transform = _simplified(path, transform, rgbFace is not None), IdentityTransform()
        if clip is not None and rgbFace is not None:
            if clip.count_contains(path.get_extents(transform).corners()) < 4:
                path, transform = transform.transform_path(path).clip_to_bbox(clip), IdentityTransform()
            clip = None
        self._add(self._d(path, transform, clip and clip.extents), gc, rgbFace)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        # One element for all: where each marker is, then its outline in relative terms.
        clip = gc.get_clip_rectangle()
        r = marker_trans.transform((1, 0))[0]
        if marker_path is not Path.unit_circle():
            outline = self._d(marker_path, marker_trans, relative=True)
        elif gc.get_linewidth():
            outline = f"m{_n(-r)} 0" + "".join(f"a{_n(r)} {_n(r)} 0 1 0 {_n(x)} 0" for x in (2 * r, -2 * r))
        else:  # a disc without an edge is shortest as a line of no length with round ends
            outline, gc = "h.01", self.new_gc()
            gc.set_foreground(rgbFace, isRGBA=True)
            gc.set_linewidth(2 * r)
            gc.set_capstyle("round")
            rgbFace = None
        spots = [v[-2:] for v, _ in path.iter_segments(trans, simplify=False)]
        spots = [spot for spot in spots if clip is None or clip.padded(1).contains(*spot)]
        self._add("".join(f"M{_n(x)} {_n(self.size[1] - y)}{outline}" for x, y in spots), gc, rgbFace)

    def _d(self, path, transform, clip=None, relative=False):
        """Return the path in SVG's notation; y points down there."""
        height = 0 if relative else self.size[1]
        d, (x0, y0) = [], (0, 0)
        for v, code in path.iter_segments(transform, clip=clip):
            if code == Path.CLOSEPOLY:
                d.append("z")
                continue
            letter = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}[code]
            x, y = v[::2], height - v[1::2]
            d.append(letter.lower() if relative else letter)
            d.append(" ".join(f"{_n(a - x0)} {_n(b - y0)}" for a, b in zip(x, y, strict=True)))
            if relative:
                x0, y0 = x[-1], y[-1]
        return "".join(d)

    def _add(self, d, gc, face):
        for what, given in (
            ("a clip path", gc.get_clip_path()[0]),
            ("a hatch", gc.get_hatch()),
            ("a sketch", gc.get_sketch_params()),
        ):
            if given is not None:
                raise ValueError(NOT_DRAWN.format(what))
        stroke = gc.get_rgb() if gc.get_linewidth() else (0, 0, 0, 0)
        if not d or (face is None and not stroke[3]):
            return
        look = [f'fill="{"none" if face is None else _paint(face)}"']
        if face is not None:
            opacity = gc.get_alpha() if gc.get_forced_alpha() else (*face, 1)[3]
            look += [f'fill-opacity="{opacity:g}"'] * bool(opacity != 1)
        if stroke[3]:
            look.append(f'stroke="{_paint(stroke)}" stroke-width="{_n(gc.get_linewidth())}"')
            look += [f'stroke-opacity="{stroke[3]:g}"'] * bool(stroke[3] != 1)
            if gc.get_dashes()[1] is not None:
                look.append(f'stroke-dasharray="{" ".join(_n(dash) for dash in gc.get_dashes()[1])}"')
            if gc.get_capstyle() == "round":
                look.append('stroke-linecap="round"')
        self.markup.append(f'<path d="{d}" {" ".join(look)}/>')

    def draw_image(self, gc, x, y, im, transform=None):
        raise ValueError(NOT_DRAWN.format("an image"))

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        # The reader's font is not the one that matplotlib measures, so the text hangs on its own anchor.
        look = [f'fill="{_paint(gc.get_rgb())}"']
        if mtext and not angle:
            x = mtext.get_transform().transform(mtext.get_unitless_position())[0]
            if anchor := {"left": "", "center": "middle", "right": "end"}[mtext.get_horizontalalignment()]:
                look.append(f'text-anchor="{anchor}"')
        if prop.get_size_in_points() != FONT_SIZE:
            look.append(f'font-size="{prop.get_size_in_points():g}"')
        if isinstance(
            mtext, Annotation
        ):  # a name on what is drawn has a halo, so that lines do not strike it out
            look.append(f'stroke="{_paint(PAPER)}" stroke-width="{HALO}" paint-order="stroke"')
        if prop.get_weight() not in ("normal", "regular", 400):
            look.append(f'font-weight="{prop.get_weight()}"')
        if angle:
            look.append(f'transform="rotate({_n(-angle)} {_n(x)} {_n(y)})"')
        self.markup.append(f'<text x="{_n(x)}" y="{_n(y)}" {" ".join(look)}>{escape(s)}</text>')


def _simplified(path, transform, filled):
    """Return a path of many segments, such as a contour, on the panel, without those too short to see."""
    polygons = path.to_polygons(transform, closed_only=filled)
    return Path.make_compound_path(*(Path(_moving(each), closed=False) for each in polygons))


def _moving(polygon):
    """Return the vertices that are left; of two in one place, whose last digits may differ, one."""
    vertices = Path(polygon).cleaned(simplify=True).vertices[:-1]
    return vertices[(np.diff(vertices.round(3), axis=0, prepend=np.inf) != 0).any(axis=1)]


def _paint(color):
    """Return a colour as a CSS variable with the light value as its fallback."""
    value = to_hex(color)
    if value not in _NAMES:
        raise ValueError(f"{value} is not one of plots.COLORS, so it could not follow the page's dark mode")
    return f"var(--lossgd-{_NAMES[value]},{COLORS[_NAMES[value]][0]})"


def _n(value):
    # A tenth of a unit cannot be seen. A tie is rounded up, whatever the last bit says.
    text = f"{float(value) + 1e-6:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
