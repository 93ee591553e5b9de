"""What a formula needs before and after its LaTeX becomes MathML: on the site, and on a page that runs."""

import re
from xml.etree import ElementTree

TALL = {"mfrac", "msqrt", "mtable", "munder", "munderover"}
OPERATORS, BRACKETS, PRIMES = {*"∑∏∫"}, {*"()[]{}|‖"}, {*"′″‴"}
ENVIRONMENT = re.compile(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL)
ROW_SPACE = re.compile(r"\\\\\[[^]]*\]")


def prepare(latex):
    """Return LaTeX without two things that converters pass over or print.

    They are space asked for after a row (the style sheet spaces rows), and rows outside an environment.
    """
    latex = ROW_SPACE.sub(r"\\\\", latex).replace("{split}", "{aligned}")
    if r"\\" in ENVIRONMENT.sub("", latex):
        latex = rf"\begin{{aligned}}{latex}\end{{aligned}}"
    return latex


def tidy(formula):
    """Mend in a formula what browsers set badly."""
    close_brackets(formula)
    lower_primes(formula)
    prop_roots(formula)


def close_brackets(formula):
    r"""Let only brackets around something tall stretch.

    Chromium makes each bracket that can stretch as wide as its widest form, and SymPy lets all stretch.
    """
    for row in formula.iter("mrow"):
        if not any(part.tag in TALL or part.text in OPERATORS for part in row.iter()):
            for bracket in row.findall("mo[1]") + row.findall("mo[last()]"):
                if bracket.text in BRACKETS:
                    bracket.set("stretchy", "false")


def lower_primes(formula):
    """Set a prime beside its letter: the font has it raised, and few browsers use its form for exponents."""
    for power in formula.iter("msup"):
        if power[1].text in PRIMES:
            power.tag = "mrow"
            power[1].attrib.update(lspace="0", rspace="0")


def prop_roots(formula):
    """Give each root the height of a line: Chromium hangs the sign of a lower one below the line."""
    for root in list(formula.iter()):
        if root.tag == "mroot":
            inside = ElementTree.Element("mrow")
            inside.append(root[0])
            root[0] = inside
        if root.tag in ("msqrt", "mroot"):
            inside = root if root.tag == "msqrt" else root[0]
            ElementTree.SubElement(inside, "mspace", width="0", height="0.75em", depth="0.2em")
