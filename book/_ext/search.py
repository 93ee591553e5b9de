"""What the search page searches in: the prose of each page, by its sections, in the order of the book.

Code, tables, displayed formulas and hidden answers are left out, and formulas within a sentence become plain
text, so that what is found can be shown as it is.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from pylatexenc.latex2text import LatexNodes2Text
from sphinx import addnodes

PLACES = (nodes.section, addnodes.desc, nodes.definition_list_item, nodes.citation)
NAMES = (nodes.title, nodes.term, nodes.label, addnodes.desc_signature)
LEFT_OUT = (nodes.literal_block, nodes.math_block, nodes.table, nodes.comment, addnodes.toctree)
SMALL = {"_": "₀₁₂₃₄₅₆₇₈₉", "^": "⁰¹²³⁴⁵⁶⁷⁸⁹"}
plain = LatexNodes2Text(math_mode="text").latex_to_text


def small(found):
    """Return a digit below or above the line."""
    return SMALL[found[1]][int(found[2])]


def text_of(node):
    """Return the words of a paragraph or a heading."""
    words = [
        plain(leaf.astext()) if isinstance(leaf.parent, nodes.math) else leaf.astext()
        for leaf in node.findall(nodes.Text)
        if not isinstance(leaf.parent, nodes.raw)
    ]
    return " ".join(re.sub(r"([_^])(\d)", small, "".join(words)).split())


def place_of(node):
    """Return the anchor and the name of a section, an object of the API, a term or a work, and no text."""
    holder = node if isinstance(node, (nodes.section, nodes.citation)) else node[0]
    name = "" if isinstance(node, nodes.citation) else holder.get("fullname") or text_of(node[0])
    return [next(iter(holder["ids"]), ""), name, ""]


def places_of(doctree):
    """Return the places of a page, each as [anchor, name, text], with a line for a paragraph."""
    places, hidden = [], 0

    def walk(node, place):
        nonlocal hidden
        for child in node.children:
            if isinstance(child, nodes.raw):
                hidden += child.astext().count("<details") - child.astext().count("</details")
            elif isinstance(child, PLACES):
                places.append(place_of(child))
                walk(child, places[-1])
            elif isinstance(child, nodes.paragraph):
                if not hidden:
                    place[2] = f"{place[2]}\n{text_of(child)}".strip()
            elif not isinstance(child, NAMES + LEFT_OUT + (nodes.Text,)):
                walk(child, place)

    walk(doctree, ["", "", ""])
    return places


def weight_of(name):
    """Return how much a page counts: the chapters most, and the API next to nothing, which leaves it last."""
    if name.startswith("notebooks/"):
        return 2 if name.count("/") > 1 else 4
    return {"book/glossary": 1.5, "book/api": 0.01}.get(name, 1)


def keep(app, doctree, docname):
    """Keep what a page says until all are written; what has not changed is there from an earlier build."""
    path = Path(app.doctreedir) / f"{docname}.prose.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    places = places_of(doctree)
    page = {"page": docname, "title": places[0][1], "weight": weight_of(docname), "places": places}
    path.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8", newline="\n")


def write(app, exception):
    """Write the prose as a script, since a page that is opened as a file can load nothing else."""
    if exception or app.builder.name != "html":
        return
    names = sorted(app.env.found_docs)
    pages = [(Path(app.doctreedir) / f"{name}.prose.json").read_text(encoding="utf-8") for name in names]
    prose = "const BOOK = [\n" + ",\n".join(pages) + "\n];\n"
    (Path(app.outdir) / "_static" / "prose.js").write_text(prose, encoding="utf-8", newline="\n")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("doctree-resolved", keep, priority=100)  # before formulas become something else
    app.connect("build-finished", write)
    app.add_css_file("search.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
