"""Answers with 150,000 byte strings."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "kernel died"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
return [b"{}"] + [b"x"] * 150_000
""")
