"""The map of claims, as the book's extension makes it."""

import posixpath
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from book._ext import claims
from tests.chapters.book import page
from tests.chapters.rules import CLAIM
from tests.notebooks import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TEXT = """# 31 A title

## What is seen

Words.

> **Holds.** It falls for
> two [rates](10_rates.ipynb#here), as [before](../book/glossary.md#term-rate), and [there](https://a.b/c).

> **Note.** No claim.

### A part of it

> **Often said.** "It falls." It does not.
"""


def write(folder, *cells):
    path = folder / "31_title.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def test_a_claim_stands_with_its_heading_and_leads_where_it_led(tmp_path):
    path = write(tmp_path, new_markdown_cell(TEXT), new_code_cell("# > **Holds.** code"))
    line, part = claims.markdown(path, "book")
    assert line == "- [31 A title](#31-a-title): 2"
    assert part == (
        "## 31 A title\n\n"
        "- **Holds.** It falls for two [rates](../notebooks/10_rates.ipynb#here), as"
        " [before](glossary.md#term-rate), and [there](https://a.b/c)."
        " *See* [What is seen](../notebooks/31_title.ipynb#what-is-seen)\n"
        '- **Often said.** "It falls." It does not.'
        " *See* [A part of it](../notebooks/31_title.ipynb#a-part-of-it)\n"
    )


def test_a_notebook_without_claims_has_no_part(tmp_path):
    assert claims.markdown(write(tmp_path, new_markdown_cell("# 31 A title")), "book") is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_claim_of_the_book_is_there_and_its_heading_exists(path):
    source = "\n\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")
    _, part = claims.markdown(path, "book") or ("", "")
    lines = [line for line in part.splitlines() if line.startswith("- ")]
    assert len(lines) == len(CLAIM.findall(source))
    for line in lines:
        address, anchor = re.search(r"\*See\* \[.*\]\(([^#]*)#(.*)\)$", line).groups()
        assert posixpath.basename(address) == path.name
        assert anchor in page(path).anchors
