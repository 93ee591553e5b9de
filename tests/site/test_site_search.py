"""The search finds the chapter before the API, and shows prose, over http and from a file."""

import pytest

RESULTS = """() => [...document.querySelectorAll("#search-results li")].map(item => ({
    page: item.querySelector("a").getAttribute("href"),
    prose: item.querySelector(".context")?.innerText ?? "",
    marked: item.querySelectorAll("mark").length,
    places: [...item.querySelectorAll(".search-places a")].map(link => link.getAttribute("href")),
}))"""
API = "book/api.html"


def search(visit, words, **options):
    page = visit(f"search.html?q={words.replace(' ', '+')}", **options)
    return page.evaluate(RESULTS)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("gradient", "notebooks/06_gradients.html"),
        ("huber", "notebooks/02_regression_losses.html"),
        ("learning rate", "notebooks/11_learning_rate.html"),
        ("overflow", "notebooks/03_classification_losses.html"),
        ("gradient descent", "notebooks/10_gradient_descent.html"),
    ],
)
def test_the_chapter_comes_first_or_next_to_a_definition(visit, words, first):
    found = search(visit, words)
    pages = [result["page"] for result in found if result["page"] != "book/glossary.html"]
    assert pages[0] == first
    assert first in [result["page"] for result in found[:2]]
    assert found[0]["marked"] > 0


def test_the_api_comes_last(visit):
    pages = [result["page"] for result in search(visit, "Adam")]
    assert len(pages) > 1
    assert pages.index(API) == len(pages) - 1


@pytest.mark.parametrize("words", ["gradient", "Adam", "huber", "learning rate", "overflow", "softmax"])
def test_excerpts_are_prose(visit, words):
    for result in search(visit, words)[:5]:
        assert len(result["prose"]) > 20, result
        assert result["prose"][0].isalnum() or result["prose"][0] in "“(‘|", result
        assert not {"\\", "$", "{"} & set(result["prose"]), result


def test_search_from_a_file_leads_to_the_place(visit, site):
    page = visit("book/welcome.html", base=f"{site.as_uri()}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("chain rule")
    page.keyboard.press("Enter")
    page.locator("#search-results li").first.wait_for()
    assert "06 Gradients" in page.locator("#search-results li a").first.inner_text()
    page.locator(".search-places a", has_text="chain rule").first.click()
    page.wait_for_url("**/06_gradients.html#the-chain-rule")


def test_what_is_not_there_is_said(visit):
    page = visit("search.html?q=zyzzyva")
    assert "zyzzyva" in page.locator("#search-status").inner_text()
    assert page.locator("#search-results li").count() == 0


def test_a_search_cannot_put_markup_on_the_page(visit):
    page = visit("search.html?q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
    assert page.locator("#search-status img").count() == 0
