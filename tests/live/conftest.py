"""The book in headless Chromium, its code run by the Python that the site carries: `make test-live`."""

import pytest

from tests.site.conftest import SITE, address, browser, pages_with, site, visit
from tests.site.test_site_pages import OPEN_ALL, SEE_ALL, fits_and_is_right_for_axe

__all__ = ["address", "browser", "site", "visit"]
ASSIGNMENTS = "notebooks/assignments/release/"  # their pages have work to do, and outputs of none
PATIENCE = 120_000  # milliseconds: on a busy machine a start takes long


def pytest_generate_tests(metafunc):
    if "code_page" in metafunc.fixturenames:
        pages = pages_with('class="cell_input')
        metafunc.parametrize("code_page", [name for name in pages if not name.startswith(ASSIGNMENTS)])


@pytest.fixture
def run_page(visit):
    """Return a function that opens a page, presses its button and waits until Python is ready."""
    if not list(SITE.glob("_static/python-*")):
        pytest.fail("the site has no Python: run `make live`", pytrace=False)

    def run_page(name, **options):
        page = visit(name, **options)
        page.set_default_timeout(PATIENCE)
        return press(page)

    return run_page


def press(page):
    """Press the button of a page that is open, and wait until Python is ready."""
    page.get_by_role("button", name="Run this page").click()
    page.locator(".live-bar[data-ready]").wait_for()
    return page


def has_run(page, cell):
    """Wait until a cell, by its name, has run with the code that it has."""
    page.wait_for_function(
        """name => {
            const cell = lossgdPage.cells.find((one) => one.name === name);
            return !lossgdPage.current && cell.ran === cell.editor.code;
        }""",
        arg=cell,
    )


def output(page, cell):
    """Return what a cell shows."""
    return page.evaluate(
        "name => lossgdPage.cells.find((one) => one.name === name).output.shown?.innerText ?? ''", cell
    )


def is_right(page, width):
    """Open and see all of a page, and hold it against its width and axe-core."""
    page.evaluate(OPEN_ALL)
    page.evaluate(SEE_ALL)
    fits_and_is_right_for_axe(page, width)
