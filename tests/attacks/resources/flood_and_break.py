"""Prints 40 MB at once and leaves a kernel that answers nothing more: innocent cells come after."""

MUST = {"status": "too much output", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import time

get_ipython().events.register("pre_execute", lambda: time.sleep(100))
print("x" * 40_000_000)
time.sleep(100)
"""
}
