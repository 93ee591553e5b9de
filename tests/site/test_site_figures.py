"""Labs move, by slider, drag and link, and answers open; without scripts and in print a lab is a still."""

import pytest

from tests.site.conftest import FRAME

PHONE = {"width": 390, "has_touch": True, "is_mobile": True}

# What a reader and a screen reader get of a lab, once the browser has drawn what the slider asks for.
STATE = f"""async figure => {{
    for (let i = 0; i < 2; i++) await {FRAME};
    return {{
        picture: figure.querySelector(".lab-picture").innerHTML.replace(/aria-label="[^"]*"/g, ""),
        caption: figure.querySelector("figcaption").innerText,
        spoken: [...figure.querySelectorAll("input[type=range]")].map(input => input.ariaValueText).join(),
    }};
}}"""

# Whether the page stands where it stood a quarter of a second ago, asked at each frame.
AT_REST = """() => {
    const now = performance.now();
    if (window.stood?.y !== scrollY) window.stood = {y: scrollY, since: now};
    return now - window.stood.since > 250;
}"""

# What each <details> shows below its summary, once that is pressed.
OPEN_EACH = """all => all.map(details => {
    const before = details.open, summary = details.querySelector("summary"), range = document.createRange();
    summary.click();
    range.selectNodeContents(details);
    range.setStartAfter(summary);
    const box = range.getBoundingClientRect();
    return {
        before,
        after: details.open,
        seen: box.width > 0 && box.height > 0,
        text: range.toString().trim(),
        open: details.name ? document.querySelectorAll(`details[name="${details.name}"][open]`).length : 1,
        choices: details.name ? document.getElementsByName(details.name).length : 2,
    };
})"""


# Whether picture and caption of each lab are seen, and what the caption says.
FIRST_FRAMES = """all => all.map(figure => {
    const caption = figure.querySelector("figcaption");
    const picture = figure.querySelector(".lab-picture svg");
    return [picture.checkVisibility(), caption.checkVisibility(), caption.innerText.trim()];
})"""


def assert_changed(figure, before):
    """Return the new state of a lab, all of which must differ from the state before."""
    after = figure.evaluate(STATE)
    assert [key for key in before if before[key] == after[key]] == [], "did not change"
    return after


def labs_of(page):
    """Yield the labs of a page, each with its frames."""
    figures = page.locator("figure.lab").all()
    assert figures
    for figure in figures:
        figure.scroll_into_view_if_needed()
        page.wait_for_function("figure => 'ready' in figure.dataset", arg=figure.element_handle())
        yield figure


def middle(element):
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def swipe(page, start, by):
    """Let a finger go down, move in steps and come up, as a touch screen reports it."""
    session = page.context.new_cdp_session(page)
    for kind, part in [("touchStart", 0), *(("touchMove", k / 10) for k in range(1, 11)), ("touchEnd", None)]:
        at = [] if part is None else [{"x": start[0] + part * by[0], "y": start[1] + part * by[1]}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
        page.wait_for_timeout(16)
    page.wait_for_timeout(100)


def test_every_slider_moves(visit, lab_page):
    page = visit(lab_page)
    for figure in labs_of(page):
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


def way(handle):
    """Return where a handle is, and a way towards the middle of its panel, along the axes that it follows."""
    panel = middle(handle.locator("xpath=.."))
    (x, y), kind = middle(handle), handle.get_attribute("class").split()
    across = 0 if "up" in kind else 24 if x < panel[0] else -24
    up = 0 if "across" in kind else 18 if y < panel[1] else -18
    return (x, y), (across, up)


def test_every_point_with_a_ring_is_dragged(visit, lab_page):
    page = visit(lab_page)
    for figure in labs_of(page):
        for handle in figure.locator(".lab-handle").all():
            state, ((x, y), (across, up)) = figure.evaluate(STATE), way(handle)
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + across, y + up, steps=4)
            assert figure.locator(".held").count() == 1
            page.mouse.up()
            assert_changed(figure, state)
            there = middle(handle)
            assert not across or abs(there[0] - x - across) < 8
            assert not up or abs(there[1] - y - up) < 8
            name = figure.get_attribute("data-lab")
            page.wait_for_function("name => location.hash.startsWith(`#lab=${name}&`)", arg=name)
            assert "undefined" not in page.url
            page.mouse.move(*there)  # and back, so that it does not lie on the next
            page.mouse.down()
            page.mouse.move(x, y, steps=4)
            page.mouse.up()


