"""Every notebook keeps to the pattern of a chapter; each rule is broken once in a chapter made for that."""

import re

import nbformat
import pytest

from tests.chapters.__main__ import main
from tests.chapters.book import Page, book, chapter, entries, read, slug
from tests.chapters.checklist import keep_the_checklist
from tests.chapters.rules import caps, findings, keep_the_caps, rules
from tests.notebooks import ROOT, all_notebooks

# A chapter with all that a chapter must have, and little else: id, text or code, tags.
GOOD = [
    (
        "06-title",
        """# 06 Gradients

You will find out which way is down.

> **You will be able to**
>
> - find it
>
> **Builds on:** [chapter 02](02_losses.ipynb) · **Read:** 40 min · **Exercises:** 60 min""",
    ),
    ("06-imports", "import numpy as np"),
    (
        "06-idea",
        "## The idea\n\nA [slope](../book/glossary.md#term-slope), as in [chapter 02](02_losses.ipynb#mse).",
    ),
    (
        "06-own",
        "## One knob\n\nAs [Huber (1964)](../book/bibliography.md#huber1964robust), chapter 5, says.",
    ),
    ("06-formula", "## The formula\n\nIt is $a + b$, see [the site](https://example.org)."),
    ("06-numpy", "## In plain NumPy\n\nLike this."),
    ("06-numpy-code", "def slope(x):\n    return 2 * x\n\n\nprint(slope(1))"),
    ("06-lab", "## Lab: the arrow\n\n1. Turn it.\n2. Again.\n\n**You should have seen** it turn."),
    ("06-test", "## Put to the test\n\n**Guess first.** Is it 2?\n\n> **Holds.** On a line it is 2."),
    ("06-test-it", "a = slope(1)\nassert a == 2"),
    ("06-folk", "> **Often said.** It is always 2. No: on a line."),
    ("06-folk-test", "    assert slope(2) != 2", "hide-input"),
    ("06-when", "## When to use it, and when not\n\nNow."),
    ("06-ex", "## Exercises\n\n### 1. One (warm-up)\n\nOf `datasets.penguins`."),
    ("06-ex-solution", "assert 1 + 1 == 2", "hide-cell"),
    (
        "06-ex-2",
        """### 2. Two (core)

<details><summary>Show the solution</summary>

Two.

</details>

### 3. Three (challenge)""",
    ),
    ("06-ex-3-solution", "1 + 1 + 1", "hide-cell"),
    (
        "06-quiz",
        """## Quiz

**1. What is it?**

<details name="quiz-1"><summary>This</summary>

**Correct.** It is.

</details>
<details name="quiz-1"><summary>That</summary>

**Not quite.** It is not.

</details>

**2. (Chapter 02) And there?**

<details name="quiz-2"><summary>That</summary>

**Not quite.** See [chapter 02](02_losses.ipynb).

</details>
<details name="quiz-2"><summary>This</summary>

**Correct.** It is.

</details>""",
    ),
    ("06-key", "## Key points\n\n> **Key points**\n>\n> - It turns."),
    ("06-further", "## Further reading\n\n- More."),
    ("06-next", "## Next\n\n[07 Landscapes](07_landscapes.ipynb), with hills."),
]
BOOK = {
    "book/welcome.ipynb": Page("Welcome"),
    "notebooks/02_losses.ipynb": Page("02 Losses", frozenset({"mse"})),
    "notebooks/06_gradients.ipynb": Page("06 Gradients"),
    "notebooks/07_landscapes.ipynb": Page("07 Landscapes"),
    "book/glossary.md": Page("Glossary", frozenset({"term-slope"})),
    "book/bibliography.md": Page("Bibliography", frozenset({"huber1964robust"})),
}
CODE = {"06-imports", "06-numpy-code", "06-test-it", "06-folk-test", "06-ex-solution", "06-ex-3-solution"}


