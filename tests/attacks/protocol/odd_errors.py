"""Raises errors of classes that cannot be made from a text, or do not exist."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "apply":
    handles.told = getattr(handles, "told", -1) + 1
    name = ["ExceptionGroup", "UnicodeDecodeError", "StopIteration", "KeyboardInterrupt", "type", "__import__", "StopAsyncIteration", "SystemExit", 7][handles.told % 9]
    return pack(["raised", [], [name], "x" * 1_000_000, None, "y" * 1_000_000, float(0)], [])
""")
