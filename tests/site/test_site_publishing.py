"""What a page says of itself in its head; addresses only of the host that one setting names."""

import re
import struct
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.notebooks import ROOT

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
ADDRESS = "https://course.example/lossgd/"
SETTINGS = f"""
import sys
sys.path.append({str(ROOT / "book" / "_ext")!r})
extensions = ["myst_nb", "publishing"]
html_title = "lossgd"
html_baseurl = "{{address}}"
html_context = {{{{"description": "A course."}}}}
root_doc = "welcome"
"""


def read(path):
    return path.read_text(encoding="utf-8")


def build(folder, address):
    """Build a small book with this address; return its folder."""
    (folder / "conf.py").write_text(SETTINGS.format(address=address), encoding="utf-8")
    (folder / "welcome.md").write_text("# Welcome\n\n```{toctree}\nnotebooks/one\n```\n", encoding="utf-8")
    (folder / "notebooks").mkdir()
    text = '# 01 One\n\nYou will say "what" a loss is. It costs.\n'
    (folder / "notebooks" / "one.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", folder, folder / "html"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return folder / "html"


def size(path):
    """Return the width and height of a PNG."""
    return struct.unpack(">II", path.read_bytes()[16:24])


def test_with_an_address_pages_and_files_give_it(tmp_path):
    html = build(tmp_path, ADDRESS)
    page = read(html / "notebooks" / "one.html")
    assert f'<link rel="canonical" href="{ADDRESS}notebooks/one.html"' in page
    assert f'<meta property="og:url" content="{ADDRESS}notebooks/one.html">' in page
    assert f'<meta property="og:image" content="{ADDRESS}_static/card.png">' in page
    places = [place.text for place in ElementTree.parse(html / "sitemap.xml").iter(LOC)]
    assert places == [f"{ADDRESS}notebooks/one.html", f"{ADDRESS}welcome.html"]
    assert f"Sitemap: {ADDRESS}sitemap.xml" in read(html / "robots.txt")
    assert f'<a href="{ADDRESS}">' in read(html / "404.html")


def test_without_an_address_no_page_claims_one(tmp_path):
    html = build(tmp_path, "")
    for path in html.rglob("*.html"):
        assert "canonical" not in read(path)
        assert "og:url" not in read(path)
        assert "og:image" not in read(path)
    assert not (html / "sitemap.xml").exists()
    assert "Sitemap" not in read(html / "robots.txt")


def test_a_page_is_described_by_the_sentence_under_its_title(tmp_path):
    html = build(tmp_path, "")
    page = read(html / "notebooks" / "one.html")
    assert '<meta name="description" content="You will say “what” a loss is. It costs.">' in page
    assert '<meta property="og:title" content="01 One">' in page
    assert '<meta name="description" content="A course.">' in read(html / "welcome.html")


def test_every_page_has_one_viewport_a_description_and_a_touch_icon(site):
    pages = [path for path in site.rglob("*.html") if "_static" not in path.parts and path.parent != site]
    assert pages
    for path in pages:
        page = read(path)
        assert len(re.findall('name="viewport"', page)) == 1, path
        (description,) = re.findall('<meta name="description" content="(.*?)">', page)
        assert 20 < len(description) <= 220, f"{path}: {description}"
        assert "\\" not in description
        (icon,) = re.findall('rel="apple-touch-icon" href="(.*?)"', page)
        assert (path.parent / icon.partition("?")[0]).is_file()


def test_pictures_have_the_sizes_that_are_asked_for(site):
    assert size(site / "_static" / "card.png") == (1200, 630)
    assert size(site / "_static" / "touch-icon.png") == (180, 180)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_that_is_not_there_leads_to_the_first(visit, scheme):
    page = visit("404.html", color_scheme=scheme, width=390)
    assert page.locator("h1").inner_text()
    assert page.locator("a").get_attribute("href") == "/"
    assert page.locator("svg").is_visible()


def test_the_footer_links_to_the_licence(visit):
    page = visit("book/welcome.html")
    assert "creativecommons.org/licenses/by/4.0" in page.locator("a[rel=license]").get_attribute("href")
    assert "Copyright CC" not in page.locator("footer").first.inner_text()
