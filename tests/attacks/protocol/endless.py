"""Answers with more bytes than a message may have."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded with time-outs"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
return [b"[" + b" " * 60_000_000 + b"]"]
""")
