"""Hands in a class whose metaclass says yes to everything."""

MUST = {"status": "graded"}
ANSWERS = {
    "counter": """
class Yes(type):
    def __instancecheck__(cls, other): return True
    def __eq__(cls, other): return True
    def __call__(cls, *args): return cls
    def __hash__(cls): return 1

class Counter(metaclass=Yes):
    add = count = lambda *args: Counter
"""
}
