"""Hands in a pipe that nobody writes to."""

import os

MUST = {"status": "missing", "points": {"why": 0.0}}
ONLY_OURS = "the batch hangs"


def files(folder):
    (folder / "attacked.ipynb").unlink()
    os.mkfifo(folder / "attacked.ipynb")
