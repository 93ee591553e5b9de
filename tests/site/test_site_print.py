"""On paper a chapter is light, its labs are stills, nothing is a dead label, and a key stands at its end."""

import pytest

CHAPTER = "notebooks/01_what_is_a_loss.html"


def printed(visit, name=CHAPTER, **options):
    page = visit(name, **options)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    return page


def test_the_key_has_each_solution_and_each_right_answer(visit):
    page = printed(visit)
    titles = page.locator(".answers h4").all_inner_texts()
    solutions = page.locator("details > summary", has_text="Show the solution").count()
    questions = set(page.locator("details[name]").evaluate_all("all => all.map(details => details.name)"))
    assert len([title for title in titles if title.endswith("solution")]) == solutions > 0
    answers = [title.rsplit(", ", 1)[1] for title in titles if title.startswith("Quiz, ")]
    assert len(answers) == len(questions) > 0
    assert answers[0] == "1: c"
    assert page.locator(".answers pre").first.is_visible()
    assert page.locator(".answers [id]").count() == 0


def test_labels_that_open_are_not_printed_and_answers_are_lettered(visit):
    page = printed(visit)
    labels = page.locator("summary", has_text="Show the solution").or_(
        page.locator("summary", has_text="Hint")
    )
    assert labels.count() > 0
    assert not [label for label in labels.all() if label.is_visible()]
    assert page.locator("details[name] > summary").first.is_visible()
    letter = "summary => getComputedStyle(summary, '::before').content"
    assert page.locator("details[name] > summary").nth(1).evaluate(letter).startswith("counter(option")
    assert not page.locator("details[name] > p").first.is_visible()


def test_the_title_is_printed_once(visit):
    page = printed(visit)
    assert [title.is_visible() for title in page.locator("h1").all()].count(True) == 1
    assert not page.locator(".bd-sidebar-primary").is_visible()
    assert not page.locator(".bd-header-article").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_as_before_once_it_is_printed(visit, scheme):
    page = printed(visit, color_scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.locator(".answers").count() == 0


def test_the_browsers_own_printing_asks_for_the_key(visit):
    page = visit(CHAPTER)
    page.evaluate(
        "addEventListener('beforeprint', () => (window.keys = document.querySelectorAll('.answers').length))"
    )
    page.pdf()
    assert page.evaluate("window.keys") == 1
