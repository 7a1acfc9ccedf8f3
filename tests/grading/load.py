"""A class in which some attack: everyone must get the status and the points that they earned.

``python -m tests.grading.load STUDENTS ATTACKERS FOLDER`` prints as JSON what grading it came to.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.course.errors import CourseError
from helpers.grading.classroom import Classroom
from helpers.grading.verdicts import Verdict
from tests.attacks import attack, classroom
from tests.attacks.attack import ASSIGNMENT, POINTS, RIGHT, WRONG

WORKERS = 2
KINDS = (
    "ends-exit",
    "resources-memory",
    "equal-everything",
    "files-truncated",
    "ends-os_exit",
    "tags-skip_execution",
    "ends-endless_loop",
    "resources-flood_many_lines",
    "cells-duplicated",
    "ends-segfault",
    "files-missing",
    "tags-as_markdown",
    "ends-os_exit_at_once",
    "patches-builtins",
    "protocol-unknown_handles",
)
# Room enough for honest work on a busy machine, and no more.
LIMITS = """
c.Grading.require_sandbox = True
c.Grading.limits = {"*": {
    "memory_mib": 600, "processes": 16, "folder_mib": 32, "cpu_seconds": 30, "cell_seconds": 6,
    "call_seconds": 6, "test_seconds": 12, "total_seconds": 90, "flood_mib": 2, "message_mib": 32,
    "restarts": 3,
}}
"""
UNUSUAL = {
    "dense": "dense = lambda x, weights, bias: np.add(np.dot(x, weights), bias)",
    "mean_square": """
def mean_square(values):
    assert values, "no values"
    return float(np.mean(np.square(values)))
""",
}
RAISES = {"dense": "def dense(x, weights, bias):\n    return x @ weigths + bias\n"}
NO_PYTHON = {"mean_square": "def mean_square(values)\n    return 0\n"}


@dataclass(frozen=True)
class Due:
    """What a student must get."""

    status: str
    points: Mapping[str, float | None]


@dataclass(frozen=True)
class Outcome:
    """What grading a class came to.

    Attributes
    ----------
    students, attackers : int
    seconds : float
    statuses : dict of int
        How many submissions ended how.
    wrong : list of str
        Every status and every number of points that is not as it must be.
    """

    students: int
    attackers: int
    seconds: float
    statuses: dict[str, int]
    wrong: list[str]


def without(*tasks: str) -> dict[str, float | None]:
    """Return the points of somebody who got some tasks wrong."""
    lost = (name for name in POINTS if any(name.startswith(f"test_{task}") for task in tasks))
    return {**POINTS, **dict.fromkeys(lost, 0.0)}


# What honest students hand in, and the points that it is worth; None for the untouched notebook.
HONEST: dict[str, tuple[Mapping[str, str] | None, dict[str, float | None]]] = {
    "right": (RIGHT, without()),
    "unusual": ({**RIGHT, **UNUSUAL}, without()),
    "half": ({**RIGHT, "dense": WRONG["dense"]}, without("dense")),
    "raises": ({**RIGHT, **RAISES}, without("dense")),
    "no_python": ({**RIGHT, **NO_PYTHON}, without("mean_square")),
    "wrong": (WRONG, without("dense", "mean_square", "counter")),
    "untouched": (None, dict.fromkeys(POINTS, 0.0)),
}


def hand_in(course: Path, students: int, attackers: int) -> dict[str, Due]:
    """Have a class hand in, attackers among the honest; return what everyone must get."""
    release = attack.release()
    known = {each.student: each for each in attack.load()}
    attacks, honest = itertools.cycle(KINDS), itertools.cycle(HONEST)
    due = {}
    for number, attacks_now in enumerate(_spread(students, attackers)):
        kind = next(attacks if attacks_now else honest)
        student = f"s{number:03}-{kind}"
        folder = course / "submitted" / student / ASSIGNMENT
        if attacks_now:
            known[kind].write(folder, release, {})
            due[student] = Due(known[kind].status, known[kind].points)
            continue
        answers, points = HONEST[kind]
        notebook = attack.answered(release, dict(answers or {}))
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        due[student] = Due("graded", points)
    return due


def _spread(students: int, attackers: int) -> Iterator[bool]:
    """Tell for one student after the other whether they attack, evenly spread."""
    for number in range(students):
        yield (number + 1) * attackers // students > number * attackers // students


def grade(folder: Path, students: int, attackers: int) -> Outcome:
    """Have a class graded by `course grade`, and compare everything with what it must be."""
    course = classroom.Classroom.create(folder).course
    config = Path(classroom.ROOT, "nbgrader_config.py").read_text(encoding="utf-8")
    (course / "nbgrader_config.py").write_text(config + LIMITS, encoding="utf-8")
    due = hand_in(course, students, attackers)
    room, wrong = Classroom(course), []
    start = time.perf_counter()
    try:
        room.grade(ASSIGNMENT, WORKERS)
    except CourseError as error:
        wrong.append(str(error))
    seconds = time.perf_counter() - start

    found, gradebook = verdicts(course), room.points(ASSIGNMENT)
    for student, must in due.items():
        verdict = found.get(student)
        if verdict is None:
            wrong.append(f"{student}: no verdict")
            continue
        points = {cell.name: cell.points for cell in verdict.cells}
        if verdict.status != must.status:
            wrong.append(f"{student}: {verdict.status.value!r} for {must.status!r}")
        if points != must.points:
            wrong.append(f"{student}: {points} for {dict(must.points)}")
        if gradebook[student] != points:
            wrong.append(f"{student}: {gradebook[student]} in the gradebook for {points}")
    statuses = Counter(verdict.status.value for verdict in found.values())
    return Outcome(students, attackers, seconds, dict(statuses), wrong)


def verdicts(course: Path) -> dict[str, Verdict]:
    """Return everyone's verdict."""
    return {
        path.stem: Verdict.from_json(path.read_text(encoding="utf-8"))
        for path in (course / "verdicts" / ASSIGNMENT).glob("*.json")
    }


if __name__ == "__main__":
    outcome = grade(Path(sys.argv[3]), int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps(asdict(outcome), indent=1))
