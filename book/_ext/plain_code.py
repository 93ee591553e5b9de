"""Code on a page without the elements of names, commas and spaces.

They have the colour of the text around them, and were a third of all elements of a page with much code.
"""

import re

CODE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
LIKE_TEXT = re.compile(r'<span class="[npw]">([^<]*)</span>')  # Pygments' Name, Punctuation, Whitespace


def lighten(page):
    """Return a page whose code has an element only where there is something to colour."""
    return CODE.sub(lambda code: LIKE_TEXT.sub(r"\1", code[0]), page)


def lighten_body(app, pagename, templatename, context, doctree):
    """Lighten the code of a page before it is written."""
    if "body" in context:
        context["body"] = lighten(context["body"])


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", lighten_body)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
