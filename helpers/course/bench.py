"""Measure what each notebook costs: wall seconds, and its kernel's peak memory.

What grading costs, `helpers.course.bench_grading` measures.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from helpers import datasets
from helpers.course import execution, layout, notebooks, syllabus

BUDGET_SECONDS = 60
BUDGET_BYTES = 2**30
AT_REST = 1.15  # a loop that takes so many times its shortest time: the machine was busy


@dataclass(frozen=True)
class Measurement:
    """One run of one notebook on one kind of data."""

    notebook: str
    data: str
    seconds: float
    peak_bytes: int
    loop_seconds: float  # what a fixed loop took around the run

    @property
    def within_budget(self) -> bool:
        """Whether the notebook stays under 60 s and 1 GiB."""
        return self.seconds <= BUDGET_SECONDS and self.peak_bytes <= BUDGET_BYTES


def kinds(root: Path) -> list[str]:
    """Return the kinds of data there are here: the sample always, the full data where it is."""
    if os.environ.get("COURSE_FULL_DATA"):
        return ["sample", "full"]
    here = {info.name for info in datasets.describe() if info.source.startswith("full")}
    return ["sample", "full"] if here >= {"mnist", "fashion_mnist", "imdb"} else ["sample"]


def run(
    root: Path, names: list[str], data: list[str], on_start: Callable[[str], None]
) -> Iterator[Measurement]:
    """Run each lecture and each solved assignment on each kind of data, one after the other."""
    for name in names or list(syllabus.load(root)):
        sources = {
            f"lectures/{name}": layout.lecture_source(root, name),
            f"solutions/{name}": layout.solution_source(root, name),
        }
        for label, source in sources.items():
            for kind in data:
                on_start(f"{label} ({kind})")
                yield _measure(root, label, source, kind)


def _measure(root: Path, label: str, source: Path, kind: str) -> Measurement:
    before = time_loop()
    with tempfile.TemporaryDirectory() as folder:
        environment = execution.data_environment(root, kind)
        cost = execution.execute(notebooks.read_source(source), Path(folder), environment)
    loop = (before + time_loop()) / 2
    return Measurement(label, kind, cost.seconds, cost.peak_bytes, loop)


def time_loop() -> float:
    """Return the seconds of a fixed loop in plain Python: how fast the machine is just now."""
    start = time.perf_counter()
    total = 0
    for k in range(5_000_000):
        total += k
    return time.perf_counter() - start


def paces(measurements: list[Measurement]) -> list[float]:
    """Return how slow the machine was at each measurement: 1 at its fastest, 2 at half of that."""
    shortest = min((item.loop_seconds for item in measurements), default=1.0)
    return [item.loop_seconds / shortest for item in measurements]


def rows(measurements: list[Measurement]) -> list[dict[str, Any]]:
    """Return measurements as plain data."""
    return [
        {**asdict(item), "pace": pace, "within_budget": item.within_budget}
        for item, pace in zip(measurements, paces(measurements), strict=True)
    ]


def save(path: Path, **parts: list[dict[str, Any]]) -> None:
    """Write parts as JSON, by name; parts that are there already and not measured now stay."""
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    kept = before if isinstance(before, dict) else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**kept, **parts}, indent=1) + "\n", encoding="utf-8")
