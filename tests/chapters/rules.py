"""The rules. Each takes a chapter and the book, and yields the cells that break it, with what to do."""

import re
from itertools import pairwise

from lossgd import datasets
from lossgd.datasets import real
from tests.chapters.book import CLINICS, FENCE, LINK, number_of, slug
from tests.chapters.checklist import OF_THE_CHECKLIST, keep_the_checklist

LAST = ["Key points", "Further reading", "Next"]
OF_A_CHAPTER = [
    *("The idea", "The formula", "In plain NumPy", "Put to the test", "When to use it, and when not"),
    *("Exercises", "Quiz", *LAST),
]
OF_A_CLINIC = [
    *("The symptom", "The diagnosis", "The fix", "How to notice it next time", "In other libraries"),
    *("Exercises", *LAST),
]
OF_PART_V = ["The idea", "Exercises", "Quiz", *LAST]
CASES = "What is wrong here?"
OF_CURVES = "notebooks/your_curve_looks_like_this.ipynb"
OF_A_CURVE = ["**Seen.** ", "1. ", "2. ", "**The test.** ", "*This run:* "]
GRADES = ["warm-up", "core", "challenge"]
BOXES = ["You will be able to", "Key points", "Holds.", "Often said."]
REAL_DATA = [name for name in datasets.__all__ if getattr(datasets, name).__module__ == real.__name__]
PART_V = range(27, 30)
WIDTH = 64

MYST = re.compile(
    r"(?<![`\w\\])\{[\w:+-]+\}`(?=\S)|^(?:`{3,}|:{3,}|~{3,})\{|^\([\w-]+\)=$|</?div", re.MULTILINE
)
DETAILS = re.compile(r"<details.*?</details>", re.DOTALL)
ASSERT = re.compile(r"^\s*assert\b", re.MULTILINE)
CLAIM = re.compile(r"^> \*\*(?:Holds|Often said)\.\*\*", re.MULTILINE)
BOX = re.compile(r"(?:\A|(?<=\n\n))> \*\*(.+?)\*\*")
UNBOXED = re.compile(r"^\*\*(?:Claim|Holds|Often said)\.", re.MULTILINE)
TIMES = re.compile(r"^> \*\*Builds on:\*\* .+ · \*\*Read:\*\* \d+ min · \*\*Exercises:\*\* \d+ min$", re.M)
EXERCISE = re.compile(rf"### (\d+)\. .+ \(({'|'.join(GRADES)})\)")
QUESTION = re.compile(r"^\*\*(\d+)\. (?:\(Chapter (\d\d)\) )?", re.MULTILINE)
UNLINKED = re.compile(
    r"\b(?:chapters?|clinics?)\s+\d+"
    r"|\b(?:next|last|later|earlier|previous|following|coming) (?:chapters?|clinics?)\b",
    re.IGNORECASE,
)
ANOTHER_BOOKS = re.compile(r"\]\([^)]*bibliography\.md#[^)]*\)[^.\n]*")  # "…, chapter 5", of what is cited


def caps(chapter):
    """Return what has a cap: how much there is of it, and the cap."""
    clinic = chapter.number in CLINICS
    body = [piece.source for piece in chapter.texts if piece.section not in ("Exercises", "Quiz")]
    lines = [line for piece in chapter.visible_code for line in piece.source.splitlines() if line.strip()]
    return {
        "words of body": (sum(map(words, body)), 1300 if clinic else 3000),
        "cells": (chapter.cells, 90),
        "lines of visible code": (len(lines), 80 if clinic else 200),
        "claims": (sum(len(CLAIM.findall(text)) for text in body), 8),
    }


def words(text):
    """Count the words that are read without opening anything; a formula is one."""
    text = LINK.sub(r"\1", DETAILS.sub("", text))
    text = re.sub(r"\$\$.+?\$\$|\$.+?\$", "formula", text, flags=re.DOTALL)
    return sum(any(map(str.isalnum, word)) for word in text.split())


def keep_the_caps(chapter, book):
    for what, (count, cap) in caps(chapter).items():
        if count > cap:
            yield "", f"{count:,} {what}, and the cap is {cap:,}: cut, or move to exercises or hidden cells"


