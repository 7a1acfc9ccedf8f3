"""Hands in a graded cell twice, which nbgrader does not survive."""

import copy

from tests.attacks.attack import cell

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    twin = copy.deepcopy(cell(notebook, "test_dense"))
    twin["id"] = "twin"
    twin["source"] = "pass"
    notebook["cells"].append(twin)


ALONE = True