def test_finger_that_scrolls_moves_nothing_and_one_that_drags_does_not_scroll(visit, lab_page):
    page = visit(lab_page, **PHONE)
    for figure in labs_of(page):
        slider = figure.locator(".lab-track").first
        slider.evaluate("slider => slider.scrollIntoView({block: 'center'})")
        state, scrolled = figure.evaluate(STATE), page.evaluate("scrollY")
        swipe(page, middle(slider), (0, -60))
        assert page.evaluate("scrollY") > scrolled
        assert figure.evaluate(STATE) == state
        page.wait_for_function(AT_REST)
        x, y = middle(slider)
        swipe(page, (x, y), (-30 if slider.locator("input").input_value() != "0" else 30, 3))
        state = assert_changed(figure, state)
        for handle in figure.locator("svg:first-of-type > .lab-handle").all():
            swipe(page, *way(handle))
            state = assert_changed(figure, state)
        page.wait_for_timeout(500)  # until the address says where the lab stands
        assert middle(slider)[1] == pytest.approx(y, abs=1)
        assert "undefined" not in page.url


def test_lab_fits_on_a_phone(visit, lab_page):
    page = visit(lab_page, **PHONE)
    assert_type_has_one_size(page)
    for figure in labs_of(page):
        assert figure.bounding_box()["height"] < 664 - 100, "the page's own bar has the rest"
        caption = figure.locator("figcaption").evaluate("caption => getComputedStyle(caption).fontWeight")
        assert int(caption) >= 400
        swap = figure.locator(".lab-swap")
        large = "figure => [...figure.querySelectorAll('svg')].map(svg => svg.clientWidth > 250)"
        if swap.count():
            assert figure.evaluate(large) == [True, False]
            swap.click()
            assert figure.evaluate(large) == [False, True]


def assert_type_has_one_size(page):
    scales = page.locator("main .lossgd-panels > svg").evaluate_all(
        "all => all.map(svg => svg.clientWidth / svg.viewBox.baseVal.width).filter(scale => scale > 0.5)"
    )
    assert max(scales) / min(scales) < 1.08
    assert 12 < 13 * min(scales) < 14


def assert_first_frames_are_seen(page):
    figures = page.locator("figure.lab").evaluate_all(FIRST_FRAMES)
    assert figures
    for picture, caption, text in figures:
        assert picture
        assert caption
        assert text


def test_a_wide_page_and_its_print_show_labs_alike(visit, lab_page):
    page = visit(lab_page)
    assert_type_has_one_size(page)
    page.emulate_media(media="print")
    assert_first_frames_are_seen(page)


def test_labs_are_stills_without_scripts(visit, lab_page):
    assert_first_frames_are_seen(visit(lab_page, java_script_enabled=False))


def test_position_is_in_the_address_and_comes_back(visit):
    page = visit("notebooks/02_regression_losses.html#lab=huber_delta&delta=2.2")
    figure = page.locator("figure.lab[data-lab=huber_delta]")
    page.wait_for_function("figure => 'ready' in figure.dataset", arg=figure.element_handle())
    assert "δ\u00a0=\u00a02.20" in figure.locator("figcaption").inner_text()
    assert figure.bounding_box()["y"] > 0, "and the lab is in sight"
    entries = page.evaluate("history.length")
    figure.locator("input").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash === '#lab=huber_delta&delta=2.25'")
    assert page.evaluate("history.length") == entries


def test_frames_are_fetched_as_the_lab_comes_near(visit, site):
    name = "notebooks/02_regression_losses.html"
    page = visit(name)
    figure = page.locator("figure.lab").last
    assert page.locator("figure.lab[data-ready]").count() == 0
    assert "slope" not in figure.locator(".lab-value").inner_text()
    figure.scroll_into_view_if_needed()
    page.wait_for_function("figure => 'ready' in figure.dataset", arg=figure.element_handle())
    page = visit(name, base=f"{site.as_uri()}/")  # opened as a file it works too
    assert len(list(labs_of(page))) > 0