def number_the_title(chapter, book):
    first = chapter.texts[0]
    if not re.match(rf"# {chapter.number:02} \S", first.source):
        yield first.cell, f"begin with the title, `# {chapter.number:02} …`: the number is that of the file"
    names = list(book)
    before = names[: names.index(chapter.name)] if chapter.name in names else names
    numbers = filter(None, map(number_of, before))
    if chapter.name not in names or any(number > chapter.number for number in numbers):
        yield first.cell, "give the chapter its place in _toc.yml, by its number"


def name_the_derivation(chapter, book):
    first = chapter.texts[0]
    if not first.source.startswith("# Derivation: "):
        yield first.cell, "begin with the title, `# Derivation: …`"


def say_what_for(chapter, book):
    first = chapter.texts[0]
    below = first.source.partition("\n")[2]
    sentence, box, goals = below.partition("> **You will be able to**")
    if not box or not re.search("^> - ", goals, re.MULTILINE):
        yield first.cell, "put the box `> **You will be able to**` with a list below the title"
    elif not sentence.strip() or "\n\n" in sentence.strip():
        yield first.cell, "say in one paragraph between title and box what the reader will be able to do"
    if not TIMES.search(goals):
        line = "> **Builds on:** … · **Read:** 40 min · **Exercises:** 60 min"
        yield first.cell, f"end the box with the two times, as `{line}`"


def keep_the_headings(chapter, book):
    skeleton, before_its_own = OF_A_CHAPTER, ["The idea", "In plain NumPy"]
    if chapter.number in CLINICS:
        skeleton, before_its_own = OF_A_CLINIC, ["In other libraries"]
    if chapter.number in PART_V:
        skeleton, before_its_own = OF_PART_V, ["The idea"]
    found = [piece for piece in chapter.texts if piece.source.startswith("## ")]
    titles = [piece.section for piece in found]
    for title in skeleton:
        if titles.count(title) != 1:
            after = skeleton[skeleton.index(title) - 1] if title != skeleton[0] else "the title"
            yield "", f"write `## {title}` once, after `{after}`; it is there {titles.count(title)} times"
    last, place = "the title", -1
    for piece in found:
        if piece.section in skeleton:
            if skeleton.index(piece.section) < place:
                yield piece.cell, f"move `## {piece.section}` before `## {last}`"
            last, place = piece.section, skeleton.index(piece.section)
        elif last not in before_its_own:
            places = " or ".join(f"`{title}`" for title in before_its_own)
            yield piece.cell, f"move `## {piece.section}`: sections of its own stand after {places}"


def let_a_clinic_be_tried(chapter, book):
    sections = dict.fromkeys(piece.section for piece in chapter.pieces)
    if not any(title == CASES or title.startswith("Lab: ") for title in sections):
        yield "", f"write `## Lab: …` or `## {CASES}`, with several runs, after `In other libraries`"
    yield from _questions(chapter, CASES, "case")


def box_the_claims(chapter, book):
    events = []
    for piece in chapter.pieces:
        if piece.code and ASSERT.search(piece.source):
            events.append("assert")
        elif not piece.code:
            if piece.source.startswith("## "):
                events.append("heading")
            events += [piece] * len(CLAIM.findall(piece.source))
    for event, following in pairwise([*events, "end"]):
        if not isinstance(event, str) and following != "assert":
            yield (
                event.cell,
                "put this claim to the test: a cell with an `assert`, before the next claim or heading",
            )
    for piece in chapter.texts:
        for found in UNBOXED.findall(piece.source):
            yield (
                piece.cell,
                f"write `{found}…` as `> **Holds.** …` if it is true, as `> **Often said.** …` if not",
            )
        for title in BOX.findall(piece.source):
            if title not in BOXES:
                yield piece.cell, f"no box is called `{title}`: the boxes are {', '.join(BOXES)}"


def guess_first(chapter, book):
    guesses = [
        line for piece in chapter.texts for line in piece.source.splitlines() if "**Guess first.**" in line
    ]
    if not any("?" in line for line in guesses):
        yield "", "ask before an experiment what will happen: `**Guess first.** …?`"


def give_labs_tasks(chapter, book):
    for title in dict.fromkeys(piece.section for piece in chapter.pieces if piece.section.startswith("Lab")):
        texts = [piece for piece in chapter.section(title) if not piece.code]
        text = "\n".join(piece.source for piece in texts)
        if not re.search(r"^1\. ", text, re.MULTILINE) or "**You should have seen" not in text:
            yield texts[0].cell, "give the lab tasks with numbers, then `**You should have seen** …`"


