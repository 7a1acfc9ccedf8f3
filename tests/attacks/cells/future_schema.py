"""Gives the cells a schema version that does not exist yet."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        cell["metadata"]["nbgrader"]["schema_version"] = 99


ALONE = True
