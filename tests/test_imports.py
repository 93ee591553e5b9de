"""The package's floors: what each module may import, and how little `import lossgd` brings in."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import lossgd

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "lossgd").rglob("*.py"))

# Lowest first. A module, or a package with all its modules, imports only from floors below its own.
FLOORS = [
    {"typing", "tables"},
    {"checks", "arithmetic"},
    {"domains"},
    {"losses", "metrics", "schedules", "surfaces", "datasets", "models"},
    {"optimizers", "gradcheck", "distributed"},
    {"descent"},
    {"training", "diagnose"},
    {"symbolic"},
    {"catalogue"},
    {"proofs"},
    {"plots"},
    {"labs"},
]
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}

# Heavy packages, and the only parts or modules of lossgd that import them.
ONLY_IN = {
    "sympy": {"symbolic", "proofs"},
    "mpmath": {"proofs", "symbolic.formula_checks"},
    "matplotlib": {"plots"},
    "ipywidgets": {"labs"},
    "tqdm": {"descent"},
    "dask": {"distributed"},
    "distributed": {"distributed"},
    "pyarrow": {"distributed"},
    "zarr": {"distributed"},
}
ALLOWED = {"lossgd", "numpy", *ONLY_IN, *sys.stdlib_module_names}


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path):
    """Return the full names of all that a module imports, at its top or within a function."""
    name = module_name(path)
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (
                importlib.util.resolve_name(f"{module}.{alias.name}", package) for alias in node.names
            )


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_imports_only_from_floors_below(path):
    part = (*module_name(path).split("."), "")[1]
    here = {part, module_name(path).partition(".")[2]}
    for name in imports(path):
        top, *rest = name.split(".")
        assert top in ALLOWED
        assert here & ONLY_IN.get(top, here), f"{top} is imported in {ONLY_IN[top]} only"
        if top == "lossgd" and part and rest[0] != part:
            assert FLOOR[rest[0]] < FLOOR[part], f"{part} imports {rest[0]}, which is not below it"


def run(code):
    """Return what a fresh Python prints, warnings being errors."""
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.split()


NEW_MODULES = """
import sys, numpy
before = set(sys.modules)
import lossgd
{use}
new = {{name for name in set(sys.modules) - before if name.split(".")[0] not in sys.stdlib_module_names}}
print(*sorted(new))
"""


def test_import_lossgd_imports_no_part_of_it():
    assert run(NEW_MODULES.format(use="")) == ["lossgd"]


def test_all_of_lossgd_needs_numpy_alone():
    new = run(NEW_MODULES.format(use="[getattr(lossgd, name) for name in lossgd.__all__]"))
    assert {name.split(".")[0] for name in new} - {"numpy"} == {"lossgd"}
    assert {"lossgd.losses", "lossgd.training"} <= set(new)


@pytest.mark.parametrize("name", lossgd.__all__)
def test_every_name_is_there_when_it_is_asked_for(name):
    assert run(f"import lossgd; print({name!r} in dir(lossgd), lossgd.{name} is not None)") == ["True"] * 2
    assert run(f"from lossgd import {name}; print({name} is not None)") == ["True"]


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(AttributeError, match="module 'lossgd' has no attribute 'loses'"):
        _ = lossgd.loses
