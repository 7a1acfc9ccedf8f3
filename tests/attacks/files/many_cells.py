"""Hands in 3,000 cells."""

import json

from tests.attacks.attack import code

MUST = {"status": "malformed", "points": {"why": 0.0}}
ONLY_OURS = "would only take long"


def tamper(notebook):
    notebook["cells"] += [code("pass") for _ in range(3000)]
    return json.dumps(notebook).encode()
