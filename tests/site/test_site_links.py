"""Every link inside the site leads somewhere, and no page asks another host for a file. Needs no browser."""

from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

FETCHED = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
}


class Page(HTMLParser):
    """The anchors of a page, and what it links to or fetches."""

    def __init__(self, text):
        super().__init__()
        self.anchors, self.links, self.fetched = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id" or (tag, name) == ("a", "name"):
                self.anchors.add(value)
            elif name in ("href", "src", "action", "data") and value is not None:
                (self.fetched if (tag, name) in FETCHED else self.links).append(value)


def read(site):
    """Return the pages by their path in the site."""
    paths = [path for path in site.rglob("*.html") if "_static" not in path.relative_to(site).parts]
    return {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in paths}


def test_links_and_anchors_lead_somewhere(site):
    pages = read(site)
    broken = []
    del pages["404.html"]  # which is shown at any address, and leads to the root of the host
    for name, page in pages.items():
        for link in page.links + page.fetched:
            if urlsplit(link).scheme or urlsplit(link).netloc:
                continue
            url = urlsplit(urljoin(f"http://site/{name}", link))
            target, anchor = unquote(url.path).lstrip("/"), unquote(url.fragment)
            if not (site / target).is_file() or link.startswith("/"):
                broken.append(f"{name}: no file {link}")
            elif anchor and target in pages and anchor not in pages[target].anchors:
                broken.append(f"{name}: no anchor {link}")
    assert broken == []


def test_nothing_is_fetched_from_another_host(site):
    for name, page in read(site).items():
        assert [url for url in page.fetched if urlsplit(url).netloc] == [], name


def test_search_index_knows_every_page(site):
    index = (site / "_static" / "prose.js").read_text(encoding="utf-8")
    for name in read(site):
        if name not in ("404.html", "index.html", "search.html"):
            assert f'{{"page": "{name.removesuffix(".html")}"' in index
