"""Compile the archives of a Pyodide: runs inside it, as it has the right Python (`compile.mjs`).

Compiling is what makes a page's Python start quickly: SymPy is imported in a seventh of the time. What no
page can use pays for the bytes: docstrings that nobody asks for, tests, fonts, parts that need a desktop.
What is loaded together is compressed together, which takes a third less than file by file.
"""

import ast
import contextlib
import gzip
import io
import re
import warnings
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc
from pathlib import Path

from compression import zstd

STDLIB = "python_stdlib.zip"
KEEP_DOCS = ("numpy", "course")  # a reader may ask for help(np.mean)
DROP = re.compile(
    r"\.(pyi|h|c|pyx|pxd|bat|ctypes|typed)$|/tests?/|^(idlelib|tkinter|turtledemo|ensurepip|venv|pydoc_data|wsgiref)/"
    r"|mpl-data/(fonts/(afm|pdfcorefonts)|images|sample_data|plot_directive)"
    r"|mpl-data/fonts/ttf/(?!DejaVuSans(-Bold|-Oblique|Mono)?\.ttf|STIXGeneral\.ttf)"
    r"|PIL/_(webp|imagingft|imagingmath|imagingmorph|imagingtk)\.|numpy/(distutils|_pyinstaller)/"
)


def strip(tree):
    """Take the docstrings out of a module; asserts stay, which `python -OO` would take out as well."""
    for node in ast.walk(tree):
        named = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if named and ast.get_docstring(node, clean=False) is not None:
            rest = [] if isinstance(node, ast.Module) else [ast.copy_location(ast.Pass(), node.body[0])]
            node.body[:1] = rest
    return tree


def compiled(source, name, docs):
    """Return a module as the bytes of a .pyc file, which is never checked against a source."""
    tree = ast.parse(source)
    code = compile(tree if docs else strip(tree), name, "exec", dont_inherit=True, optimize=0)
    return bytes(_code_to_hash_pyc(code, bytes(8), False))


def compile_archive(old, new, place, docs):
    """Copy an archive, its modules compiled as if they lay in a place of the browser's Python."""
    for path in sorted(old.namelist()):
        if DROP.search(path) or path.endswith("/"):
            continue
        data = old.read(path)
        if path.endswith(".py"):
            with contextlib.suppress(SyntaxError):  # of a template, which nobody imports
                data, path = compiled(data, place + path, docs), path + "c"
        new.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), data)


def compress(name, data):
    """Return an archive compressed as a whole; the standard library in the way that needs no Python."""
    if name == STDLIB:
        return gzip.compress(data, mtime=0)
    level, window = zstd.CompressionParameter.compression_level, zstd.CompressionParameter.window_log
    return zstd.compress(data, options={level: 22, window: 25})


def main(source="/in", target="/out"):
    """Make each folder of archives into one, compiled, which no host takes for anything by its name."""
    warnings.simplefilter("ignore")  # invalid escapes in others' code
    for folder in sorted(Path(source).iterdir()):
        place = "/lib/python314.zip/" if folder.name == STDLIB else "/lib/python3.14/site-packages/"
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as new:
            for path in sorted(folder.iterdir()):
                with zipfile.ZipFile(path) as old:
                    compile_archive(old, new, place, folder.name in KEEP_DOCS)
        (Path(target) / f"{folder.name}.bin").write_bytes(compress(folder.name, whole.getvalue()))
