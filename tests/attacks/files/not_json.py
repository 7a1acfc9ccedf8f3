"""Hands in a picture under the notebook's name."""

MUST = {"status": "malformed", "points": {"why": 0.0}}


def tamper(notebook):
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10
