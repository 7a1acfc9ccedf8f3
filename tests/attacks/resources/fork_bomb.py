"""Starts processes that start processes (300 at most, if nobody stops it)."""

MUST = {"status": "kernel died", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import os, time

for _ in range(300):
    try:
        if os.fork() == 0:
            time.sleep(10)
            os._exit(0)
    except OSError:
        pass
time.sleep(10)
"""
}
