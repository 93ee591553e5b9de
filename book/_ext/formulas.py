"""Formulas as MathML, set by the browser itself: no script, readable at once, spoken by screen readers.

A formula that is not understood stops the build. The font, STIX Two Math, is cut to the characters in use and
goes into the style sheet, so that no formula is ever seen in another font and nothing moves when it comes.
"""

import base64
import html
import io
import re
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.live.tex import prepare, tidy

FONT = "fonts/STIXTwoMath-Regular.ttf"  # in ziamath
FONT_FACE = '@font-face{{font-family:"STIX Two Math";src:url(data:font/woff2;base64,{})}}\n'

# SymPy writes \substack at a substitution. `split` is a part of AMS-LaTeX that Sphinx's users know.
CONVERTER = LatexToMathML(fancy_error=False, macros={"substack": r"\begin{subarray}{c}#1\end{subarray}"})


def mathml(latex, display=False):
    """Return LaTeX as MathML; a ValueError says what is not understood."""
    try:
        markup = CONVERTER.convert_with_local_state(prepare(latex), displaystyle=display)
    except LatexError as error:
        raise ValueError(str(error)) from error
    formula = ElementTree.fromstring(markup.replace("&ApplyFunction;", "\u2061"))
    tidy(formula)
    return ElementTree.tostring(formula, encoding="unicode")


def convert(translator, node, display):
    """Return a node's formula as MathML, or stop the build."""
    try:
        return mathml(node.astext(), display)
    except ValueError as error:
        page = translator.builder.current_docname
        raise ExtensionError(f"{page}: the formula {node.astext()!r} is not understood: {error}") from error


def visit_math(translator, node):
    """Write a formula within a line."""
    translator.body.append(convert(translator, node, display=False))
    raise nodes.SkipNode


def visit_math_block(translator, node):
    """Write a formula in a line of its own; where that is too narrow, the formula scrolls."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append(f"{convert(translator, node, display=True)}</div>\n")
    raise nodes.SkipNode


def keep_together(formula):
    """Put what touches a formula, as a comma or a bracket, into one box with it, in which no line ends."""
    parent, start = formula.parent, formula.parent.index(formula)
    stop, box = start + 1, nodes.inline(classes=["formula"])
    before = after = ""
    if start > 0 and isinstance(parent[start - 1], nodes.Text):
        start -= 1
        before, touching = re.fullmatch(r"(.*?)(\S*)", parent[start], re.DOTALL).groups()
        box += nodes.Text(touching)
    box += formula
    if stop < len(parent) and isinstance(parent[stop], nodes.Text):
        touching, after = re.fullmatch(r"(\S*)(.*)", parent[stop], re.DOTALL).groups()
        box += nodes.Text(touching)
        stop += 1
    if len(box.astext()) > len(formula.astext()):
        parent[start:stop] = [nodes.Text(before), box, nodes.Text(after)]


class KeepTogether(SphinxPostTransform):
    """Keep formulas and what touches them together."""

    default_priority = 900  # when references are links
    formats = ("html",)

    def run(self, **kwargs):
        """Go over the page's formulas."""
        for formula in list(self.document.findall(nodes.math)):
            keep_together(formula)


def characters(pages):
    """Return the characters that the formulas on these pages are set with."""
    formulas = [formula for page in pages for formula in re.findall(r"<math.*?</math>", page, re.DOTALL)]
    used = set(html.unescape(re.sub(r"<[^>]*>", "", "".join(formulas))))
    # A letter on its own in <mi> is shown as the italic one of the mathematical alphabets.
    for letter in {letter for formula in formulas for letter in re.findall(r"<mi>(.)</mi>", formula)}:
        used.add(ITALIC.get(letter, letter))
    if any("<msqrt" in formula or "<mroot" in formula for formula in formulas):
        used.add("√")  # the browser draws it; it is not in the markup
    return used


def italic_letters():
    """Return the mathematical italic of each letter that has one: CSS's `text-transform: math-auto`."""
    rows = {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz": 0x1D434,
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ∇αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ": 0x1D6E2,
        "ıȷ": 0x1D6A4,
    }
    table = {letter: chr(first + i) for letters, first in rows.items() for i, letter in enumerate(letters)}
    return table | {"h": "ℎ"}


ITALIC = italic_letters()


def cut_font(used):
    """Return STIX Two Math as WOFF2, with these characters and what they stretch to."""
    options, file = subset.Options(flavor="woff2", layout_features=[], hinting=False), io.BytesIO()
    with subset.load_font(Path(find_spec("ziamath").origin).parent / FONT, options) as font:
        if missing := sorted(used - {chr(code) for code in font.getBestCmap()} - set(" \n")):
            raise ExtensionError(f"STIX Two Math has no {missing}, which formulas use")
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=map(ord, used))
        cutter.subset(font)
        subset.save_font(font, file, options)
    return file.getvalue()


def write_font(app, exception):
    """Put the font into the style sheet of formulas once all pages are written."""
    if exception or app.builder.name != "html":
        return
    pages = [path.read_text(encoding="utf-8") for path in Path(app.outdir).rglob("*.html")]
    font = base64.b64encode(cut_font(characters(pages))).decode()
    sheet = Path(app.outdir) / "_static" / "formulas.css"
    rules = (Path(app.confdir) / "book" / "_static" / "formulas.css").read_text(encoding="utf-8")
    sheet.write_text(FONT_FACE.format(font) + rules, encoding="utf-8", newline="\n")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.config.html_math_renderer = "mathml"
    app.config.myst_update_mathjax = False
    app.add_post_transform(KeepTogether)
    app.add_css_file("formulas.css")
    app.connect("build-finished", write_font, priority=400)  # before the style sheets are put together
    return {"parallel_read_safe": True, "parallel_write_safe": True}
