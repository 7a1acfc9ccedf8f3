"""Returns and raises texts of 20 MB."""

MUST = {"status": "graded"}
ONLY_OURS = "nobody but the student's kernel suffers"
ANSWERS = {
    "dense": "def dense(x, weights, bias):\n    return 'x' * 20_000_000\n",
    "mean_square": "def mean_square(values):\n    raise ValueError('a b ' * 5_000_000)\n",
    "counter": "class Counter:\n    def add(self, word): pass\n    def count(self, word): return 'a b ' * 5_000_000\n",
}
