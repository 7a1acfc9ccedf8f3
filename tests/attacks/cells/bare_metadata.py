"""Puts lists and numbers where nbgrader's metadata should be."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for number, cell in enumerate(tests(notebook)):
        cell["metadata"] = [{"nbgrader": [1, 2]}, {"nbgrader": "yes"}, {}, {"tags": 5}][number % 4]
