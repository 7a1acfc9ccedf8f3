"""Hands in a timestamp.txt that is a link to a file of the instructor's."""

MUST = {"status": "graded"}


def files(folder):
    (folder / "timestamp.txt").symlink_to("../../../nbgrader_config.py")
