"""Ends Python in a function that a test calls."""

MUST = {"status": "kernel died", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {"dense": "import os\n\ndef dense(x, weights, bias):\n    os._exit(0)\n"}
