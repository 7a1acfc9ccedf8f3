"""Notebooks from text sources: the same source gives the same bytes, outputs aside."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def read_source(path: Path) -> NotebookNode:
    """Make a notebook without outputs from a py:percent source.

    Cell ids come from nbgrader's `grade_id`, or from the cell's content: jupytext would draw new
    random ones at each conversion.
    """
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(METADATA)
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)
        name = grade_id(cell) or hashlib.sha256(cell.source.encode()).hexdigest()[:12]
        slug = re.sub(r"[^A-Za-z0-9_-]", "-", name)[:60]
        cell.id = f"{slug}-{seen[slug]}" if seen[slug] else slug
        seen[slug] += 1
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def grade_id(cell: NotebookNode) -> str | None:
    """Return nbgrader's name of a cell, or None."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def read(path: Path) -> NotebookNode:
    """Read a notebook."""
    return nbformat.read(path, as_version=4)


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    part.replace(path)


def describe(cell: NotebookNode) -> str:
    """Return the first line of a cell, to name it to a person."""
    name = grade_id(cell)
    first = next((line for line in cell.source.splitlines() if line.strip()), "(empty)")
    return f"{name}: {first[:60]}" if name else first[:60]
