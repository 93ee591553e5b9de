"""The welcome page's list of chapters becomes cards with pictures of labs; a chapter's number stands apart.

In a notebook the list is an ordinary one, which `python -m tests.notebooks` writes from the chapters.
"""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes

from lossgd import plots

LISTS_IN = "chapters"  # the section of the welcome page whose lists are cards
SVG = "{http://www.w3.org/2000/svg}"
ElementTree.register_namespace("", SVG[1:-1])  # elements keep their plain names
PICTURE = """<img class="only-{0}" src="../_static/thumbnails/{1}-{0}.svg" alt=""
  width="{2}" height="{3}" loading="lazy">"""


def first_panel(notebook):
    """Return the first panel of a notebook's first figure as an SVG element, without words, or None."""
    outputs = [
        output["data"] for cell in notebook["cells"] for output in cell.get("outputs", []) if "data" in output
    ]
    pictures = ["".join(data["image/svg+xml"]) for data in outputs if "image/svg+xml" in data]
    labs = ["".join(data["image/svg+xml"]) for data in outputs if "application/vnd.lossgd.lab+json" in data]
    if not pictures:
        return None
    panel = ElementTree.fromstring((labs or pictures)[0]).find(f"{SVG}svg")
    for group in list(panel.iter()):
        for words in group.findall(f"{SVG}text"):
            group.remove(words)
    return panel


def write_thumbnails(panel, folder, name):
    """Write a panel as a picture for light pages and one for dark pages."""
    folder.mkdir(parents=True, exist_ok=True)
    svg = ElementTree.tostring(panel, encoding="unicode")
    for i, theme in enumerate(("light", "dark")):
        picture = svg
        for color, pair in plots.COLORS.items():
            picture = re.sub(rf"var\(--lossgd-{color},.*?\)", pair[i], picture)
        (folder / f"{name}-{theme}.svg").write_text(picture, encoding="utf-8", newline="\n")


def make_card(app, item):
    """Put a chapter's picture before what the list says of it."""
    name = Path(next(iter(item.findall(nodes.reference)))["refuri"]).stem
    path = Path(app.srcdir) / "notebooks" / f"{name}.ipynb"
    panel = first_panel(json.loads(path.read_text(encoding="utf-8")))
    if panel is not None:
        write_thumbnails(panel, Path(app.outdir) / "_static" / "thumbnails", name)
        size = panel.get("width"), panel.get("height")
        pictures = "".join(PICTURE.format(theme, name, *size) for theme in ("light", "dark"))
        item.insert(0, nodes.raw("", pictures, format="html"))


def set_apart(title):
    """Put the number of a chapter's title in an element of its own."""
    if found := re.match(r"(\d\d) (.*)", title[0].astext()):
        title[0:1] = [nodes.inline("", found[1], classes=["chapter-number"]), nodes.Text(f" {found[2]}")]


def resolve(app, doctree, docname):
    """Make the cards of the welcome page, and number the others."""
    set_apart(next(iter(doctree.findall(nodes.title))))
    if docname != app.config.root_doc:
        return
    for section in doctree.findall(nodes.section):
        if LISTS_IN in section["ids"]:
            for chapters in section.findall(nodes.bullet_list):
                chapters["classes"].append("cards")
                for item in chapters:
                    make_card(app, item)


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("doctree-resolved", resolve)
    app.connect("env-updated", lambda app, env: [app.config.root_doc])  # a chapter's picture may be another
    app.add_css_file("landing.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
