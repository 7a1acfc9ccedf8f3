"""Deletes all test cells."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        notebook["cells"].remove(cell)
