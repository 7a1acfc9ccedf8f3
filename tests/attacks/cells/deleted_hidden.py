"""Deletes the hidden tests' cells alone."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        if cell["metadata"]["nbgrader"]["grade_id"].endswith("_hidden"):
            notebook["cells"].remove(cell)
