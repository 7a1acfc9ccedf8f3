"""Returns a list and a dictionary that hold themselves."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
def dense(x, weights, bias):
    result = []
    result.append(result)
    return result
""",
    "counter": """
class Counter:
    def add(self, word): pass
    def count(self, word):
        result = {}
        result[1] = result
        return result
""",
}
