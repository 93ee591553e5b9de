"""The checklist is ticked by mouse or keyboard, kept, reset, printed, and a plain list without scripts."""

import gzip
import re

import pytest

PAGE = "notebooks/27_recap.html"
ITEMS = ".contains-task-list > li"
BOXES = f"{ITEMS} input[type=checkbox]"
TICKED = f"{ITEMS}:has(input:checked) strong"
STATE = ".checklist-bar output"


def ticked(page):
    return page.locator(TICKED).all_inner_texts()


def of_all(page, number):
    return f"{number} of {page.locator(ITEMS).count()} done"


def test_items_are_ticked_by_mouse_and_by_keyboard_and_kept(visit):
    page = visit(PAGE)
    titles = page.locator(f"{ITEMS} strong").all_inner_texts()
    assert len(titles) > 10
    assert page.locator(STATE).inner_text() == of_all(page, 0)
    page.locator(f"{ITEMS} label").nth(0).click()
    box = page.locator(BOXES).nth(2)
    box.focus()
    page.keyboard.press("Space")
    assert ticked(page) == [titles[0], titles[2]]
    assert page.locator(STATE).inner_text() == of_all(page, 2)
    page.reload()
    assert ticked(page) == [titles[0], titles[2]]
    assert page.locator(STATE).inner_text() == of_all(page, 2)
    page.locator(BOXES).nth(2).press("Space")
    page.reload()
    assert ticked(page) == [titles[0]]


def test_a_reset_clears_and_can_be_undone(visit):
    page = visit(PAGE)
    for i in (1, 4):
        page.locator(BOXES).nth(i).check()
    before = ticked(page)
    page.get_by_role("button", name="Reset").click()
    assert ticked(page) == []
    assert page.locator(STATE).inner_text() == of_all(page, 0)
    page.get_by_role("button", name="Undo").press("Enter")
    assert ticked(page) == before
    page.get_by_role("button", name="Reset").press("Enter")
    page.locator(BOXES).nth(0).check()
    assert not page.get_by_role("button", name="Undo").is_visible()
    page.reload()
    assert len(ticked(page)) == 1


def test_a_new_item_moves_no_tick(visit, site):
    page = visit(PAGE)
    page.locator(BOXES).nth(3).check()
    before = ticked(page)
    new = '<li id="tick-new"><p><strong>New.</strong></p></li>'
    text = (site / PAGE).read_text(encoding="utf-8")
    text = re.sub(r'(<ul class="contains-task-list[^>]*>)', rf"\1{new}", text, count=1)
    page.route(f"**/{PAGE}", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.reload()
    assert page.locator(f"{ITEMS} strong").first.inner_text() == "New."
    assert ticked(page) == before


def test_a_second_window_shows_the_ticks(visit):
    page = visit(PAGE)
    other = page.context.new_page()
    other.goto(page.url)
    page.locator(BOXES).nth(0).check()
    other.wait_for_function("document.querySelector('.contains-task-list input').checked")
    assert other.locator(STATE).inner_text() == of_all(other, 1)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_box_is_called_by_its_item_and_wide_enough_for_a_finger(visit, width):
    page = visit(PAGE, width=width)
    for item in page.locator(ITEMS).all():
        title = item.locator("strong").text_content()
        box = item.get_by_role("checkbox", name=title, exact=True)
        assert box.count() == 1
        assert item.locator("label").bounding_box()["height"] >= 44
        links = [link.get_attribute("href") for link in item.locator("a").all()]
        assert any(re.match(r"\d\d_\w+\.html", link) for link in links), title
    for button in page.locator(".checklist-bar button").all():
        assert button.bounding_box()["height"] >= 44
    assert page.get_by_role("status").text_content() == of_all(page, 0)


def test_the_bar_hides_nothing_that_the_keyboard_reaches(visit):
    page = visit(PAGE, width=390)
    page.locator(BOXES).first.focus()
    clear = """() => {
        const {top, bottom} = document.activeElement.getBoundingClientRect();
        const bar = document.querySelector(".checklist-bar").getBoundingClientRect();
        return bottom <= bar.top || top >= bar.bottom;
    }"""
    for _ in range(page.locator(f"{ITEMS} :is(input, a)").count() - 1):
        page.keyboard.press("Tab")
        page.wait_for_function(clear, timeout=5000)  # the page glides there


def test_without_scripts_it_is_a_plain_list(visit):
    page = visit(PAGE, java_script_enabled=False)
    assert page.locator(ITEMS).count() > 10
    assert page.locator("main input").count() == 0
    assert page.locator(".checklist-bar").count() == 0
    assert page.locator(f"{ITEMS} > p > strong").first.is_visible()
    marker = "item => getComputedStyle(item).listStyleType"
    assert page.locator(ITEMS).first.evaluate(marker) == "disc"
    page.emulate_media(media="print")
    assert "☐" in page.locator(ITEMS).first.evaluate(marker)


def test_it_is_printed_with_boxes_and_without_the_bar(visit):
    page = visit(PAGE)
    page.locator(BOXES).nth(0).check()
    page.emulate_media(media="print")
    assert page.locator(BOXES).first.is_visible()
    assert not page.locator(".checklist-bar").is_visible()
    assert page.locator("#the-idea").is_visible()


def test_the_list_alone_is_printed_on_one_sheet(visit):
    page = visit(PAGE)
    page.evaluate("window.print = () => (window.printed = document.documentElement.className)")
    page.get_by_role("button", name="Print the list").click()
    assert "checklist-alone" in page.evaluate("window.printed")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(BOXES).first.is_visible()
    assert not page.locator("#the-idea").is_visible()
    assert not page.locator(".answers").is_visible()
    page.evaluate("document.querySelector('.answers').remove()")  # printing adds its own
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) == 1
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#the-idea").is_visible()


def test_only_a_page_with_a_list_gets_the_script_and_it_is_small(site):
    pages = list(site.glob("notebooks/**/*.html"))
    assert len(pages) > 1
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert ("checklist.js" in text) == ("contains-task-list" in text) == (path == site / PAGE), path
    script = (site / "_static" / "checklist.js").read_bytes()
    assert len(gzip.compress(script)) < 1_200
