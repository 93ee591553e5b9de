"""What a search engine, a message and a phone's home screen show of a page; and a page for what is not there.

What needs the site's own address, which is `html.baseurl` of `_config.yml`, is left out while that is empty.
"""

import re
import textwrap
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import fonts
from docutils import nodes
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path as Curve

from lossgd import plots

LOGO = Path(__file__).parents[1] / "_static" / "logo.svg"
CARD, TOUCH_ICON = "_static/card.png", "_static/touch-icon.png"
CARD_SAYS = "The mark of lossgd, a descent into a valley, beside its name"
CODES = {"moveTo": Curve.MOVETO, "lineTo": Curve.LINETO, "qCurveTo": Curve.CURVE3, "curveTo": Curve.CURVE4}

NOT_FOUND = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Page not found — {title}</title><link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; --pst-color-primary: light-dark(#0b5c92, #7bbdf0) }}
body {{ display: grid; min-height: 90vh; place-content: center; margin: 1rem;
  background: light-dark(#fdfcf9, #14171b); color: light-dark(#20262e, #dfe2e5);
  font: 1.125rem/1.6 georgia, "Noto Serif", serif }}
svg {{ width: 4rem; height: 4rem }}
h1 {{ margin: 0; font-weight: 600 }}
a {{ color: var(--pst-color-primary) }}
</style>
</head>
<body><main>{logo}<h1>No page here</h1>
<p>The descent ended at a place that is not on the map.</p>
<p><a href="{home}">Begin at the welcome page</a></p></main></body>
</html>
"""


def description_of(doctree):
    """Return the sentence under a page's title, or None."""
    first = next(iter(doctree.findall(nodes.paragraph)), None) if doctree else None
    if (
        first is None
        or first.next_node(nodes.math) is not None
        or not isinstance(first.parent, nodes.section)
    ):
        return None
    text = " ".join(first.astext().split())
    return re.match(r".{0,200}[.:?!](?=\s|$)|.{0,199}", text).group().rstrip(":") if text else None


def describe(app, pagename, templatename, context, doctree):
    """Add to a page's head what it is about."""
    base = app.config.html_baseurl
    description = description_of(doctree) or app.config.html_context["description"]
    properties = {
        "og:site_name": app.config.html_title,
        "og:title": re.sub("<.*?>", "", context.get("title") or "") or app.config.html_title,
        "og:description": description,
        "og:type": "website" if pagename == app.config.root_doc else "article",
    }
    if base:
        properties |= {"og:url": context["pageurl"], "og:image": f"{base.rstrip('/')}/{CARD}"}
        properties |= {"og:image:width": "1200", "og:image:height": "630", "og:image:alt": CARD_SAYS}
    tags = [f'<meta name="description" content="{escape(description)}">']
    tags += [f'<meta property="{name}" content="{escape(text)}">' for name, text in properties.items()]
    tags += ['<meta name="twitter:card" content="summary_large_image">'] if base else []
    tags += [f'<link rel="apple-touch-icon" href="{context["pathto"](TOUCH_ICON, resource=True)}">']
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)
    context["logo"] = LOGO.read_text(encoding="utf-8")


def draw_logo(axes, scale, linescale):
    """Draw the mark on axes whose unit is a point; its file is where it is defined."""
    for shape in ElementTree.parse(LOGO).getroot():
        look = {key: re.sub(r"var\(.*, (#\w+)\)", r"\1", value) for key, value in shape.attrib.items()}
        if "r" in look:
            place = float(look["cx"]) * scale, -float(look["cy"]) * scale
            axes.add_patch(Circle(place, float(look["r"]) * scale, color=look["fill"], zorder=3))
        elif "d" in look:
            pen = RecordingPen()
            parse_path(look["d"], pen)
            moves = [(CODES[name], point) for name, points in pen.value if points for point in points]
            codes, points = zip(*moves, strict=True)
            curve = Curve([(x * scale, -y * scale) for x, y in points], codes)
            width = float(look["stroke-width"]) * linescale
            axes.add_patch(
                PathPatch(curve, fc="none", ec=look["stroke"], lw=width, capstyle="round", joinstyle="round")
            )


def canvas(width, height, left, top, span):
    """Return a picture of so many pixels, and axes over it in which the logo's corner is the origin."""
    picture = Figure(figsize=(width / 100, height / 100), dpi=100, facecolor=plots.PAPER)
    axes = picture.add_axes((0, 0, 1, 1), xlim=(-left, width - left), ylim=(top - height, top))
    axes.set_axis_off()
    draw_logo(axes, span / 32, span / 32 * 0.72)
    return picture, axes


def write_pictures(site, title, description):
    """Draw the card that a message shows, and the icon of a home screen."""
    package = fonts.package_of("text") / "files" / fonts.FONTS["text"][1]
    card, axes = canvas(1200, 630, left=90, top=135, span=360)
    axes.text(430, -110, title, font=FontProperties(fname=package, size=88), color=plots.INK)
    words = textwrap.fill(description, 38)
    say = FontProperties(fname=package, size=27)
    axes.text(430, -150, words, font=say, color=plots.MUTED, va="top", linespacing=1.0)
    card.savefig(site / CARD, metadata={"Software": None})
    icon, _ = canvas(180, 180, left=22, top=22, span=136)
    icon.savefig(site / TOUCH_ICON, metadata={"Software": None})


def publish(app, exception):
    """Write the files of the site as a whole."""
    if exception or app.builder.name != "html":
        return
    site, config = Path(app.outdir), app.config
    base = config.html_baseurl.rstrip("/")
    write_pictures(site, config.html_title, config.html_context["description"])
    home = f"{base}/"  # a page that is not there can be at any depth, so that only a whole address is right
    not_found = NOT_FOUND.format(title=config.html_title, logo=LOGO.read_text(encoding="utf-8"), home=home)
    files = {"404.html": not_found, "robots.txt": "User-agent: *\nAllow: /\n"}
    if base:
        pages = sorted(f"{base}/{app.builder.get_target_uri(name)}" for name in app.env.found_docs)
        urls = "\n".join(f"<url><loc>{escape(page)}</loc></url>" for page in pages)
        namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
        files["sitemap.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">\n{urls}\n</urlset>\n'
        )
        files["robots.txt"] += f"Sitemap: {base}/sitemap.xml\n"
    for name, text in files.items():
        (site / name).write_text(text, encoding="utf-8", newline="\n")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", describe)
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
