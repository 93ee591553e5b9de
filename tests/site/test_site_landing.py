"""The welcome page has a card for each chapter, with its picture, and the whole card leads there."""

import re

import pytest


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_chapter_has_a_card_with_a_picture(visit, site, scheme):
    page = visit("book/welcome.html", color_scheme=scheme)
    cards = page.locator("ul.cards > li")
    chapters = sorted(path.stem for path in (site / "notebooks").glob("[0-9][0-9]_*.html"))
    links = [link.get_attribute("href") for link in cards.locator("a").all()]
    assert links == [f"../notebooks/{name}.html" for name in chapters]
    for card in cards.all():
        card.scroll_into_view_if_needed()
        pictures = [picture for picture in card.locator("img").all() if picture.is_visible()]
        assert len(pictures) == 1
        source = pictures[0].get_attribute("src")
        assert scheme in source
        page.wait_for_function(
            "image => image.complete && image.naturalWidth > 0", arg=pictures[0].element_handle()
        )
        svg = (site / "book" / source).resolve().read_text(encoding="utf-8")
        assert "<text" not in svg
        assert "var(" not in svg
        assert re.search(r"Read: \d+", card.inner_text())


def test_the_whole_card_is_the_link(visit):
    page = visit("book/welcome.html")
    card = page.locator("ul.cards > li").first
    card.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")  # pictures that come near are fetched, and none is cut off
    box = card.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    page.wait_for_url("**/01_what_is_a_loss.html")


def test_a_chapters_number_stands_apart(visit):
    page = visit("notebooks/06_gradients.html")
    assert page.locator("h1 .chapter-number").inner_text() == "06"
    assert page.title().startswith("06 Gradients")
