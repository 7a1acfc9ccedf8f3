"""Returns arrays whose bytes do not fit, with negative, huge and endless shapes and odd dtypes."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "apply":
    handles.told = getattr(handles, "told", -1) + 1
    lies = [["<f8", [-1], 0], ["<f8", [2**62, 4], 0], ["<f8", [0, 2**62], 0], ["O", [1], 0], ["V8", [1], 0], ["<f8", [1] * 64, 0], ["<f8,<i4", [1], 0], ["<M8[s]", [1], 0], [["a"], {}, 0]]
    return pack(["ok", [], ["new", 60, ["array", *lies[handles.told % 9]]], 0.0], [bytes(8)])
""")
