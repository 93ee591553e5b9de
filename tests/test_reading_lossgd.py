"""What the page "Reading lossgd code" says of the package besides what its cells show."""

import inspect
import re
from itertools import pairwise

from lossgd import losses
from tests.chapters.book import read
from tests.chapters.rules import words
from tests.notebooks import ROOT
from tests.test_imports import FLOOR

PAGE = read(ROOT / "notebooks" / "reading_lossgd.ipynb")
TEXT = "\n".join(piece.source for piece in PAGE.texts)


def test_the_source_that_is_quoted_is_the_source():
    asked, printed = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    thing = re.search(r"getsource\((.+?)\)", asked)[1]
    assert printed == inspect.getsource(eval(thing, {"losses": losses}))


def test_the_floors_are_in_the_order_that_imports_keep_to():
    floors = [
        [FLOOR[room] for room in re.findall(r"`(\w+)`", rooms)]
        for rooms in re.findall(r"^\| \d \| (.+?) \|", TEXT, re.MULTILINE)
    ]
    assert sum(map(len, floors)) == len(FLOOR)
    for above, below in pairwise(floors):
        assert min(above) > max(below)


def test_it_is_one_page():
    assert words(TEXT) <= 900
