"""`course regrade --verify`: grade finished submissions once more, and compare."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from helpers.course.errors import CourseError
from helpers.grading.pools import Pool
from helpers.grading.runner import Class
from helpers.grading.verdicts import Verdict

SEED = 0  # of the sample: the same one each time


@dataclass(frozen=True)
class Difference:
    """Where a second grading came to something else.

    Attributes
    ----------
    student : str
    where : str
        The graded cell, or "status".
    before, now : str
    changed : str
        What has changed since the first grading and may explain it; nothing in most cases.
    """

    student: str
    where: str
    before: str
    now: str
    changed: str


def choose(work: Class, students: list[str], sample: int | None) -> list[Verdict]:
    """Return the verdicts to compare with: all that there are, or a sample of them.

    Raises
    ------
    CourseError
        If there are none.
    """
    names = [name for name in students if work.records.load(name)]
    if not names:
        raise CourseError(
            f"There are no verdicts on {work.assignment} yet. Run `course grade {work.assignment}`."
        )
    if sample is not None and sample < len(names):
        names = sorted(random.Random(SEED).sample(names, sample))
    return [verdict for name in names if (verdict := work.records.load(name))]


def verify(
    work: Class,
    pool: Pool,
    verdicts: list[Verdict],
    on_verdict: Callable[[Verdict], None] = lambda verdict: None,
) -> list[Difference]:
    """Grade again what `verdicts` are about, and write nothing down.

    Returns
    -------
    list of Difference
        In the order of `verdicts`; empty if all is as it was.
    """
    before = {verdict.student: verdict for verdict in verdicts}
    now: dict[str, Verdict] = {}
    for results in pool.grade(work.job(student) for student in before):
        for result in results:
            now[result.verdict.student] = result.verdict
            on_verdict(result.verdict)
    return [item for name in before for item in differences(before[name], now[name])]


def differences(before: Verdict, now: Verdict) -> list[Difference]:
    """Return how two verdicts on a student's work differ in status or points."""
    changed = ", ".join(name for name in now.hashes if before.hashes.get(name) != now.hashes[name])
    pairs = [("status", before.status.value, now.status.value)]
    old = {cell.name: cell.points for cell in before.cells}
    new = {cell.name: cell.points for cell in now.cells}
    for name in {**old, **new}:
        pairs.append((name, _points(old, name), _points(new, name)))
    return [
        Difference(before.student, where, was, is_now, changed)
        for where, was, is_now in pairs
        if was != is_now
    ]


def _points(points: dict[str, float | None], name: str) -> str:
    if name not in points:
        return "no such cell"
    value = points[name]
    return "to mark" if value is None else repr(value)
