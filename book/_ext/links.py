"""Let pages keep to plain Markdown, which every reader of notebooks shows well.

A link to `glossary.md#term-loss` leads to a term, one to `bibliography.md#huber1964robust` to an entry, and
the build warns of one that leads nowhere. A block quote that begins with a bold title becomes a box.
"""

from docutils import nodes


def note_anchors(app, doctree):
    """Let links lead to the page's terms and to the entries of its bibliography, as they do to headings."""
    targets = list(doctree.findall(nodes.term))
    for key, bibliography in app.env.get_domain("cite").bibliographies.items():
        if key.docname == app.env.docname:
            targets += bibliography.citation_nodes.values()
    anchors = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for target in targets:
        anchors |= {name.lower(): (target.line, name, target.astext()) for name in target["ids"]}


def frame_boxes(app, doctree):
    """Give a block quote with a bold title the classes `box` and, of that title, `box-key-points`."""
    for quote in doctree.findall(nodes.block_quote):
        title = next(quote[0].findall(nodes.strong), None)
        if title and title.parent is quote[0] and quote.astext().startswith(title.astext()):
            quote["classes"] += ["box", f"box-{nodes.make_id(title.astext())}"]


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("doctree-read", note_anchors)
    app.connect("doctree-read", frame_boxes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
