"""Where the course lies, and what is in it."""

from __future__ import annotations

from pathlib import Path

from helpers.course.errors import CourseError


def find_root(start: Path | None = None) -> Path:
    """Return the course folder: the nearest one, from `start` upwards, with a syllabus.yml.

    Raises
    ------
    CourseError
        If there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in [start, *start.parents]:
        if (folder / "syllabus.yml").is_file():
            return folder
    raise CourseError(
        f"{start} is not inside the course: no syllabus.yml here or above. "
        "Change to the folder you cloned and try again."
    )


def lecture_source(root: Path, name: str) -> Path:
    """Return the text source of a lecture."""
    return root / "lectures" / f"{name}.py"


def solution_source(root: Path, name: str) -> Path:
    """Return the text source of an assignment."""
    return root / "solutions" / name / f"{name}.py"


def exercise(root: Path, name: str) -> Path:
    """Return the released notebook of an assignment."""
    return root / "exercises" / name / f"{name}.ipynb"
