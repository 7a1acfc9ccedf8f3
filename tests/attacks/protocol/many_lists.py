"""Answers with 20 MB of empty lists, which take fifty times as much memory."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
return [b"[" + b"[]," * 6_000_000 + b"[]]"]
""")
