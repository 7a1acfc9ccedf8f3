"""Gives the cells an odd schema version of nbgrader's metadata."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        cell["metadata"]["nbgrader"]["schema_version"] = 1


ALONE = True
