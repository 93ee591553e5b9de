"""Guide and chooser agree on every way through it, and each claim links to what shows it."""

import re

import nbformat
import pytest

from lossgd import losses
from lossgd.catalogue import CATALOGUE, public
from tests import choosing
from tests.chapters.book import LINK, book, read
from tests.notebooks import ROOT

NOTEBOOK = ROOT / "notebooks" / "05_choosing_a_loss.ipynb"
LOSSES = choosing.choosing()["losses"]
PATHS = list(choosing.paths())


def chosen(said):
    """Return the losses that the guide has for what was said."""
    return [
        name for name, loss in LOSSES.items() if any(when.items() <= said.items() for when in loss["when"])
    ]


@pytest.mark.parametrize(("said", "loss"), PATHS)
def test_the_chooser_says_what_the_guide_says(said, loss):
    assert chosen(said) == [loss]


def test_every_row_of_the_guide_is_reached_in_each_of_its_ways():
    rows = [(when, name) for name, loss in LOSSES.items() for when in loss["when"]]
    assert sorted(map(str, PATHS)) == sorted(map(str, rows))


def test_every_loss_of_the_package_is_in_the_guide():
    assert set(LOSSES) == {kind.__name__ for kind in public(losses)} | {"asymmetric"}


@pytest.mark.parametrize("kind", public(losses), ids=lambda kind: kind.__name__)
def test_the_answer_has_the_names_of_the_catalogue(kind):
    names = choosing.names(kind.__name__)
    for library, peer in CATALOGUE[kind].peers.items():
        assert re.search(rf"{library} `{re.escape(peer.name.split(',')[0])}", names)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("claim", ["best", "limits"])
def test_a_claim_leads_to_where_it_is_measured(name, claim):
    links = [address for _, address in LINK.findall(LOSSES[name][claim])]
    assert links
    chapter, pages = read(NOTEBOOK), book()
    for address in links:
        page, anchor = chapter.resolve(address)
        assert anchor
        assert anchor in pages[page].anchors


@pytest.mark.parametrize("cell", choosing.CELLS)
def test_the_chapter_has_what_the_file_makes(cell):
    cells = {each.id: each.source for each in nbformat.read(NOTEBOOK, as_version=4).cells}
    assert cells[cell] == choosing.CELLS[cell]()
