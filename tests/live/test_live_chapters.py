"""Every page, run from top to bottom in the browser, gives what its notebook keeps; exercises check."""

import json
import re

import matplotlib
import pytest

from tests.live.conftest import is_right
from tests.notebooks import ROOT

# The site's matplotlib draws some lines elsewhere than the one installed here, unless both are the same.
SAME_MATPLOTLIB = f"matplotlib-{matplotlib.__version__}-" in (ROOT / "book/live/pyodide.sha256").read_text()

RUN_ALL = """() => new Promise((done) => {
    const given = {}, {cells} = lossgdPage;
    const book = cells.filter((cell) => !cell.own);
    document.addEventListener("live-ran", ({detail: cell}) => {
        given[cell.name] = {given: cell.output.given, error: cell.error};
        if (cell.error || cell === book.at(-1)) done(book.map((cell) => given[cell.name]));
    });
    [...document.querySelectorAll(".live-bar button")].find((one) => one.textContent === "Run all").click();
})"""
CHECK = """([name, code]) => new Promise((done) => {
    const cell = lossgdPage.cells.find((one) => one.name === name);
    cell.editor.code = code;
    cell.changed();
    document.addEventListener("live-ran", ({detail}) => {
        if (detail.error) done(`${detail.name}: ${detail.error.message}`);
        if (detail === cell) done(cell.verdict.textContent);
    });
    cell.askForCheck();
})"""
ANSWERS = """() => lossgdPage.cells.filter((cell) => cell.book)
    .map((cell) => [cell.name, cell.editor.original, cell.book])"""


def kept(name):
    """Return what a page's notebook keeps of each cell that the page shows."""
    notebook = json.loads((ROOT / name.replace(".html", ".ipynb")).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        apart = {"remove-cell", "no-browser"} & set(cell["metadata"].get("tags", []))
        if cell["cell_type"] == "code" and not apart:
            yield (
                cell["id"],
                simplified(
                    {"stream": one["name"], "text": "".join(one["text"])}
                    if one["output_type"] == "stream"
                    else {"data": {media: whole(text) for media, text in one["data"].items()}}
                    for one in cell["outputs"]
                ),
            )


def whole(text):
    """Return a text, which a notebook keeps line by line; what a lab says of itself is no text."""
    return "".join(text) if isinstance(text, list) else text


def simplified(outputs):
    """Return outputs as they are compared: prints in a row as one, no picture of another matplotlib."""
    result = []
    for output in outputs:
        if "data" in output:
            data = {media: text for media, text in output["data"].items() if media != "page"}
            if not SAME_MATPLOTLIB:
                data.pop("image/svg+xml", None)
            result.append({"data": data})
        elif result and result[-1].get("stream") == output["stream"]:
            result[-1]["text"] += output["text"]
        else:
            result.append(dict(output))
    return result


def test_every_cell_gives_what_the_notebook_keeps(run_page, code_page):
    page = run_page(code_page, width=390, color_scheme="dark")
    came = page.evaluate(RUN_ALL)
    for (cell, expected), result in zip(kept(code_page), came, strict=True):
        assert result["error"] is None, cell
        assert simplified(result["given"]) == expected, cell
    is_right(page, 390)


def test_every_exercise_checks_itself(run_page, code_page):
    page = run_page(code_page)
    answers = page.evaluate(ANSWERS)
    if not answers:
        pytest.skip("no exercise of this page is checked")
    for name, empty, solution in answers:
        verdict = page.evaluate(CHECK, [name, empty])
        assert re.search("^Not yet|still three dots|does nothing yet", verdict), (name, verdict)
        verdict = page.evaluate(CHECK, [name, solution.split("# Check:")[0]])
        assert verdict.startswith("Right"), (name, verdict)
