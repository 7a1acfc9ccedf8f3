"""RESULTS.md: the decks' figures beside ours, from finished runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np

from helpers.results.store import Result

NOT_YET = "not run yet"


class Spread:
    """One measure over all seeds; printed as mean ± standard deviation."""

    def __init__(self, values: list[float]) -> None:
        self.values = np.array(values, float)
        self.mean = float(self.values.mean())
        self.sd = float(self.values.std(ddof=1)) if len(values) > 1 else 0.0

    def __format__(self, spec: str) -> str:
        """Print as `spec` says; ``4`` digits by default, ``m`` for the mean alone."""
        alone, digits = spec.endswith("m"), spec.rstrip("m") or "4"
        text = f"{self.mean:,.{digits}f}"
        return text if alone or len(self.values) == 1 else f"{text} ± {self.sd:.{digits}f}"


class Figures(dict[str, Spread]):
    """A study's measures, with what it cost; an unknown name is a mistake in a template."""

    def __init__(self, results: list[Result]) -> None:
        measures = results[0].measures
        super().__init__(
            {key: Spread([v for r in results for v in r.measures[key]]) for key in measures}
        )
        seeds = sum(len(result.seeds) for result in results)
        self["n"] = Spread([seeds])
        self["seconds"] = Spread([sum(result.seconds for result in results) / seeds])
        self["parameters"] = Spread([results[0].parameters])


@dataclass(frozen=True)
class Row:
    """A deck's figure, our study of the same set-up, and an improved one of the same kind.

    `ours`, `better` and `note` are templates: ``{s1-fashion[test]}`` is a measure of a study.
    """

    deck: str
    setup: str
    figure: str
    study: str
    ours: str
    better: str
    better_study: str | None
    note: str


@dataclass(frozen=True)
class Best:
    """What the course's best model for a task reaches, beside a linear one."""

    task: str
    target: float
    study: str
    model: str
    linear: str
    linear_study: str
    note: str


Cells = tuple[str, ...]


def fill(template: str, figures: Mapping[str, Figures]) -> str:
    """Put measures into a template; a study that is not finished leaves a note."""
    return template.format_map(figures) if _fields(template) <= figures.keys() else NOT_YET


def _fields(template: str) -> set[str]:
    return {field.partition("[")[0] for _, field, _, _ in Formatter().parse(template) if field}


def named(rows: Iterable[Row], best: Iterable[Best]) -> set[str]:
    """Return the names of all studies that the report asks for."""
    names: set[str] = set()
    for row in rows:
        names |= {row.study, row.better_study or row.study}
        names |= _fields(row.ours) | _fields(row.better) | _fields(row.note)
    for item in best:
        names |= {item.study, item.linear_study} | _fields(item.linear) | _fields(item.note)
    return names


def render(
    rows: list[Row],
    best: list[Best],
    figures: Mapping[str, Figures],
    machines: list[dict[str, Any]],
) -> str:
    """Return RESULTS.md.

    Parameters
    ----------
    rows, best
        What the two tables are to show.
    figures : mapping of str to Figures
        The finished studies by name.
    machines : list of dict
        What `helpers.results.store.machine` returned, for each run.
    """
    head: Cells = (
        "deck",
        "set-up",
        "the deck's figure",
        "ours, same set-up",
        "nets",
        "seconds a net",
        "parameters",
        "the same kind of model, improved",
        "nets",
        "seconds a net",
        "parameters",
    )
    table = [head]
    for row in rows:
        table.append(
            (
                row.deck,
                row.setup,
                row.figure,
                fill(row.ours, figures),
                *_cost(figures, row.study, "n", "seconds", "parameters"),
                fill(row.better, figures),
                *_cost(figures, row.better_study, "n", "seconds", "parameters"),
            )
        )
    top: list[Cells] = [
        ("task", "target", "model", "test", "runs", "seconds", "parameters", "linear model", "s")
    ]
    for item in best:
        top.append(
            (
                item.task,
                f"{item.target:g}",
                item.model,
                fill(f"{{{item.study}[test]}}", figures),
                *_cost(figures, item.study, "n", "seconds", "parameters"),
                fill(item.linear, figures),
                *_cost(figures, item.linear_study, "seconds"),
            )
        )
    return "\n".join(
        [
            "# The decks' headline results, reproduced and improved",
            "",
            *INTRODUCTION,
            "",
            _say_machine(machines),
            "",
            "## As the decks have it, and the same kind of model improved",
            "",
            *_markdown(table),
            "",
            "Where they differ, and why:",
            "",
            *(f"- **{row.deck}, {row.setup}.** {fill(row.note, figures)}" for row in rows),
            "",
            "## The best that the course teaches, in five minutes on two cores",
            "",
            *_markdown(top),
            "",
            *(f"- **{item.task}.** {fill(item.note, figures)}" for item in best),
            "",
        ]
    )


INTRODUCTION = [
    "`course results` (or `make results`) trains all this on the full data and writes this file.",
    "Figures are means over nets that differ in their seeds alone (first weights, order of the",
    'batches, dropout), ± their standard deviation. "Test" is the share of right answers on all of',
    "the test data, which nothing was chosen by: recipes were chosen on training data held out.",
    "Seconds are those of training, with the making of features (but not of the decks' multi-hot",
    "words); where several small nets were trained at once, the whole time divided by how many.",
    "Parameters count what batch normalization keeps. Linear models on 500 images and on reviews",
    "choose their penalty among four by three-fold cross-validation, and their seconds include",
    "that; on 60,000 images they stop after 100 steps.",
]


def _say_machine(machines: list[dict[str, Any]]) -> str:
    about = machines[0]
    versions = ", ".join(f"{name} {number}" for name, number in about["packages"].items())
    kinds = {(one["cores"], one["processor"]) for one in machines}
    others = max(one.get("others", 0.0) for one in machines)
    return (
        f"Measured on {about['cores']} cores ({about['processor']}), "
        f"Python {about['python']}, {versions}. "
        + ("Some runs were made on another machine. " if len(kinds) > 1 else "")
        + f"Other processes took at most {others:.0%} of the machine during a run."
    )


def _cost(figures: Mapping[str, Figures], study: str | None, *names: str) -> list[str]:
    if study is None:
        return [""] * len(names)
    if study not in figures:
        return [NOT_YET] * len(names)
    values = [figures[study][name] for name in names]
    few = [
        value.mean < 9.95 and name == "seconds" for value, name in zip(values, names, strict=True)
    ]
    return [f"{value:{1 if small else 0}m}" for value, small in zip(values, few, strict=True)]


def _markdown(table: list[Cells]) -> list[str]:
    lines = ["| " + " | ".join(cells) + " |" for cells in table]
    return [lines[0], "|" + "---|" * len(table[0]), *lines[1:]]
