"""Raises an error whose text is a script."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": "def dense(x, weights, bias):\n    raise ValueError('<script>attacked()</script>')\n"
}
