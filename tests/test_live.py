"""The code that runs a page's cells in the browser, tried here; `make test-live` tries it in a browser."""

import ast
import builtins
import json
import re
import sys
from types import SimpleNamespace

import pytest

from book._ext import live
from book.live import checking, fetch
from tests.notebooks import ROOT, all_notebooks


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs a cell, and returns what it shows and the error that ended it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # which the runner replaces
    monkeypatch.delitem(sys.modules, "book.live.runner", raising=False)
    from book.live import runner

    def run(source, name="cell"):
        shown = []
        error = runner.run(source, name, shown.append)
        json.dumps([shown, error])  # it is sent as text
        return shown, error

    return run


def test_the_last_expression_is_shown_after_what_is_printed(run):
    shown, error = run("print('first')\nx = 2\nx + 1")
    assert error is None
    assert shown == [{"stream": "stdout", "text": "first\n"}, {"data": {"text/plain": "3", "page": None}}]
    assert run("x;") == ([], None)
    assert run("None") == ([], None)
    assert run("x")[0][0]["data"]["text/plain"] == "2"
    assert run("")[0] == []


def test_what_is_displayed_and_warned_of_stands_in_its_order(run):
    shown, _ = run("import sys\nprint(1)\nprint(2, file=sys.stderr)\ndisplay('three')\nprint(4)")
    assert [one.get("text") or one["data"]["text/plain"] for one in shown] == ["1\n", "2\n", "'three'", "4\n"]
    assert shown[1]["stream"] == "stderr"


def test_figures_tables_and_equations_come_as_the_page_shows_them(run):
    shown, _ = run("from lossgd import tables\ntables.table({'a': [1]})")
    assert shown[0]["data"]["page"].startswith("<table")
    shown, _ = run("from lossgd import plots\nplots.Figure(plots.panel(), alt='Nothing is seen here')")
    assert shown[0]["data"]["page"].startswith('<figure class="picture"><div class="lossgd-panels"')


def test_a_lab_is_kept_and_moved(run, monkeypatch):
    monkeypatch.setenv("LOSSGD_LABS", "still")
    shown, error = run(
        "from lossgd import labs\nlabs.fit_line()\ndisplay(labs.huber_delta())\nlabs.fit_line()"
    )
    assert error is None
    assert [re.findall(r'data-number="(\d)"', one["data"]["page"]) for one in shown] == [["0"], ["1"]]
    assert shown[1]["data"]["application/vnd.lossgd.lab+json"] == {"lab": "fit_line"}
    from book.live import runner

    parts = runner.lab_parts(1)
    assert len(parts["values"]) == 2
    assert len(parts["points"]) == len(parts["places"]) == 10
    assert runner.move_lab(1, [24.2, 10])["texts"] == ["1.81", "0.5"]
    moved = runner.move_lab(1, [24.2, 10], [9, [280, 200]])
    assert len(moved["panels"]) == 2
    assert moved["points"][:9] == parts["points"][:9]
    assert moved["points"] == runner.lab_parts(1)["points"] != parts["points"]
    json.dumps([parts, moved])


def test_an_error_names_the_lines_of_cells_that_led_to_it(run):
    run("def f(x):\n    return 1 / x", "code cell 1")
    _, error = run("f(1)\nf(0)", "code cell 2")
    assert error["message"] == "ZeroDivisionError: division by zero"
    assert error["line"] == 2
    assert "Line 2 of this cell:\n    f(0)" in error["where"]
    assert "Line 2 of code cell 1, in f:\n    return 1 / x" in error["where"]
    assert "runner" not in error["where"]


@pytest.mark.parametrize(("source", "line"), [("1 +", 1), ("x = 1\nif x\n    pass", 2)])
def test_code_that_is_not_python_says_where(run, source, line):
    _, error = run(source)
    assert error["message"].startswith("SyntaxError: ")
    assert error["line"] == line
    assert f"Line {line} of this cell:" in error["where"]


def test_a_name_that_is_missing_may_come_from_a_cell_above(run):
    assert "Have the cells above run?" in run("nothing")[1]["where"]


def test_neither_exit_nor_input_ends_or_stops_the_page(run):
    assert run("exit()")[1]["message"].startswith("SystemExit")
    assert "write the value into the cell" in run("input()")[1]["message"]


SOLUTION = """\
half = 0.5
def double(x):
    return 2 * x
# Check: half, double
assert half == 0.5
assert double(3) == 6, "double(3) must be 6."
"""


def unwritten(x): ...


