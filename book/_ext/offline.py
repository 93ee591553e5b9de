"""Make the site stand on its own, and cure what the theme gets wrong.

No page asks another host for anything or writes to the console, over http or opened as a file, and axe-core
has nothing to object to. A cure that does not find what it cures stops the build: the theme has changed.
"""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from sphinx.errors import ExtensionError

# What a formula can ask for: MathJax, its fonts, and the TeX packages that it loads at first use.
MATHJAX = ["tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions"]

# A search result's summary is fetched from its page, which a browser forbids on a site opened as a file.
NO_SUMMARIES_IN_FILES = (
    'if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;'
)

# In the pages: what is replaced, and by what.
PAGE_CURES = {
    # The right colours before the theme's scripts have run, and light ones where scripts are off.
    'data-theme="auto"': 'data-theme="light"',
    'localStorage.getItem("theme") || "auto"': (
        'localStorage.getItem("theme") || '
        '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")'
    ),
    # The book's name stands outside every landmark.
    '<div id="pst-primary-sidebar"': '<div role="complementary" aria-label="Book" id="pst-primary-sidebar"',
    # Names that differ from the text that is seen.
    'pst-js-only" title="Search" aria-label="Search"': 'pst-js-only" title="Search"',
    'data-mode="light" title="Light"': 'data-mode="light" aria-hidden="true"',
    'data-mode="dark"  title="Dark"': 'data-mode="dark" aria-hidden="true"',
    'data-mode="auto"  title="System Settings"': 'data-mode="auto" aria-hidden="true"',
    '<summary aria-label="Toggle hidden content">': "<summary>",
    # The only child that a list may have.
    'role="doc-biblioentry"': 'role="listitem"',
    # Messages to the console.
    'console.log("[PST]: Set focus on search field.");': "/* quiet */",
}
SCRIPT_CURES = {"console.log(": "void ("}

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


def copy_mathjax(target):
    """Copy what is used of MathJax; its package carries ten times as much."""
    with as_file(files("sphinx-mathjax-offline") / "static" / "mathjax") as source:
        for path in (path for name in MATHJAX for path in [source / name, *(source / name).rglob("*")]):
            if path.is_file():
                copy = target / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


def finish(app, exception):
    """Complete the site once its pages are written."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    cure([site / f"{name}.html" for name in [*app.env.found_docs, "search"]], PAGE_CURES)
    cure([site / "_static" / "scripts" / "pydata-sphinx-theme.js"], SCRIPT_CURES)
    copy_mathjax(site / "_static" / "mathjax")
    root = ROOT.format(title=app.config.html_title, page=f"{app.config.root_doc}.html")
    (site / "index.html").write_text(root, encoding="utf-8", newline="\n")


def keep_bars(app, what, name, obj, options, lines):
    """Take |a| in a docstring as an absolute value, not as the name of a substitution."""
    lines[:] = [line if ">>>" in line else line.replace("|", r"\|") for line in lines]


def setup(app):
    """Register the extension with Sphinx."""
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.add_js_file(None, body=NO_SUMMARIES_IN_FILES)
    app.connect("autodoc-process-docstring", keep_bars)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
