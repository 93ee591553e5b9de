"""What a page costs on a phone, beside a plain page of the same text: `python -m benchmarks.pages`.

The phone: 10 Mbit/s, 40 ms away, four times slower than this machine, an empty cache, files as gzip sends
them.
All times are in ms from the click, medians of five visits that take turns with those of the plain page:

first    the first paint
text     the whole text is there, with its formulas and in its own type
slider   the first lab's sliders are ready, when a link leads to it
move     the work for one move of that slider
shift    the sum of layout shifts while the page loads and is scrolled through
KB       what the first view loads, the page itself included

Arguments are pages to measure instead of all: `python -m benchmarks.pages notebooks/01_what_is_a_loss.html`.
"""

import statistics
import sys
import tempfile
import threading
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

from book import serve
from tests.site.conftest import ARGUMENTS, CHROMIUM

ROUNDS = 5
MOVES = 20
NETWORK = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 5e6 / 8}
SLIDER = "figure.lab[data-ready] input"
LIMITS = {"first": 1000, "text": 1000, "slider": 1200, "move": 16, "shift": 0.01, "KB": 250}

# Runs in the page before anything else, and looks at each frame what has come.
WATCH = """
    window.came = {shift: 0};
    new PerformanceObserver(list => list.getEntries().forEach(shift => (came.shift += shift.value)))
        .observe({type: "layout-shift", buffered: true});
    const look = () => {
        if (document.querySelector("#end, .bd-footer") && document.fonts.status === "loaded")
            came.text ??= performance.now();
        if (document.querySelector(SLIDER)) came.slider ??= performance.now();
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
""".replace("SLIDER", repr(SLIDER))
FIRST = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
PLACE_OF_LAB = "document.querySelector('figure.lab')?.closest('section[id]').id"
SCROLL = """async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo({top: y, behavior: "instant"});
        await new Promise(requestAnimationFrame);
    }
}"""
MOVE = """async ([selector, moves]) => {
    const slider = document.querySelector(selector);
    for (let i = 0; i < moves; i++) {
        slider.value = slider.value === slider.max ? slider.min : Number(slider.value) + 1;
        slider.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise(requestAnimationFrame);
    }
}"""


class Phone:
    """A visit with an empty cache."""

    def __init__(self, browser, url):
        self.context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
        self.page = self.context.new_page()
        self.session = self.context.new_cdp_session(self.page)
        self.session.send("Network.enable")
        self.session.send("Network.emulateNetworkConditions", NETWORK)
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        self.session.send("Performance.enable")
        self.bytes = 0
        self.session.on("Network.loadingFinished", self.count)
        self.page.add_init_script(WATCH)
        self.page.goto(url, wait_until="load")
        self.page.wait_for_function("came.text")

    def count(self, event):
        self.bytes += event["encodedDataLength"]

    def work(self):
        """Return for how many ms the page has kept its processor busy."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.context.close()


def read(browser, url):
    """Return what a visit to the beginning of a page costs, and the place of the page's first lab."""
    with Phone(browser, url) as phone:
        phone.page.wait_for_load_state("networkidle")
        figures = {"first": phone.page.evaluate(FIRST), "text": phone.page.evaluate("came.text")}
        figures["KB"] = phone.bytes / 1000
        phone.page.evaluate(SCROLL)
        figures["shift"] = phone.page.evaluate("came.shift")
        return figures, phone.page.evaluate(PLACE_OF_LAB)


def play(browser, url):
    """Return what a visit to a lab costs."""
    with Phone(browser, url) as phone:
        phone.page.wait_for_function("came.slider")
        phone.page.wait_for_load_state("networkidle")
        before = phone.work()
        phone.page.evaluate(MOVE, [SLIDER, MOVES])
        return {"slider": phone.page.evaluate("came.slider"), "move": (phone.work() - before) / MOVES}


def plain(text):
    """Return a page of the same text, as plain as can be."""
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in text.splitlines() if line.strip())
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Plain</title>'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{lines}<p id="end"></p></body></html>'


def medians(visits):
    """Return the median of each figure."""
    return {key: statistics.median(visit[key] for visit in visits) for key in visits[0]}


def measure(browser, site, plain_site, folder, name):
    """Return the medians of a page's figures, and of those of the plain page."""
    page = browser.new_page()
    page.goto(site + name)
    (folder / "plain.html").write_text(plain(page.inner_text("article")), encoding="utf-8")
    page.close()
    visits, plain_visits = [], []
    for _ in range(ROUNDS):
        figures, lab = read(browser, site + name)
        visits.append(figures | (play(browser, f"{site}{name}#{lab}") if lab else {}))
        plain_visits.append(read(browser, f"{plain_site}plain.html")[0])
    return medians(visits), medians(plain_visits)


def row(name, figures):
    """Return a line of the table; a figure beyond its limit is marked."""
    cells = ""
    for key, limit in LIMITS.items():
        text = f"{figures[key]:.{3 if key == 'shift' else 0}f}" if key in figures else "–"
        cells += f"{text + ('!' if figures.get(key, 0) > limit else ' '):>9}"
    return f"{name:<46}{cells}"


def main(names):
    """Print the table."""
    paths = sorted(serve.SITE.glob("[bn]*/*.html"))
    names = names or [path.relative_to(serve.SITE).as_posix() for path in paths]
    print(f"{'page':<46}" + "".join(f"{key:>8} " for key in LIMITS))
    print(row("at most", LIMITS))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        with serve.server() as site, serve.server(site=folder) as plain_site:
            for server in (site, plain_site):
                threading.Thread(target=server.serve_forever, daemon=True).start()
            urls = [f"http://127.0.0.1:{server.server_port}/" for server in (site, plain_site)]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            for page in names:
                figures, plain_figures = measure(browser, *urls, folder, page)
                print(row(page, figures), row("  plain", plain_figures), sep="\n", flush=True)
            browser.close()
            for server in (site, plain_site):
                server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1:])
