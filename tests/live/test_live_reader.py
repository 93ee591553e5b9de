"""What a reader does on a page that runs: change, run, stop, reset, leave and come back."""

import gzip
import json
import re

import pytest

from book._ext.live import TOOLS
from tests.live.conftest import PATIENCE, has_run, is_right, output, press

PAGE = "notebooks/derivations/linear_model.html"
CHAPTER = "notebooks/01_what_is_a_loss.html"
OWN = "Your own cell"
ELSEWHERE = "https://cdn.example/pyodide/"
KINDS = {
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
    ".whl": "application/zip",
}


def area(page, name):
    return page.get_by_role("textbox", name=name, exact=True)


def tool(page, cell, name):
    return page.get_by_role("group", name=cell, exact=True).get_by_role("button", name=name, exact=True)


def write(page, code, cell=OWN):
    """Write code into a cell, and run it."""
    area(page, cell).fill(code)
    area(page, cell).press("Control+Enter")


def status(page):
    return page.locator(".live-status").inner_text()


def test_nothing_of_python_is_loaded_before_the_press(visit, site):
    page = visit(PAGE)
    page.wait_for_load_state("networkidle")
    urls = page.evaluate("performance.getEntries().map((entry) => entry.name)")
    assert not [url for url in urls if "/python-" in url or "/live-" in url]
    assert len(gzip.compress((site / "_static" / "live.js").read_bytes())) < 8000


def test_another_host_is_named_beside_the_button_and_asked_after_the_press(site, browser, address):
    def built_for_it(route):
        response = route.fetch()
        body = re.sub('data-python=".*?"', f'data-python="{ELSEWHERE}"', response.text())
        route.fulfill(response=response, body=body)

    def as_it_is_published(route):
        path = TOOLS / "pyodide" / route.request.url.removeprefix(ELSEWHERE)
        route.fulfill(
            path=path, headers={"access-control-allow-origin": "*", "content-type": KINDS[path.suffix]}
        )

    context = browser.new_context()
    context.route(f"**/{PAGE}", built_for_it)
    context.route(f"{ELSEWHERE}**", as_it_is_published)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + PAGE, wait_until="networkidle")
    assert "loads Python from cdn.example" in page.locator(".notebook-links").inner_text()
    assert all(url.startswith((address, "data:")) for url in asked)
    page.set_default_timeout(PATIENCE)
    press(page)
    write(page, "import sympy\nprint(sympy.sqrt(8))")
    has_run(page, OWN)
    assert output(page, OWN).strip() == "2*sqrt(2)"
    hosts = {url.split("/")[2] for url in asked if url.endswith((".whl", ".wasm"))}
    assert hosts == {"cdn.example"}
    context.close()


def test_cells_run_while_what_few_of_them_need_is_on_its_way(visit):
    page = visit(PAGE)
    page.set_default_timeout(PATIENCE)
    held = []
    page.context.route("**/sympy.bin", lambda route: held.append(route))
    press(page)
    write(page, "2 + 3")
    has_run(page, OWN)
    write(page, "import sympy\nprint(sympy.sqrt(8))")
    page.get_by_text("Loading SymPy").wait_for()
    held[0].continue_()
    has_run(page, OWN)
    assert output(page, OWN).strip() == "2*sqrt(2)"


def test_cells_share_what_they_compute_and_say_what_they_give(run_page):
    page = run_page(PAGE)
    write(page, "import numpy as np\nx = np.arange(3)\nprint('seen')\nint(x.sum())")
    has_run(page, OWN)
    assert output(page, OWN).split() == ["seen", "3"]
    assert "Your own cell has run" in status(page)
    write(page, "x")
    has_run(page, OWN)
    assert output(page, OWN).strip() == "array([0, 1, 2])"


def test_a_cell_runs_those_above_that_have_not_run(run_page):
    page = run_page(PAGE)
    names = page.evaluate("lossgdPage.cells.slice(0, 3).map((cell) => cell.name)")
    tool(page, names[2], "Run").click()
    has_run(page, names[2])
    assert page.evaluate("lossgdPage.cells.map((cell) => cell.ran !== undefined).lastIndexOf(true)") == 2
    assert page.evaluate("lossgdPage.cells.slice(0, 3).every((cell) => cell.ran === cell.editor.code)")


def test_the_keyboard_runs_a_cell_and_goes_on(run_page):
    page = run_page(PAGE)
    first = area(page, page.evaluate("lossgdPage.cells[0].name"))
    first.focus()
    page.keyboard.press("Shift+Enter")
    assert page.evaluate("document.activeElement === lossgdPage.cells[1].editor.area")
    page.keyboard.press("Tab")  # out of the code: to its copy button, and to the cell's first button
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"


def test_an_error_says_what_and_where(run_page):
    page = run_page(PAGE)
    write(page, "def f(x):\n    return 1 / x\n\nf(0)")
    has_run(page, OWN)
    shown = output(page, OWN)
    assert shown.startswith("ZeroDivisionError: division by zero")
    assert "Line 4 of this cell:" in shown
    assert "Line 2 of this cell, in f:" in shown
    assert "runner" not in shown
    marked = page.locator(".live-wrong").evaluate("pre => pre.style.getPropertyValue('--live-line')")
    assert marked == "2"
    write(page, "1 +")
    has_run(page, OWN)
    assert output(page, OWN).startswith("SyntaxError: invalid syntax")
    assert "Line 1 of this cell" in output(page, OWN)
    write(page, "'well'")
    has_run(page, OWN)
    assert page.locator(".live-wrong").count() == 0


