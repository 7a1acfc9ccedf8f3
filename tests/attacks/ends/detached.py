"""Leaves a process behind that detached itself, to work on when grading is over."""

MUST = {"status": "graded", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {
    "dense": """
import subprocess, sys

subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(120)", "@MARK@"],
    start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
"""
}
ALONE = True
