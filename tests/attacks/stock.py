"""Attack stock nbgrader, to see which attacks are real: `nbgrader autograde` as it comes.

It runs in a sandbox of its own, in a throw-away course, because many attacks succeed there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.attacks import classroom
from tests.attacks.attack import ASSIGNMENT, POINTS, Attack
from tests.attacks.classroom import FIRST, LAST, Classroom

SECONDS, SECONDS_EACH = 90, 10  # for a family and for each student in it
HANGS = -9  # the code of a command that `inside` ended
STARTED = re.compile(r"Creating/updating student with ID '([^']+)'")
SCORED = tuple(name for name, points in POINTS.items() if points is not None)


def grade(base: Classroom, root: Path, attacks: list[Attack], port: int) -> dict[str, str]:
    """Say what each attack does to stock nbgrader; those of one family may be attacked together.

    A batch that stops is started anew without the attack that stopped it.

    Returns
    -------
    dict of str
        By student; several things that happened are joined by commas.
    """
    found = {each.student: f"not run: {each.only_ours}" for each in attacks if each.only_ours}
    alone = [each for each in attacks if each.alone]
    if len(attacks) > 1:
        for each in alone:
            found |= grade(base, root, [each], port)
    left = [each for each in attacks if each.student not in found]
    while left:
        shutil.rmtree(root, ignore_errors=True)
        room = base.copy(root)
        room.hand_in(left, port)
        before = room.hashes()
        seen = _run(room, port, SECONDS + SECONDS_EACH * len(left))
        names = [each.student for each in left]
        stopped = _stopped_at(seen, names)
        done = left[:stopped]
        touched = _touched(room, before, seen, (FIRST,) if stopped < len(left) else (FIRST, LAST))
        if touched and len(left) > 1:
            # Somebody did harm beyond their own points: find out who, half by half.
            for half in (left[: len(left) // 2], left[len(left) // 2 :]):
                found |= grade(base, root, half, port)
            return found
        found |= {each.student: _outcome(room, each, touched) for each in done}
        for each in left[stopped : stopped + 1]:
            what = "the batch hangs" if seen["code"] == HANGS else "the batch stops"
            found[each.student] = ", ".join([what, *touched])
        left = left[stopped + 1 :]
    return found


def _run(room: Classroom, port: int, seconds: int) -> dict[str, Any]:
    report = room.root / "report.json"
    inside = [sys.executable, "-m", "tests.attacks.inside", str(report), str(port), room.mark]
    command = [*inside, str(seconds), sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
    place = str(room.root)
    subprocess.run(
        [
            *("bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/"),
            *("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--bind", place, place),
            *("--chdir", str(room.course), "--"),
            *("/bin/sh", "-c", 'ulimit -f 2000000; ulimit -v 8000000; exec "$@"', "sh", *command),
        ],
        env=room.environment(),
        check=True,
        timeout=seconds + 60,
    )
    return classroom.report(report)


def _stopped_at(seen: dict[str, Any], students: list[str]) -> int:
    """Return at whose work nbgrader gave up, by number; how many there are if it did not."""
    started = STARTED.findall(seen["said"])
    if LAST in started or not started:
        return len(students) if started else 0
    return students.index(started[-1]) if started[-1] in students else 0


def _touched(
    room: Classroom, before: dict[str, str], seen: dict[str, Any], honest: tuple[str, ...]
) -> list[str]:
    """Return what happened to others than the attackers."""
    after = room.hashes()
    changed = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    found = [f"changes {_short(name)}" for name in changed[:2]]
    if seen["heard"]:
        found.append("uses the network")
    if seen["survivors"]:
        found.append("leaves a process behind")
    lost = [student for student in honest if room.points(student) != POINTS]
    if lost:
        found.append("changes a classmate's points")
    return found


def _outcome(room: Classroom, each: Attack, touched: list[str]) -> str:
    points = room.points(each.student)
    found = []
    if points is None or not _graded(room, each):
        found.append("no score at all")
    else:
        have = {name: points.get(name) for name in SCORED}
        gained = sum((have[name] or 0) - (each.points[name] or 0) for name in SCORED)
        if any(value is None for value in have.values()):
            found.append("tests left ungraded")
        elif gained > 0:
            found.append(f"takes {gained:g} of 7 points")
        elif gained < 0:
            found.append(f"loses {-gained:g} of 7 points that it earned")
    found += touched
    found += [f"reads {what}" for what in room.secrets(each.student)]
    if room.scripts(each.student):
        found.append("runs in the instructor's browser")
    return ", ".join(found) or "harmless"


def _graded(room: Classroom, each: Attack) -> bool:
    path = room.course / "autograded" / each.student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    return path.is_file()


def _short(name: str) -> str:
    return Path(name).name if "submitted" not in name else "a classmate's work"
