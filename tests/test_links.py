"""Plain links and block quotes become the site's own, and a page leads to its notebook, in a small book."""

import importlib
import re
import subprocess
import sys

import nbformat
import pytest
from sphinx.errors import ConfigError

from tests.notebooks import ROOT

pytestmark = pytest.mark.slow

SETTINGS = f"""
import sys
sys.path.append({str(ROOT / "book" / "_ext")!r})
extensions = ["myst_nb", "sphinxcontrib.bibtex", "links", "notebook_links"]
bibtex_bibfiles = ["references.bib"]
bibtex_cite_id = "{{key}}"
myst_heading_anchors = 4
root_doc = "book/glossary"
nb_execution_mode = "off"
html_sourcelink_suffix = ""
"""
GLOSSARY = """# Glossary

```{glossary}
learning rate
  How far.

Hessian
  How bent.
```

```{toctree}
bibliography
../notebooks/06_gradients
```
"""
BIBLIOGRAPHY = """# Bibliography

```{bibliography}
:all:
```
"""
ENTRY = "@article{huber1964robust, author={Huber, P.}, title={Robust}, journal={Annals}, year={1964}}"


def build(folder, markdown, settings="title: lossgd"):
    """Build a small book with a notebook of this text; return the notebook's page and all warnings."""
    (folder / "_config.yml").write_text(settings)
    for name in ("book", "notebooks"):
        (folder / name).mkdir()
    (folder / "conf.py").write_text(SETTINGS, encoding="utf-8")
    (folder / "references.bib").write_text(ENTRY)
    (folder / "book" / "glossary.md").write_text(GLOSSARY)
    (folder / "book" / "bibliography.md").write_text(BIBLIOGRAPHY)
    cells = [nbformat.v4.new_markdown_cell(text) for text in ("# 06 Gradients", markdown)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "notebooks" / "06_gradients.ipynb")
    command = [sys.executable, "-m", "sphinx", "-q", "--no-color", folder, folder / "html"]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    page = folder / "html" / "notebooks" / "06_gradients.html"
    return page.read_text(encoding="utf-8"), result.stderr.splitlines()


LINKS = {
    "../book/glossary.md#term-learning-rate": "../book/glossary.html#term-learning-rate",
    "../book/glossary.md#term-hessian": "../book/glossary.html#term-Hessian",
    "../book/bibliography.md#huber1964robust": "../book/bibliography.html#huber1964robust",
    "06_gradients.ipynb#the-chain-rule": "#the-chain-rule",
    "06_gradients.ipynb": "#",
}
LEAD_NOWHERE = [
    "../book/glossary.md#term-momentum",
    "../book/bibliography.md#gauss1995theory",
    "06_gradients.ipynb#the-weather",
    "07_landscapes.ipynb",
]
QUOTES = {
    "> **Key points**\n>\n> - one": '<blockquote class="box box-key-points">',
    "> **Often said.** Zero is best.": '<blockquote class="box box-often-said">',
    "> To be, or not to be.": "<blockquote>",
    "> - **one**\n> - two": "<blockquote>",
    "> Not **this**.": "<blockquote>",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    links = " ".join(f"[this]({link})" for link in LINKS)
    quotes = "\n\n---\n\n".join(QUOTES)
    return build(tmp_path_factory.mktemp("book"), f"{links}\n\n## The chain rule\n\n{quotes}")


def test_a_page_of_plain_markdown_is_built_without_a_warning(built):
    assert built[1] == []


@pytest.mark.parametrize("link", LINKS)
def test_a_plain_link_leads_there(built, link):
    assert f'href="{LINKS[link]}"><span' in built[0]


def test_a_block_quote_with_a_bold_title_is_a_box(built):
    assert re.findall("<blockquote.*?>", built[0]) == list(QUOTES.values())


def test_a_link_that_leads_nowhere_is_warned_of(tmp_path):
    _, warnings = build(tmp_path, " ".join(f"[this]({link})" for link in LEAD_NOWHERE))
    assert len(warnings) == len(LEAD_NOWHERE)
    for link, warning in zip(LEAD_NOWHERE, warnings, strict=True):
        assert warning.endswith("[myst.xref_missing]")
        assert link.split("#")[-1].removesuffix(".ipynb") in warning


REPOSITORY = "repository: {url: https://github.com/someone/lossgd, branch: next}"
BINDER = "https://mybinder.org/v2/gh/someone/lossgd/next?urlpath=lab/tree/notebooks/06_gradients.ipynb"
COLAB = "https://colab.research.google.com/github/someone/lossgd/blob/next/notebooks/06_gradients.ipynb"


def links_to_the_notebook(page):
    nav = re.search('<nav class="notebook-links".*?</nav>', page)[0]
    return re.findall(r'<a href="(.*?)"(?: download)?>(.*?)</a>', nav)


def test_a_notebook_can_be_downloaded(built, tmp_path):
    page, _ = built
    assert links_to_the_notebook(page) == [
        ("../_sources/notebooks/06_gradients.ipynb", "Download the notebook")
    ]


def test_binder_and_colab_are_linked_to_when_the_repository_is_known(tmp_path):
    page, warnings = build(tmp_path, "Down.", REPOSITORY)
    assert warnings == []
    assert links_to_the_notebook(page)[1:] == [(BINDER, "Open in Binder"), (COLAB, "Open in Colab")]
    copy = tmp_path / "html" / "_sources" / "notebooks" / "06_gradients.ipynb"
    assert copy.read_bytes() == (tmp_path / "notebooks" / "06_gradients.ipynb").read_bytes()


def test_a_repository_that_colab_cannot_open_stops_the_build(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    services = importlib.import_module("notebook_links").services
    assert services("a.ipynb", {"url": "https://github.com/me/it.git"}) == {
        "Open in Binder": "https://mybinder.org/v2/gh/me/it/main?urlpath=lab/tree/a.ipynb",
        "Open in Colab": "https://colab.research.google.com/github/me/it/blob/main/a.ipynb",
    }
    with pytest.raises(ConfigError, match=r"https://example\.org"):
        services("a.ipynb", {"url": "https://example.org/me/it"})
