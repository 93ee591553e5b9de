"""Every notebook as it is kept: run from top to bottom, without an error, each figure with its text.

That its outputs are what the code gives is nbval's part. nbval passes over a cell that was never run.
"""

import json
import re
import subprocess
import sys

import nbformat
import pytest

from tests import notebooks
from tests.notebooks import METADATA, ROOT, all_notebooks, cell_metadata, extras, installation, write_cells

LAB = "application/vnd.lossgd.lab+json"
KINDS = {"image/svg+xml", "text/html", "text/latex", "text/plain", LAB}
RANDOM_ID = re.compile("[0-9a-f]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # nbformat's, JupyterLab's

# Equations of a loss, a gradient or an update rule, which are printed from `lossgd.symbolic`.
EQUATION = re.compile(
    r"frac\{(\\partial|∂)|←|\\(leftarrow|gets)\b|(\\nabla|∇|\\partial|∂|\\ell\b)[^$|\n]*=|\bJ(\(\\theta\))?\s*="
)

every_notebook = pytest.mark.parametrize(
    "path", all_notebooks(), ids=lambda path: path.relative_to(ROOT).as_posix()
)


def read(path):
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def outputs(path):
    return [(cell.id, output) for cell in code_cells(path) for output in cell.outputs]


def displayed(path):
    return [(name, output.data) for name, output in outputs(path) if "data" in output]


def test_the_book_shows_every_notebook():
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    shown = {f"{name}.ipynb" for name in re.findall(r"(?:root|file): (\S+)", toc)}
    kept = {path.relative_to(ROOT).as_posix() for path in all_notebooks()}
    assignments = {name for name in shown if name.startswith("notebooks/assignments/release/")}
    assert len(assignments) == len(list((ROOT / "notebooks/assignments/source").iterdir()))
    assert kept == {name for name in shown - assignments if (ROOT / name).exists()}
    assert any(name.startswith("notebooks/derivations/") for name in kept)


@every_notebook
def test_valid_and_small(path):
    nbformat.validate(read(path))
    assert path.stat().st_size < 1_000_000


@every_notebook
def test_every_code_cell_was_run_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_no_error_and_no_warning(path):
    for cell, output in outputs(path):
        assert output.output_type != "error", cell
        assert output.get("name") != "stderr", cell


@every_notebook
def test_outputs_are_of_kinds_that_every_reader_can_show(path):
    for cell, data in displayed(path):
        assert data.keys() <= KINDS, cell


@every_notebook
def test_every_figure_has_a_text_alternative(path):
    for cell, data in displayed(path):
        if "image/svg+xml" in data:
            text = data["text/plain"]
            assert len(text) >= 20, cell
            assert " " in text, cell
            assert not text.startswith(("<", "Figure(")), cell


@every_notebook
def test_a_lab_is_kept_as_a_still(path):
    for cell, data in displayed(path):
        assert (LAB not in data) or ("image/svg+xml" in data), cell


@every_notebook
def test_metadata_is_what_make_notebooks_writes(path):
    notebook = read(path)
    assert notebook.metadata == METADATA
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    for cell in notebook.cells:
        assert cell.metadata == cell_metadata(cell.metadata.get("tags", [])), cell.id
    content = path.read_text(encoding="utf-8")
    assert content == json.dumps(json.loads(content), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@every_notebook
def test_the_first_code_cell_installs_lossgd_where_it_is_missing(path):
    first = code_cells(path)[0]
    assert (first.source, first.outputs) == (installation(extras(read(path))), [])
    assert "remove-cell" in first.metadata["tags"]


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ("title: lossgd", '"lossgd[labs]"'),
        ("repository: {url: 'https://host/me/book'}", '"lossgd[labs] @ git+https://host/me/book@main"'),
        (
            "repository: {url: 'https://host/me/book', branch: next}",
            '"lossgd[labs] @ git+https://host/me/book@next"',
        ),
    ],
)
def test_one_setting_says_where_from(monkeypatch, tmp_path, settings, where):
    (tmp_path / "_config.yml").write_text(settings, encoding="utf-8")
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    assert installation().endswith(f"%pip install --quiet {where}")


