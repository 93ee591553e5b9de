"""The page's controls: colours, search, sidebars, menus, the table of contents."""

import re

import pytest

from tests.site.conftest import FRAME

PAGE = "notebooks/10_gradient_descent.html"
PARTS = ".bd-article > section > section"
HEIGHTS = f"() => [...document.querySelectorAll('{PARTS}')].map(part => part.offsetHeight)"


def theme(page):
    return page.evaluate("document.documentElement.dataset.theme")


def test_the_colours_are_chosen_and_kept(visit, address):
    page = visit(PAGE, color_scheme="light")
    button = page.locator(".theme-switch-button")
    seen = [theme(page)]
    for _ in range(3):
        button.click()
        seen.append(theme(page))
    assert seen == ["light", "dark", "light", "light"]  # the system's, dark, light, the system's
    button.click()
    page.goto(address + "book/glossary.html")
    assert theme(page) == "dark"


def test_search_opens_by_its_key_and_by_its_button(visit):
    page = visit(PAGE)
    dialog = page.locator("#pst-search-dialog")
    page.keyboard.press("Control+k")
    assert dialog.locator("input").evaluate("input => input === document.activeElement")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    page.locator(".search-button__button:visible").first.click()
    assert dialog.is_visible()
    page.mouse.click(5, 5)  # beside it
    assert not dialog.is_visible()


@pytest.mark.parametrize("pressed", [0, 3, 5])
def test_an_answer_stays_in_its_place_while_the_one_before_closes(visit, pressed):
    page = visit("notebooks/05_choosing_a_loss.html", width=390)
    answers = page.locator("details[name=choose] > summary")
    answers.nth(1).click()
    summary = answers.nth(pressed)
    summary.evaluate("summary => summary.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.evaluate(FRAME)
    before = summary.bounding_box()["y"]
    summary.click()
    for _ in range(3):
        page.evaluate(FRAME)
    assert summary.evaluate("summary => summary.parentElement.open")
    assert summary.bounding_box()["y"] == pytest.approx(before, abs=1)


@pytest.mark.parametrize("name", ["primary", "secondary"])
def test_sidebars_open_on_a_phone_and_go_back(visit, name):
    page = visit(PAGE, width=390)
    link = page.locator(
        f"#pst-{name}-sidebar-modal a[href*='#'], #pst-{name}-sidebar-modal .bd-sidenav a"
    ).last
    for close in ("Escape", "outside", "link"):
        page.locator(f".{name}-toggle").click()
        assert link.is_visible()
        if close == "Escape":
            page.keyboard.press("Escape")
        elif close == "outside":
            page.mouse.click(380 if name == "primary" else 5, 450)
        else:
            link.click()
        link.wait_for(state="hidden")


def test_the_sidebar_is_put_away_on_a_wide_screen(visit):
    page = visit(PAGE)
    sidebar, button = page.locator("#pst-primary-sidebar"), page.locator(".primary-toggle")
    button.click()
    page.wait_for_function(
        "getComputedStyle(document.getElementById('pst-primary-sidebar')).visibility === 'hidden'"
    )
    button.click()
    sidebar.wait_for(state="visible")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_menu_opens_under_its_button(visit, width):
    page = visit(PAGE, width=width)
    button, item = page.locator(".dropdown-toggle").first, page.locator(".dropdown-menu .dropdown-item").first
    for close in ("Escape", "outside"):
        button.press("Enter")  # under the mouse it would stay open
        assert button.get_attribute("aria-expanded") == "true"
        box = item.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape") if close == "Escape" else page.locator("article p").nth(3).click()
        assert not item.is_visible()
        assert button.get_attribute("aria-expanded") == "false"


def test_the_table_of_contents_marks_what_is_read(visit):
    page = visit(f"{PAGE}#exercises")
    page.locator("#pst-page-toc-nav a.active[href='#exercises']").wait_for()


def test_a_link_leads_to_its_heading(visit, quiz_page):
    page = visit(f"{quiz_page}#exercises", width=390)
    heading = page.locator("#exercises > h2")
    place = "heading => Math.abs(heading.getBoundingClientRect().y - 225) < 226"
    page.wait_for_function(place, arg=heading.element_handle())


def test_parts_below_are_as_high_as_they_will_be_once_there_was_time(visit):
    page = visit(PAGE, width=390)
    page.wait_for_function("later.length === 0")
    for _ in range(3):
        page.evaluate(FRAME)
    assert page.evaluate("getComputedStyle(document.querySelector('#quiz')).contentVisibility") == "auto"
    heights = page.evaluate(HEIGHTS)
    page.add_style_tag(content=f"{PARTS} {{ content-visibility: visible !important; }}")
    assert page.evaluate(HEIGHTS) == heights


def test_a_link_leads_past_parts_that_were_not_seen(visit):
    page = visit(PAGE, width=390)
    page.evaluate("document.querySelector(\"#pst-page-toc-nav a[href='#quiz']\").click()")
    for _ in range(3):
        page.evaluate(FRAME)
    place = page.locator("#quiz > h2").bounding_box()["y"]
    assert 0 < place < 120, "below the page's own bar"
    page.wait_for_function("later.length === 0")
    page.evaluate(FRAME)
    assert page.locator("#quiz > h2").bounding_box()["y"] == pytest.approx(place, abs=1)


def test_a_page_that_is_loaded_again_is_where_it_was(visit):
    page = visit(PAGE, width=390)
    page.locator("#exercises").scroll_into_view_if_needed()
    page.wait_for_function("later.length === 0")
    place = page.locator("#exercises").bounding_box()["y"]
    page.reload()
    page.wait_for_function("later.length === 0")
    assert page.locator("#exercises").bounding_box()["y"] == pytest.approx(place, abs=1)


def test_a_page_has_one_viewport_and_one_style_sheet(site):
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if "_static" not in path.parts and path.name not in {"index.html", "404.html"}:  # which stand alone
            assert text.count('name="viewport"') == 1, path
            assert text.count("book.css?v=") == 1, path
            assert not re.search(r"<(i|span) class=.[^>]*\bfa-", text), path
