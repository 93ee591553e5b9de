"""The assignments are in nbgrader's format: its editor opens them, and it makes the same student versions."""

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions

from coursework.course import Course, Settings

COURSE = Course(settings=Settings())


def read(folder, assignment):
    path = COURSE.folder / folder / assignment / f"{assignment}.ipynb"
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("folder", ["source", "release"])
@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_nbgrader_takes_the_roles_of_the_cells(folder, assignment):
    notebook = read(folder, assignment)
    MetadataValidator().validate_nb(notebook)
    CheckCellMetadata().preprocess(notebook, {})


@pytest.mark.parametrize("assignment", COURSE.assignments)
def test_nbgrader_makes_the_same_student_version(assignment):
    theirs, _ = ClearSolutions().preprocess(read("source", assignment), {})
    assert [cell.source for cell in theirs.cells] == [
        cell.source for cell in read("release", assignment).cells
    ]
