"""Hands in a notebook of 17 MiB."""

import json

MUST = {"status": "malformed", "points": {"why": 0.0}}
ONLY_OURS = "would only take long"


def tamper(notebook):
    notebook["metadata"]["more"] = "x" * 17 * 2**20
    return json.dumps(notebook).encode()