def notebook(cells, code=CODE):
    new = {True: nbformat.v4.new_code_cell, False: nbformat.v4.new_markdown_cell}
    return nbformat.v4.new_notebook(
        cells=[
            new[name in code](source, id=name, metadata={"tags": list(tags)} if tags else {})
            for name, source, *tags in cells
        ]
    )


def found(cells, name="notebooks/06_gradients.ipynb", pages=BOOK):
    return findings(chapter(name, notebook(cells)), pages)


def changed(cell, old, new):
    """Return the good chapter with one thing changed in a cell."""
    assert old in dict(each[:2] for each in GOOD)[cell]
    return [
        (name, source.replace(old, new) if name == cell else source, *tags) for name, source, *tags in GOOD
    ]


@pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_pattern_is_kept(path):
    assert findings(read(path), book()) == []


def test_the_good_chapter_is_good():
    assert found(GOOD) == []


BROKEN = {
    "number": ("06-title", "# 06", "# 6", "begin with the title, `# 06 …`"),
    "no title": ("06-title", "# 06 Gradients", "Gradients", "begin with the title, `# 06 …`"),
    "no sentence": ("06-title", "You will find out which way is down.", "", "in one paragraph"),
    "two paragraphs": ("06-title", "way is", "way\n\nis", "in one paragraph"),
    "no box": ("06-title", "> **You will be able to**", "> **Goals**", "put the box"),
    "no goals": ("06-title", "> - find it", "> find it", "put the box"),
    "times": ("06-title", "40 min", "40 minutes", "the two times"),
    "one time": ("06-title", " · **Exercises:** 60 min", "", "the two times"),
    "heading": ("06-idea", "## The idea", "## Ideas", "write `## The idea` once, after `the title`"),
    "heading twice": (
        "06-numpy",
        "## In plain",
        "## The formula\n\nAgain.\n\n## In plain",
        "it is there 2 times",
    ),
    "own section": ("06-formula", "## The formula", "## The formula\n\n## Mine", "move `## Mine`"),
    "own at end": ("06-when", "Now.", "Now.\n\n## Mine", "move `## Mine`"),
    "claim": ("06-folk", "> **Often said.**", "**Claim.**", "write `**Claim.…`"),
    "claim without a box": ("06-folk", "> **Often said.**", "**Often said.**", "write `**Often said.…`"),
    "box": ("06-key", "> **Key points**", "> **Main points**", "no box is called `Main points`"),
    "claim before a claim": ("06-test-it", "assert a == 2", "a == 2", "put this claim to the test"),
    "claim before a heading": ("06-folk-test", "assert", "# assert", "put this claim to the test"),
    "guess": ("06-test", "**Guess first.** Is it 2?", "", "ask before an experiment"),
    "guess of nothing": ("06-test", "Is it 2?", "It is 2.", "ask before an experiment"),
    "tasks": ("06-lab", "1. Turn", "Turn", "give the lab tasks"),
    "seen": ("06-lab", "**You should have seen** it", "It should", "give the lab tasks"),
    "grade": ("06-ex", "(warm-up)", "(easy)", "write the heading as `### 1. Title (core)`"),
    "no such grade": ("06-ex", "(warm-up)", "(core)", "add an exercise graded (warm-up)"),
    "number of an exercise": ("06-ex-2", "### 2.", "### 4.", "write the heading as `### 2. Title (core)`"),
    "solution": ("06-ex-2", "Show the solution", "Hint", "give the exercise a solution"),
    "real data": ("06-ex", "penguins", "moons", "set an exercise on real data"),
    "question": ("06-quiz", "**2. (", "**3. (", "give question 2 that number"),
    "name": ("06-quiz", 'name="quiz-2"', 'name="quiz-1"', "give question 2 that number"),
    "no name": ("06-quiz", ' name="quiz-2"', "", "give question 2 that number"),
    "one option": (
        "06-quiz",
        """<details name="quiz-1"><summary>That</summary>

**Not quite.** It is not.

</details>
""",
        "",
        "give question 1 that number",
    ),
    "two correct": ("06-quiz", "**Not quite.** It", "**Correct.** It", "begin one answer of question 1"),
    "earlier": ("06-quiz", "(Chapter 02) ", "", "ask one question of an earlier chapter"),
    "later": ("06-quiz", "(Chapter 02)", "(Chapter 07)", "ask no question of chapter 07"),
    "page": ("06-idea", "02_losses.ipynb#", "03_losses.ipynb#", "03_losses.ipynb#mse is no page of the book"),
    "anchor": ("06-idea", "#mse", "#mae", "02_losses.ipynb#mae: the page has no such"),
    "term": ("06-idea", "#term-slope", "#term-ramp", "the page has no such"),
    "entry": ("06-own", "huber1964", "huber1965", "the page has no such"),
    "another number": ("06-idea", "[chapter 02]", "[chapter 2]", "“chapter 2” leads to chapter 02"),
    "no link": ("06-when", "Now.", "As in chapter 02.", "“chapter 02”: make it a link"),
    "several": ("06-when", "Now.", "As in chapters 2 and 3.", "“chapters 2”: make it a link"),
    "promise": ("06-when", "Now.", "A later chapter tells.", "“later chapter”: make it a link"),
    "next": ("06-next", "07_landscapes", "02_losses", "write one line below `## Next`"),
    "its title": ("06-next", "[07 Landscapes]", "[Landscapes]", "write one line below `## Next`"),
    "two lines": ("06-next", "hills.", "hills.\nAnd more.", "write one line below `## Next`"),
    "role": ("06-when", "Now.", "{term}`now`", "`{term}`` shows raw"),
    "directive": ("06-when", "Now.", "```{note}\nNow.\n```", "````{` shows raw"),
    "colons": ("06-when", "Now.", ":::{note}\nNow.\n:::", "`:::{` shows raw"),
    "target": ("06-when", "Now.", "(now)=\nNow.", "`(now)=` shows raw"),
    "div": ("06-when", "Now.", '<div class="x">\n\nNow.\n\n</div>', "`<div` shows raw"),
    "width": ("06-numpy-code", "slope(1)", f"slope({'1' * 51})", "65 characters wide, and 64 are seen"),
}


