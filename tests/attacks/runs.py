"""Both runs, side by side: all attacks on our grading, and those that may on stock nbgrader."""

from __future__ import annotations

import itertools
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.attacks import ours, stock
from tests.attacks.attack import Attack
from tests.attacks.classroom import Classroom

AT_ONCE = 1  # families that stock nbgrader grades at a time, beside our two workers

# What `nbgrader autograde` with our configuration is attacked with: it shares what is behind it.
WITH_NBGRADER = (
    "cells/duplicated",
    "cells/old_schema",
    "ends/os_exit",
    "files/broken_time",
    "files/empty",
    "files/link_to_gradebook",
    "files/not_json",
    "files/odd_names",
    "outputs/nan_points",
    "reaching/gradebook_points",
    "shadowing/ipykernel_launcher",
    "tags/skip_execution",
)


@dataclass(frozen=True)
class Runs:
    """What the attacks came to."""

    attacks: list[Attack]
    ours: ours.Run
    autograde: ours.Run
    stock: dict[str, str]
    """What happened there, of the families that it was attacked with."""


def run(folder: Path, attacks: list[Attack], only: tuple[str, ...] = ()) -> Runs:
    """Attack both in a scratch folder; stock nbgrader only with some families, or with all."""
    base = Classroom.create(folder / "base")
    families = [list(group) for _, group in itertools.groupby(attacks, lambda it: it.family)]
    port, other = free_port(), free_port()  # stock nbgrader has a network of its own
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        graded = pool.submit(ours.grade, base, folder / "ours", attacks, port)
        rest = [
            pool.submit(stock.grade, base, folder / "stock" / family[0].family, family, other)
            for family in families
            if not only or family[0].family in only
        ]
        results = {student: what for each in rest for student, what in each.result().items()}
        graded.result()
        some = [each for each in attacks if f"{each.family}/{each.name}" in WITH_NBGRADER]
        autograded = ours.autograde(base, folder / "autograde", some, port)
        return Runs(attacks, graded.result(), autograded, results)


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
