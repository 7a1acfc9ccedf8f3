"""Raises the errors that end a test quietly: SystemExit, GeneratorExit, SkipTest, KeyboardInterrupt."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
import unittest

def dense(x, weights, bias):
    raise unittest.SkipTest("not today")
""",
    "mean_square": "def mean_square(values):\n    raise SystemExit(0)\n",
    "counter": """
class Counter:
    def add(self, word):
        raise KeyboardInterrupt
    def count(self, word):
        raise GeneratorExit
""",
}
