"""Answers with JSON of other types than an answer has."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "apply":
    lies = [[], {}, None, 7, "ok", ["ok"], ["ok", {}, 1, 2], ["ok", [], ["float", 7], 0.0], ["raised", [], 5, 5, 5, 5, 5]]
    handles.told = getattr(handles, "told", -1) + 1
    return pack(lies[handles.told % len(lies)], [])
""")