def test_a_solution_is_hidden_with_its_output_and_a_figure_without():
    assert cell_metadata([]) == {}
    assert cell_metadata(["hide-cell"])["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
    assert cell_metadata(["hide-cell"])["collapsed"]
    assert cell_metadata(["hide-cell"])["mystnb"]["code_prompt_show"] == "Show the solution"
    assert cell_metadata(["hide-input"])["jupyter"] == {"source_hidden": True}
    assert "collapsed" not in cell_metadata(["hide-input"])
    assert cell_metadata(["hide-input"])["mystnb"]["code_prompt_show"] == "Show the code"


@every_notebook
def test_cell_names_are_given_by_the_author(path):
    names = [cell.id for cell in read(path).cells]
    prefix = path.stem.split("_")[0]
    for name in names:
        assert re.fullmatch(rf"{prefix}-[a-z0-9]+(-[a-z0-9]+)*", name)
        assert not RANDOM_ID.fullmatch(name)
    assert len(set(names)) == len(names)


@every_notebook
def test_no_equation_is_typed_by_hand(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            assert not EQUATION.search(cell.source), cell.id


@pytest.mark.parametrize("path", sorted((ROOT / "book").glob("*.md")), ids=lambda path: path.name)
def test_no_equation_is_typed_by_hand_on_a_page(path):
    assert not EQUATION.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        r"$\frac{\partial J}{\partial w} = 2$",
        r"$\partial \ell/\partial z = p - y$",
        "∂J/∂w = −2 Σ x",
        r"$\nabla J(\theta) = 0$",
        r"$\theta \leftarrow \theta - \alpha g$",
        "θ ← θ − αg",
        r"$\ell(y, \hat y) = (y - \hat y)^2$",
        r"$J(\theta) = \frac1n \sum_i \ell_i$",
    ],
)
def test_an_equation_typed_by_hand_is_found(text):
    assert EQUATION.search(text)


@pytest.mark.parametrize(
    "text",
    [r"the slope $\partial J/\partial w$ at $w = 1$", r"the loss $\ell$, with $a = \hat y - y$", "max J"],
)
def test_other_mathematics_may_be_typed(text):
    assert not EQUATION.search(text)


def notebook_file(folder, *sources):
    """Write a notebook with such code cells, and with what an editor leaves behind."""
    cells = [nbformat.v4.new_code_cell(source, id=f"9-{i}") for i, source in enumerate(sources)]
    cells[0].metadata = {"tags": ["hide-cell"], "editable": True, "execution": {"iopub.status.busy": "now"}}
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"language_info": {"name": "python", "version": "2.7"}}
    )
    path = folder / "9_try.ipynb"
    nbformat.write(notebook, path)
    return path


def make_notebooks(path):
    command = [sys.executable, "-X", "utf8", "-m", "tests.notebooks", str(path)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)


def test_a_second_run_changes_no_byte(tmp_path):
    path = notebook_file(tmp_path, "import os\nprint(os.environ['LOSSGD_LABS'])", "print('ŷ')\n1 + 1")
    assert "written" in make_notebooks(path).stdout
    first = path.read_bytes()
    cells = read(path).cells
    assert [cell.id for cell in cells] == ["9-install", "9-0", "9-1"]
    assert cells[1].metadata == cell_metadata(["hide-cell"])
    assert cells[1].outputs[0].text == "still\n"
    assert cells[2].outputs[1].data == {"text/plain": "2"}
    assert "unchanged" in make_notebooks(path).stdout
    assert path.read_bytes() == first
    test_metadata_is_what_make_notebooks_writes(path)
    test_every_code_cell_was_run_in_order(path)
    test_the_first_code_cell_installs_lossgd_where_it_is_missing(path)


def test_a_cell_that_fails_is_named_and_the_file_left_as_it_was(tmp_path):
    path = notebook_file(tmp_path, "print('well')", "1 / 0")
    before = path.read_bytes()
    result = make_notebooks(path)
    assert result.returncode == 1
    assert f"{path}, cell 9-1: " in result.stderr
    assert "ZeroDivisionError" in result.stderr
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_stands_in_a_cell_of_another_name_is_left_alone():
    cells = [nbformat.v4.new_markdown_cell("mine", id=name) for name in ("05-guide", "05-idea")]
    write_cells(nbformat.v4.new_notebook(cells=cells))
    assert [cell.source == "mine" for cell in cells] == [False, True]
