"""Says that arguments were changed which do not exist."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "apply":
    handles.told = getattr(handles, "told", -1) + 1
    slot = [99, -1, True, 1.5, "0", None, 10**30][handles.told % 7]
    return pack(["ok", [[slot, ["list", 1]]], 5, 0.0], [])
""")
