"""Makes 100,000 empty files in nested folders."""

MUST = {"status": "graded with time-outs", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
import os, time

try:
    for number in range(100_000):
        if number % 100 == 0:
            os.mkdir(str(number))
            os.chdir(str(number))
        open(str(number), "w").close()
except OSError:
    pass
time.sleep(10)
"""
}
