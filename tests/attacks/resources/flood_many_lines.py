"""Prints lines without end."""

MUST = {"status": "too much output", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {"dense": "while True:\n    print('x' * 1000)\n"}
