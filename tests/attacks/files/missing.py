"""Hands in a folder without the notebook."""

MUST = {"status": "missing", "points": {"why": 0.0}}


def files(folder):
    (folder / "attacked.ipynb").rename(folder / "Attacked (1).ipynb")
