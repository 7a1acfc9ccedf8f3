"""What a lint finds, and what both lints look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

FENCE = re.compile(r"```.*?```", re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$", re.MULTILINE)
SECTION_REFERENCE = re.compile(r"see\s*=\s*\"([^\"]+)\"")


@dataclass(frozen=True)
class Finding:
    """Something to mend: which file, where in it, and what is wrong."""

    path: Path
    where: str
    problem: str


def headings(notebook: NotebookNode) -> list[tuple[int, str]]:
    """Return the level and the text of each Markdown heading, code fences left out."""
    return [
        (len(marks), text)
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for marks, text in HEADING.findall(FENCE.sub("", cell.source))
    ]


def sections(notebook: NotebookNode) -> list[str]:
    """Return the texts of the second-level headings."""
    return [text for level, text in headings(notebook) if level == 2]


def heading_problems(notebook: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with the order of headings."""
    levels = [level for level, _ in headings(notebook)]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield "the first heading, and no other, is of level 1"
    for (before, _), (after, text) in zip(headings(notebook), headings(notebook)[1:], strict=False):
        if after > before + 1:
            yield f"heading “{text}” of level {after} follows one of level {before}"


def words(notebook: NotebookNode) -> int:
    """Count the words of the Markdown cells; a formula counts as one word."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " formula ", text, flags=re.DOTALL)
    text = re.sub(r"\[!\[.*?\]\(.*?\)\]\(.*?\)|\]\(.*?\)|<[^>]+>", " ", text)
    return len(re.findall(r"[\w'’-]*\w", text))


def code_lines(cells: list[NotebookNode]) -> int:
    """Count the non-blank lines of the code cells."""
    return sum(
        bool(line.strip())
        for cell in cells
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
    )
