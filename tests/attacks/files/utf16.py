"""Hands in a right notebook as UTF-16 with a byte order mark; it counts as it is."""

import json

MUST = {"status": "graded"}
OTHERS = "right"


def tamper(notebook):
    return json.dumps(notebook).encode("utf-16")
