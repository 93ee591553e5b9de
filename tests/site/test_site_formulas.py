"""Formulas are MathML in a font of their own: without scripts, wide ones within reach of the keyboard."""

import re

import pytest

from tests.site.test_site_pages import OUT_OF_REACH, SEE_ALL

WIDE = [
    "notebooks/derivations/momentum.html",
    "notebooks/derivations/backpropagation.html",
    "notebooks/02_regression_losses.html",
]


@pytest.mark.parametrize("name", WIDE)
def test_formulas_are_set_in_their_own_font_without_scripts(visit, name):
    page = visit(name, java_script_enabled=False)
    formula = page.locator("main math").first
    assert formula.bounding_box()["height"] > 5
    fonts = page.context.new_cdp_session(page)
    fonts.send("DOM.enable")
    fonts.send("CSS.enable")
    root = fonts.send("DOM.getDocument")["root"]["nodeId"]
    letter = fonts.send("DOM.querySelector", {"nodeId": root, "selector": "main math :is(mi, mn)"})["nodeId"]
    used = fonts.send("CSS.getPlatformFontsForNode", {"nodeId": letter})["fonts"]
    assert [font["familyName"] for font in used] == ["STIX Two Math"]


@pytest.mark.parametrize("name", WIDE)
def test_a_wide_formula_scrolls_and_the_keyboard_reaches_it(visit, name):
    page = visit(name, width=320)
    page.evaluate(SEE_ALL)
    assert page.locator("main div.math").evaluate_all(OUT_OF_REACH) == []
    wide = page.locator("main div.math[tabindex='0']:visible").first
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("formula => formula.scrollLeft > 0", arg=wide.element_handle())


def test_the_font_has_its_licence_beside_it(site):
    assert "STIX Fonts Project" in (site / "_static" / "STIXTwoMath-OFL.txt").read_text(encoding="utf-8")


def test_nothing_of_a_formula_is_left_to_scripts(site):
    for path in site.rglob("*.html"):
        assert not re.search(r"mathjax|katex", path.read_text(encoding="utf-8"), re.IGNORECASE), path
