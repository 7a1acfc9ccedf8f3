"""The course's table of contents: read from syllabus.yml, checked, and rendered for README."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from helpers.course.errors import CourseError

POINTS = 20
TABLE_START, TABLE_END = "<!-- course table -->", "<!-- end of course table -->"


@dataclass(frozen=True)
class Objective:
    """What a student can do afterwards, where it is taught and which tasks practise it."""

    text: str
    sections: tuple[str, ...]
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Lecture:
    """One lecture and its assignment."""

    name: str
    number: int
    part: str
    title: str
    minutes: int
    prerequisites: str
    objectives: tuple[Objective, ...]
    concepts: Mapping[str, str]  # concept -> section
    tasks: Mapping[str, int]  # task -> points


def load(root: Path) -> dict[str, Lecture]:
    """Read syllabus.yml.

    Returns
    -------
    dict
        From a lecture's name to the lecture, in the course's order.

    Raises
    ------
    CourseError
        If the file cannot be read as a syllabus; the text names the lecture and the field.
    """
    try:
        content = yaml.safe_load((root / "syllabus.yml").read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise CourseError(f"syllabus.yml is not valid YAML: {error}") from None
    lectures = [_lecture(name, fields) for name, fields in content["lectures"].items()]
    return {lecture.name: lecture for lecture in sorted(lectures, key=lambda it: it.number)}


def _lecture(name: str, fields: dict[str, Any]) -> Lecture:
    try:
        objectives = tuple(
            Objective(item["text"], tuple(item.get("sections", ())), tuple(item.get("tasks", ())))
            for item in fields["objectives"]
        )
        return Lecture(
            name=name,
            number=int(fields["number"]),
            part=fields["part"],
            title=fields["title"],
            minutes=int(fields["minutes"]),
            prerequisites=fields["prerequisites"],
            objectives=objectives,
            concepts=dict(fields["concepts"]),
            tasks={task: int(points) for task, points in fields["tasks"].items()},
        )
    except KeyError as error:
        raise CourseError(f"syllabus.yml: lecture {name} has no {error.args[0]!r}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise CourseError(f"syllabus.yml: lecture {name} cannot be read: {error}") from None


def table(lectures: Mapping[str, Lecture]) -> str:
    """Return the course table of README, in Markdown."""
    rows = ["| | lecture | minutes | you will | exercise |", "|---|---|---|---|---|"]
    for lecture in lectures.values():
        name = lecture.name
        first = lecture.objectives[0].text.rstrip(".") if lecture.objectives else ""
        rows.append(
            f"| {lecture.number} | [{lecture.title}](lectures/{name}.ipynb) | {lecture.minutes} "
            f"| {first[:1].lower()}{first[1:]} "
            f"| [{len(lecture.tasks)} tasks, {sum(lecture.tasks.values())} points]"
            f"(exercises/{name}/{name}.ipynb) |"
        )
    return "\n".join(rows)


def refresh(readme: str, lectures: Mapping[str, Lecture]) -> str:
    """Return README with its course table as the syllabus has it.

    Raises
    ------
    CourseError
        If README has lost the two marks that hold the table.
    """
    pattern = re.compile(f"({re.escape(TABLE_START)}\n).*?(\n{re.escape(TABLE_END)})", re.DOTALL)
    if not pattern.search(readme):
        raise CourseError(f"README.md needs the lines {TABLE_START!r} and {TABLE_END!r}")
    return pattern.sub(lambda match: match[1] + table(lectures) + match[2], readme)