@pytest.mark.parametrize(("cell", "old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_found(cell, old, new, message):
    lines = found(changed(cell, old, new))
    assert any(message in line for line in lines), lines
    assert all(line.startswith("notebooks/06_gradients.ipynb") for line in lines)


@pytest.mark.parametrize(
    "text", ["`{x}` is a set", r"$\hat{y}`$", "A `tuple{x}` of", "> a box:", "```\nchapter 9\n```"]
)
def test_other_braces_are_plain_markdown(text):
    assert found(changed("06-when", "Now.", text)) == []


def test_a_derivation_has_a_name_and_claims_like_a_chapter():
    name = "notebooks/derivations/linear_model.ipynb"
    text = "See [chapter 02](../02_losses.ipynb#mse).\n\n> **Holds.** It is 2."
    code = ("06-test-it", "assert 1 + 1 == 2")
    assert found([("06-title", f"# Derivation: linear model\n\n{text}"), code], name) == []
    (line,) = found([("06-title", f"# 02 Linear model\n\n{text}"), code], name)
    assert "begin with the title, `# Derivation: …`" in line
    (line,) = found([("06-title", f"# Derivation: linear model\n\n{text}")], name)
    assert "put this claim to the test" in line


def clinic():
    """Return the good chapter as a clinic: its own headings, cases in place of the quiz."""
    headings = {
        "## The idea": "## The symptom",
        "## One knob": "## The diagnosis",
        "## The formula": "## The fix",
        "## In plain NumPy": "## How to notice it next time",
        "## Lab: the arrow": "## In other libraries",
        "## Put to the test": "## Lab: the arrow",
        "## When to use it, and when not": "## What is wrong here?",
        "# 06": "# 17",
        "(warm-up)": "(core)",
        "**Guess": "1. Turn it.\n\n**You should have seen** it turn.\n\n**Guess",
    }
    quiz = dict(each[:2] for each in GOOD)["06-quiz"].replace("quiz", "case").removeprefix("## Quiz")
    cells = []
    for name, source, *tags in GOOD:
        for old, new in headings.items():
            source = source.replace(old, new)
        source += quiz.replace("(Chapter 02) ", "") if name == "06-when" else ""
        cells += [] if name == "06-quiz" else [(name, source, *tags)]
    return cells


CLINICS_PAGES = {name: page for name, page in BOOK.items() if "07" not in name} | {
    "notebooks/17_gradients.ipynb": Page("17 Gradients"),
    "notebooks/07_landscapes.ipynb": Page("07 Landscapes"),
}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", None),
        ("## The fix", "## The cure", "write `## The fix` once, after `The diagnosis`"),
        ("## The symptom", "## The idea", "write `## The symptom` once, after `the title`"),
        ("## Lab: the arrow", "## Again\n\n## Lab: the arrow", None),
        ("## The fix", "## Mine\n\n## The fix", "sections of its own stand after `In other libraries`"),
        ('name="case-2"', 'name="quiz-2"', 'give question 2 that number, and options `<details name="case-2'),
        ("**1. What is it?**", "What is it?", "give question 1 that number"),
        ("hills.", "hills, as clinic 19 says.", "“clinic 19”: make it a link"),
    ],
)
def test_a_clinic_has_its_own_headings(old, new, message):
    cells = [(name, source.replace(old, new) if old else source, *tags) for name, source, *tags in clinic()]
    lines = found(cells, "notebooks/17_gradients.ipynb", CLINICS_PAGES)
    assert any(message in line for line in lines) if message else lines == []


