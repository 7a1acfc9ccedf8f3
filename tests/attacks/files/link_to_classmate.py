"""Hands in a link to a classmate's notebook."""

MUST = {"status": "missing", "points": {"why": 0.0}}


def files(folder):
    (folder / "attacked.ipynb").unlink()
    (folder / "attacked.ipynb").symlink_to("../../zoe/attacked/attacked.ipynb")
