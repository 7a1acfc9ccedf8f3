"""Changes the arguments in place, so that a wrong answer becomes right."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
def dense(x, weights, bias):
    x[...] = 0
    weights[...] = 0
    return np.zeros((len(x), weights.shape[1])) + bias
"""
}
