"""A list of tasks, `- [ ] **Do this.** Here is why.`, becomes one that a reader can tick on the page.

Other readers of notebooks show such a list in their own way. Here the boxes that the parser puts there, which
nobody can tick, are taken out; each item gets a name, made from its bold words, by which the reader's browser
remembers it; and a page with such a list, and no other, gets the script that does so.
"""

from docutils import nodes
from sphinx.errors import ExtensionError

LIST = "contains-task-list"  # the class that the parser gives


def lists_of(doctree):
    """Yield the lists of tasks of a page."""
    return (items for items in doctree.findall(nodes.bullet_list) if LIST in items["classes"])


def name_items(app, doctree):
    """Take the boxes out, and name the items."""
    for items in lists_of(doctree):
        for item in items:
            box, title = next(item.findall(nodes.raw)), next(item.findall(nodes.strong), None)
            box.parent.remove(box)
            if title is None or not item.astext().lstrip().startswith(title.astext()):
                raise ExtensionError(f"an item to tick begins with bold words: {item.astext()}")
            item["ids"].append(f"tick-{nodes.make_id(title.astext())}")


def add_script(app, pagename, templatename, context, doctree):
    """Give the script to a page with a list to tick."""
    if doctree and any(lists_of(doctree)):
        app.add_js_file("checklist.js", loading_method="defer")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("doctree-read", name_items)
    app.connect("html-page-context", add_script)
    app.add_css_file("checklist.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