def test_what_does_not_end_is_stopped_and_the_page_goes_on(run_page):
    page = run_page(PAGE)
    write(page, "x = 1\nprint('here')")
    has_run(page, OWN)
    write(page, "while True:\n    pass")
    page.get_by_role("button", name="Stop").click()
    assert "what the cells had computed is lost" in status(page)
    write(page, "'x' in globals()")
    has_run(page, OWN)
    assert output(page, OWN).strip() == "False"


def test_what_prints_without_end_is_stopped(run_page):
    page = run_page(PAGE)
    write(page, "while True:\n    print('x' * 1000)")
    page.wait_for_function("document.querySelector('.live-status').textContent.includes('printed too much')")
    write(page, "1 + 1")
    has_run(page, OWN)
    assert output(page, OWN).strip() == "2"


def test_a_changed_cell_says_so_and_is_reset(run_page):
    page = run_page(PAGE)
    cell = page.evaluate("lossgdPage.cells.find((one) => one.output.kept).name")
    before = output(page, cell)
    tool(page, cell, "Run").click()
    has_run(page, cell)
    area(page, cell).fill("'mine'")
    assert page.get_by_text("Changed since it ran").is_visible()
    tool(page, cell, "Run").click()
    has_run(page, cell)
    assert output(page, cell).strip() == "'mine'"
    assert not page.get_by_text("Changed since it ran").is_visible()
    tool(page, cell, "Reset").click()
    assert output(page, cell) == before


def test_a_package_that_the_page_does_not_use_comes_when_it_is_asked_for(run_page):
    page = run_page(PAGE)
    write(page, "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])")
    has_run(page, OWN)
    picture = page.locator(".live-own .cell_output img")
    assert picture.evaluate("image => image.naturalWidth") > 100
    assert picture.get_attribute("alt")


def test_changes_are_kept_and_taken_along_and_forgotten(run_page):
    page = run_page(PAGE)
    first = page.evaluate("lossgdPage.cells[0].name")
    area(page, first).fill("mine = 1")
    area(page, OWN).fill("mine + 1")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download with my changes").click()
    notebook = json.loads(download.value.path().read_text())
    codes = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert (codes[1], codes[-1]) == ("mine = 1", "mine + 1")
    assert download.value.suggested_filename == "linear_model_mine.ipynb"
    page.reload()
    press(page)
    assert area(page, first).input_value() == "mine = 1"
    assert area(page, OWN).input_value() == "mine + 1"
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget my changes").click()
    page.reload()
    press(page)
    assert area(page, first).input_value() != "mine = 1"
    assert area(page, OWN).input_value() == ""


def test_an_exercise_is_checked_and_what_is_passed_is_shown_in_the_sidebar(run_page):
    page = run_page(CHAPTER)
    cell = "Your solution to exercise 5"
    assert area(page, cell).input_value() == "here = ..."
    tool(page, cell, "Check").click()
    verdict = page.locator(".live-verdict:visible")
    verdict.wait_for()
    assert verdict.inner_text().startswith("here is still three dots")
    area(page, cell).fill("here = (0.0, 0.0)")
    tool(page, cell, "Check").click()
    verdict.filter(has_text="Not yet. This should hold").wait_for()
    assert "Yours: here = (0.0, 0.0)" in verdict.inner_text()
    area(page, cell).fill("here = best")
    tool(page, cell, "Check").click()
    verdict.filter(has_text="Right: this passes").wait_for()
    count = page.locator(".bd-sidenav .current .live-count")
    assert count.inner_text().strip() == "· 1 of 5 passed"
    page.reload()
    assert count.is_visible()
    page.get_by_role("button", name="Clear my progress").click()
    assert page.locator(".live-count").count() == 0


def test_a_second_visit_needs_no_network(run_page):
    page = run_page(PAGE)
    page.wait_for_function(
        """async () => (await (await caches.open("lossgd-pages")).keys())
            .filter(({url}) => /\\.html|worker\\.js|asm\\.mjs/.test(url)).length === 3"""
    )
    page.context.set_offline(True)
    page.reload()
    press(page)
    write(page, "2 + 3")
    has_run(page, OWN)
    assert output(page, OWN).strip() == "5"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_a_page_that_runs_is_right_for_axe_and_fits(run_page, width, scheme):
    page = run_page(CHAPTER, width=width, color_scheme=scheme)
    write(page, "print('x' * 200)\n1 / 0")
    has_run(page, OWN)
    is_right(page, width)


LOOKS = """() => lossgdPage.cells.filter(({editor}) => editor.area.checkVisibility()).map(({editor}) => {
    const look = (element) => {
        const {font, padding, borderWidth, letterSpacing, tabSize} = getComputedStyle(element);
        const {x, y, width, height} = element.getBoundingClientRect();
        return [font, padding, borderWidth, letterSpacing, tabSize, x, y, width, height];
    };
    return [look(editor.pre), look(editor.area)];
})"""


def test_the_code_that_is_typed_lies_on_the_code_that_is_seen(run_page):
    page = run_page(CHAPTER)
    looks = page.evaluate(LOOKS)
    assert len(looks) > 10
    for seen, typed in looks:
        assert seen == typed
