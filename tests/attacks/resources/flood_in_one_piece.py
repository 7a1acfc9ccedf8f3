"""Prints 40 MB at once, more than a message may have, again and again, and swallows the interrupt."""

MUST = {"status": "too much output", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import time

while True:
    try:
        print("x" * 40_000_000)
        time.sleep(0.5)
    except BaseException:
        pass
"""
}
