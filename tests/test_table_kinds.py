"""Tables of the pages get a class by what they hold."""

import pytest

from book._ext import table_kinds

BEFORE, AFTER = '<div class="pst-scrollable-table-container">', "</div>"


def table(head, cells, kinds):
    return (
        f'<table class="table{kinds}">\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody><tr>{cells}</tr><tr>{cells}</tr></tbody></table>"
    )


@pytest.mark.parametrize(
    ("head", "cells", "kinds"),
    [
        ("<th>Idea</th><th>lossgd <code>losses</code></th>", "<td>a</td><td>b</td><td>c</td>", " names"),
        ("<th>Idea</th>", '<td class="text-right"><code>a</code></td><td>b</td>', " pairs"),
        ("<th><code>a</code></th>", "<td>a</td>", " names pairs"),
        ("<th>a</th><th>b</th><th>c</th>", "<td>a</td><td>b</td><td>c</td>", ""),
    ],
)
def test_a_table_gets_its_classes(head, cells, kinds):
    context = {"body": BEFORE + table(head, cells, "") + AFTER + table(head, cells, "")}
    table_kinds.tell_apart(None, "page", "page.html", context, None)
    assert context["body"] == BEFORE + table(head, cells, kinds) + AFTER + table(head, cells, "")
