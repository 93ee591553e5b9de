"""Make the site stand on its own, and cure what the theme gets wrong.

No page asks another host for anything or writes to the console, over http or opened as a file, and axe-core
has nothing to object to. A cure that does not find what it cures stops the build: the theme has changed.
"""

from pathlib import Path

from sphinx.errors import ExtensionError

# In the pages: what is replaced, and by what.
PAGE_CURES = {
    # Light colours where scripts are off; where they are on, the page's head chooses.
    'data-theme="auto"': 'data-theme="light"',
    # The book's name stands outside every landmark.
    '<div id="pst-primary-sidebar"': '<div role="complementary" aria-label="Book" id="pst-primary-sidebar"',
    # A second viewport, from docutils.
    '/><meta name="viewport" content="width=device-width, initial-scale=1" />': "/>",
    # Names that differ from the text that is seen.
    'pst-js-only" title="Search" aria-label="Search"': 'pst-js-only" title="Search"',
    'data-mode="light" title="Light"': 'data-mode="light" aria-hidden="true"',
    'data-mode="dark"  title="Dark"': 'data-mode="dark" aria-hidden="true"',
    'data-mode="auto"  title="System Settings"': 'data-mode="auto" aria-hidden="true"',
    '<summary aria-label="Toggle hidden content">': "<summary>",
    # The only child that a list may have.
    'role="doc-biblioentry"': 'role="listitem"',
}
ROOT = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,"><meta http-equiv="refresh" content="0; url={page}"></head>
<body><main><h1><a href="{page}">{title}</a></h1></main></body>
</html>
"""


def cure(paths, cures):
    """Replace in these files what is to be cured; what was replaced by an earlier build may stand."""
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    everything = "".join(texts.values())
    for old, new in cures.items():
        if old not in everything and new not in everything:
            raise ExtensionError(f"book/_ext/offline.py cures {old!r}, which is nowhere to be found")
    for path, text in texts.items():
        for old, new in cures.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8", newline="\n")


def finish(app, exception):
    """Complete the site once its pages are written."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    cure([site / f"{name}.html" for name in [*app.env.found_docs, "search"]], PAGE_CURES)
    root = ROOT.format(title=app.config.html_title, page=f"{app.config.root_doc}.html")
    (site / "index.html").write_text(root, encoding="utf-8", newline="\n")


def keep_bars(app, what, name, obj, options, lines):
    """Take |a| in a docstring as an absolute value, not as the name of a substitution."""
    lines[:] = [line if ">>>" in line else line.replace("|", r"\|") for line in lines]


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("autodoc-process-docstring", keep_bars)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
