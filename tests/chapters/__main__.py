"""Print what is to be done in notebooks, all of them or those that are named; nothing is run."""

import sys
from pathlib import Path

from tests.chapters.book import book, read
from tests.chapters.rules import caps, findings
from tests.notebooks import all_notebooks


def main(paths):
    """Return 1 if there is something to do."""
    pages, found = book(), []
    for path in paths:
        chapter = read(path)
        if chapter.number is not None:
            sizes = (f"{count:,} of {cap:,} {what}" for what, (count, cap) in caps(chapter).items())
            print(f"{chapter.name}: {', '.join(sizes)}")
        found += findings(chapter, pages)
    print("\n".join(found) or "nothing to do")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]] or all_notebooks()))
