"""Hands in a link to the gradebook as its notebook."""

MUST = {"status": "missing", "points": {"why": 0.0}}


def files(folder):
    (folder / "attacked.ipynb").unlink()
    (folder / "attacked.ipynb").symlink_to("../../../gradebook.db")
