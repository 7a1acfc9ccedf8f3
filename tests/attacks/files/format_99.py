"""Says that a right notebook is of format 99."""

MUST = {"status": "graded"}
OTHERS = "right"


def tamper(notebook):
    notebook["nbformat"] = 99
