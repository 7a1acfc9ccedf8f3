"""Adds a line to nbgrader_config.py, which runs as the instructor next time."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
from pathlib import Path

for path in (Path("../../../nbgrader_config.py"), Path("@COURSE@/nbgrader_config.py")):
    try:
        print(path.read_text())
        with path.open("a") as file:
            file.write("\\nc.ClearSolutions.code_stub = {'python': 'mine'}\\n")
    except OSError:
        pass
"""
}
ALONE = True
