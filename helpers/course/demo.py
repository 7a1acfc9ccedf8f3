"""Grade a whole class in a scratch folder, and compare with what each must get."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.course import layout, notebooks
from helpers.grading import bank
from helpers.grading.classroom import Classroom

NOT_A_NOTEBOOK = "Dear teacher, my homework is in the other file.\n"


@dataclass(frozen=True)
class Result:
    """What a student got (None if nothing was graded), and what the bank says."""

    student: str
    assignment: str
    expected: float
    got: float | None
    maximum: float
    to_mark: int  # written answers that a person has still to mark

    @property
    def right(self) -> bool:
        """Whether the grade is what it should be."""
        return self.expected == self.got


def run(
    course: Path, folder: Path, assignments: list[str], on_step: Callable[[str], None]
) -> list[Result]:
    """Release, hand in, collect, grade, give feedback and export, for each assignment.

    Parameters
    ----------
    course : Path
        The course.
    folder : Path
        The scratch course; made anew.
    assignments : list of str
    on_step : callable
        Told what happens next, and after each submission that was graded.

    Returns
    -------
    list of Result
        One for each student and assignment.
    """
    classroom = Classroom.create(folder, course, assignments)
    results = []
    for assignment in assignments:
        on_step(f"{assignment}: releasing")
        released = notebooks.read(classroom.release(assignment))
        work, expected = class_work(course, assignment, released)
        on_step(f"{assignment}: collecting {len(work)} submissions")
        classroom.hand_in(assignment, work)

        on_step(f"{assignment}: grading {len(work)} submissions, two at once")
        classroom.grade(assignment)
        on_step(f"{assignment}: writing feedback")
        classroom.nbgrader("generate_feedback", assignment, "--force", check=False)
        results += _compare(classroom, course, assignment, expected)
    on_step("exporting the gradebook")
    classroom.nbgrader("export", "--to=grades.csv")
    return results


def class_work(
    course: Path, assignment: str, released: NotebookNode
) -> tuple[dict[str, str], dict[str, dict[str, float]]]:
    """Return what each student of the demo hands in, and the points of each graded cell."""
    solved = notebooks.read_source(layout.solution_source(course, assignment))
    tasks = bank.tasks(solved)
    answers = bank.read(course / "tests" / "submissions" / assignment, tasks)
    right = {name: [it for it in found if it.right] for name, found in answers.items()}
    wrong = {name: [it for it in found if not it.right] for name, found in answers.items()}
    coded = list(answers)

    students: dict[str, dict[str, bank.Answer]] = {
        "unusual_but_right": {name: right[name][0] for name in coded},
        "another_style": {name: right[name][-1] for name in coded},
        "half_right": {
            name: (right if number % 2 else wrong)[name][0] for number, name in enumerate(coded)
        },
        "mostly_wrong": {name: wrong[name][1] for name in coded},
        "all_wrong": {name: wrong[name][2] for name in coded},
    }
    work: dict[str, str] = {}
    expected: dict[str, dict[str, float]] = {}
    for student, chosen in students.items():
        texts = {name: answer.source for name, answer in chosen.items()}
        work[student] = nbformat.writes(bank.fill(released, texts))
        expected[student] = _expected(tasks, chosen)

    model = {str(notebooks.grade_id(cell)): cell.source for cell in solved.cells}
    work["all_right"] = nbformat.writes(bank.fill(released, model))
    full = {
        cell: points for task in tasks if not task.written for cell, points in task.points.items()
    }
    expected["all_right"] = full

    work["untouched"] = nbformat.writes(released)
    expected["untouched"] = {cell: 0.0 for task in tasks for cell in task.points}

    raises = {coded[0]: 'raise RuntimeError("this cell does not even run")'}
    work["one_cell_raises"] = nbformat.writes(bank.fill(released, {**model, **raises}))
    lost = {cell: 0.0 for task in tasks if task.name == coded[0] for cell in task.points}
    expected["one_cell_raises"] = {**full, **lost}

    work["not_a_notebook"] = NOT_A_NOTEBOOK
    expected["not_a_notebook"] = expected["untouched"]
    return work, expected


def _expected(tasks: list[bank.Task], chosen: dict[str, bank.Answer]) -> dict[str, float]:
    points: dict[str, float] = {}
    for task in tasks:
        if task.written:  # left as released: nbgrader gives 0 to an untouched answer
            points.update(dict.fromkeys(task.points, 0.0))
        else:
            points.update(chosen[task.name].points)
    return points


def _compare(
    classroom: Classroom,
    course: Path,
    assignment: str,
    expected: dict[str, dict[str, float]],
) -> list[Result]:
    solved = notebooks.read_source(layout.solution_source(course, assignment))
    maximum = sum(sum(task.points.values()) for task in bank.tasks(solved) if not task.written)
    got = classroom.points(assignment)
    results = []
    for student, points in expected.items():
        cells = got.get(student, {})
        automatic = [score for score in cells.values() if score is not None]
        results.append(
            Result(
                student=student,
                assignment=assignment,
                expected=sum(points.values()),
                got=sum(automatic) if cells else None,
                maximum=maximum,
                to_mark=sum(score is None for score in cells.values()),
            )
        )
    return results


def save(results: list[Result], path: Path) -> None:
    """Write the results as JSON."""
    path.write_text(json.dumps([vars(result) for result in results], indent=1), encoding="utf-8")
