"""Writes to the kernel's own standard output and error, behind Python's back."""

MUST = {"status": "graded", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import os

for _ in range(200):
    for number in (1, 2):
        try:
            os.write(number, b"x" * 10_000)
        except OSError:
            pass
"""
}
