"""A lab with Python behind it: between its frames, without any, and after Python was started anew."""

import numpy as np

from lossgd.labs.regression import X, Y
from tests.live.conftest import has_run

PAGE = "notebooks/01_what_is_a_loss.html"
OWN = "Your own cell"
WRITE = """code => {
    const cell = lossgdPage.cells.at(-1);
    cell.editor.code = code;
    cell.changed();
}"""
OF_THE_PAGE = (
    """lossgdPage.cells.find(({output}) => output.kept?.querySelector('[data-lab="fit_line"]')).name"""
)
RUN = "name => lossgdPage.runTo(lossgdPage.cells.find((cell) => cell.name === name))"
DRAWN = "figure => [...figure.querySelectorAll('.moving path')].map((path) => path.outerHTML)"
# What a lab, by its number, shows at positions of its sliders: the caption, and its paths as a page has them.
ASKED = """async ([number, positions]) => {
    const { caption, layers } = await lossgdPage.python.call("moveLab", number, positions);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.innerHTML = layers.flat().join("");
    return [caption, [...svg.querySelectorAll("path")].map((path) => path.outerHTML)];
}"""


def run(page, cell):
    """Run a cell that shows a lab; return its figure, once it moves."""
    page.evaluate(RUN, cell)
    has_run(page, cell)
    figure = page.locator("figure.lab[data-number]")
    figure.scroll_into_view_if_needed()
    page.locator("figure.lab[data-number][data-python]").wait_for()
    return figure


def says(figure, text):
    """Wait until a lab's caption holds a text."""
    figure.locator("figcaption span", has_text=text).wait_for()


def drag(page, handle, x, y):
    """Drag a handle by so many pixels."""
    box = handle.bounding_box()
    start = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + x, start[1] + y, steps=5)
    page.mouse.up()


def test_a_lab_of_the_page_stands_between_its_frames(run_page):
    page = run_page(f"{PAGE}#lab=fit_line&w=1.8&b=0.5")  # it is there, with a handle, before Python is
    figure = run(page, page.evaluate(OF_THE_PAGE))
    assert figure.get_attribute("data-frames")
    slider = figure.get_by_role("slider", name="slope w")
    slider.press("ArrowRight")
    says(figure, "At w = 1.85")
    slider.press("Shift+ArrowRight")
    slider.press("Shift+ArrowRight")
    says(figure, "At w = 1.86")
    assert slider.input_value() == "25.2"
    shown = [figure.locator("figcaption span").inner_text(), figure.evaluate(DRAWN)]
    assert shown == page.evaluate(ASKED, [0, [25.2, 10]])
    slider.press("ArrowLeft")
    slider.press("Shift+ArrowLeft")
    slider.press("Shift+ArrowLeft")
    says(figure, "At w = 1.80")
    assert figure.evaluate(DRAWN) == page.evaluate(ASKED, [0, [24, 10]])[1]
    assert figure.locator(".lab-handle:not(.live-point)").count() == 1


def test_a_lab_that_the_page_has_no_frames_of_moves_too(run_page):
    page = run_page(PAGE)
    page.evaluate(WRITE, "from lossgd import labs\nlabs.huber_delta()")
    figure = run(page, OWN)
    assert not figure.get_attribute("data-frames")
    slider = figure.get_by_role("slider")
    says(figure, "With δ = 1.00")
    slider.press("ArrowLeft")
    says(figure, "With δ = 0.95")
    slider.press("End")
    says(figure, "With δ = 5.00")
    drag(page, figure.locator(".lab-handle").first, -60, 0)
    page.wait_for_function("Number(document.querySelector('[data-lab=huber_delta] input').value) < 90")
    at = float(slider.input_value())
    says(figure, page.evaluate(ASKED, [0, [at]])[0])


def test_a_lab_goes_on_as_far_as_it_can_without_its_python(run_page):
    page = run_page(PAGE)
    figure = run(page, page.evaluate(OF_THE_PAGE))
    page.evaluate("lossgdPage.stop()")
    slider = figure.get_by_role("slider", name="slope w")
    slider.press("Shift+ArrowRight")
    slider.press("ArrowRight")
    says(figure, "At w = 1.85")


def test_a_lab_without_frames_says_how_it_moves_again(run_page):
    page = run_page(PAGE)
    page.evaluate(WRITE, "from lossgd import labs\nlabs.huber_delta()")
    figure = run(page, OWN)
    page.evaluate("lossgdPage.stop()")
    figure.get_by_role("slider").press("ArrowRight")
    says(figure, "Run the cell again to move this lab")


def test_a_point_of_the_data_is_dragged_and_all_follows(run_page):
    page = run_page(PAGE)
    figure = run(page, page.evaluate(OF_THE_PAGE))
    data = page.get_by_label("x and y, a point a line")
    points = [[float(number) for number in line.split()] for line in data.input_value().split("\n")]
    assert points == np.column_stack([X, Y]).tolist()
    drag(page, figure.locator(".live-point").last, 0, 120)
    page.wait_for_function(
        "before => document.querySelector('.live-data textarea').value !== before", arg=data.input_value()
    )
    page.wait_for_function("!document.querySelector('figure.lab .held')")
    slider = figure.get_by_role("slider", name="slope w")
    slider.press("ArrowRight")
    says(figure, "At w = 1.85")
    moved = np.array([[float(number) for number in line.split()] for line in data.input_value().split("\n")])
    assert moved[:-1].tolist() == points[:-1]
    assert moved[-1, 0] == 4.5
    assert moved[-1, 1] < 5
    w, b = np.polyfit(*moved.T, 1)
    says(figure, f"The best line (w = {w:.2f}, b = {b:.2f}) costs")


def test_a_reader_puts_data_into_the_code(run_page):
    page = run_page(PAGE)
    cell = page.evaluate(OF_THE_PAGE)
    figure = run(page, cell)
    page.get_by_text("Your own data").click()
    data, use = (
        page.get_by_label("x and y, a point a line"),
        page.get_by_role("button", name="Put them into the code"),
    )
    data.fill("0 1\n1 three")
    use.click()
    page.get_by_text("Point 2 is not two numbers.").wait_for()
    data.fill("0 1\n1, 3\n\n2\t5\n3;7")
    use.click()
    has_run(page, cell)
    says(figure, "The best line (w = 2.00, b = 1.00) costs 0.00.")
    code = page.get_by_role("textbox", name=cell, exact=True).input_value()
    assert "fit_line(\n    [0, 1, 2, 3],\n    [1, 3, 5, 7],\n)" in code
    assert not figure.get_attribute("data-frames")
