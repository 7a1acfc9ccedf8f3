"""Writes to the kernel's own standard output and error without end, behind Python's back."""

MUST = {"status": "too much output", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import os

while True:
    for number in (1, 2):
        try:
            os.write(number, b"x" * 10_000)
        except BaseException:
            pass
"""
}
