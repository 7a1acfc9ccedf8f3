"""Go through the studies, one run after the other; what is finished is not done again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from helpers.course import execution
from helpers.course.errors import CourseError
from helpers.results import data, report, table
from helpers.results.catalogue import STUDIES
from helpers.results.store import OtherProcesses, Result, Store
from helpers.results.studies import Study

Watch = Callable[[str], None]
FOLDER = Path("build", "results")


def prepare(root: Path) -> Store:
    """Point to the full data, as `course build` does; return what is finished already.

    Raises
    ------
    CourseError
        If COURSE_DATA=sample forbids the full data.
    """
    if os.environ.get("COURSE_DATA") == "sample":
        raise CourseError(data.FORBIDDEN)
    os.environ.update(execution.data_environment(root, "full"))
    return Store(root / FOLDER)


@dataclass(frozen=True)
class Planned:
    """One run: a study and its seeds, and what it came to if it is finished."""

    study: Study
    seeds: list[int]
    result: Result | None


def choose(names: Iterable[str]) -> list[Study]:
    """Return studies by name; all by default.

    Raises
    ------
    CourseError
        If there is none of that name.
    """
    names = list(names)
    for name in names:
        if name not in STUDIES:
            raise CourseError(f"there is no result {name!r}; there are {', '.join(STUDIES)}")
    return [STUDIES[name] for name in names] or list(STUDIES.values())


def plan(store: Store, studies: Iterable[Study]) -> list[Planned]:
    """Return every run of some studies, finished or not."""
    return [
        Planned(study, seeds, store.get(study.name, study.key(), seeds))
        for study in studies
        for seeds in study.runs()
    ]


def ticks(planned: list[Planned]) -> int:
    """Return how many steps of progress are still to come."""
    return sum(item.study.ticks for item in planned if item.result is None)


def carry_out(
    store: Store,
    planned: list[Planned],
    on_start: Watch = lambda label: None,
    on_tick: Callable[[], None] = lambda: None,
) -> None:
    """Do what is not finished, and keep each run as soon as it is.

    Raises
    ------
    CourseError
        If the full data are not here.
    """
    missing = [item for item in planned if item.result is None]
    data.require_full({item.study.needs for item in missing})
    for item in missing:
        seeds = ", ".join(map(str, item.seeds))
        on_start(f"{item.study.name}, seed{'s' * (len(item.seeds) > 1)} {seeds}")
        others = OtherProcesses()
        result = item.study.train(item.seeds, on_tick)
        store.put(item.study.name, item.study.key(), result, others.share())


def finished(store: Store, studies: Iterable[Study]) -> dict[str, list[Result]]:
    """Return the results of the studies whose runs are all finished."""
    found: dict[str, list[Result]] = {}
    for study in studies:
        results = [store.get(study.name, study.key(), seeds) for seeds in study.runs()]
        if all(results):
            found[study.name] = [result for result in results if result]
    return found


def write_report(root: Path, store: Store) -> bool:
    """Write RESULTS.md if everything is finished; return whether it is."""
    done = finished(store, STUDIES.values())
    if done.keys() != STUDIES.keys():
        return False
    figures = {name: report.Figures(results) for name, results in done.items()}
    machines = [store.machine(name, r.seeds) for name, results in done.items() for r in results]
    text = report.render(table.ROWS, table.BEST, figures, machines)
    (root / "RESULTS.md").write_text(text, encoding="utf-8")
    return True


def overview(store: Store, studies: Iterable[Study]) -> list[tuple[str, str, str, str]]:
    """Return a line for each finished study: name, nets, test figure, seconds a net."""
    return [
        (name, f"{figures['n']:0}", f"{figures['test']}", f"{figures['seconds']:1m}")
        for name, results in finished(store, studies).items()
        for figures in [report.Figures(results)]
    ]