@pytest.mark.parametrize(
    ("names", "verdict"),
    [
        ({"half": 0.5, "double": lambda x: x + x}, None),
        ({}, "There is no half yet: your cell must define it."),
        ({"half": ...}, "half is still three dots: put your answer in their place."),
        ({"half": [0.5, ...]}, "half is still three dots: put your answer in their place."),
        ({"half": {"it": ...}}, "half is still three dots: put your answer in their place."),
        ({"half": print("0.5")}, "half is None: it must be the answer itself, not printed."),
        ({"half": 0.5, "double": unwritten}, "double does nothing yet: write what it returns."),
        (
            {"half": 0.4, "double": 6},
            "Not yet. This should hold: half == 0.5. Yours: half = 0.4.",
        ),
        ({"half": 0.5, "double": lambda x: x}, "Not yet. double(3) must be 6."),
        (
            {"half": 0.5, "double": 6},
            "Not yet. Checking it raised TypeError: 'int' object is not callable.",
        ),
    ],
)
def test_a_solution_is_checked_by_that_of_the_book(names, verdict):
    scope = dict(names)
    assert checking.check(SOLUTION, scope) == verdict
    assert scope == names  # the solution leaves nothing behind


def test_a_solution_that_fails_beside_the_readers_names_does_not_end_the_page():
    solution = "theirs = square(2)\n# Check: theirs\nassert theirs == 4"
    assert checking.check(solution, {"square": lambda x: x * x, "theirs": 4}) is None
    verdict = checking.check(solution, {"square": 4, "theirs": 4})
    assert verdict.startswith("It cannot be checked: ")
    assert "raised TypeError: 'int' object is not callable. Has a cell of yours" in verdict


def solutions():
    """Yield the id and the code of each solution that can be checked."""
    for path in all_notebooks():
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and checking.MARKER.search(source):
                assert "hide-cell" in cell["metadata"]["tags"], cell["id"]
                yield cell["id"], source


def assigned(code):
    """Return the names that code defines at its top."""
    found = {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)}
    return found | {
        node.id
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def test_a_check_is_of_names_that_the_solution_makes_and_that_its_asserts_need():
    found = dict(solutions())
    assert len(found) > 40
    for cell, source in found.items():
        made, names, check = checking.parts(source)
        tree = ast.parse(check)
        needed = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert set(names) <= assigned(made), cell
        assert set(names) <= needed, cell
        asserts = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
        assert asserts, cell
        assert all(one.msg or one in tree.body for one in asserts), cell  # one in a loop says what is wrong


def made_in(tree):
    """Return the names that code gives, at its top or deeper."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.split(".")[0]


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_a_solution_that_can_be_checked_needs_no_other_solution(path):
    known = set(dir(builtins)) | {"display"}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        tags, source = cell["metadata"].get("tags", []), "".join(cell["source"])
        if cell["cell_type"] != "code" or "remove-cell" in tags:
            continue
        tree = ast.parse(source)
        names = set(made_in(tree))
        if "hide-cell" not in tags:
            known |= names
        elif checking.MARKER.search(source):
            used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert used <= known | names, cell["id"]


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)
def test_an_exercise_says_what_its_answers_are_called(path):
    text = ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = f"{text}\n{source}".rpartition("\n### ")[2]
        elif checking.MARKER.search(source):
            for name in checking.parts(source)[1]:
                assert re.search(rf"`{name}\b", text), (cell["id"], name)


def test_all_that_is_downloaded_is_pinned():
    pins = fetch.pins()
    assert {len(pin) for pin in pins.values()} == {64}
    assert {"pyodide.asm.wasm", "pyodide.mjs", "python_stdlib.zip"} <= pins.keys()
    blocks = (ROOT / "book/live/requirements.txt").read_text(encoding="utf-8").split("\n#")
    assert all("==" in block and "--hash=sha256:" in block for block in blocks[1:])


CDN = "https://cdn.example/pyodide/"


@pytest.mark.parametrize(
    ("setting", "variable", "own"), [("site", None, True), (CDN, None, False), ("", CDN, False)]
)
def test_python_comes_from_where_the_setting_says(monkeypatch, tmp_path, setting, variable, own):
    (tmp_path / "site").mkdir()
    monkeypatch.setattr(live, "TOOLS", tmp_path)
    monkeypatch.setattr(live, "compile_course", lambda folder: None)
    monkeypatch.delenv("LOSSGD_LIVE", raising=False)
    if variable:
        monkeypatch.setenv("LOSSGD_LIVE", variable)
    app = SimpleNamespace(outdir=tmp_path / "html")
    config = SimpleNamespace(live=setting)
    live.prepare(app, config)
    carried = [f"{path.name}/" for path in (app.outdir / "_static").glob("python-*")]
    assert carried == ([config.live_python] if own else [])
    assert own or config.live_python == CDN
