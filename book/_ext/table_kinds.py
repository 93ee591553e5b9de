"""Tables get a class by what a style cannot see: names of code in the heading, or two columns."""

import re

TABLE = re.compile(r'("pst-scrollable-table-container"><table class=")table(">.*?</table>)', re.DOTALL)


def classes(table):
    """Return the classes of a table, from its HTML."""
    head, _, body = table.partition("</thead>")
    row, _, _ = body.partition("</tr>")
    return " ".join(["table"] + ["names"] * ("<code" in head) + ["pairs"] * (row.count("<td") <= 2))


def tell_apart(app, pagename, templatename, context, doctree):
    """Give the tables of a page their classes before it is written."""
    if "body" in context:
        context["body"] = TABLE.sub(lambda table: table[1] + classes(table[2]) + table[2], context["body"])


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", tell_apart)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
