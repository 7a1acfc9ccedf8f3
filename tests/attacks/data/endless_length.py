"""Returns an object that says it has 10**18 items."""

MUST = {"status": "graded"}
ANSWERS = {
    "counter": """
class Long:
    def __len__(self): return 10**18
    def __getitem__(self, index): return 0
    def __iter__(self): return iter(())
    def __length_hint__(self): return 10**18

class Counter:
    def __init__(self): self.heard = []
    def add(self, word): self.heard.append(word)
    def count(self, word): return self.heard.count(word)
    def words(self): return Long()
""",
    "dense": """
class Long:
    def __len__(self): return 10**18
    def __getitem__(self, index): return 0

def dense(x, weights, bias):
    return Long()
""",
}
