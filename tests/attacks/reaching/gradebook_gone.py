"""Takes all points from the classmates that were graded before."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
import sqlite3, glob

for path in glob.glob("../../../gradebook.db") + glob.glob("@COURSE@/gradebook.db"):
    with sqlite3.connect(path) as database:
        database.execute("update grade set manual_score = 0, auto_score = 0")
"""
}
ALONE = True
