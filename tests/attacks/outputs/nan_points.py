"""Displays NaN and huge numbers where partial credit is read."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
from IPython import get_ipython
shell = get_ipython()
shell.showtraceback = lambda *args, **more: shell.displayhook(float("nan"))
"""
}
