"""The built book in headless Chromium: one server and one browser for each worker."""

import os
import shutil
import threading

import pytest
from playwright.sync_api import sync_playwright

from book import serve

SITE = serve.SITE
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
NO_CHROMIUM = (
    "no Chromium found. Install it (Debian, Ubuntu: apt install chromium), or set the variable CHROMIUM "
    "to the path of a Chromium or Chrome."
)
ICON = "/_static/logo.svg"
ARGUMENTS = [
    "--no-sandbox",  # root in a container has no sandbox; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The next frame; a browser may stop painting a window after some time, and then nothing must wait for ever.
FRAME = "new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 3000); })"
READY = f"""async () => {{
    const late = new Promise((_, fail) => setTimeout(fail, 20000, new Error("fonts that do not come")));
    await Promise.race([document.fonts.ready, late]);
    await {FRAME};
}}"""


def pages_with(markup):
    """Return the names of the pages that hold this markup; the root, which leads to the first, and 404 apart.

    If there is none, a test gets a page all the same, and can fail: an empty list would pass in silence.
    """
    names = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    names = [
        name for name in names if name not in ("index.html", "404.html") and not name.startswith("_static/")
    ]
    return [name for name in names if markup in (SITE / name).read_text(encoding="utf-8")] or ["search.html"]


# A test that takes one of these runs on every page with this markup.
MARKUPS = {
    "any_page": "<html",
    "lab_page": '<figure class="lab"',
    "details_page": "<details",
    "quiz_page": "<details name",
}


def pytest_generate_tests(metafunc):
    for fixture in MARKUPS.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(fixture, pages_with(MARKUPS[fixture]))


def pytest_collection_modifyitems(items):
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built site."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"the site is not built, {SITE} has no index.html: run `make site`", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def address(site):
    """Serve the site on a free port; return its address."""
    with serve.server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    """Return the worker's browser."""
    if CHROMIUM is None:
        pytest.fail(NO_CHROMIUM, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(site, browser, address):
    """Return a function that opens a page; when the test is done, nothing may have gone wrong on the page.

    Wrong are a message in the console, an uncaught error, a request that fails or goes to another host.
    """
    contexts, problems = [], []

    def visit(name, base=address, width=1280, **options):
        scripts = options.get("java_script_enabled", True)

        def watch(request):
            if not request.url.startswith((base, "data:")):
                problems.append(f"other host: {request.url}")

        def failed(request):
            if not scripts and request.failure == "csp":  # a script on a page where they are switched off
                return
            if request.url.endswith(ICON) and request.failure == "net::ERR_ABORTED":
                return  # a browser fetches it when a page is there already, and a test may have gone on
            problems.append(f"failed: {request.url} {request.failure}")

        def answered(response):
            if response.status >= 400:
                problems.append(f"{response.status}: {response.url}")

        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("request", watch)
        page.on("requestfailed", failed)
        page.on("response", answered)
        page.goto(base + name)
        if scripts:
            page.evaluate(READY)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert problems == []
