"""Ignores all signals and then sleeps in a function that a test calls."""

MUST = {"status": "graded with time-outs", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {
    "dense": """
import signal, time

def dense(x, weights, bias):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(3600)
"""
}
ONLY_OURS = "the batch hangs"
