"""Loops without end, and swallows the interrupt."""

MUST = {"status": "graded with time-outs", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ANSWERS = {
    "dense": """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
}
ONLY_OURS = "the batch hangs"