def grade_the_exercises(chapter, book):
    exercises = []  # of each: its heading, cell, and whether it is solved
    for piece in chapter.section("Exercises"):
        for part in [piece.source] if piece.code else re.split("^(?=### )", piece.source, flags=re.MULTILINE):
            if not piece.code and part.startswith("### "):
                exercises.append([part.partition("\n")[0], piece.cell, False])
            if exercises and ("hide-cell" in piece.tags or "<summary>Show the solution" in part):
                exercises[-1][2] = True
    matches = [EXERCISE.fullmatch(heading) for heading, _, _ in exercises]
    for count, (match, (_, cell, solved)) in enumerate(zip(matches, exercises, strict=True), 1):
        if not match or int(match[1]) != count:
            yield (
                cell,
                f"write the heading as `### {count}. Title (core)`; the grades are {', '.join(GRADES)}",
            )
        if not solved:
            yield cell, "give the exercise a solution: a cell tagged `hide-cell`, or `Show the solution`"
    grades = {match[2] for match in matches if match}
    for grade in set(GRADES) - grades if chapter.number not in CLINICS else ():
        yield "", f"add an exercise graded ({grade})"
    everything = "\n".join(piece.source for piece in chapter.section("Exercises"))
    if not re.search(rf"\b(?:{'|'.join(REAL_DATA)})\b", everything):
        yield "", f"set an exercise on real data: {', '.join(f'datasets.{name}' for name in REAL_DATA)}"


def ask_a_quiz(chapter, book):
    yield from _questions(chapter, "Quiz", "quiz")
    text = "\n".join(piece.source for piece in chapter.section("Quiz") if not piece.code)
    earlier = {int(match[2]) for match in QUESTION.finditer(text) if match[2]}
    numbers = [number for number in filter(None, map(number_of, book)) if number < chapter.number]
    if numbers and not earlier:
        yield "", "ask one question of an earlier chapter: `**3. (Chapter 02) …**`"
    for number in earlier - set(numbers):
        yield "", f"ask no question of chapter {number:02}: the book has no such earlier chapter"


def _questions(chapter, section, kind):
    """Yield what is wrong with the questions of a section: each has one right answer among several."""
    pieces = [piece for piece in chapter.section(section) if not piece.code]
    cell, text = pieces[0].cell if pieces else "", "\n".join(piece.source for piece in pieces)
    starts = list(QUESTION.finditer(text))
    if pieces and not starts:
        yield cell, f"ask questions below `## {section}`, the first as `**1. …**`"
    for count, (match, end) in enumerate(zip(starts, [*starts[1:], None], strict=False), 1):
        question = text[match.start() : end.start() if end else None]
        names = re.findall(r"<details(?: name=\"(.*?)\")?", question)
        if int(match[1]) != count or len(names) < 2 or set(names) != {f"{kind}-{count}"}:
            yield cell, f'give question {count} that number, and options `<details name="{kind}-{count}">`'
        if question.count("**Correct.**") != 1 or question.count("**Not quite.**") != len(names) - 1:
            yield (
                cell,
                f"begin one answer of question {count} with **Correct.**, the others with **Not quite.**",
            )


def show_each_curve_alike(chapter, book):
    """Hold each third-level heading to be a curve: drawn by a folded cell, causes in order, a clinic."""
    curves = []  # of each: its heading, and the pieces below
    for piece in chapter.pieces:
        found = None if piece.code else re.search("^### (.+)$", piece.source, re.MULTILINE)
        if found:
            curves.append((found[1], []))
        elif piece.source.startswith("## "):
            curves.append(("", []))
        if curves:
            curves[-1][1].append(piece)
    curves = [(heading, pieces) for heading, pieces in curves if heading]
    for heading, (first, *below) in curves:
        if [(piece.code, piece.visible) for piece in below if piece.code] != [(True, False)]:
            yield first.cell, f"draw “{heading}” in one cell below it, tagged `hide-input`"
        text = "\n".join(piece.source for piece in below if not piece.code)
        places = [text.find(f"\n{part}") for part in OF_A_CURVE]
        if -1 in places[1:] or places != sorted(places) or not text.startswith(OF_A_CURVE[0]):
            parts = ", ".join(map(str.strip, OF_A_CURVE))
            yield first.cell, f"write below “{heading}”, in this order: {parts}"
        pages = [chapter.resolve(address)[0] for _, address in LINK.findall(text)]
        if not any(number_of(page) in CLINICS for page in pages):
            yield first.cell, f"link “{heading}” to a clinic"
    listed = [
        address
        for piece in chapter.section("The sheet")
        for _, address in LINK.findall(piece.source)
        if address.startswith("#")
    ]
    missing = [heading for heading, _ in curves if f"#{slug(heading)}" not in listed]
    if missing or not curves:
        yield "", f"list every curve below `## The sheet`; missing: {', '.join(missing)}"


