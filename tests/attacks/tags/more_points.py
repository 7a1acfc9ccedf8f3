"""Says that the first test is worth 100 points and the others none."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        cell["metadata"]["nbgrader"]["points"] = 100
