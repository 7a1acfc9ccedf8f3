"""Opens files until there are no more."""

MUST = {"status": "graded", "points": {"test_dense": 0.0, "test_dense_hidden": 0.0}}
OTHERS = "right"
ONLY_OURS = "would harm the machine"
ANSWERS = {
    "dense": """
def dense(x, weights, bias):
    held = []
    while True:
        held.append(open("/dev/null"))
"""
}
