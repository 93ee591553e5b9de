"""Tables of a notebook: their text, their HTML, and what is refused."""

import numpy as np
import pytest

from lossgd import tables


def test_columns_are_aligned_numbers_to_the_right():
    shown = tables.table({"loss": ["MSE", "log-cosh"], "n": [5, 12], "cost": [-0.5, None]})
    assert repr(shown) == "loss       n  cost\nMSE        5  −0.5\nlog-cosh  12     –"


def test_a_form_writes_a_column_without_a_minus_before_zero():
    shown = tables.table({"x": ["a", "b"], "y": np.array([-0.001, -2.0])}, form={"y": "{:.1f} m"})
    assert [row[1] for row in shown.rows] == ["0.0 m", "−2.0 m"]


def test_html_names_rows_and_columns_and_escapes():
    html = tables.table({"<loss>": ["a & b"], "cost": [1]})._repr_html_()
    assert '<th scope="col">&lt;loss&gt;</th>' in html
    assert '<th scope="row">a &amp; b</th><td style="text-align: right">1</td>' in html


def test_words_and_truths_stand_to_the_left():
    assert tables.table({"a": ["x"], "b": [True], "c": [1.0]}).numeric == [False, False, True]


def test_columns_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match=r"same length, at least one of them; got {'a': 2, 'b': 1}"):
        tables.table({"a": [1, 2], "b": [1]})
    with pytest.raises(ValueError, match="at least one"):
        tables.table({})


def test_a_form_of_no_column_is_refused():
    with pytest.raises(ValueError, match=r"columns of the table \(a, b\); got \['c'\]"):
        tables.table({"a": [1], "b": [2]}, form={"c": "{}"})


def test_a_column_without_a_name_has_no_heading():
    html = tables.table({"": ["MSE"], "cost": [1]})._repr_html_()
    assert html.startswith('<table class="table"><thead><tr><td></td><th scope="col"')
