"""Assignments on their pages: a student works, checks and takes the work along in the browser alone."""

from pathlib import Path

import pytest

from coursework import grading, notebooks
from coursework.course import Course, Settings
from tests.live.conftest import ASSIGNMENTS, has_run
from tests.live.test_live_chapters import RUN_ALL

COURSE = Course(settings=Settings())
CHECKED = [name for name in COURSE.assignments if COURSE.questions(name, None)]
WRITE = """codes => lossgdPage.cells.filter((cell) => !cell.own).forEach((cell, i) => {
    cell.editor.code = codes[i];
    cell.changed();
})"""


@pytest.mark.parametrize("assignment", CHECKED)
def test_a_student_works_checks_and_hands_in_from_the_page(run_page, assignment, tmp_path):
    page = run_page(f"{ASSIGNMENTS}{assignment}/{assignment}.html")
    source = COURSE.source(assignment)
    cells = [cell for cell in source.cells if cell.code]

    test = next(i for i, cell in enumerate(cells, start=1) if cell.tests)
    name = f"Code cell {test} of {len(cells)}"
    page.evaluate("name => lossgdPage.runTo(lossgdPage.cells.find((cell) => cell.name === name))", name)
    has_run(page, name)
    assert "NotImplementedError" in page.locator(".live-status").inner_text()

    page.evaluate(WRITE, [cell.source for cell in cells])
    came = page.evaluate(RUN_ALL)
    assert [result["error"] for result in came] == [None] * len(cells)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download with my changes").click()
    path = Path(tmp_path / download.value.suggested_filename)
    download.value.save_as(path)
    assert notebooks.find(tmp_path, f"{assignment}.ipynb") == path
    code = source.code(notebooks.parse(path.read_bytes()), None)
    report = grading.grade(COURSE.questions(assignment, None), grading.Student(grading.Here, code))
    assert report.points == sum(cell.points for cell in cells)


def test_the_project_begins_on_its_page(run_page):
    page = run_page(f"{ASSIGNMENTS}a6_project/a6_project.html")
    codes = [cell.source for cell in COURSE.source("a6_project").cells if cell.code]
    page.evaluate(WRITE, codes[1:])  # the site leaves the installation out
    assert [result["error"] for result in page.evaluate(RUN_ALL)] == [None] * (len(codes) - 1)
