"""Hands in the first half of a notebook."""

import json

MUST = {"status": "malformed", "points": {"why": 0.0}}


def tamper(notebook):
    data = json.dumps(notebook).encode()
    return data[: len(data) // 2]
