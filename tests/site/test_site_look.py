"""The typeface is the book's own and small, lines are short, nothing moves when fonts come, focus is seen."""

import itertools

import pytest
from fontTools.ttLib import TTFont

CHAPTER = "notebooks/06_gradients.html"
FONTS = ("text", "italic", "code")

# The font that draws most of an element, by the browser's own account.
USED = "CSS.getPlatformFontsForNode"
SHIFT = """() => new Promise(resolve => new PerformanceObserver(list =>
    resolve(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))
).observe({type: "layout-shift", buffered: true}) || setTimeout(resolve, 300, 0))"""
# As many as fit in a paragraph's width, by how wide it is on a single line.
CHARACTERS_OF_A_LINE = """() => {
    const counts = [];
    for (const paragraph of document.querySelectorAll(".bd-article section > p")) {
        if (paragraph.innerText.length < 150 || paragraph.querySelector(".math, math, code")) continue;
        paragraph.style.whiteSpace = "nowrap";
        counts.push(paragraph.innerText.length * paragraph.clientWidth / paragraph.scrollWidth);
    }
    return counts.sort((a, b) => a - b)[counts.length >> 1];
}"""
RING = """() => {
    const reached = document.activeElement;
    return [reached.outerHTML.slice(0, 120), getComputedStyle(reached).outlineWidth];
}"""


def drawn_with(page, selector):
    """Return the names of the fonts that the browser draws an element's text with."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return [
        font["familyName"] for font in session.send(USED, {"nodeId": node})["fonts"] if font["isCustomFont"]
    ]


def test_text_and_code_are_drawn_with_the_books_fonts(visit):
    page = visit(CHAPTER)
    page.reload()  # by now the fonts are there, however slow the machine
    assert drawn_with(page, ".bd-article section > p") == ["Lossgd text"]
    assert drawn_with(page, ".bd-article em") == ["Lossgd italic"]
    assert "Lossgd code" in drawn_with(page, ".bd-article pre")


def test_fonts_are_small_licensed_and_not_called_by_a_reserved_name(site):
    folder = site / "_static" / "fonts"
    assert sum((folder / f"{name}.woff2").stat().st_size for name in FONTS) < 60_000
    for name in FONTS:
        assert "SIL OPEN FONT LICENSE" in (folder / f"{name}-OFL.txt").read_text(encoding="utf-8")
        names = TTFont(folder / f"{name}.woff2")["name"].names
        assert not [
            str(record) for record in names if record.nameID in (1, 3, 4, 6, 16) and "Source" in str(record)
        ]


def test_a_line_has_about_seventy_characters(visit):
    assert 62 <= visit(CHAPTER).evaluate(CHARACTERS_OF_A_LINE) <= 78


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_a_page_loads(visit, width):
    assert visit(CHAPTER, width=width).evaluate(SHIFT) <= 0.01


@pytest.mark.parametrize("width", [1280, 390])
def test_what_the_keyboard_reaches_shows_it(visit, width):
    page = visit("book/welcome.html", width=width)
    for i in range(25):
        page.keyboard.press("Tab")
        reached, ring = page.evaluate(RING)
        assert ring == "3px", f"{i}: {reached}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_right_and_wrong_answers_differ_by_more_than_colour(visit, scheme):
    page = visit("notebooks/01_what_is_a_loss.html", color_scheme=scheme)
    marks = {}
    for kind in ("right", "wrong"):
        answers = page.locator(f"details[name] > .answer-{kind}")
        assert answers.count() > 2
        marks[kind] = answers.first.evaluate("answer => getComputedStyle(answer, '::before').content")
    assert marks["right"] != marks["wrong"]


def test_a_wide_table_on_a_phone_fades_where_it_goes_on(visit):
    page = visit("notebooks/02_regression_losses.html", width=390)
    tables = page.locator(".pst-scrollable-table-container")
    wide = [
        table
        for table in tables.all()
        if table.evaluate("table => table.scrollWidth > table.clientWidth + 8")
    ]
    assert wide, "no table to look at"
    wide[0].scroll_into_view_if_needed()
    fade = "table => getComputedStyle(table).getPropertyValue('--more')"
    assert wide[0].evaluate(fade) != "rgb(0, 0, 0)"
    wide[0].evaluate("table => (table.scrollLeft = 9999)")
    page.wait_for_function(f"table => ({fade})(table) === 'rgb(0, 0, 0)'", arg=wide[0].element_handle())


def test_entries_of_the_bibliography_stand_apart(visit):
    page = visit("book/bibliography.html")
    boxes = [entry.bounding_box() for entry in page.locator(".citation").all()[:5]]
    for one, next_one in itertools.pairwise(boxes):
        assert next_one["y"] - one["y"] - one["height"] >= 10
