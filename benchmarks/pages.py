"""What each page of the site weighs, and how soon its first slider is ready: `python -m benchmarks.pages`.

Sizes are of the page itself and of all it loads, as gzip sends them. Times are of visits with an
empty cache, from a server on this machine: on a desktop the median of three, on a phone (four times slower,
at 10 Mbit/s) a single one. Arguments are pages to measure instead of all:
`python -m benchmarks.pages notebooks/01_what_is_a_loss.html`.
"""

import functools
import gzip
import statistics
import sys
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.site.conftest import ARGUMENTS, CHROMIUM, SITE, QuietHandler

ROUNDS = 3
PHONE = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 5e6 / 8}
SLIDER = ".lab-controls:not([hidden]) input"


def gzipped(path):
    """Return the size of a file as gzip sends it, in KB."""
    return len(gzip.compress(path.read_bytes(), mtime=0)) / 1000


def visit(browser, url, phone):
    """Return the files that a page loads, and the ms until its slider is ready (or all is loaded)."""
    context = browser.new_context(viewport={"width": 390 if phone else 1280, "height": 900})
    page = context.new_page()
    if phone:
        session = context.new_cdp_session(page)
        session.send("Network.emulateNetworkConditions", PHONE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    paths = set()
    page.on("request", lambda request: paths.add(urlsplit(request.url).path))
    page.goto(url, wait_until="commit")
    if 'class="lab"' in (SITE / urlsplit(url).path.lstrip("/")).read_text(encoding="utf-8"):
        page.wait_for_selector(SLIDER)
    else:
        page.wait_for_load_state("load")
    ready = page.evaluate("performance.now()")
    if not phone:  # it is the desktop's visits that count the files
        page.wait_for_load_state("networkidle")
    context.close()
    return paths, ready


def main(pages):
    """Print the table."""
    handler = functools.partial(QuietHandler, directory=SITE)
    pages = pages or sorted(path.relative_to(SITE).as_posix() for path in SITE.glob("[bn]*/*.html"))
    print(f"{'page':<42} {'page KB':>8} {'with all KB':>12} {'ready ms':>9} {'phone ms':>9}")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for page in pages:
            weight = gzipped(SITE / page)
            url = f"http://127.0.0.1:{server.server_port}/{page}"
            desktop = [visit(browser, url, phone=False) for _ in range(ROUNDS)]
            phone = [visit(browser, url, phone=True)]  # slow enough to be measured once
            loaded = [SITE / path.lstrip("/") for path in desktop[0][0]]
            everything = sum(gzipped(path) for path in loaded if Path(path).is_file())
            times = [statistics.median(ready for _, ready in visits) for visits in (desktop, phone)]
            print(
                f"{page:<42} {weight:>8.0f} {everything:>12.0f} {times[0]:>9.0f} {times[1]:>9.0f}",
                flush=True,
            )
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1:])
