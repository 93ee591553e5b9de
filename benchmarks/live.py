"""What it takes until a page runs, and what its cells take: `python -m benchmarks.live`, after `make live`.

Times are in ms: from the press until Python is ready, cold (an empty cache, 10 Mbit/s, 40 ms away) and warm
(a later visit), a cell that prints, a figure, a lab that Python moves, one of its data points dragged, and
Stop until Python is ready again. MB is what is loaded.
Arguments are pages to measure instead of all: `python -m benchmarks.live notebooks/01_what_is_a_loss.html`.
"""

import functools
import statistics
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from typing import ClassVar

from playwright.sync_api import sync_playwright

from book import serve
from tests.live.conftest import press
from tests.site.conftest import ARGUMENTS, CHROMIUM, pages_with

ROUNDS = 3  # of later visits; most of a first one is the transfer, which takes its time
LIMITS = {"cold": 22_000, "warm": 4000, "print": 30, "figure": 150, "move": 60, "drag": 60, "again": 4000}
FIGURE = """from lossgd import plots
plots.curves([1, 2, 3], {"a": [3, 1, 2]}, xlabel="x", ylabel="y", alt="A line")"""
RUN = """async (code) => {
    const cell = lossgdPage.cells.at(-1);
    cell.editor.code = code;
    const ran = new Promise((done) => addEventListener("live-ran", done, { once: true }));
    const start = performance.now();
    lossgdPage.run([cell]);
    await ran;
    return performance.now() - start;
}"""
LAB = "from lossgd import labs\nlabs.fit_line()"
MOVE = """async (to) => {
    const { number } = lossgdPage.cells.at(-1).output.shown.querySelector("figure.lab").dataset;
    const start = performance.now();
    await lossgdPage.python.call("moveLab", Number(number), ...to);
    return performance.now() - start;
}"""
READY = "lossgdPage.ready"
RATE = 10e6 / 8  # bytes a second
LATENCY = 0.04  # seconds


class Slow(serve.Handler):
    """Serves at a rate that all connections share: a browser's own emulation leaves workers out."""

    line: ClassVar = threading.Lock()
    sent: ClassVar = []  # how many bytes, part by part

    def copyfile(self, source, outputfile):
        """Send a file, bit by bit."""
        time.sleep(LATENCY)
        while part := source.read(16_384):
            with self.line:
                time.sleep(len(part) / RATE)
            self.sent.append(len(part))
            outputfile.write(part)


def time_cells(page):
    """Return what cells take when they run again, and a stop."""
    figures = {}
    for key, code in {"print": "print(1)", "figure": FIGURE}.items():
        page.evaluate(RUN, code)
        figures[key] = statistics.median(page.evaluate(RUN, code) for _ in range(5))
    page.evaluate(RUN, LAB)
    for key, point in {"move": [], "drag": [[2, [150, 80]]]}.items():
        page.evaluate(MOVE, [[0, 0], *point])
        figures[key] = statistics.median(page.evaluate(MOVE, [[i + 0.3, i], *point]) for i in range(5))
    page.evaluate("lossgdPage.stop()")
    page.wait_for_function(READY, timeout=120_000)
    figures["again"] = float(page.locator(".live-bar").get_attribute("data-ready"))
    return figures


def visit(browser, url):
    """Return the figures of a first visit and of later ones."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(url, wait_until="networkidle")
    Slow.sent.clear()
    figures = {"cold": float(press(page).locator(".live-bar").get_attribute("data-ready"))}
    figures["MB"] = sum(Slow.sent) / 1e6
    warm = []
    for _ in range(ROUNDS):
        page.reload(wait_until="networkidle")
        warm.append(float(press(page).locator(".live-bar").get_attribute("data-ready")))
    figures["warm"] = statistics.median(warm)
    figures |= time_cells(page)
    context.close()
    return figures


def main(names):
    """Print the table; a figure beyond its limit is marked."""
    names = names or pages_with('class="cell_input')
    columns = ["MB", *LIMITS]
    print(f"{'page':<46}" + "".join(f"{key:>9}" for key in columns))
    handler = functools.partial(Slow, directory=serve.SITE)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name in names:
            figures = visit(browser, f"http://127.0.0.1:{server.server_port}/{name}")
            cells = [f"{figures['MB']:.1f} "]
            cells += [f"{figures[key]:.0f}{'!' if figures[key] > LIMITS[key] else ' '}" for key in LIMITS]
            print(f"{name:<46}" + "".join(f"{cell:>9}" for cell in cells), flush=True)
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1:])
