"""Prove an assignment's tests: have the whole bank graded, and compare every cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from helpers.course import layout, notebooks
from helpers.grading import bank
from helpers.grading.classroom import Classroom

MODEL, UNTOUCHED = "model_solution", "untouched"


@dataclass
class Proof:
    """What the bank showed about an assignment.

    Attributes
    ----------
    right, wrong : int
        How many answers of each kind there are.
    false_accepts, false_rejects : list of str
        Cells that gave more points than the bank says, and cells that gave fewer.
    """

    right: int = 0
    wrong: int = 0
    false_accepts: list[str] = field(default_factory=list)
    false_rejects: list[str] = field(default_factory=list)

    def compare(self, label: str, expected: float, got: float | None) -> None:
        """Note a cell whose points are not what they should be; no points at all are none."""
        points = got or 0.0
        note = f"{label}: expected {expected:g}, got {'nothing' if got is None else f'{got:g}'}"
        if points > expected:
            self.false_accepts.append(note)
        elif points < expected or got is None:
            self.false_rejects.append(note)

    def counts(self) -> dict[str, int]:
        """Return the counts, as the table of `course test` shows them."""
        return {
            "answers": self.right + self.wrong,
            "right": self.right,
            "wrong": self.wrong,
            "false_accepts": len(self.false_accepts),
            "false_rejects": len(self.false_rejects),
        }


def prove(course: Path, assignment: str, folder: Path, as_it_comes: bool = False) -> Proof:
    """Grade the bank, the model solution and the untouched release of an assignment.

    Parameters
    ----------
    course : Path
        The course.
    assignment : str
    folder : Path
        A scratch folder, made anew.
    as_it_comes : bool
        Whether nbgrader grades on its own, one after the other, without what makes it safe.
    """
    classroom = Classroom.create(folder, course, [assignment], as_it_comes)
    released = notebooks.read(classroom.release(assignment))
    solved = notebooks.read_source(layout.solution_source(course, assignment))
    tasks = bank.tasks(solved)
    answers = bank.read(course / "tests" / "submissions" / assignment, tasks)
    students = {f"bank{number}": row for number, row in enumerate(bank.pack(answers))}

    work = {
        student: nbformat.writes(
            bank.fill(released, {name: answer.source for name, answer in row.items()})
        )
        for student, row in students.items()
    }
    model = {str(notebooks.grade_id(cell)): cell.source for cell in solved.cells}
    work[MODEL] = nbformat.writes(bank.fill(released, model))
    work[UNTOUCHED] = nbformat.writes(released)
    classroom.hand_in(assignment, work)
    if as_it_comes:
        classroom.autograde(assignment)
    else:
        classroom.grade(assignment)
    got = classroom.points(assignment)

    proof = Proof()
    for student, row in students.items():
        for answer in row.values():
            proof.right += answer.right
            proof.wrong += not answer.right
            for cell, points in answer.points.items():
                label = f"{answer.task}/{answer.name}/{cell}"
                proof.compare(label, points, got[student].get(cell))
    for task in tasks:
        for cell, points in task.points.items():
            proof.compare(f"{UNTOUCHED}/{cell}", 0.0, got[UNTOUCHED].get(cell))
            if not task.written:  # a written answer waits for a person
                proof.compare(f"{MODEL}/{cell}", points, got[MODEL].get(cell))
    return proof
