"""Put figures and labs into the pages as inline SVG, so that they follow its width and its colours.

A notebook keeps a figure as an SVG image with its text alternative, and a lab as a still that names the lab.
When a page is read, these outputs are replaced by HTML; a lab's frames are drawn then, into a file of their
own.
"""

import functools
import hashlib
import json
from pathlib import Path

from lossgd import labs, plots
from lossgd.labs.page import Page

FRAMES = "_static/labs"


@functools.cache
def page_of(name, site):
    """Write a lab's frames into the site; return its page, and where they are from the site's root."""
    page = Page(getattr(labs, name)())
    path = site / FRAMES / f"{name}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page.script, encoding="utf-8", newline="\n")
    return page, f"{FRAMES}/{name}.js?v={hashlib.sha256(page.script.encode()).hexdigest()[:8]}"


def as_html(output, site, root):
    """Replace a lab or a figure by HTML, for a page from which `root` leads to the site's root."""
    data = {mimetype: "".join(text) for mimetype, text in output.get("data", {}).items()}
    if labs.MIMETYPE in data:
        page, frames = page_of(output["data"][labs.MIMETYPE]["lab"], site)
        html = page.html(root + frames)
    elif "image/svg+xml" in data:
        picture = plots.inline_document(data["image/svg+xml"], data["text/plain"])
        html = f'<figure class="picture">{picture}</figure>'
    else:
        return
    output["data"] = {"text/html": html}


def read(app, docname, source):
    """Replace the figures and labs of a notebook."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            as_html(output, Path(app.outdir), "../" * docname.count("/"))
    source[0] = json.dumps(notebook)


def write_css(app):
    """Write the figures' colours, which are defined in Python, for the pages."""
    path = Path(app.outdir) / "_static" / "figures.css"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(plots.css(), encoding="utf-8", newline="\n")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("source-read", read)
    app.connect("builder-inited", write_css)
    app.add_css_file("figures.css")
    app.add_css_file("lab.css")
    app.add_js_file("lab.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
