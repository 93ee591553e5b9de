"""`python -m coursework assign` and `python -m coursework grade`."""

import argparse
import sys
from pathlib import Path

from coursework.course import FOLDER, Course
from coursework.grade import grade_all
from coursework.release import LeakError, assign
from coursework.sandbox import SandboxError


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m coursework")
    parser.add_argument("command", choices=["assign", "grade"])
    parser.add_argument(
        "--course", type=Path, default=FOLDER, help="the folder that holds source/ and course.toml"
    )
    options = parser.parse_args()
    try:
        course = Course(options.course.resolve())
        if options.command == "assign":
            print(*assign(course), sep="\n")
        else:
            count, failures = grade_all(course)
            print(
                f"{count} new. Grades: {course.folder / 'grades.csv'}; feedback: {course.folder / 'feedback'}"
            )
            if failures:
                sys.exit("\n".join(failures))
    except (LeakError, SandboxError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
