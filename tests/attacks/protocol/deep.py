"""Answers with 100,000 brackets, and with values nested as deep as is allowed, many times over."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "describe":
    return [b"[" * 100_000 + b"]" * 100_000]
tree = 1
for _ in range(900):
    tree = ["tuple", tree]
return pack(["ok", [], tree, 0.0], [])
""")
