"""Reads memory at address 0."""

MUST = {"status": "kernel died", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {"dense": "def dense(x, weights, bias):\n    import ctypes\n    ctypes.string_at(0)\n"}
