"""Hands in a right notebook in an old encoding; it counts as it is."""

import json

from tests.attacks.attack import answered

MUST = {"status": "graded"}
OTHERS = "right"


def tamper(notebook):
    notebook = answered(notebook, {"why": "Größe zählt."})
    return json.dumps(notebook, ensure_ascii=False).encode("latin-1")
