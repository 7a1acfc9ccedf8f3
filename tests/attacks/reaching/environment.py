"""Prints the instructor's environment variables."""

MUST = {"status": "graded"}
ANSWERS = {"dense": "import os\nprint(dict(os.environ))\n"}
