"""The welcome page's list of chapters says what the chapters say."""

import nbformat

from tests import welcome


def test_the_list_is_made_from_the_chapters():
    notebook = nbformat.read(welcome.ROOT / "book" / "welcome.ipynb", as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.id in welcome.CELLS)
    assert cell.source == welcome.chapters(), "run `python -m tests.notebooks book/welcome.ipynb`"


def test_an_entry_has_title_sentence_and_times(tmp_path):
    title = (
        "# 06 Gradients\n\nYou will read a\n[slope](../book/glossary.md#term-slope).\n\n"
        "> **You will be able to**\n>\n"
        "> **Builds on:** [01](01_x.ipynb) · **Read:** 40 min · **Exercises:** 60 min"
    )
    cells = [nbformat.v4.new_markdown_cell(title)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "06_gradients.ipynb")
    assert welcome.entry(tmp_path / "06_gradients.ipynb") == (
        "- **[06 Gradients](../notebooks/06_gradients.ipynb)**\\\n  You will read a slope.\\\n"
        "  *Read: 40 min · Exercises: 60 min*"
    )
