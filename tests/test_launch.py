"""What Binder and Colab install is enough for the notebooks that are opened there.

Binder builds an image from `.binder/`, by repo2docker: it copies the repository, runs `pip install -r` on the
requirements in its top folder, and then `postBuild`. Colab runs the first cell of a notebook.
"""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.notebooks import ROOT, all_notebooks, extras

BINDER = ROOT / ".binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Opened in Binder and Colab too; the source of an assignment is its author's.
NOTEBOOKS = [*all_notebooks(), *sorted((ROOT / "notebooks/assignments/release").rglob("*.ipynb"))]
# Refuses what is not installed there, then runs a notebook's imports.
IMPORTS = """
import sys

class Missing:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {missing}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing)
{imports}
"""


def binder_requirements():
    """Return the lines of Binder's requirements, without comments."""
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def installed_with(wanted):
    """Return what the package needs with these extras, and what that needs in turn."""
    groups = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in wanted)]
    found, queue = set(), [Requirement(line) for lines in groups for line in lines]
    while queue:
        needed = queue.pop()
        name = canonicalize_name(needed.name)
        for extra in {"", *needed.extras} - {extra for one, extra in found if one == name}:
            found.add((name, extra))
            lines = map(Requirement, metadata.requires(name) or [])
            queue += [one for one in lines if one.marker is None or one.marker.evaluate({"extra": extra})]
    return {"lossgd", *(name for name, _ in found)}


def imports(path):
    """Return the imports of a notebook, as code."""
    cells = nbformat.read(path, as_version=4).cells
    codes = [one.source for one in cells if one.cell_type == "code" and not one.id.endswith("-install")]
    nodes = [node for code in codes for node in ast.walk(ast.parse(code))]
    return [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.slow
@pytest.mark.parametrize("needed", ["labs", "distributed,labs"])
def test_what_colab_installs_is_what_a_notebook_imports(needed):
    theirs = installed_with(needed.split(","))
    owners = metadata.packages_distributions()
    missing = {
        module for module, names in owners.items() if not theirs & {canonicalize_name(name) for name in names}
    }
    assert "pytest" in missing
    assert "numpy" not in missing
    lines = {}
    for path in NOTEBOOKS:
        if extras(nbformat.read(path, as_version=4)) == needed:
            lines |= dict.fromkeys(imports(path))
    code = IMPORTS.format(missing=missing, imports="\n".join(lines))
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr


def test_binder_installs_what_any_notebook_needs():
    package = next(line for line in binder_requirements() if line.startswith("."))
    theirs = re.fullmatch(r"\.\[(.*)\]", package)[1].split(",")
    for path in NOTEBOOKS:
        assert {*extras(nbformat.read(path, as_version=4)).split(",")} <= {*theirs}, path


def test_binder_takes_the_versions_of_the_lock():
    constraint = next(line for line in binder_requirements() if line.startswith("-c "))
    lock = (BINDER / constraint.removeprefix("-c ")).resolve()
    assert lock == ROOT / "requirements.txt"
    pinned = re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)
    # The sliders of the lock are made for its JupyterLab. The classic notebook is not locked, and has to fit.
    assert {"jupyterlab", "jupyterlab-widgets"} <= {*pinned}
    assert {"jupyterlab", "notebook"} <= {*binder_requirements()}


def test_binder_runs_a_python_that_the_tests_run():
    version = re.fullmatch(r"python-(\d+\.\d+)\n?", (BINDER / "runtime.txt").read_text())[1]
    assert version in SpecifierSet(PROJECT["requires-python"])
    assert f'"{version}"' in (ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Binder's images are Linux")
def test_binder_trusts_every_notebook_that_keeps_outputs(tmp_path):
    kept = tmp_path / "kept"
    program = tmp_path / "jupyter"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {kept}\n')
    program.chmod(0o755)
    there = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", str(BINDER / "postBuild")], cwd=ROOT, env=there, check=True)
    command, *trusted = kept.read_text().splitlines()
    assert command == "trust"
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        assert path.relative_to(ROOT).as_posix() in trusted or not any(cell.get("outputs") for cell in cells)
