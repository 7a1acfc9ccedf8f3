"""Moves the tests before the solutions, and right functions before the tests."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    moved = tests(notebook)
    rest = [cell for cell in notebook["cells"] if cell not in moved]
    notebook["cells"] = moved + rest