def test_what_is_moved_before_the_frames_are_there_is_shown_then(visit):
    page = visit("notebooks/02_regression_losses.html")
    slider = page.locator("figure.lab").first.locator("input")
    slider.evaluate(
        "slider => { slider.value = 7; slider.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    figure = next(labs_of(page))
    assert slider.input_value() == "7"
    assert "0.40" in figure.locator("figcaption").inner_text()


def test_screen_reader_hears_one_voice(visit):
    page = visit("notebooks/02_regression_losses.html")
    figure = next(labs_of(page))
    slider, caption = figure.locator("input"), figure.locator("figcaption span")
    assert figure.locator("output, [role=status]").count() == 0
    assert caption.get_attribute("aria-live") == "polite"
    slider.focus()
    page.keyboard.press("ArrowRight")
    figure.evaluate(STATE)
    assert caption.get_attribute("aria-live") == "off"
    assert slider.get_attribute("aria-valuetext").endswith(caption.inner_text())


def test_every_hint_solution_and_answer_opens(visit, details_page):
    page = visit(details_page)
    everything = page.locator("main details").evaluate_all(OPEN_EACH)
    assert everything
    for each in everything:
        assert not each["before"]
        assert each["after"]
        assert each["seen"], "nothing is to be seen in it"
        assert each["text"]
        assert each["open"] == 1, "and the answer before is closed"
        assert each["choices"] > 1, "an answer without another to choose"


@pytest.mark.parametrize("key", ["click", "Enter", "Space"])
def test_an_answer_opens_by_mouse_and_by_key(visit, key):
    page = visit("notebooks/01_what_is_a_loss.html")
    hint, answer = page.locator("main details:not([name])").first, page.locator("main details[name]").first
    for details in (hint, answer):
        summary = details.locator("> summary")
        assert details.get_attribute("open") is None
        if key == "click":
            summary.click()
        else:
            summary.focus()
            page.keyboard.press(key)
        assert details.get_attribute("open") is not None


def test_chooser_is_walked_by_keyboard_without_scripts(visit):
    page = visit("notebooks/05_choosing_a_loss.html", java_script_enabled=False)
    huber, poisson = page.get_by_text("→ Huber"), page.get_by_text("→ Poisson deviance")
    for name, answer in (("choose", 0), ("choose-1", 2), ("choose-1-3", 0)):
        assert not huber.is_visible()
        page.locator(f'main details[name="{name}"] > summary').nth(answer).press("Enter")
    assert huber.is_visible()
    page.locator('main details[name="choose"] > summary').nth(1).press("Space")
    assert poisson.is_visible()
    assert not huber.is_visible()


def test_play_button_moves_the_slider_to_its_end(visit):
    page = visit("book/welcome.html")
    figure = next(figure for figure in labs_of(page) if figure.locator(".lab-play").count())
    button, slider, caption = (figure.locator(name) for name in (".lab-play", "input", "figcaption span"))
    state = figure.evaluate(STATE)
    button.focus()
    page.keyboard.press("Space")
    assert button.inner_text() == "Pause"
    page.wait_for_function("slider => slider.value !== '0'", arg=slider.element_handle())
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

    slider.focus()
    for key in ("End", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    button.click()
    page.wait_for_function("button => button.textContent === 'Play'", arg=button.element_handle())
    assert slider.input_value() == slider.get_attribute("max")
    button.click()  # from the end it starts afresh
    page.wait_for_function("slider => slider.value !== slider.max", arg=slider.element_handle())


def test_play_button_is_not_offered_to_who_asks_for_less_motion(visit):
    page = visit("book/welcome.html", reduced_motion="reduce")
    assert page.locator("figure.lab input").first.is_visible()
    assert not page.locator(".lab-play").is_visible()
    assert "Press Play" not in page.locator("main").inner_text()
