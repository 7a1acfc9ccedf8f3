"""Attack our grading: one class of all attackers, graded as `course grade` does."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.grading.verdicts import Verdict
from tests.attacks import classroom
from tests.attacks.attack import ASSIGNMENT, POINTS, Attack
from tests.attacks.classroom import FIRST, LAST, OURS, Classroom

SECONDS = 500
MOST_MIB = 1200  # of a worker, or of a student's kernel just before it is stopped
GRADE = f"""
import os, sys
from pathlib import Path
from helpers.grading import pools, runner
if __name__ == "__main__":
    work = runner.Class(Path.cwd(), "{ASSIGNMENT}", require_sandbox=True)
    pool = pools.local(2)
    try:
        runner.grade(work, pool, work.students(), on_verdict=lambda it: print(it.student))
    finally:
        pool.close(now=True)
"""


@dataclass
class Run:
    """What attacking our grading came to.

    Attributes
    ----------
    verdicts : dict of Verdict
        By student.
    points, secrets, scripts : dict
        By student: the gradebook's points, the secrets and scripts in the graded notebook.
    problems : list of str
        What happened that no attack may cause.
    seconds : float
    said : str
        What the command printed.
    """

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    points: dict[str, dict[str, float | None] | None] = field(default_factory=dict)
    secrets: dict[str, list[str]] = field(default_factory=dict)
    scripts: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    said: str = ""


def autograde(base: Classroom, root: Path, attacks: list[Attack], port: int) -> Run:
    """Have a class of attackers graded by `nbgrader autograde`, with our configuration."""
    command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
    return _attack(base, root, attacks, port, command)


def grade(base: Classroom, root: Path, attacks: list[Attack], port: int) -> Run:
    """Have a class graded by `course grade`, in which everyone but two is an attacker."""
    script = root.with_suffix(".py")
    script.write_text(GRADE)
    return _attack(base, root, attacks, port, [sys.executable, str(script)])


def _attack(
    base: Classroom, root: Path, attacks: list[Attack], port: int, command: list[str]
) -> Run:
    room = base.copy(root, OURS)
    room.hand_in(attacks, port)
    before = room.hashes()
    found = _run(room, port, command)
    run = Run(seconds=found["seconds"], said=found["said"])
    for student in (FIRST, LAST, *(each.student for each in attacks)):
        path = room.course / "verdicts" / ASSIGNMENT / f"{student}.json"
        if path.is_file():
            run.verdicts[student] = Verdict.from_json(path.read_text())
        run.points[student] = room.points(student)
        run.secrets[student] = room.secrets(student)
        run.scripts[student] = room.scripts(student)
    if found["code"]:
        run.problems.append(f"the batch stopped: {found['said'][-1500:]}")
    if found["heard"]:
        run.problems.append(f"somebody came over the network: {found['heard']}")
    if found["largest_mib"] > MOST_MIB:
        run.problems.append(f"a process of ours grew to {found['largest_mib']} MiB")
    if found["survivors"]:
        run.problems.append(f"{found['survivors']} processes survived")
    after = room.hashes()
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    if changed:
        run.problems.append(f"files changed: {sorted(changed)}")
    for student in (FIRST, LAST):
        if run.points[student] != POINTS:
            run.problems.append(f"{student}, who is right, has {run.points[student]}")
    return run


def _run(room: Classroom, port: int, command: list[str]) -> dict[str, Any]:
    report = room.root / "report.json"
    inside = [sys.executable, "-m", "tests.attacks.inside", str(report), str(port), room.mark]
    subprocess.run(
        [*inside, str(SECONDS), *command],
        cwd=room.course,
        env=room.environment(),
        check=True,
        timeout=SECONDS + 60,
    )
    return classroom.report(report)


def faults(run: Run, each: Attack) -> list[str]:
    """Return what is not as the attack's file says; nothing if it is held."""
    verdict = run.verdicts.get(each.student)
    if verdict is None:
        return ["there is no verdict"]
    found = []
    points = {cell.name: cell.points for cell in verdict.cells}
    if verdict.status != each.status:
        found.append(f"{verdict.status.value!r} instead of {each.status!r}: {verdict.details}")
    if points != each.points:
        found.append(f"{points} instead of {each.points}")
    if run.points[each.student] != points:
        found.append(f"the gradebook has {run.points[each.student]} instead of {points}")
    if run.secrets[each.student]:
        found.append(f"it read {run.secrets[each.student]}")
    if run.scripts[each.student]:
        found.append(f"the instructor's browser runs {run.scripts[each.student]}")
    return found


def holds(run: Run, each: Attack) -> bool:
    """Return whether an attack got the verdict that it must get."""
    return not faults(run, each)


def shown(run: Run, each: Attack) -> str:
    """Return a verdict as the table has it."""
    verdict = run.verdicts.get(each.student)
    if verdict is None:
        return "no verdict"
    mark = "" if holds(run, each) else " (**not held**)"
    return f"{verdict.status.value}, {verdict.points:g}{mark}"
