"""Make every notebook from its text source, and find the ones that drifted from it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from helpers.course import execution, launches, layout, notebooks, syllabus
from helpers.course.errors import CourseError
from helpers.grading.classroom import Classroom


@dataclass(frozen=True)
class Drift:
    """A file that is not what its source makes, and the first place where it differs."""

    path: Path
    where: str


def refresh_headers(root: Path) -> None:
    """Write the configured address and the course table where they are shown."""
    lectures = syllabus.load(root)
    for path, text in _refreshed(root, lectures).items():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


def _refreshed(root: Path, lectures: dict[str, syllabus.Lecture]) -> dict[Path, str]:
    repository = launches.configured(root)
    texts = {}
    for name in lectures:
        for path, notebook in (
            (layout.lecture_source(root, name), f"lectures/{name}.ipynb"),
            (layout.solution_source(root, name), f"exercises/{name}/{name}.ipynb"),
        ):
            if not path.is_file():
                raise CourseError(
                    f"syllabus.yml lists {name}, but there is no {path.relative_to(root)}"
                )
            texts[path] = launches.refresh(path.read_text(encoding="utf-8"), repository, notebook)
    readme = root / "README.md"
    texts[readme] = syllabus.refresh(readme.read_text(encoding="utf-8"), lectures)
    return texts


def lecture(
    root: Path, name: str, data: str = "full", on_cell: Callable[[int], None] | None = None
) -> execution.Run:
    """Build a lecture: from its source, executed on the full data."""
    source = layout.lecture_source(root, name)
    notebook = notebooks.read_source(source)
    with tempfile.TemporaryDirectory() as folder:
        run = execution.execute(
            notebook, Path(folder), execution.data_environment(root, data), on_cell
        )
    notebooks.write(notebook, source.with_suffix(".ipynb"))
    return run


def assignment(root: Path, name: str) -> None:
    """Build an assignment: the instructor's notebook, and nbgrader's release of it."""
    source = layout.solution_source(root, name)
    notebooks.write(notebooks.read_source(source), source.with_suffix(".ipynb"))
    notebooks.write(release(root, name), layout.exercise(root, name))


def release(root: Path, name: str) -> NotebookNode:
    """Return what `nbgrader generate_assignment` makes of an assignment's source."""
    with tempfile.TemporaryDirectory() as folder:
        classroom = Classroom.create(Path(folder) / "course", root, [])
        source = layout.solution_source(root, name)
        target = classroom.root / "solutions" / name / f"{name}.ipynb"
        notebooks.write(notebooks.read_source(source), target)
        return notebooks.read(classroom.release(name))


def drifts(
    root: Path, names: list[str], on_file: Callable[[str], None] | None = None
) -> list[Drift]:
    """Compare the committed notebooks, and README's table, with what the sources make."""
    lectures = syllabus.load(root)
    found = [
        Drift(path, "launch badges, set-up address or course table: run `course build`")
        for path, text in _refreshed(root, lectures).items()
        if path.read_text(encoding="utf-8") != text
    ]
    for name in names:
        if on_file:
            on_file(name)
        lecture_path = layout.lecture_source(root, name)
        solution_path = layout.solution_source(root, name)
        expected = [
            (lecture_path.with_suffix(".ipynb"), notebooks.read_source(lecture_path)),
            (solution_path.with_suffix(".ipynb"), notebooks.read_source(solution_path)),
            (layout.exercise(root, name), release(root, name)),
        ]
        for path, notebook in expected:
            where = first_difference(path, notebook)
            if where:
                found.append(Drift(path, where))
    return found


def first_difference(path: Path, expected: NotebookNode) -> str | None:
    """Say where a notebook first differs from what it should be, outputs aside; None if nowhere."""
    if not path.is_file():
        return "the notebook is missing"
    committed = notebooks.read(path)
    pairs = zip(committed.cells, expected.cells, strict=False)
    for number, (cell, should) in enumerate(pairs):
        for key in ("cell_type", "source", "id", "metadata"):
            if cell.get(key) != should.get(key):
                return f"cell {number} (“{notebooks.describe(should)}”) differs in its {key}"
    if len(committed.cells) != len(expected.cells):
        return f"{len(committed.cells)} cells, and its source has {len(expected.cells)}"
    if committed.metadata != expected.metadata:
        return "the notebook's metadata differ"
    return None
