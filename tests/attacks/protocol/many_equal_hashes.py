"""Returns a set of numbers that all have the same hash."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "apply":
    return pack(["ok", [], ["new", 40, ["set", *(number * (2**61 - 1) for number in range(400_000))]], 0.0], [])
""")
