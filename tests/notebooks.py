"""Run every notebook afresh and keep its outputs: `python -m tests.notebooks`, or with the names of some.

Nothing is kept that differs between two runs or two machines, so that a second run changes no byte.
A notebook is written only after all its cells have run. What the tags `hide-cell` and `hide-input` mean is
written out for each reader of notebooks, the first code cell installs lossgd where it is missing (in the
assignments that need it too), and chapter 05's guide to the losses is written from its data file.
"""

import json
import os
import sys
import time
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tests import choosing, welcome

ROOT = Path(__file__).parents[1]
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
WRITTEN = welcome.CELLS | choosing.CELLS

# What a tag becomes: for Colab (`cellView`, `collapsed`), for JupyterLab and for the site.
HIDDEN = {
    "hide-cell": {
        "cellView": "form",
        "collapsed": True,
        "jupyter": {"outputs_hidden": True, "source_hidden": True},
        "mystnb": {"code_prompt_hide": "Hide the solution", "code_prompt_show": "Show the solution"},
    },
    "hide-input": {
        "cellView": "form",
        "jupyter": {"source_hidden": True},
        "mystnb": {"code_prompt_hide": "Hide the code", "code_prompt_show": "Show the code"},
    },
}
INSTALL = """import importlib.util

if importlib.util.find_spec("lossgd") is None:
    %pip install --quiet "{where}"\
"""


def all_notebooks():
    """Return the paths of all notebooks but the assignments, which `coursework` makes and checks."""
    paths = [*(ROOT / "book").rglob("*.ipynb"), *(ROOT / "notebooks").rglob("*.ipynb")]
    apart = {".ipynb_checkpoints", "assignments"}
    return sorted(path for path in paths if not apart & set(path.relative_to(ROOT).parts))


def rewrite(path):
    """Run a notebook and write it back with its new outputs; return whether a byte changed."""
    before = path.read_bytes()
    notebook = nbformat.reads(before.decode(), as_version=4)
    put_installation(notebook, prefix=path.stem.split("_")[0])
    write_cells(notebook)
    run(notebook, path)
    notebook.metadata = METADATA
    for cell in notebook.cells:
        cell.metadata = cell_metadata(cell.metadata.get("tags", []))
    after = (nbformat.writes(notebook) + "\n").encode()
    if after != before:
        new = path.with_suffix(".new")
        new.write_bytes(after)
        new.replace(path)  # all of the file or nothing of it
    return after != before


def write_cells(notebook):
    """Write the cells whose text is made from other files."""
    for cell in notebook.cells:
        if cell.id in WRITTEN:
            cell.source = WRITTEN[cell.id]()


def cell_metadata(tags):
    """Return a cell's metadata, all of which follows from its tags."""
    metadata = {"tags": tags} if tags else {}
    for tag in tags:
        metadata |= HIDDEN.get(tag, {})
    return metadata


def extras(notebook):
    """Return the package's extras that a notebook needs."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return "distributed,labs" if "import distributed" in code else "labs"


def installation(extras="labs"):
    """Return the code that installs lossgd where it is missing, as in Colab: from the repository, if any."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    where = f"lossgd[{extras}]"
    if repository := settings.get("repository"):
        where += f" @ git+{repository['url']}@{repository.get('branch', 'main')}"
    return INSTALL.format(where=where)


def put_installation(notebook, prefix):
    """Make the installation the notebook's first code cell. The site leaves it out."""
    name = f"{prefix}-install"
    notebook.cells = [cell for cell in notebook.cells if cell.id != name]
    first = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    cell = nbformat.v4.new_code_cell(
        installation(extras(notebook)), id=name, metadata={"tags": ["hide-input", "remove-cell"]}
    )
    notebook.cells.insert(first, cell)


def put_installation_in_assignments():
    """Put the installation into the sources that have a cell for it; then comes `make assign`."""
    for path in sorted((ROOT / "notebooks/assignments/source").glob("*/*.ipynb")):
        before = path.read_text(encoding="utf-8")
        document = json.loads(before)
        for cell in document["cells"]:
            if cell["id"].endswith("-install"):
                cell["source"] = installation().splitlines(keepends=True)
        after = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        if after != before:
            path.write_text(after, encoding="utf-8")


def run(notebook, path):
    """Run all cells in order; end the program with the name of the notebook and the cell where one fails."""
    started = []
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # a kernel's remarks on its connection are nobody's concern
        timeout=120,
        resources={"metadata": {"path": path.parent}},
        record_timing=False,
        coalesce_streams=True,
        on_cell_start=lambda cell, cell_index: started.append(cell.id),
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        sys.exit(f"\n{path}, cell {started[-1]}: {error}")


def main(paths):
    os.environ["LOSSGD_LABS"] = "still"
    for path in paths:
        start = time.perf_counter()
        print(f"{path.name} … ", end="", flush=True)
        changed = rewrite(path)
        print(f"{'written' if changed else 'unchanged'}, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or all_notebooks())
    put_installation_in_assignments()
