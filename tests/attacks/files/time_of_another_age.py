"""Hands in a timestamp.txt of the year 1 in an odd time zone."""

MUST = {"status": "graded"}


def files(folder):
    (folder / "timestamp.txt").write_text("0001-01-01 00:00:00 +14:00")
