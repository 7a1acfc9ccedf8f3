"""The bank: answers that students give, each with the exact points it must get."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import jupytext
from nbformat import NotebookNode

from helpers.course.errors import CourseError
from helpers.course.notebooks import grade_id


@dataclass
class Task:
    """A solution cell and the cells that grade it.

    Attributes
    ----------
    name : str
        The `grade_id` of the solution cell.
    points : dict
        From each graded cell to its points. A written answer is its own graded cell.
    written : bool
        Whether a person marks it.
    """

    name: str
    points: dict[str, float] = field(default_factory=dict)
    written: bool = False


@dataclass(frozen=True)
class Answer:
    """One answer to one task: its text, and the points that each graded cell must give."""

    task: str
    name: str
    right: bool
    source: str
    points: Mapping[str, float]


def tasks(notebook: NotebookNode) -> list[Task]:
    """Return the tasks of an assignment, in the notebook's order."""
    found: list[Task] = []
    for cell in notebook.cells:
        data = cell.metadata.get("nbgrader", {})
        if data.get("solution"):
            found.append(Task(data["grade_id"], written=bool(data.get("grade"))))
        if data.get("grade"):
            found[-1].points[data["grade_id"]] = float(data["points"])
    return found


def read(folder: Path, assignment: list[Task]) -> dict[str, list[Answer]]:
    """Read the answers to each task from ``folder/<task>.py``.

    Raises
    ------
    CourseError
        If an answer is not classified, or does not say what each graded cell must give.
    """
    return {
        task.name: _read_task(folder / f"{task.name}.py", task)
        for task in assignment
        if not task.written
    }


def _read_task(path: Path, task: Task) -> list[Answer]:
    if not path.is_file():
        raise CourseError(f"{path}: there are no answers to task {task.name}")
    answers = []
    for cell in jupytext.read(path, fmt="py:percent").cells:
        if cell.cell_type != "code":
            continue
        name, kind = (
            cell.metadata.get("name", cell.metadata.get("title")),
            cell.metadata.get("kind"),
        )
        if not name or kind not in ("right", "wrong"):
            raise CourseError(
                f'{path}: the answer {name!r} needs a name and kind="right" or "wrong"'
            )
        points = dict(task.points) if kind == "right" else cell.metadata.get("points", {})
        if set(points) != set(task.points):
            raise CourseError(f"{path}: {name} must give points for {sorted(task.points)}")
        lost = sum(task.points.values()) - sum(points.values())
        if kind == "wrong" and lost <= 0:
            raise CourseError(f"{path}: {name} is wrong and loses no point")
        answers.append(Answer(task.name, name, kind == "right", cell.source, points))
    return answers


def pack(answers: Mapping[str, list[Answer]]) -> list[dict[str, Answer]]:
    """Deal the answers out to as few students as possible: one answer to each task a student.

    Tasks do not depend on each other's code, so a student's answers do not disturb one another.
    """
    rows = zip_longest(*answers.values())
    return [{answer.task: answer for answer in row if answer is not None} for row in rows]


def fill(notebook: NotebookNode, texts: Mapping[str, str]) -> NotebookNode:
    """Return a copy of a notebook with the named solution cells' text replaced."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and grade_id(cell) in texts:
            cell.source = texts[str(grade_id(cell))]
    return notebook
