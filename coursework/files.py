"""Files that stand whole or not at all, whatever happens while they are written, and tables that are read."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path


def write(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file, and the folders that it needs, as the text has its lines.

    Half a character, which JSON can hold and no file can, becomes a question mark.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{os.getpid()}.{path.name}")  # another grader may be at work
    try:
        new.write_text(text, encoding=encoding, errors="replace", newline="")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)  # on a full disk, half a file


def rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a table that has these columns; raise ValueError if a spreadsheet has spoilt it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = csv.DictReader(io.StringIO(text, newline=""), restval="")
        found = table.fieldnames or []
        if missing := [column for column in columns if column not in found]:
            raise ValueError(f"there is no column {missing[0]!r}; columns are parted by commas")
        return list(table)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: save it as UTF-8") from error
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path.name}: {error}") from error
