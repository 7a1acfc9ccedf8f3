"""Answers with bytes that are no JSON, or with nothing at all."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
handles.told = getattr(handles, "told", -1) + 1
return [[], [b""], [b"\\xff\\xfe"], [b"NaN"], [b'{"dense": '], [b"1e999"], [b"9" * 100_000]][handles.told % 7]
""")
