"""Labs move and answers open, by mouse and by keyboard; without scripts and in print a lab is a still."""

import pytest

# What a reader and a screen reader get of a lab, once the browser has drawn what the slider asks for.
STATE = """async figure => {
    for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
    return {
        picture: figure.querySelector(".lab-picture").innerHTML.replace(/aria-label="[^"]*"/g, ""),
        caption: figure.querySelector("figcaption").innerText,
        spoken: [...figure.querySelectorAll("input[type=range]")].map(input => input.ariaValueText).join(),
    };
}"""

# What a <details> shows below its summary.
FEEDBACK = """details => {
    const range = document.createRange();
    range.selectNodeContents(details);
    range.setStartAfter(details.querySelector("summary"));
    const box = range.getBoundingClientRect();
    return {open: details.open, text: range.toString().trim(), seen: box.width > 0 && box.height > 0};
}"""


def assert_changed(figure, before):
    """Return the new state of a lab, all of which must differ from the state before."""
    after = figure.evaluate(STATE)
    assert [key for key in before if before[key] == after[key]] == [], "did not change"
    return after


def test_every_slider_moves(visit, lab_page):
    page = visit(lab_page)
    figures = page.locator("figure.lab").all()
    assert figures
    for figure in figures:
        sliders = figure.locator("input[type=range]").all()
        assert sliders
        for slider in sliders:
            assert slider.evaluate("slider => slider.labels[0]?.innerText.trim()"), "a slider without a name"
            slider.focus()
            page.keyboard.press("Home")
            state = figure.evaluate(STATE)
            picture = figure.locator(".lab-picture").screenshot()
            page.keyboard.press("ArrowRight")
            state = assert_changed(figure, state)
            page.keyboard.press("End")
            state = assert_changed(figure, state)
            assert figure.locator(".lab-picture").screenshot() != picture
            box = slider.bounding_box()
            middle = box["y"] + box["height"] / 2
            page.mouse.click(box["x"] + 0.3 * box["width"], middle)
            state = assert_changed(figure, state)
            page.mouse.move(box["x"] + 0.3 * box["width"], middle)
            page.mouse.down()
            page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=5)
            page.mouse.up()
            assert_changed(figure, state)


@pytest.mark.parametrize("key", ["click", "Enter", "Space"])
def test_every_hint_solution_and_answer_opens(visit, details_page, key):
    page = visit(details_page)
    everything = page.locator("main details").all()
    assert everything
    for details in everything:
        assert not details.evaluate(FEEDBACK)["open"]
        summary = details.locator("> summary")
        if key == "click":
            summary.click()
        else:
            summary.focus()
            page.keyboard.press(key)
        feedback = details.evaluate(FEEDBACK)
        assert feedback["open"]
        assert feedback["seen"]
        assert feedback["text"]
        if name := details.get_attribute("name"):
            assert page.locator(f"details[name='{name}'][open]").count() == 1


def test_quizzes_have_answers_to_choose_from(visit, quiz_page):
    page = visit(quiz_page)
    names = page.locator("main details[name]").evaluate_all("all => all.map(details => details.name)")
    assert names
    assert all(names.count(name) > 1 for name in names)


@pytest.mark.parametrize("how", ["without scripts", "in print"])
def test_lab_shows_its_first_frame(visit, lab_page, how):
    page = visit(lab_page, java_script_enabled=how == "in print")
    if how == "in print":
        page.emulate_media(media="print")
    figures = page.locator("figure.lab").all()
    assert figures
    for figure in figures:
        assert figure.locator(".lab-picture svg").first.is_visible()
        assert figure.locator("figcaption").is_visible()
        assert figure.locator("figcaption").inner_text().strip()


def test_play_button_moves_the_slider_to_its_end(visit):
    page = visit("book/welcome.html")
    figure = page.locator("figure.lab", has=page.locator(".lab-play"))
    button, slider, caption = (figure.locator(name) for name in (".lab-play", "input", "figcaption"))
    state = figure.evaluate(STATE)
    button.focus()
    page.keyboard.press("Space")
    assert button.inner_text() == "Pause"
    page.wait_for_timeout(500)
    state = assert_changed(figure, state)
    assert caption.get_attribute("aria-live") == "off", "a screen reader would be flooded"
    page.keyboard.press("Enter")
    assert (button.inner_text(), caption.get_attribute("aria-live")) == ("Play", "polite")
    state = figure.evaluate(STATE)
    page.wait_for_timeout(300)
    assert figure.evaluate(STATE) == state, "moved while it paused"

    button.click()
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert button.inner_text() == "Play", "who takes the slider takes over"

    slider.evaluate("slider => (slider.value = slider.max - 2)")
    button.click()
    page.wait_for_function("button => button.textContent === 'Play'", arg=button.element_handle())
    assert slider.input_value() == slider.get_attribute("max")
    button.click()  # from the end it starts afresh
    page.wait_for_timeout(300)
    assert int(slider.input_value()) < 20


def test_play_button_is_not_offered_to_who_asks_for_less_motion(visit):
    page = visit("book/welcome.html", reduced_motion="reduce")
    assert page.locator("figure.lab input").first.is_visible()
    assert not page.locator(".lab-play").is_visible()
