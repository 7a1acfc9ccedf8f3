"""Raises an error whose text raises an error, and returns objects whose repr does not end."""

MUST = {"status": "graded with time-outs"}
ONLY_OURS = "nobody but the student's kernel suffers"
ANSWERS = {
    "mean_square": """
class Odd(Exception):
    def __str__(self): raise Odd()
    __repr__ = __str__

def mean_square(values):
    raise Odd()
""",
    "dense": """
import time

class Slow:
    def __repr__(self):
        time.sleep(3600)

def dense(x, weights, bias):
    return Slow()
""",
}
