"""The rule of the checklist: each item says what to do and where the reason is, and no clinic is left out."""

import re
from collections import Counter

from tests.chapters.book import CLINICS, LINK, number_of

OF_THE_CHECKLIST = "notebooks/27_recap.ipynb"
LONGEST = 20  # items; a longer list is not gone through
ITEM = re.compile(r"^- \[[ x]\] (.+(?:\n  .+)*)", re.MULTILINE)
TITLE = re.compile(r"\*\*([^*]+\.)\*\* ")


def keep_the_checklist(chapter, book):
    items = [(piece.cell, item) for piece in chapter.texts for item in ITEM.findall(piece.source)]
    if not 0 < len(items) <= LONGEST:
        yield "", f"write 1 to {LONGEST} items to tick, as `- [ ] **Do this.** …`; there are {len(items)}"
    titles, linked = Counter(), set()
    for cell, item in items:
        title = TITLE.match(item)
        if not title:
            yield cell, f"begin with what to do, `- [ ] **Do this.** …`, not with “{item[:30]}”"
            continue
        titles[title[1]] += 1
        pages = [chapter.resolve(address)[0] for _, address in LINK.findall(item)]
        numbers = set(map(number_of, pages)) - {None, chapter.number}
        linked |= numbers
        if not numbers:
            yield cell, f"link “{title[1]}” to the clinic or chapter that shows why"
    for title, times in titles.items():
        if times > 1:
            yield "", f"“{title}” is there {times} times: ticks are kept by these words"
    for number in sorted(set(map(number_of, book)) & set(CLINICS) - linked):
        yield "", f"name clinic {number} in an item of the checklist"
