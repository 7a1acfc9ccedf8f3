"""Empties the tests in the instructor's own source of the assignment."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
from pathlib import Path

for folder in (Path("../../.."), Path("@COURSE@")):
    for path in [*folder.glob("solutions/*/*.ipynb"), *folder.glob("exercises/*/*.ipynb")]:
        try:
            path.write_text(path.read_text().replace("assert", "# assert"))
        except OSError:
            pass
"""
}
ALONE = True
