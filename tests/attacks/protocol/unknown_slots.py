"""Returns values that speak of slots which do not exist, or exist twice."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "apply":
    handles.told = getattr(handles, "told", -1) + 1
    lies = [["slot", 77], ["slot", -1], ["new", 0, ["list"]], ["new", 2**70, ["list", ["slot", 2**70]]], ["new", 9, ["keras", "{}"]], ["new", 9, ["rng", {"bit_generator": "PCG64"}]]]
    return pack(["ok", [], lies[handles.told % 6], 0.0], [])
""")
