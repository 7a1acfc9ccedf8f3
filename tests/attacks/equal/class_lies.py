"""Returns an object that says by `__class__` that it is a float, and answers comparisons."""

MUST = {"status": "graded"}
ANSWERS = {
    "mean_square": """
class Liar:
    __class__ = float
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __sub__(self, other): return self
    def __abs__(self): return self
    def __float__(self): return 0.0

def mean_square(values):
    return Liar()
"""
}
