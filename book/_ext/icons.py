"""The theme's icons as inline SVG, a line each, in place of a font and a script of two thousand of them.

An icon that is not known stops the build: draw it here, as strokes on a field of 24 by 24.
"""

import re
from pathlib import Path

from sphinx.errors import ExtensionError

STROKES = {
    "angle-left": "M15 5l-7 7 7 7",
    "angle-right": "M9 5l7 7-7 7",
    "arrow-up": "M12 20V4M5 11l7-7 7 7",
    "bars": "M4 6h16M4 12h16M4 18h16",
    "circle-half-stroke": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 4v16M12 8.5h7M12 12h8M12 15.5h7",
    "download": "M12 4v11M7 10l5 5 5-5M4 20h16",
    "expand": "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5",
    "file-pdf": "M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z",  # the button prints
    "list": "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
    "magnifying-glass": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20 20",
    "moon": "M20 14.5A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.5z",
    "sun": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19"
    "M5 19l1.4-1.4M17.6 6.4L19 5",
}
ICON = re.compile(r'<(i|span) class="([^"]*\bfa-(?!solid|lg)([\w-]+)[^"]*)"([^>]*)></\1>')


def inline(page, name):
    """Return the text of a page with its icons as SVG."""

    def svg(found):
        _, classes, icon, attributes = found.groups()
        if icon not in STROKES:
            raise ExtensionError(f"{name}: the icon {icon!r} is not drawn yet: add it to book/_ext/icons.py")
        classes = " ".join(["icon", *classes.split()])
        attributes = attributes.replace(' aria-hidden="true"', "") + ' aria-hidden="true" viewBox="0 0 24 24"'
        return f'<svg class="{classes}"{attributes}><path d="{STROKES[icon]}"/></svg>'

    return ICON.sub(svg, page)


def draw(app, exception):
    """Draw the icons of all pages once they are written."""
    if exception or app.builder.name != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        drawn = inline(page, path.relative_to(app.outdir))
        if drawn != page:
            path.write_text(drawn, encoding="utf-8", newline="\n")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_css_file("controls.css")
    app.connect("build-finished", draw, priority=600)  # when the theme's pages are cured
    return {"parallel_read_safe": True, "parallel_write_safe": True}