def test_a_clinic_can_be_tried():
    cells = [
        (name, re.sub("## (Lab|What is wrong).*", "", source), *tags) for name, source, *tags in clinic()
    ]
    lines = found(cells, "notebooks/17_gradients.ipynb", CLINICS_PAGES)
    assert any("write `## Lab: …` or `## What is wrong here?`" in line for line in lines)


def part_v(old="", new=""):
    """Return the good chapter as one of Part V, with a change: the idea, sections of its own, and the end."""
    headings = {"# 06": "# 27", "## The formula": "## Mine", "## In plain NumPy": "## And mine"}
    headings |= {"## Put to the test": "## Tried", "## When to use it, and when not": "## Also mine"}
    cells = []
    for name, source, *tags in GOOD:
        for before, after in [*headings.items(), (old, new)]:
            source = source.replace(before, after) if before else source
        cells.append((name, source, *tags))
    return cells


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", None),
        ("## The idea", "## The thought", "write `## The idea` once, after `the title`"),
        ("## Quiz", "## Questions", "write `## Quiz` once, after `Exercises`"),
        ("## Key points", "## Mine\n\n## Key points", "sections of its own stand after `The idea`"),
    ],
)
def test_a_chapter_of_part_v_has_its_own_headings(old, new, message):
    pages = {name: page for name, page in BOOK.items() if "07" not in name}
    pages |= {"notebooks/27_gradients.ipynb": Page("27 Gradients")}
    pages |= {"notebooks/07_landscapes.ipynb": Page("07 Landscapes")}
    lines = found(part_v(old, new), "notebooks/27_gradients.ipynb", pages)
    assert any(message in line for line in lines) if message else lines == []


CHECKLIST = """- [ ] **Look.** At all of it,
  as [clinic 17](17_gradients.ipynb) says.
- [x] **Split first.** As in [chapter 02](02_losses.ipynb)."""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", None),
        ("- [", "- (", "write 1 to 20 items to tick"),
        ("- [ ] **Look", "- [ ] **Do.** [One](17_gradients.ipynb)\n" * 20 + "- [ ] **Look", "there are 22"),
        ("**Look.**", "Look.", "begin with what to do, `- [ ] **Do this.** …`, not with “Look. At all"),
        ("(02_losses", "(#look) (../book/glossary", "link “Split first.” to the clinic or chapter"),
        ("02_losses", "27_recap", "link “Split first.” to the clinic or chapter"),
        ("Split first", "Look", "“Look.” is there 2 times"),
        ("17_gradients", "02_losses", "name clinic 17 in an item"),
    ],
)
def test_an_item_to_tick_says_what_to_do_and_where_the_reason_is(old, new, message):
    text = CHECKLIST.replace(old, new) if old else CHECKLIST
    made = chapter("notebooks/27_recap.ipynb", notebook([("27-checklist", text)]))
    found = [what for _, what in keep_the_checklist(made, CLINICS_PAGES)]
    assert any(message in what for what in found) if message else found == []


