"""The scripts of a page: those that it uses, run once its text is there."""

from sphinx.errors import ExtensionError

# The theme's controls are in site.js, and words that were searched for are not marked on other pages.
UNUSED = {"_static/doctools.js", "_static/sphinx_highlight.js", "_static/scripts/sphinx-book-theme.js"}


def choose(app, pagename, templatename, context, doctree):
    """Leave out what a page does not use, and let the rest wait for the page."""
    scripts = context["script_files"]
    if missing := UNUSED - {script.filename for script in scripts}:
        raise ExtensionError(f"book/_ext/scripts.py leaves out {missing}, which no page has any more")
    used = [script for script in scripts if script.filename and script.filename not in UNUSED]
    # Copies: Sphinx gives the same objects to the search page.
    context["script_files"] = [
        type(script)(script.filename, priority=script.priority, **script.attributes | {"defer": "defer"})
        for script in used
    ]


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", choose, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
