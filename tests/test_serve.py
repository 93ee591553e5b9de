"""The site is served compressed, and a port that is taken is named."""

import gzip
import threading
from urllib.request import Request, urlopen

import pytest

from book import serve


@pytest.fixture
def address(tmp_path):
    (tmp_path / "page.html").write_text("<p>text</p>" * 100)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with serve.server(site=tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def get(url, **headers):
    with urlopen(Request(url, headers=headers)) as answer:
        return dict(answer.headers), answer.read()


def test_texts_come_compressed(address, tmp_path):
    gzip_too = {"Accept-Encoding": "br, gzip"}
    headers, body = get(f"{address}page.html?v=1", **gzip_too)
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Type"] == "text/html"
    assert int(headers["Content-Length"]) == len(body) < 200
    assert gzip.decompress(body) == (tmp_path / "page.html").read_bytes()
    assert "Content-Encoding" not in get(f"{address}page.html")[0]
    assert get(f"{address}picture.png", **gzip_too)[1] == b"\x89PNG"


def test_a_new_build_is_seen(address, tmp_path):
    gzip_too = {"Accept-Encoding": "gzip"}
    get(f"{address}page.html", **gzip_too)
    (tmp_path / "page.html").write_text("new")
    assert gzip.decompress(get(f"{address}page.html", **gzip_too)[1]) == b"new"


def test_a_port_that_is_taken_is_named(address):
    port = int(address.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(SystemExit, match=rf"^port {port} .*in use.*make book PORT={port + 1}"):
        serve.main(port)
