"""One style sheet instead of twelve, with the rules alone that some page can use.

The theme brings 490 KB, most of it for icons, forms and tables that this book has not got. A rule is left out
if it asks for a class or an id that no page has and no script names. So is one that asks with `:has` what an
element holds: a browser matches these again whenever something changes, a fifth of the work for a lab's move.
"""

import hashlib
import posixpath
import re
from pathlib import Path

import tinycss2

# The theme's own, which it does not name among a page's style sheets. Its web font of icons is not needed.
THEME = ["_static/basic.css", "_static/styles/pydata-sphinx-theme.css"]
ICON_FONT = "Font Awesome"
NESTS = {"media", "supports", "layer"}


def names_in(pages, scripts):
    """Return the classes and ids of the pages, and all words of the scripts, which may set any of them."""
    attributes = " ".join(found for page in pages for found in re.findall(r'\b(?:class|id)="([^"]*)"', page))
    return set(attributes.split()) | set(re.findall(r"[\w-]+", " ".join(scripts)))


def asks_for(selector):
    """Return the classes and ids that something must have, or be within, to be selected."""
    names = set()
    for before, token in zip([None, *selector], selector, strict=False):
        if token.type == "hash" or (token.type == "ident" and before == "."):
            names.add(token.value)
    return names


def split(prelude):
    """Return the selectors of a rule."""
    selectors = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def prune(rules, names):
    """Return CSS with the rules that can apply where these names are in use."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [
                selector
                for selector in split(rule.prelude)
                if asks_for(selector) <= names and ":has(" not in tinycss2.serialize(selector)
            ]
            if selectors:
                head = ",".join(tinycss2.serialize(selector).strip() for selector in selectors)
                kept.append(f"{head}{{{tinycss2.serialize(rule.content).strip()}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTS and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if css := prune(inner, names):
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{css}}}")
        elif ICON_FONT not in tinycss2.serialize([rule]):
            kept.append(rule.serialize())
    return "\n".join(kept)


def read(site, sheet):
    """Return a style sheet's rules; what they refer to is named from the folder of the new one."""
    folder = posixpath.dirname(sheet)

    def rebase(found):
        path = posixpath.normpath(posixpath.join(folder, found[1]))
        return f'url("{posixpath.relpath(path, "_static")}")'

    css = (site / sheet).read_text(encoding="utf-8")
    css = re.sub(r"""url\(["']?(?!data:|#)([^"')]+)["']?\)""", rebase, css)
    return tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)


def note(app, pagename, templatename, context, doctree):
    """Note which style sheets the pages ask for; they are the same for all."""
    app.book_sheets = THEME + [css.filename.partition("?")[0] for css in context["css_files"]]


def write(app, exception):
    """Write the style sheet once the pages are there, and let them ask for its newest version."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    loaded = {
        name for page in pages.values() for name in re.findall(r'src="[./]*(_static/[\w./-]+\.js)', page)
    }
    names = names_in(pages.values(), [(site / name).read_text(encoding="utf-8") for name in sorted(loaded)])
    css = "\n".join(prune(read(site, sheet), names) for sheet in app.book_sheets)
    (site / "_static" / "book.css").write_text(css, encoding="utf-8", newline="\n")
    version = hashlib.sha256(css.encode()).hexdigest()[:8]
    for path, page in pages.items():
        path.write_text(
            re.sub(r'(_static/book\.css)[^"]*', rf"\1?v={version}", page), encoding="utf-8", newline="\n"
        )


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", note, priority=900)
    app.connect("build-finished", write, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