def test_the_checklist_is_held_to_its_rule():
    assert keep_the_checklist in rules(read(ROOT / "notebooks" / "27_recap.ipynb"))
    assert keep_the_checklist not in rules(read(ROOT / "notebooks" / "02_regression_losses.ipynb"))


CURVE = "1. One. [clinic 17](17_gradients.ipynb)\n2. Two.\n\n**The test.** Half.\n\n*This run:* a line."
CURVES = [
    ("your-title", "# Your curve looks like this"),
    ("your-sheet", "## The sheet\n\n[Falls](#falls) · [Rises, fast](#rises-fast)"),
    ("your-falls", "## It falls\n\nIt is well.\n\n### Falls"),
    ("your-falls-curve", "show(1)", "hide-input"),
    (
        "your-falls-text",
        f"**Seen.** A fall.\n\n{CURVE}",
    ),
    ("your-rises", "### Rises, fast"),
    ("your-rises-curve", "show(2)", "hide-input"),
    (
        "your-rises-text",
        f"**Seen.** A rise.\n\n{CURVE}",
    ),
    ("your-table", "## Mistake, symptom, fix\n\nA table."),
]


@pytest.mark.parametrize(
    ("cell", "old", "new", "message"),
    [
        ("your-sheet", "", "", None),
        ("your-sheet", "[Falls](#falls)", "Falls", "list every curve below `## The sheet`; missing: Falls"),
        ("your-falls-text", "2. Two.", "", "write below “Falls”, in this order"),
        ("your-falls-text", "**Seen.** ", "", "write below “Falls”, in this order"),
        ("your-rises-text", "**The test.**", "**A test.**", "write below “Rises, fast”, in this order"),
        ("your-rises-text", "17_gradients", "02_losses", "link “Rises, fast” to a clinic"),
        ("your-falls-curve", "show(1)", None, "draw “Falls” in one cell below it"),
    ],
)
def test_each_curve_of_the_gallery_is_shown_alike(cell, old, new, message):
    cells = [
        (
            name,
            source.replace(old, new or "") if name == cell and old else source,
            *(tags if new is not None or name != cell else ()),
        )
        for name, source, *tags in CURVES
    ]
    code = {"your-falls-curve", "your-rises-curve"}
    made = chapter("notebooks/your_curve_looks_like_this.ipynb", notebook(cells, code))
    lines = findings(
        made, CLINICS_PAGES | {made.name: Page("Your curve", frozenset({"falls", "rises-fast"}))}
    )
    assert any(message in line for line in lines) if message else lines == []


def test_a_finding_names_the_cell():
    line = "notebooks/06_gradients.ipynb, cell 06-when: “chapter 02”: make it a link, as"
    assert found(changed("06-when", "Now.", "See chapter 02."))[0].startswith(line)


@pytest.mark.parametrize("cell", ["06-numpy", "06-next", "06-key", "06-ex", "06-quiz"])
def test_a_missing_section_is_found(cell):
    assert any("once, after" in line for line in found([each for each in GOOD if each[0] != cell]))


def test_headings_in_another_order_are_found():
    names = [name for name, *_ in GOOD]
    formula, idea = names.index("06-formula"), names.index("06-idea")
    cells = list(GOOD)
    cells[formula], cells[idea] = cells[idea], cells[formula]
    assert any("move `## The idea` before" in line for line in found(cells))


