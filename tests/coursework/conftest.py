"""A course of its own, in a temporary folder, and submissions to it."""

import copy
import functools
import json
import shutil

import pytest

from coursework import grading, sandbox
from coursework.course import FOLDER, Course, Settings

A1 = "a1_own_loss"


def sandbox_works():
    try:
        sandbox.require("bubblewrap", FOLDER)
    except sandbox.SandboxError as error:
        return str(error)
    return ""


@pytest.fixture(scope="session")
def bubblewrap():
    """Leave the test out where there is no sandbox, and say so at the end of the run."""
    if missing := sandbox_works():
        pytest.skip(missing)


@pytest.fixture(scope="session")
def source():
    return Course(settings=Settings()).source(A1)


@pytest.fixture
def course(tmp_path):
    """Return a course with assignment 1 alone."""
    shutil.copytree(FOLDER / "source" / A1, tmp_path / "source" / A1)
    return Course(tmp_path, Settings(workers=1))


def hand_in(course, student, *cells, assignment=A1, document=None):
    """Hand in the instructor's solution, with further cells at its end; return the path."""
    document = document or copy.deepcopy(course.source(assignment).document)
    for cell in cells:
        document["cells"].append({"cell_type": "code", "metadata": {}, "source": cell, "outputs": []})
    path = course.folder / "submitted" / student / assignment / f"{assignment}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def attack(bubblewrap, source):
    """Return a function that grades the right solution of assignment 1 with hostile cells after it, in the sandbox.

    It returns the points by question.
    """
    questions = Course(settings=Settings()).questions(A1, None)

    def points(*cells):
        start = functools.partial(sandbox.Process, "bubblewrap")
        report = grading.grade(questions, grading.Student(start, [*source.code(source.cells, None), *cells]))
        points.report = report
        return {result.name.removeprefix("test-"): result.points for result in report.results}

    return points


@pytest.fixture
def inside(bubblewrap):
    """Return a function that runs code in the sandbox and returns the value of its variable `found`."""

    def run(code):
        process = sandbox.Process("bubblewrap")
        try:
            reply = process.ask({"cells": [code]}, 30)
            found = process.ask({"name": "found"}, 30)
        finally:
            process.close()
        assert "answer" in found, (reply, found)
        from coursework import wire

        return wire.unpack(found["answer"])

    return run
