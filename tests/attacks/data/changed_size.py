"""Resizes the array it is given, under the eyes of who still holds it."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
def dense(x, weights, bias):
    result = x @ weights + bias
    x.resize((1000, 1000), refcheck=False)
    return result[:1] * 0
"""
}
