"""Hold a lecture to the shape, the budget and the promises of the course."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from helpers import quizzes
from helpers.course import launches, layout, lint, notebooks
from helpers.course.lint import Finding
from helpers.course.syllabus import Lecture

CELLS = (30, 50)
WORDS = (1500, 2500)
CODE_LINES = 250  # the set-up cell and the imports not counted
FIGURES = (6, 12)
QUESTIONS = (3, 5)
OBJECTIVES = (4, 6)
LAST_SECTIONS = ["Common mistakes", "Quiz", "Summary", "Exercise", "Further reading"]
OUTPUT_LIMIT = 4_000_000  # bytes: nothing larger than that is committed

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|tmp|Users|work|mnt)/\w|[A-Z]:\\Users")
NOISE = re.compile(
    r"Warning\b|oneDNN|cuda|\r|\[=+|\d+it/s|<[\w.]+ (?:object )?at 0x", re.IGNORECASE
)


def findings(root: Path, lecture: Lecture) -> list[Finding]:
    """Return everything about a lecture's source and notebook that needs mending."""
    source = layout.lecture_source(root, lecture.name)
    notebook = notebooks.read_source(source)
    found = [Finding(source, "whole", problem) for problem in _shape(root, lecture, notebook)]
    found += [Finding(source, "whole", problem) for problem in _budget(notebook)]
    found += [Finding(source, "syllabus.yml", problem) for problem in _syllabus(lecture, notebook)]
    found += [Finding(source, "quiz", problem) for problem in _quiz(lecture)]
    built = source.with_suffix(".ipynb")
    if built.is_file():
        found += list(_outputs(built, notebooks.read(built)))
    else:
        found.append(Finding(built, "whole", "not built yet: run `course build`"))
    return found


def _shape(root: Path, lecture: Lecture, notebook: NotebookNode) -> Iterator[str]:
    repository = launches.configured(root)
    first = notebook.cells[0].source
    if first.splitlines()[0] != f"# {lecture.number}. {lecture.title}":
        yield f"the first line is not “# {lecture.number}. {lecture.title}”"
    if launches.badges(repository, f"lectures/{lecture.name}.ipynb") not in first:
        yield "the first cell has no launch badges (run `course build`)"
    if f"{lecture.minutes} minutes" not in first or "Prerequisites:" not in first:
        yield "the first cell names neither minutes nor prerequisites as syllabus.yml has them"
    if notebook.cells[1].source != launches.setup_cell(repository):
        yield "the second cell is not the set-up cell"
    listed = re.findall(r"^- (.+(?:\n  .+)*)$", first, re.MULTILINE)
    if [" ".join(item.split()) for item in listed] != [item.text for item in lecture.objectives]:
        yield "the objectives are not those of syllabus.yml, word for word"
    yield from lint.heading_problems(notebook)
    if lint.sections(notebook)[-len(LAST_SECTIONS) :] != LAST_SECTIONS:
        yield f"the last sections are not {', '.join(LAST_SECTIONS)}"
    for section, text in _texts(notebook).items():
        if section in LAST_SECTIONS:
            continue
        prompts = re.findall(r"^\*\*(?:Predict|Think)", text, re.MULTILINE)
        if not prompts:
            yield f"section “{section}” has no **Predict** or **Think** prompt"
        if len(prompts) > text.count("<summary>"):
            yield f"section “{section}” has a prompt without a folded answer"


def _texts(notebook: NotebookNode) -> dict[str, str]:
    """Return the Markdown of each section."""
    texts: dict[str, str] = {}
    section = None
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for part in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
            heading = re.match(r"## +(.+?)\s*$", part, re.MULTILINE)
            section = heading[1] if heading else section
            if section:
                texts[section] = texts.get(section, "") + part + "\n"
    return texts


def _budget(notebook: NotebookNode) -> Iterator[str]:
    figures = sum(cell.source.count("figures.show(") for cell in notebook.cells)
    for what, count, (low, high) in (
        ("cells", len(notebook.cells), CELLS),
        ("words", lint.words(notebook), WORDS),
        ("lines of code", lint.code_lines(notebook.cells[3:]), (1, CODE_LINES)),
        ("figures", figures, FIGURES),
    ):
        if not low <= count <= high:
            yield f"{count} {what}, and it should be {low} to {high}"
    if any("plt.show(" in cell.source for cell in notebook.cells):
        yield "plt.show gives a figure without a description: use figures.show(fig, alt=...)"


def _syllabus(lecture: Lecture, notebook: NotebookNode) -> Iterator[str]:
    sections = lint.sections(notebook)
    low, high = OBJECTIVES
    if not low <= len(lecture.objectives) <= high:
        yield f"{len(lecture.objectives)} objectives, and it should be {low} to {high}"
    for objective in lecture.objectives:
        if not objective.sections or not objective.tasks:
            yield f"objective “{objective.text}” names no section or no task"
        for section in set(objective.sections) - set(sections):
            yield f"objective “{objective.text}” names a section that is not there: “{section}”"
        for task in set(objective.tasks) - set(lecture.tasks):
            yield f"objective “{objective.text}” names a task that is not there: {task}"
    for concept, section in lecture.concepts.items():
        if section not in sections:
            yield f"concept “{concept}” names a section that is not there: “{section}”"
    if not lecture.concepts:
        yield "no concept is mapped to a section"


def _quiz(lecture: Lecture) -> Iterator[str]:
    try:
        questions = quizzes.load(lecture.name)
    except ValueError as error:
        yield str(error)
        return
    low, high = QUESTIONS
    if not low <= len(questions) <= high:
        yield f"{len(questions)} questions, and it should be {low} to {high}"
    for question in questions:
        answers = question["answers"]
        if sum(bool(answer["correct"]) for answer in answers) != 1:
            yield f"“{question['question']}” needs exactly one right answer"
        if not all(answer.get("feedback", "").strip() for answer in answers):
            yield f"“{question['question']}” has an answer without an explanation"


def _outputs(path: Path, notebook: NotebookNode) -> Iterator[Finding]:
    if path.stat().st_size > OUTPUT_LIMIT:
        yield Finding(path, "whole", f"larger than {OUTPUT_LIMIT:,} bytes")
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        where = f"cell {number} (“{notebooks.describe(cell)}”)"
        if cell.execution_count is None:
            yield Finding(path, where, "was not run: `course build` runs every cell")
        for output in cell.outputs:
            data = output.get("data", {})
            if output.output_type == "error":
                yield Finding(path, where, f"ended with {output.ename}")
            if output.get("name") == "stderr":
                yield Finding(path, where, f"wrote to stderr: {output.text[:80]!r}")
            if "image/png" in data:
                alt = output.metadata.get("image/png", {}).get("alt") or output.metadata.get("alt")
                if not alt:
                    yield Finding(path, where, "has an image without a description")
            text = output.get("text", "") + data.get("text/plain", "")
            for pattern, what in ((MACHINE_PATH, "a path of a machine"), (NOISE, "noise")):
                match = pattern.search(text)
                if match:
                    yield Finding(path, where, f"shows {what}: {match[0]!r}")
