"""Sends SIGKILL to every process it may send one to."""

MUST = {"status": "kernel died", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {
    "dense": """
def dense(x, weights, bias):
    import os, signal
    if os.getuid() == 1000 and os.uname().nodename == "sandbox":
        os.kill(-1, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
"""
}
ONLY_OURS = "would harm the machine"
