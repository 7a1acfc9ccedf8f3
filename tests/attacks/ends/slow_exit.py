"""Registers a function that sleeps when Python ends."""

MUST = {"status": "graded", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {"dense": "import atexit, time\natexit.register(time.sleep, 3600)\n"}
ONLY_OURS = "the batch hangs"
