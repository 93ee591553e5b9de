"""Every page, wide and narrow, light and dark: quiet, readable, within its width, and right for axe-core."""

import gzip
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe

from tests.site.conftest import FRAME

# Formulas that are not set in their own font, or that reached the page as TeX.
UNSET_FORMULAS = r"""() => {
    const unset = [];
    for (const formula of document.querySelectorAll("math"))
        if (!document.fonts.check("16px " + getComputedStyle(formula).fontFamily.split(",")[0]))
            unset.push(formula.textContent);
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
        if (/\\[(\[a-z]|\$\$|\$[^\s$][^$]*\$/.test(texts.currentNode.data)
            && !texts.currentNode.parentElement.closest("pre, code, script, style"))
            unset.push(texts.currentNode.data);
    return unset;
}"""

# Formulas in sight that scroll though the keyboard does not reach them, or the other way round.
OUT_OF_REACH = """all => all.filter(formula => {
    const scrolls = formula.scrollWidth > formula.clientWidth;
    return formula.checkVisibility() && scrolls !== (formula.tabIndex === 0);
}).map(formula => formula.textContent)"""

# Answers, solutions and hints; and the fonts of what is in them.
OPEN_ALL = """async () => {
    for (const details of document.querySelectorAll("main details")) {
        details.removeAttribute("name");  // or an answer would close the one before
        details.open = true;
    }
    document.body.getBoundingClientRect();  // what is laid out asks for its font
    await document.fonts.ready;
}"""

# All has been near, so that the keyboard reaches what scrolls. Returned is how much jumped meanwhile.
SEE_ALL = f"""async () => {{
    let sum = 0;
    const jumps = new PerformanceObserver(list => list.getEntries().forEach(jump => (sum += jump.value)));
    jumps.observe({{type: "layout-shift", buffered: true}});
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {{
        scrollTo({{top: y, behavior: "instant"}});
        for (let i = 0; i < 2; i++) await {FRAME};
    }}
    jumps.disconnect();
    scrollTo({{top: 0, behavior: "instant"}});
    return sum;
}}"""

# A chapter has thousands of coloured words of code, over which axe-core takes many seconds: one of each kind
# is enough. Of the hundreds of entries of the API reference, which are alike, some are.
KEEP_SOME_OF_EACH_KIND = """() => {
    const kinds = new Map();
    for (const word of document.querySelectorAll(".highlight pre span"))
        kinds.set(word, word.className + getComputedStyle(word.closest("pre")).backgroundColor);
    const seen = new Set();
    for (const [word, kind] of kinds) {
        if (seen.has(kind)) word.replaceWith(...word.childNodes);
        seen.add(kind);
    }
    for (const entry of [...document.querySelectorAll("dl.py")].slice(40)) entry.remove();
    document.body.normalize();
}"""

# Contrast depends on the colours and the size of a text, and on what is behind it: one text of each look is
# marked, and axe-core looks at those.
MARK_EACH_LOOK = """() => {
    const backs = new Map([[null, ""]]);
    const back = (element) => {
        if (!backs.has(element)) {
            const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
            const own = [backgroundColor, backgroundImage, opacity].join() + ";";
            const seen = own === "rgba(0, 0, 0, 0),none,1;" ? "" : own;
            backs.set(element, seen + back(element.parentElement));
        }
        return backs.get(element);
    };
    const looks = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement, box = element.getBoundingClientRect();
        if (!texts.currentNode.data.trim() || !element.checkVisibility() || box.width < 4) continue;
        const {color, fill, fontSize, fontWeight, opacity} = getComputedStyle(element);
        const own = [element instanceof SVGElement, color, fill, fontSize, fontWeight, opacity];
        const look = own.join() + back(element);
        if (!looks.has(look)) element.dataset.look = "";
        looks.add(look);
    }
    return looks.size;
}"""

AXE = Axe(
    AXE_SCRIPT
    + ";axe.configure({rules: [{id: 'color-contrast', selector: '[data-look]', excludeHidden: false}]});"
)
OPTIONS = {
    "preload": False,  # or it fetches the style sheets once more
    "resultTypes": ["violations"],
    "rules": {"label-content-name-mismatch": {"enabled": True}},  # experimental, therefore off by default
}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_page(visit, site, any_page, width, scheme):
    page = visit(any_page, width=width, color_scheme=scheme)
    if width == 390:
        assert bytes_of_first_view(page, site) < 250_000
    look_at(page, width)


def bytes_of_first_view(page, site):
    page.wait_for_load_state("networkidle")
    urls = page.evaluate("performance.getEntries().map(entry => entry.name)")
    files = {site / urlsplit(url).path.lstrip("/") for url in urls if url.startswith("http")}
    return sum(len(gzip.compress(path.read_bytes())) for path in files)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
@pytest.mark.parametrize("name", ["book/welcome.html", "notebooks/05_choosing_a_loss.html"])
def test_colours_of_the_page_around_a_text(visit, name, width, scheme):
    look_at(visit(name, width=width, color_scheme=scheme), width)


def look_at(page, width):
    assert page.evaluate(SEE_ALL) < 0.01, "something jumps"
    page.evaluate(OPEN_ALL)
    page.evaluate(SEE_ALL)
    assert page.evaluate(UNSET_FORMULAS) == []
    assert page.locator("main div.math").evaluate_all(OUT_OF_REACH) == []
    fits_and_is_right_for_axe(page, width)


def fits_and_is_right_for_axe(page, width):
    """Hold a page, all of which is open and was seen, against its width and axe-core."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(KEEP_SOME_OF_EACH_KIND)
    assert page.evaluate(MARK_EACH_LOOK) > 5
    violations = AXE.run(page, options=OPTIONS).response["violations"]
    nodes = [(violation["id"], node) for violation in violations for node in violation["nodes"]]
    assert [f"{rule} {node['target']}: {node['failureSummary']}" for rule, node in nodes] == []


def test_page_opened_as_a_file(visit, site, any_page):
    page = visit(any_page, base=f"{site.as_uri()}/")
    page.evaluate(OPEN_ALL)
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
