"""Returns a range of 200 million numbers, for the checker to write out."""

MUST = {"status": "graded"}
ONLY_OURS = "nobody but the student's kernel suffers"
ANSWERS = {"dense": "def dense(x, weights, bias):\n    return range(200_000_000)\n"}
