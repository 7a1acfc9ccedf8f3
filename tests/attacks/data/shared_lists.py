"""Returns a list of lists that, written out, has a billion numbers."""

MUST = {"status": "graded"}
ONLY_OURS = "nobody but the student's kernel suffers"
ANSWERS = {
    "dense": """
def laughing():
    result = [0] * 10
    for _ in range(8):
        result = [result] * 10
    return result

def dense(x, weights, bias):
    return laughing()
""",
    "counter": """
class Counter:
    def add(self, word): pass
    def count(self, word): return laughing()
    def words(self): return laughing()
""",
    "mean_square": "def mean_square(values):\n    return laughing()\n",
}
