"""The theme's icons become inline SVG; one that is not drawn stops the build."""

import pytest
from sphinx.errors import ExtensionError

from book._ext import icons


def test_an_icon_keeps_what_the_theme_says_of_it():
    page = '<b>x</b><i class="theme-switch fa-solid   fa-sun fa-lg" data-mode="light" aria-hidden="true"></i>'
    assert icons.inline(page, "page.html") == (
        '<b>x</b><svg class="icon theme-switch fa-solid fa-sun fa-lg" data-mode="light" aria-hidden="true" '
        f'viewBox="0 0 24 24"><path d="{icons.STROKES["sun"]}"/></svg>'
    )
    assert "<svg" in icons.inline('<span class="fa-solid fa-bars"></span>', "page.html")
    assert "<svg" in icons.inline('<i class="fas fa-download"></i>', "page.html")


def test_an_icon_that_is_not_drawn_stops_the_build():
    with pytest.raises(ExtensionError, match=r"^page\.html: the icon 'dragon' is not drawn yet"):
        icons.inline('<i class="fa-solid fa-dragon"></i>', "page.html")
