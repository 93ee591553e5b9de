"""A list of tasks becomes one to tick: its items are named by what they say to do."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx.errors import ExtensionError

from book._ext import checklist


def page(*items, task=True):
    """Return a page with a list, as the parser makes it: of each item, its bold words and the rest."""
    made = nodes.bullet_list(classes=["contains-task-list"] if task else [])
    for bold, rest in items:
        paragraph = nodes.paragraph("", "", nodes.raw("", "<input disabled>", format="html") if task else "")
        paragraph.extend([nodes.strong("", bold), nodes.Text(rest)] if bold else [nodes.Text(rest)])
        made += nodes.list_item("", paragraph)
    return nodes.section("", made)


def test_boxes_go_and_items_are_named():
    doctree = page(("Split first.", " Then scale."), ("Look.", " At all."))
    checklist.name_items(None, doctree)
    items = list(doctree.findall(nodes.list_item))
    assert [item["ids"] for item in items] == [["tick-split-first"], ["tick-look"]]
    assert [item.astext() for item in items] == ["Split first. Then scale.", "Look. At all."]
    assert not list(doctree.findall(nodes.raw))


def test_an_item_without_bold_words_stops_the_build():
    with pytest.raises(ExtensionError, match="begins with bold words: Then"):
        checklist.name_items(None, page(("", "Then scale.")))


@pytest.mark.parametrize("task", [True, False])
def test_only_a_page_with_such_a_list_gets_the_script(task):
    scripts = []
    app = SimpleNamespace(add_js_file=lambda name, **options: scripts.append(name))
    for doctree in (page(("Look.", ""), task=task) if task else page(task=False), None):
        checklist.add_script(app, "page", "page.html", {}, doctree)
    assert scripts == ["checklist.js"] * task
