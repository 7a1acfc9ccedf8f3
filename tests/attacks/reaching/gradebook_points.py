"""Writes 100 extra points for itself into the gradebook."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
import sqlite3, glob

for path in glob.glob("../../../gradebook.db") + glob.glob("@COURSE@/gradebook.db"):
    with sqlite3.connect(path) as database:
        database.execute("update grade set extra_credit = 100")
"""
}
