"""Says that the arguments were changed in place, to another shape, dtype and size."""

from tests.attacks.protocol._agent import lying

MUST = {"status": "graded"}
ONLY_OURS = "no such thing there"
ANSWERS = lying("""
if kind == "apply" and buffers:
    huge = bytes(8 * 1_000_000)
    return pack(["ok", [[0, ["array", "<f8", [1000, 1000], 0]]], ["new", 50, ["array", "<f8", [1, 2], 1]], 0.0], [huge, struct.pack("2d", 7.5, 10.0)])
""")
