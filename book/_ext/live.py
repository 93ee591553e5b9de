"""Let a page's code run in the reader's browser, where the setting `live` of `_config.yml` asks for it.

A page gets one small script, with a button; all else is loaded by the press. The setting says where Python
comes from: "site" for a copy that the site carries, put together by `python -m book.live.fetch .live`, or the
address of a Pyodide of the same version on another host. The variable LOSSGD_LIVE goes before the setting.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from sphinx.errors import ConfigError

from book.live import fetch

HERE = Path(fetch.__file__).parent
ROOT = HERE.parents[1]
TOOLS = ROOT / ".live"
COURSE = "course"


def digest(folder):
    """Return a short hash of a folder's files, by which a browser knows them again."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()[:8]


def compile_course(folder):
    """Write the archive of the course's own modules, compiled, into a folder."""
    with tempfile.TemporaryDirectory() as temporary:
        course = Path(temporary) / COURSE
        course.mkdir()
        with zipfile.ZipFile(course / "modules.zip", "w") as archive:
            for path in sorted((ROOT / "lossgd").rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, path.relative_to(ROOT))
            for name in ("checking.py", "runner.py", "tex.py"):
                archive.write(HERE / name, name)
        shutil.copy(TOOLS / "latex2mathml.whl", course)
        fetch.compile_archives(TOOLS, Path(temporary), folder)


def place(folder, static, prefix):
    """Move a folder to the site's static files, under a name with its digest; return that name."""
    name = f"{prefix}-{digest(folder)}"
    for old in static.glob(f"{prefix}-*"):
        shutil.rmtree(old)
    shutil.copytree(folder, static / name)
    return name


def prepare(app, config):
    """Put Python and the scripts into the site; the pages' own script is told where they are."""
    config.live = os.environ.get("LOSSGD_LIVE", config.live)
    if not config.live:
        return
    if not (TOOLS / "site").is_dir():
        raise ConfigError("live: there is no Python to put into the site: run `make live`")
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        shutil.copytree(HERE / "browser", temporary, dirs_exist_ok=True)
        compile_course(Path(temporary))
        config.live_code = place(Path(temporary), static, "live")
    own = config.live == "site"
    config.live_python = place(TOOLS / "site", static, "python") + "/" if own else config.live
    shutil.copyfile(HERE / "offline.js", Path(app.outdir) / "offline.js")


def add_script(app, pagename, templatename, context, doctree):
    """Give each page the script with the button, which also shows a reader's progress."""
    if app.config.live:
        places = {"data-code": app.config.live_code, "data-python": app.config.live_python}
        app.add_js_file("live.js", loading_method="defer", **places)


def setup(app):
    """Register the extension with Sphinx."""
    for name in ("live", "live_code", "live_python"):
        app.add_config_value(name, "", "html")  # all pages are written anew if one of them changes
    app.connect("config-inited", prepare)
    app.connect("html-page-context", add_script, priority=800)  # before the scripts are chosen
    return {"parallel_read_safe": True, "parallel_write_safe": True}
