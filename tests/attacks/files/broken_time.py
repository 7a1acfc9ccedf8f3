"""Hands in a timestamp.txt that is no time."""

MUST = {"status": "graded"}


def files(folder):
    (folder / "timestamp.txt").write_text("yesterday, I swear")
