"""Prints 40 MB at once, more than a message may have, and then loops without end."""

MUST = {"status": "too much output", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {"dense": "print('x' * 40_000_000)\nwhile True:\n    pass\n"}
