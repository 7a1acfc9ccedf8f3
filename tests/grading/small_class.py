"""A scratch course with the small assignment of `exercise.py`, and a class that handed it in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook, SubmittedNotebook
from sqlalchemy.orm import joinedload, selectinload

from helpers.course import notebooks
from helpers.grading.classroom import COURSE_ID, Classroom
from tests.grading import exercise

ASSIGNMENT = "00_doubles"


def small_class(
    factory: pytest.TempPathFactory, name: str, course: Path, config: str = ""
) -> Classroom:
    """Make a course in which the assignment is released, with more lines of configuration."""
    prototype = factory.getbasetemp() / "small_class"
    if not prototype.exists():
        stage = factory.mktemp("stage")
        notebook = stage / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        notebook.parent.mkdir(parents=True)
        shutil.copy(course / "nbgrader_config.py", stage)
        notebooks.write(exercise.source(stage), notebook)
        Classroom.create(prototype, stage, [ASSIGNMENT]).release(ASSIGNMENT)
    room = copied(Classroom(prototype), factory.mktemp(name) / "course")
    with (room.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{config}\n")
    return room


def copied(room: Classroom, root: Path, *without: str) -> Classroom:
    """Return a copy of a course, without some of what is in it."""
    shutil.copytree(room.root, root, ignore=shutil.ignore_patterns(*without))
    return Classroom(root)


def released(room: Classroom) -> dict[str, Any]:
    """Return the students' version."""
    path = room.root / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def hand_in(room: Classroom, work: Mapping[str, bytes | None]) -> None:
    """Lay out what each student handed in; None for a folder with nothing in it."""
    for student, data in work.items():
        folder = room.root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        if data is not None:
            (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
        (folder / "timestamp.txt").write_text("2026-01-15 10:00:00 UTC", encoding="utf-8")


def rows(room: Classroom, db_url: str = "") -> dict[str, Any]:
    """Return everything that the gradebook holds of the assignment, by student."""
    found: dict[str, Any] = {}
    url = db_url or f"sqlite:///{room.root / 'gradebook.db'}"
    with Gradebook(url, COURSE_ID) as gradebook:
        notebook = gradebook.find_notebook(ASSIGNMENT, ASSIGNMENT)
        names = {cell.id: cell.name for cell in (*notebook.grade_cells, *notebook.solution_cells)}
        submissions = gradebook.db.query(SubmittedNotebook).options(
            selectinload(SubmittedNotebook.grades),
            selectinload(SubmittedNotebook.comments),
            joinedload(SubmittedNotebook.assignment),
        )
        for row in submissions:
            grades = {
                names[grade.cell_id]: {
                    "auto": grade.auto_score,
                    "manual": grade.manual_score,
                    "needs": grade.needs_manual_grade,
                }
                for grade in row.grades
            }
            found[row.assignment.student_id] = {
                "timestamp": row.assignment.timestamp,
                "penalty": row.late_submission_penalty,
                "grades": grades,
                "comments": {names[it.cell_id]: it.auto_comment for it in row.comments},
            }
    return found
