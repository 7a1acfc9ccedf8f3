"""Hands in an empty file."""

MUST = {"status": "malformed", "points": {"why": 0.0}}


def tamper(notebook):
    return b""
