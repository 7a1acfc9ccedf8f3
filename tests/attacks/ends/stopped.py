"""Stops its own process, which then answers nobody."""

MUST = {"status": "graded with time-outs", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {"dense": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n"}
ONLY_OURS = "the batch hangs"
