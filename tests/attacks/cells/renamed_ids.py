"""Renames the test cells, so that nbgrader no longer knows them."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for number, cell in enumerate(tests(notebook)):
        cell["metadata"]["nbgrader"]["grade_id"] = f"mine_{number}"
        cell["source"] = "pass"
