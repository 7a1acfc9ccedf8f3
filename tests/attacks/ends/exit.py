"""Calls `exit()` at the top of a solution cell."""

MUST = {"status": "graded", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {"dense": "exit()\n"}
