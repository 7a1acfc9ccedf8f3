"""Starts threads without end (2000 at most)."""

MUST = {"status": "graded with time-outs", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import threading, time

threading.stack_size(65536)
for _ in range(2000):
    try:
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
    except RuntimeError:
        break
time.sleep(20)
"""
}
