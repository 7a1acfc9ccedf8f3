"""Prints one line of 20 MB."""

MUST = {"status": "too much output", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {"dense": "print('x' * 20_000_000)\n"}
ONLY_OURS = "would harm the machine"
