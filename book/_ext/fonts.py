"""The book's typeface: cut down to the characters that the pages use, and part of the site, with its licence.

Source Serif for the text, Source Code Pro for code, both under the SIL Open Font License. A browser that has
not got them when it first paints shows its own serif for that page, so that nothing moves.
"""

import io
import json
import shutil
from importlib import import_module
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

# File on the site: the package that carries the font, its file there, and what remains of its axes.
FONTS = {
    "text": ("fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", {"opsz": 16, "wght": (400, 700)}),
    "italic": ("fontpkg_source_serif_4", "SourceSerif4-Italic[opsz,wght].ttf", {"opsz": 16, "wght": 400}),
    "code": ("fontpkg_source_code_pro", "SourceCodePro[wght].ttf", {"wght": 400}),
}
FEATURES = ["kern", "liga", "ccmp", "locl", "mark"]
NAMES = {1, 3, 4, 6, 16, 25}  # of the family, the font, the PostScript font, the variations
# A page that is opened as a file may not ask for a font before its style sheet does.
PRELOAD = """<script>
if (location.protocol !== "file:") for (const href of {}) document.head.append(Object.assign(
  document.createElement("link"), {{rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href}}));
</script>"""


def package_of(name):
    """Return the folder of the package that a font comes from."""
    return Path(import_module(FONTS[name][0]).__file__).parent


def cut(name, characters):
    """Return a font as WOFF2 with these characters alone."""
    font = TTFont(package_of(name) / "files" / FONTS[name][1])
    options = subset.Options(layout_features=FEATURES, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    font = instancer.instantiateVariableFont(font, FONTS[name][2])
    for record in font["name"].names:
        if record.nameID in NAMES:  # the licence keeps the font's own name for the font as it was
            record.string = f"Lossgd {name}"
    font["head"].modified = font["head"].created  # or each build would give another file
    font.flavor = "woff2"
    font.recalcTimestamp = False
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def write(app, exception):
    """Write the fonts once the pages are there, with the characters that stand in them."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    characters = {chr(code) for code in range(0x20, 0x7F)}
    for name in app.env.found_docs:
        characters.update((site / f"{name}.html").read_text(encoding="utf-8"))
    folder = site / "_static" / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for name in FONTS:
        (folder / f"{name}.woff2").write_bytes(cut(name, "".join(sorted(characters))))
        shutil.copyfile(package_of(name) / "LICENSE", folder / f"{name}-OFL.txt")


def preload(app, pagename, templatename, context, doctree):
    """Let the browser ask for the fonts first of all."""
    names = [context["pathto"](f"_static/fonts/{name}.woff2", resource=True) for name in FONTS]
    context["metatags"] = context.get("metatags", "") + PRELOAD.format(json.dumps(names))


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("build-finished", write)
    app.connect("html-page-context", preload)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
