"""Displays HTML without end, in a function that a test calls, and swallows the interrupt."""

MUST = {"status": "too much output", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
from IPython.display import HTML, display

def dense(x, weights, bias):
    while True:
        try:
            while True:
                display(HTML("x" * 10_000))
        except BaseException:
            pass
"""
}
