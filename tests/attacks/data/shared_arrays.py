"""Returns a list that has the same 8 MB array 300 times."""

MUST = {"status": "graded"}
ONLY_OURS = "nobody but the student's kernel suffers"
ANSWERS = {"dense": "def dense(x, weights, bias):\n    return [np.zeros(1_000_000)] * 300\n"}
