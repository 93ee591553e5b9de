"""Chapter 05's selection guide and its chooser, in Markdown, written from `book/choosing.yml`.

The chooser is questions whose answers open: it needs no script, and JupyterLab shows it as the site does.
`python -m tests.notebooks` puts both into the notebook.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lossgd import losses
from lossgd.catalogue import CATALOGUE

FILE = Path(__file__).parents[1] / "book" / "choosing.yml"
LINKED = re.compile(r"\[(.+)\]\(.+\)")

# What a model may say, as the guide's headings, and what the losses of each say of `answer`.
PARTS = {
    "A number": {"number"},
    "A count": {"count"},
    "Yes or no": {"yes or no"},
    "Classes and shares": {"one class", "shares"},
}


@cache
def choosing() -> dict[str, Any]:
    """Return what the file holds."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def guide() -> str:
    """Return the selection guide: a table for each kind of answer."""
    parts = []
    for title, answers in PARTS.items():
        rows = [
            f"| {loss['name']} | {loss['best']} | {loss['limits']} |"
            for loss in choosing()["losses"].values()
            if loss["when"][0]["answer"] in answers
        ]
        parts += [f"### {title}", "\n".join(["| Loss | Best use | Limits |", "|---|---|---|", *rows])]
    return "\n\n".join(parts)


def chooser() -> str:
    """Return the chooser: a question, and its answers to open."""
    return "\n".join(_ask(choosing()["chooser"], "choose"))


def paths(question: dict[str, Any] | None = None, said: dict[str, str] | None = None) -> Iterator[tuple]:
    """Yield every way through the chooser: what has been said on it, and the loss at its end."""
    for answer in (question or choosing()["chooser"])["answers"]:
        means = {**(said or {}), **answer["means"]}
        if "loss" in answer:
            yield means, answer["loss"]
        else:
            yield from paths(answer["next"], means)


def names(loss: str) -> str:
    """Return what a loss is called in lossgd and elsewhere, by the catalogue."""
    kind = getattr(losses, loss, None)
    if kind is None:
        return "lossgd `symbolic.from_formula`; elsewhere, write it as a function of your own"
    peers = [
        f"{library} `{peer.name.replace(', ', '`, `')}`"
        + (f" ({peer.convention})" if peer.convention else "")
        for library, peer in CATALOGUE[kind].peers.items()
    ]
    return "; ".join([f"lossgd `losses.{loss}`", *peers])


def _ask(question, name):
    yield from (f"**{question['asks']}**", "")
    for count, answer in enumerate(question["answers"], 1):
        yield from (f'<details name="{name}"><summary>{answer["words"]}</summary>', "")
        yield from _ask(answer["next"], f"{name}-{count}") if "next" in answer else _say(answer["loss"])
        yield from ("", "</details>")


def _say(loss):
    said = choosing()["losses"][loss]
    name = LINKED.sub(r"\1", said["name"])
    yield from (f"→ **{name}**", "")
    yield f"- **Why.** {said['best']}"
    yield f"- **Limits.** {said['limits']}"
    yield f"- **Names.** {names(loss)}."


CELLS = {"05-guide": guide, "05-chooser": chooser}
