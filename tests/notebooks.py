"""Run every notebook afresh and keep its outputs: `python -m tests.notebooks`, or with the names of some.

Nothing is kept that differs between two runs or two machines, so that a second run changes no byte.
A notebook is written only after all its cells have run.
"""

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).parents[1]
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
CELL_METADATA = {"jupyter", "mystnb", "tags"}


def all_notebooks():
    """Return the paths of all notebooks."""
    paths = [*(ROOT / "book").rglob("*.ipynb"), *(ROOT / "notebooks").rglob("*.ipynb")]
    return sorted(path for path in paths if ".ipynb_checkpoints" not in path.parts)


def rewrite(path):
    """Run a notebook and write it back with its new outputs; return whether a byte changed."""
    before = path.read_bytes()
    notebook = nbformat.reads(before.decode(), as_version=4)
    run(notebook, path)
    notebook.metadata = METADATA
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in CELL_METADATA}
    after = (nbformat.writes(notebook) + "\n").encode()
    if after != before:
        new = path.with_suffix(".new")
        new.write_bytes(after)
        new.replace(path)  # all of the file or nothing of it
    return after != before


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
