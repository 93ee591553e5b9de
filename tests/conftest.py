"""Settings of the whole test run, and what it reports at its end."""

import json
import re
from pathlib import Path

from hypothesis import settings

# The same examples in every run, and no complaint about a slow machine.
settings.register_profile("lossgd", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("lossgd")


def pytest_terminal_summary(terminalreporter):
    """Name the cells that are stale, and the tests left out for want of a program; say what to do."""
    name_stale_cells(terminalreporter)
    name_skipped_tests(terminalreporter)


def stale_cells(reports):
    """Yield the notebook and the id of each cell that failed, from the reports of tests that failed."""
    for report in reports:
        if cell := re.fullmatch(r"(.*\.ipynb)::Cell (\d+)", report.nodeid):
            notebook = json.loads(Path(cell[1]).read_text(encoding="utf-8"))
            ids = [each["id"] for each in notebook["cells"] if each["cell_type"] == "code"]
            yield cell[1], ids[int(cell[2])]


def name_stale_cells(terminalreporter):
    cells = list(stale_cells(terminalreporter.stats.get("failed", [])))
    if cells:
        terminalreporter.section("Cells that no longer give the outputs that are kept", red=True)
        for notebook, cell in cells:
            terminalreporter.write_line(f"  {notebook}, cell {cell}")
        terminalreporter.write_line("If the new outputs are right, `make notebooks` keeps them.")


LEFT_OUT = {
    "tests/site/": "The book was not tested in a browser",
    "tests/coursework/": "Not all of the grading was tested",
}


def name_skipped_tests(terminalreporter):
    for folder, title in LEFT_OUT.items():
        skipped = [each for each in terminalreporter.stats.get("skipped", []) if folder in each.nodeid]
        if not skipped:
            continue
        names = sorted({report.nodeid.split("[")[0] for report in skipped})
        reason = skipped[0].longrepr[2].removeprefix("Skipped: ")
        terminalreporter.section(title, yellow=True)
        terminalreporter.write_line(f"{len(skipped)} tests were left out: {reason}")
        for name in names:
            terminalreporter.write_line(f"  {name}")
