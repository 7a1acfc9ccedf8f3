"""Answers with the same 16 MB a hundred times, which costs the sandbox nothing."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "out of memory"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
part = memoryview(bytes(16_000_000))
return [b"{}"] + [part] * 100
""")
