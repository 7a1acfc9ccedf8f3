"""Reads a classmate's work and hands it in as its own."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
import json
from pathlib import Path

for place in ("../../../submitted", "@COURSE@/submitted", "../../../autograded"):
    for path in Path(place).glob("zoe/*/*.ipynb"):
        for found in json.loads(path.read_text())["cells"]:
            text = "".join(found["source"])
            print(text)
            if text.startswith(("def ", "class ")) and found["cell_type"] == "code":
                exec(text)
"""
}