def link_the_references(chapter, book):
    for piece in chapter.texts:
        text = FENCE.sub("", piece.source)
        for words, address in LINK.findall(text):
            if "://" in address:
                continue
            name, anchor = chapter.resolve(address)
            number = number_of(name)
            named = re.search(r"\b(?:chapter|clinic) (\d+)", words, re.IGNORECASE)
            if name not in book:
                yield piece.cell, f"{address} is no page of the book: leave the reference out until it is"
            elif anchor and anchor not in book[name].anchors:
                yield piece.cell, f"{address}: the page has no such heading, term or entry"
            elif number and named and named[1] != f"{number:02}":
                yield piece.cell, f"“{words}” leads to chapter {number:02}"
        text = ANOTHER_BOOKS.sub("", QUESTION.sub("", text))
        for found in UNLINKED.findall(LINK.sub("", text)):
            yield (
                piece.cell,
                f"“{found}”: make it a link, as `[chapter 06](06_gradients.ipynb)`, or leave it out",
            )


def lead_to_the_next_page(chapter, book):
    names = list(book)
    following = dict(pairwise(names)).get(chapter.name)
    pieces = chapter.section("Next")
    lines = [line for piece in pieces for line in piece.source.splitlines()[1:] if line.strip()]
    links = [link for line in lines for link in LINK.findall(line)]
    if following and (len(lines) != 1 or links != [(book[following].title, chapter.link_to(following))]):
        link = f"[{book[following].title}]({chapter.link_to(following)})"
        yield pieces[0].cell if pieces else "", f"write one line below `## Next`, with the link `{link}`"


def write_plain_markdown(chapter, book):
    for piece in chapter.texts:
        for found in MYST.findall(piece.source):
            yield piece.cell, f"`{found}` shows raw in JupyterLab and on GitHub: write plain Markdown"


def keep_code_narrow(chapter, book):
    for piece in chapter.visible_code:
        for line in piece.source.splitlines():
            if len(line) > WIDTH:
                yield piece.cell, f"{len(line)} characters wide, and {WIDTH} are seen: {line.strip()}"


FOR_ALL = [write_plain_markdown, keep_code_narrow, link_the_references]
FOR_CURVES = [show_each_curve_alike, box_the_claims]
FOR_DERIVATIONS = [name_the_derivation, box_the_claims, lead_to_the_next_page]
FOR_CHAPTERS = [
    number_the_title,
    say_what_for,
    keep_the_caps,
    keep_the_headings,
    box_the_claims,
    guess_first,
    give_labs_tasks,
    grade_the_exercises,
    lead_to_the_next_page,
]


def rules(chapter):
    """Return the rules that hold for a notebook."""
    if chapter.name == OF_CURVES:
        return FOR_ALL + FOR_CURVES
    if chapter.number is None:
        return FOR_ALL + (FOR_DERIVATIONS if "derivations/" in chapter.name else [])
    found = [*FOR_ALL, *FOR_CHAPTERS, let_a_clinic_be_tried if chapter.number in CLINICS else ask_a_quiz]
    return [*found, keep_the_checklist] if chapter.name == OF_THE_CHECKLIST else found


def findings(chapter, book):
    """Return what is to be done, a line each, with the notebook and the cell."""
    found = [each for rule in rules(chapter) for each in rule(chapter, book)]
    return [f"{chapter.name}{f', cell {cell}' if cell else ''}: {what}" for cell, what in found]
