"""Hands in a folder under the notebook's name."""

MUST = {"status": "missing", "points": {"why": 0.0}}


def files(folder):
    (folder / "attacked.ipynb").unlink()
    (folder / "attacked.ipynb").mkdir()
