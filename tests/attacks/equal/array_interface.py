"""Gives NumPy another array each time it asks."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
import numpy as np

class Shifty:
    shape = (4, 2)
    dtype = np.dtype(float)
    asked = 0
    def __array__(self, dtype=None, copy=None):
        Shifty.asked += 1
        return np.full((4, 2), float(Shifty.asked))
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args): return np.zeros((4, 2))

def dense(x, weights, bias):
    return Shifty()
"""
}
