"""Empties the test cells, checksums included."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        cell["source"] = ""
        cell["metadata"]["nbgrader"]["checksum"] = "0" * 32
