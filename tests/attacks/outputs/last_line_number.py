"""Ends a test cell on a number, which nbgrader takes for partial credit."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        cell["source"] = "2"
