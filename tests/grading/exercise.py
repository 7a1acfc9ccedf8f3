"""A small assignment, and what students hand in of it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.course import notebooks
from helpers.grading import rebuild

SECRET = "assert double(np.array([21]))[0] == 42, 'doubles nothing'"


def _mark(name: str, **more: Any) -> str:
    settings = {"grade": False, "grade_id": name, "locked": True, "schema_version": 3}
    return "nbgrader=" + json.dumps({**settings, "solution": False, "task": False, **more})


SOURCE = f'''# %% [markdown]
# # Exercise 0. Doubles

# %% {_mark("imports")}
import numpy as np

# %% [markdown]
# ## Task 1: double (3 points)

# %% {_mark("double", locked=False, solution=True)}
def double(x):
    """Return 2x."""
    ### BEGIN SOLUTION
    return x + x  # the model answer
    ### END SOLUTION

# %% {_mark("test_double", grade=True, points=1)}
# Two numbers.
assert double(2) == 4

# %% {_mark("test_double_hidden", grade=True, points=2)}
# When you hand in: arrays.
### BEGIN HIDDEN TESTS
{SECRET}
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: halve (1 point)

# %% {_mark("halve", locked=False, solution=True)}
def halve(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

# %% {_mark("test_halve", grade=True, points=1)}
assert halve(2) == 1

# %% [markdown]
# ## Task 3: explain (2 points)

# %% [markdown] {_mark("explain", grade=True, locked=False, points=2, solution=True)}
# **Model answer.** Because it grows. Rubric: one point for each reason.
'''


def source(folder: Path) -> NotebookNode:
    """Return the assignment with solutions and hidden tests."""
    path = folder / "exercise.py"
    path.write_text(SOURCE, encoding="utf-8")
    return notebooks.read_source(path)


def release(assignment: NotebookNode) -> dict[str, Any]:
    """Return the students' version as plain JSON, to be filled in or tampered with."""
    return json.loads(json.dumps(rebuild.released(assignment)))


def cell(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a cell by its `grade_id`."""
    return next(
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def answered(notebook: dict[str, Any], **texts: str) -> dict[str, Any]:
    """Return a copy with the named cells' text replaced."""
    notebook = copy.deepcopy(notebook)
    for name, text in texts.items():
        cell(notebook, name)["source"] = text
    return notebook


def code(text: str, **metadata: Any) -> dict[str, Any]:
    """Return a code cell of a student's own."""
    return {"cell_type": "code", "metadata": metadata, "source": text, "outputs": []}


def prose(text: str) -> dict[str, Any]:
    """Return a text cell of a student's own."""
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def pack(notebook: Any) -> bytes:
    """Return a notebook's bytes."""
    return json.dumps(notebook).encode()
