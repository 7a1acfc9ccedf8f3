"""Find, in an assignment's source, what would make its grades wrong or its tasks unfair."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from helpers.course import launches, layout, lint, notebooks
from helpers.course.lint import Finding
from helpers.course.syllabus import POINTS, Lecture
from helpers.grading import bank

TASKS = (4, 7)
GRADE_ID = re.compile(r"[a-z][a-z0-9_]*")
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
# Test cells will run in another process than the student's code, and must not look around.
FORBIDDEN_NAMES = {
    "globals", "locals", "vars", "eval", "exec", "compile", "open", "input", "get_ipython",
    "inspect", "sys", "os", "subprocess", "socket", "pathlib", "unittest", "warnings",
}  # fmt: skip
FLAGS = ("grade", "locked", "solution", "task")


def findings(root: Path, lecture: Lecture) -> list[Finding]:
    """Return everything about an assignment's source that needs mending."""
    path = layout.solution_source(root, lecture.name)
    notebook = notebooks.read_source(path)
    sections = {
        name.stem: lint.sections(notebooks.read_source(name))
        for name in sorted((root / "lectures").glob("*.py"))
    }
    found = [Finding(path, "whole", problem) for problem in _shape(root, lecture, notebook)]
    found += [Finding(path, "whole", problem) for problem in lint.heading_problems(notebook)]
    found += [Finding(path, "syllabus.yml", problem) for problem in _points(lecture, notebook)]
    for cell in notebook.cells:
        where = notebooks.describe(cell)
        found += [Finding(path, where, problem) for problem in _metadata(cell)]
        found += [Finding(path, where, problem) for problem in _solution(cell)]
        found += [Finding(path, where, problem) for problem in _test(cell, sections)]
    return found


def _nbgrader(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader", {})


def _is_test(cell: NotebookNode) -> bool:
    data = _nbgrader(cell)
    return bool(data.get("grade") and not data.get("solution"))


def _shape(root: Path, lecture: Lecture, notebook: NotebookNode) -> Iterator[str]:
    repository = launches.configured(root)
    first = notebook.cells[0].source
    if first.splitlines()[0] != f"# Exercise {lecture.number}. {lecture.title}":
        yield f"the first line is not “# Exercise {lecture.number}. {lecture.title}”"
    if launches.badges(repository, f"exercises/{lecture.name}/{lecture.name}.ipynb") not in first:
        yield "the first cell has no launch badges (run `course build`)"
    if f"{POINTS} points" not in first or "minutes" not in first:
        yield f"the first cell does not name the minutes and {POINTS} points"
    if notebook.cells[1].source != launches.setup_cell(repository):
        yield "the second cell is not the set-up cell"
    for cell in notebook.cells[1:3]:
        if not _nbgrader(cell).get("locked"):
            yield f"“{notebooks.describe(cell)}” is not locked, so a student's version would be run"
    names = [_nbgrader(cell)["grade_id"] for cell in notebook.cells if _nbgrader(cell)]
    for name in {name for name in names if names.count(name) > 1}:
        yield f"grade_id {name} is used twice: nbgrader would stop the whole batch"


def _points(lecture: Lecture, notebook: NotebookNode) -> Iterator[str]:
    tasks = bank.tasks(notebook)
    points = {task.name: sum(task.points.values()) for task in tasks}
    if points != dict(lecture.tasks):
        yield f"the tasks are {points}, and syllabus.yml has {dict(lecture.tasks)}"
    if sum(points.values()) != POINTS:
        yield f"{sum(points.values()):g} points, and it should be {POINTS}"
    if not TASKS[0] <= len(tasks) <= TASKS[1]:
        yield f"{len(tasks)} tasks, and it should be {TASKS[0]} to {TASKS[1]}"
    if not any(task.written for task in tasks):
        yield "no written answer"
    hidden = {notebooks.grade_id(cell) for cell in notebook.cells if HIDDEN.search(cell.source)}
    for task in tasks:
        if task.written:
            continue
        if not set(task.points) & hidden:
            yield f"task {task.name} has no hidden test"
        if not set(task.points) - hidden:
            yield f"task {task.name} has no visible test cell"


def _metadata(cell: NotebookNode) -> Iterator[str]:
    if cell.metadata.get("tags"):
        yield f"has tags {cell.metadata['tags']}: nbgrader would skip or hide cells by tag"
    data = _nbgrader(cell)
    if not data:
        return
    if data.get("schema_version") != 3:
        yield "nbgrader's schema_version is not 3"
    if not GRADE_ID.fullmatch(data.get("grade_id", "")):
        yield f"grade_id {data.get('grade_id')!r} is not lower case with underscores"
    if not all(isinstance(data.get(flag), bool) for flag in FLAGS):
        yield f"nbgrader's {', '.join(FLAGS)} must each be true or false"
    if data.get("grade") and not data.get("points", 0) > 0:
        yield "a graded cell needs points above 0"
    if data.get("solution") and data.get("locked"):
        yield "a solution cell must not be locked"
    if _is_test(cell) and not data.get("locked"):
        yield "a test cell must be locked, or a student's version of it is graded"


def _solution(cell: NotebookNode) -> Iterator[str]:
    data = _nbgrader(cell)
    if not data.get("solution") or cell.cell_type != "code":
        return
    if cell.source.count("### BEGIN SOLUTION") != cell.source.count("### END SOLUTION") or (
        "### BEGIN SOLUTION" not in cell.source
    ):
        yield "the solution is not between ### BEGIN SOLUTION and ### END SOLUTION"
    tree = ast.parse(cell.source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not ast.get_docstring(node):
            yield f"{node.name} has no docstring: it is the student's specification"


def _test(cell: NotebookNode, sections: dict[str, list[str]]) -> Iterator[str]:
    for reference in lint.SECTION_REFERENCE.findall(cell.source):
        lecture, _, section = reference.partition(": ")
        if section not in sections.get(lecture, ()):
            yield f"see={reference!r} names a section that is not there"
    if not _is_test(cell):
        return
    if cell.cell_type != "code":
        yield "a test cell must be code"
        return
    tree = ast.parse(cell.source)
    if not tree.body:
        yield "a test cell that does nothing gives its points away"
    # nbgrader reads a number that the last line displays as the points that were earned.
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not _is_check(tree.body[-1].value):
        yield "ends with an expression: nbgrader would take its value for points"
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda | ast.FunctionDef | ast.ClassDef):
            yield f"line {node.lineno} defines code that cannot travel to the student's process"
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            yield f"line {node.lineno} uses {node.id}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield f"line {node.lineno} imports: the imports cell does that"
        if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            yield f"line {node.lineno} reaches into {node.attr}"


def _is_check(node: ast.expr) -> bool:
    """Say whether an expression is a call of `checks`, which returns None and so shows nothing."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "checks"
    )
