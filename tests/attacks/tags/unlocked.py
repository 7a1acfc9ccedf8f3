"""Unlocks the test cells and empties them."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        cell["metadata"]["nbgrader"]["locked"] = False
        cell["source"] = "pass"
