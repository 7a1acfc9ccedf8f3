"""Asks for an array of a terabyte, which is an error like others."""

MUST = {"status": "graded", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {"dense": "def dense(x, weights, bias):\n    return np.ones(2**37)\n"}
