"""The map of names: lossgd's half, that of matplotlib, and that the map is whole."""

import re

import pytest

from lossgd import losses, metrics, models, optimizers, schedules
from lossgd.catalogue import CATALOGUE
from tests.chapters.book import LINK, book
from tests.map_of_names import CELLS, FILE, ROWS, Name, cell

OURS = [each for each in CELLS if each.library in ("lossgd", "matplotlib")]


@pytest.mark.parametrize("each", [one for one in OURS if one.names], ids=lambda each: each.names[0].path)
def test_ours_and_matplotlib_s_names_and_defaults(each):
    for name in each.names:
        name.look_up()


@pytest.mark.parametrize("room", [losses, models, optimizers, schedules, metrics], ids=lambda m: m.__name__)
def test_all_that_ships_has_a_row(room):
    shared = {"Loss", "Model", "Cost", "Optimizer", "State", "Schedule", "RocCurve"}
    paths = {name.path for each in OURS for name in each.names}
    assert {f"{room.__name__}.{name}" for name in set(room.__all__) - shared} <= paths


@pytest.mark.parametrize("kind", [kind for kind, entry in CATALOGUE.items() if entry.peers])
def test_the_catalogue_s_names_stand_in_the_row(kind):
    place = ".".join(kind.__module__.split(".")[:2])
    row = next(row for row in ROWS if row[0].names and row[0].names[0].path == f"{place}.{kind.__name__}")
    for library, peer in CATALOGUE[kind].peers.items():
        names = {name.last for each in row if each.library == library for name in each.names}
        assert {re.match(r"\w+", part)[0] for part in peer.name.split(", ")} <= names


def test_links_lead_to_pages_and_headings():
    pages = book()
    for _, address in LINK.findall(FILE.read_text(encoding="utf-8")):
        page, _, anchor = address.partition("#")
        page = page.replace("../", "") if page.startswith("../") else f"book/{page or FILE.name}"
        assert page in pages
        assert not anchor or anchor in pages[page].anchors, address


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (Name("lossgd.losses.Hubert"), ImportError),
        (Name("lossgd.losses.Huber", exists=("deltas",)), AssertionError),
        (Name("lossgd.losses.Huber", defaults={"delta": 2.0}), AssertionError),
        (Name("lossgd.losses.Huber", not_defaults={"delta": 1.0}), AssertionError),
        (Name("lossgd.training.fit", defaults={"shuffle": 1}), AssertionError),
    ],
)
def test_what_is_wrong_is_noticed(wrong, error):
    with pytest.raises(error):
        wrong.look_up()


def test_a_cell_holds_names_and_nothing_else():
    with pytest.raises(ValueError, match="what is"):
        cell("Huber", "lossgd `lossgd.losses`", "`Huber`, which is robust")
