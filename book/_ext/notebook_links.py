"""Under the title of each notebook's page: links to download it, and to open it in Binder and in Colab.

The last two need the repository's address, the setting `repository` of `_config.yml`, and are left out
without it.
"""

from html import escape
from pathlib import Path

import yaml
from sphinx.errors import ConfigError

GITHUB = "https://github.com/"


def services(path, repository):
    """Return where a notebook of the repository can be opened and run: names and addresses."""
    if repository is None:
        return {}
    url, branch = repository["url"].removesuffix("/").removesuffix(".git"), repository.get("branch", "main")
    if not url.startswith(GITHUB):
        raise ConfigError(f"repository: Colab opens notebooks of {GITHUB}… only, and the url is {url}")
    place = url.removeprefix(GITHUB)
    return {
        "Open in Binder": f"https://mybinder.org/v2/gh/{place}/{branch}?urlpath=lab/tree/{path}",
        "Open in Colab": f"https://colab.research.google.com/github/{place}/blob/{branch}/{path}",
    }


def read_repository(folder):
    """Return the setting; what Sphinx gets of it is Jupyter Book's own repository when there is none."""
    settings = yaml.safe_load((Path(folder) / "_config.yml").read_text(encoding="utf-8"))
    return settings.get("repository")


def add_links(app, pagename, templatename, context, doctree):
    """Put the links below the title of a notebook; the first page has buttons of its own."""
    path = app.env.doc2path(pagename, base=False) if doctree else ""
    if not path.endswith(".ipynb") or pagename == app.config.root_doc:
        return
    source = context["pathto"](f"_sources/{context['sourcename']}", resource=True)
    links = f'<a href="{source}" download>Download the notebook</a>'
    for name, address in services(path, read_repository(app.srcdir)).items():
        links += f' <a href="{escape(address)}">{name}</a>'
    nav = f'<nav class="notebook-links" aria-label="This notebook">{links}</nav>'
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{nav}", 1)


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
