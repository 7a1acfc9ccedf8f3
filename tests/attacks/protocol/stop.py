"""Says that an iteration has ended where nothing was iterated over."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "apply":
    return pack(["stop", []], [])
""")