def test_a_chapter_out_of_the_course_order_is_found():
    names = list(BOOK)
    names[2], names[3] = names[3], names[2]
    assert any("by its number" in line for line in found(GOOD, pages={name: BOOK[name] for name in names}))
    assert any(
        "its place in _toc.yml" in line
        for line in found(GOOD, pages={name: page for name, page in BOOK.items() if "06" not in name})
    )


def test_the_first_chapter_asks_nothing_of_an_earlier_one():
    first = {name: page for name, page in BOOK.items() if "02" not in name}
    lines = found(changed("06-quiz", "(Chapter 02) ", ""), pages=first)
    assert not any("earlier chapter" in line for line in lines)


def sized(number, what, count):
    """Return a chapter with so much of what has a cap; no other cap is reached."""
    text = {"words of body": "word " * count, "claims": "> **Holds.** Yes.\n\n" * count}.get(what, "")
    code = "1 + 1\n\n" * count if what == "lines of visible code" else ""
    cells = [("06-title", text), ("06-imports", code)]
    cells += [(f"06-{i}", "") for i in range(count - 2)] if what == "cells" else []
    return chapter(f"notebooks/{number:02}_long.ipynb", notebook(cells))


@pytest.mark.parametrize(
    ("number", "what", "cap"),
    [
        (6, "words of body", 3000),
        (6, "cells", 90),
        (6, "lines of visible code", 200),
        (6, "claims", 8),
        (17, "words of body", 1300),
        (26, "lines of visible code", 80),
        (27, "lines of visible code", 200),
    ],
)
def test_what_is_longer_than_its_cap_is_found(number, what, cap):
    assert list(keep_the_caps(sized(number, what, cap), BOOK)) == []
    ((_, message),) = keep_the_caps(sized(number, what, cap + 1), BOOK)
    assert message.startswith(f"{cap + 1:,} {what}, and the cap is {cap:,}")


def test_exercises_quiz_and_hidden_text_are_apart():
    def size(*cells):
        return [count for count, _ in caps(chapter("notebooks/06_x.ipynb", notebook(cells))).values()]

    assert size(("06-idea", "one **two**, $3 + 4$ | [three](four.md) |\n<details>five</details>")) == [
        4,
        1,
        0,
        0,
    ]
    assert size(("06-ex", "## Exercises\n\none"), ("06-quiz", "## Quiz\n\ntwo")) == [0, 2, 0, 0]
    assert size(("06-imports", "1", "hide-input"), ("06-test-it", "2\n\n3")) == [0, 2, 2, 0]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("The chain rule", "the-chain-rule"),
        ("When to use it, and when not", "when-to-use-it-and-when-not"),
        ("Softmax: p − y again", "softmax-p--y-again"),
        ("[Huber](x.md) `δ`", "huber-δ"),
    ],
)
def test_anchors_are_those_of_github(heading, anchor):
    assert slug(heading) == anchor


def test_every_work_in_the_bibliography_is_cited():
    texts = "\n".join(piece.source for path in all_notebooks() for piece in read(path).texts)
    texts += "".join(path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md"))
    cited = set(re.findall(r"bibliography\.md#(\w+)", texts) + re.findall(r"\{cite\}`(\w+)`", texts))
    assert sorted(set(entries()) - cited) == []


@pytest.mark.parametrize(("old", "code"), [("", 0), ("# 06", 1)])
def test_the_command_prints_what_to_do(tmp_path, monkeypatch, capsys, old, code):
    (tmp_path / "notebooks").mkdir()
    path = tmp_path / "notebooks" / "06_gradients.ipynb"
    nbformat.write(notebook(changed("06-title", old, "")), path)
    monkeypatch.setattr("tests.chapters.book.ROOT", tmp_path)
    monkeypatch.setattr("tests.chapters.__main__.book", lambda: BOOK)
    assert main([path]) == code
    printed = capsys.readouterr().out
    assert "of 3,000 words of body, 21 of 90 cells" in printed
    assert ("cell 06-title: begin with the title" in printed) == bool(code)
    assert ("nothing to do" in printed) == (not code)
