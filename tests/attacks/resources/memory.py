"""Asks for more memory than there is, a piece at a time."""

MUST = {"status": "out of memory", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
def dense(x, weights, bias):
    import time
    held = []
    for _ in range(60):
        held.append(bytearray(b"1") * 50_000_000)
        time.sleep(0.05)
    return x
"""
}
