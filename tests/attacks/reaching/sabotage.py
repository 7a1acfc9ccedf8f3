"""Overwrites the work of a classmate who is graded later."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
from pathlib import Path

for place in ("../../../submitted", "@COURSE@/submitted"):
    for path in Path(place).glob("zoe/*/*.ipynb"):
        try:
            path.write_text(path.read_text().replace("return", "return None #"))
        except OSError:
            pass
"""
}
ALONE = True
