"""The welcome page's list of chapters, made from them: number, title, what you will be able to do, times."""

import re
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).parents[1]


def entry(path):
    """Return what the list says of a chapter."""
    first = nbformat.read(path, as_version=4).cells[0].source
    title, sentence = re.match(r"# (\d\d .+)\n\n((?:.+\n)+)\n", first).groups()
    sentence = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", " ".join(sentence.split()))  # the card is one link
    times = re.search(r"\*\*Read:\*\*.*", first).group().replace("**", "")
    return f"- **[{title}](../notebooks/{path.name})**\\\n  {sentence}\\\n  *{times}*"


def chapters():
    """Return the text of the cell that lists the chapters."""
    table = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    text = "## Chapters"
    for part in table["parts"]:
        paths = [ROOT / f"{chapter['file']}.ipynb" for chapter in part["chapters"]]
        numbered = [path for path in paths if re.match(r"\d\d_", path.name)]
        if numbered:
            text += f"\n\n### {part['caption']}\n\n" + "\n".join(entry(path) for path in numbered)
    return text


CELLS = {"welcome-chapters": chapters}
