"""Code keeps its elements where they colour it, and loses those that change nothing."""

import re

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.styles import get_style_by_name
from pygments.token import Name, Punctuation, Text, Whitespace

from book._ext import plain_code


def test_what_is_coloured_stays_and_the_text_is_the_same():
    before = highlight('def f(x):\n    return "<b>", x[1]  # why\n', PythonLexer(), HtmlFormatter())
    after = plain_code.lighten(before)
    assert '<span class="n">' in before
    assert 'class="n"' not in after
    assert 'class="p"' not in after
    for kept in ("k", "nf", "s2", "mi", "c1"):
        assert f'<span class="{kept}">' in after
    assert re.sub("<[^>]*>", "", after) == re.sub("<[^>]*>", "", before)


def test_what_is_no_code_stays():
    assert plain_code.lighten('<span class="n">f</span>') == '<span class="n">f</span>'


@pytest.mark.parametrize("name", ["a11y-high-contrast-light", "a11y-high-contrast-dark"])
def test_what_is_left_out_has_the_colour_of_the_text(name):
    style = get_style_by_name(name)
    for kind in (Name, Punctuation, Whitespace):
        assert style.style_for_token(kind) == style.style_for_token(Text)
