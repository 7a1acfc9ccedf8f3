"""Hands in a link to a file without end."""

MUST = {"status": "missing", "points": {"why": 0.0}}
ONLY_OURS = "would harm the machine"


def files(folder):
    (folder / "attacked.ipynb").unlink()
    (folder / "attacked.ipynb").symlink_to("/dev/zero")
