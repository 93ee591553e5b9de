"""A quiz's answers are told apart by more than their words, and a printed chapter gets a key at its end."""

from docutils import nodes
from sphinx.errors import ExtensionError

BOX = "<details name="
KINDS = {"Correct.": "right", "Not quite.": "wrong"}


def before(node):
    """Return what stands before a node."""
    place = node.parent.index(node)
    return node.parent[place - 1] if place else None


def tell_apart(app, doctree):
    """Give an answer and the HTML box around it a class by its bold beginning, and the question one."""
    for paragraph in doctree.findall(nodes.paragraph):
        first = next((child for child in paragraph if child.astext()), None)
        if isinstance(first, nodes.strong) and first.astext() in KINDS:
            kind = KINDS[first.astext()]
            paragraph["classes"].append(f"answer-{kind}")
            box = before(paragraph)
            if not isinstance(box, nodes.raw) or BOX not in box.astext():
                raise ExtensionError(f"an answer stands right below `{BOX}…>`: {paragraph.astext()}")
            if isinstance(asked := before(box), nodes.paragraph) and box.astext().startswith(BOX):
                asked["classes"].append("question")
            earlier, _, name = box.astext().rpartition(BOX)
            box[:] = [nodes.Text(f'{earlier}<details class="{kind}" name={name}')]


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("doctree-read", tell_apart)
    app.add_js_file("print.js", loading_method="defer")
    app.add_css_file("answers.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
