"""Serve the built site on this machine, compressed, as any host would: `python -m book.serve 8000`."""

import contextlib
import functools
import gzip
import io
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).parents[1] / "_build" / "html"
TEXTS = {".css", ".html", ".ipynb", ".js", ".json", ".mjs", ".svg", ".txt", ".xml"}


@functools.lru_cache(maxsize=256)
def compressed(path, changed):
    """Return a file as gzip sends it; `changed` is when that was, so that a new build is seen."""
    return gzip.compress(path.read_bytes())


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder, texts compressed for a browser that can take it."""

    protocol_version = "HTTP/1.1"  # a connection serves many files

    def handle(self):
        """Answer a browser for as long as it is there."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def send_head(self):
        """Send the headers, and return the body as a file."""
        path = Path(self.translate_path(self.path))
        if not (
            path.suffix in TEXTS and path.is_file() and "gzip" in self.headers.get("Accept-Encoding", "")
        ):
            return super().send_head()
        body = compressed(path, path.stat().st_mtime)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", self.date_time_string(path.stat().st_mtime))
        self.end_headers()
        return io.BytesIO(body)

    def log_message(self, *args):
        """Write no line for each request."""


def server(port=0, site=SITE):
    """Return a server of the site on this machine; port 0 is any that is free."""
    return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Handler, directory=site))


def main(port):
    """Serve until Ctrl-C."""
    try:
        running = server(port)
    except OSError as error:
        sys.exit(
            f"port {port} cannot be used ({error.strerror}): choose another, `make book PORT={port + 1}`"
        )
    print(f"The book is at http://127.0.0.1:{port} (Ctrl-C ends)")
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main(int(sys.argv[1]))
