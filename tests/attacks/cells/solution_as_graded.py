"""Marks the solution cell as a graded test of its own name."""

from tests.attacks.attack import cell

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    settings = cell(notebook, "dense")["metadata"]["nbgrader"]
    settings.update(grade=True, points=50, grade_id="test_dense_hidden")


ALONE = True
