"""Returns an iterator that does not end."""

MUST = {"status": "graded with time-outs"}
ONLY_OURS = "nobody but the student's kernel suffers"
ANSWERS = {
    "counter": """
import itertools

class Counter:
    def __init__(self): self.heard = []
    def add(self, word): self.heard.append(word)
    def count(self, word): return self.heard.count(word)
    def words(self): return itertools.count() if len(self.heard) == 3 else None
""",
}
MUST["points"] = {}
