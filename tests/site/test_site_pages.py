"""Every page, wide and narrow, light and dark: quiet, readable, within its width, and right for axe-core."""

import pytest
from axe_playwright_python.sync_playwright import Axe

# Formulas that MathJax could not set, or that reached the page as TeX.
UNSET_FORMULAS = r"""() => {
    const unset = [...document.querySelectorAll("mjx-merror, [data-mjx-error]")].map(e => e.textContent);
    for (const formula of document.querySelectorAll(".math"))
        if (!formula.querySelector("mjx-container")) unset.push(formula.textContent);
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
        if (/\\[(\[a-z]|\$\$|\$[^\s$][^$]*\$/.test(texts.currentNode.data)
            && !texts.currentNode.parentElement.closest("pre, code, script, style"))
            unset.push(texts.currentNode.data);
    return unset;
}"""

OPEN_ALL = """() => document.querySelectorAll("main details").forEach(details => {
    details.removeAttribute("name");  // or an answer would close the one before
    details.open = true;
})"""

# A chapter has thousands of coloured words of code, over which axe-core takes many seconds. Contrast depends
# on their class and their background alone, so one of each kind is enough.
KEEP_A_WORD_OF_EACH_COLOUR = """() => {
    const kinds = new Map();
    for (const word of document.querySelectorAll(".highlight pre span"))
        kinds.set(word, word.className + getComputedStyle(word.closest("pre")).backgroundColor);
    const seen = new Set();
    for (const [word, kind] of kinds) {
        if (seen.has(kind)) word.replaceWith(...word.childNodes);
        seen.add(kind);
    }
    document.body.normalize();
}"""

AXE = {
    "preload": False,  # or it fetches the style sheets once more
    "resultTypes": ["violations"],
    "rules": {"label-content-name-mismatch": {"enabled": True}},  # experimental, therefore off by default
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page(visit, any_page, width, scheme):
    page = visit(any_page, width=width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate(UNSET_FORMULAS) == []
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(KEEP_A_WORD_OF_EACH_COLOUR)
    violations = Axe().run(page, options=AXE).response["violations"]
    nodes = [(violation["id"], node) for violation in violations for node in violation["nodes"]]
    assert [f"{rule} {node['target']}: {node['failureSummary']}" for rule, node in nodes] == []


def test_page_opened_as_a_file(visit, site, any_page):
    page = visit(any_page, base=f"{site.as_uri()}/")
    assert page.evaluate(UNSET_FORMULAS) == []


def test_root_leads_to_the_first_page(visit, address):
    page = visit("search.html")
    page.wait_for_load_state("networkidle")
    page.goto(address)
    page.wait_for_url(f"{address}book/welcome.html")


@pytest.mark.parametrize("as_file", [False, True])
def test_search_finds(visit, site, address, as_file):
    page = visit("book/welcome.html", base=f"{site.as_uri()}/" if as_file else address)
    page.keyboard.press("Control+k")
    page.keyboard.type("residual")
    page.keyboard.press("Enter")
    results = page.locator("#search-results a")
    results.first.wait_for()
    assert "Glossary" in " ".join(results.all_inner_texts())
    if not as_file:
        page.locator("#search-results .context").first.wait_for()  # the summary
