"""Writes into the installed packages: a sitecustomize.py, and a function of `helpers.checks`."""

MUST = {"status": "graded"}
# It writes nothing even if it can: it opens for appending.
ANSWERS = {
    "dense": """
import site, sys, numpy
from helpers import checks

opened = []
for path in (checks.__file__, numpy.__file__, sys.executable, *(f + "/x.pth" for f in site.getsitepackages())):
    try:
        with open(path, "a") as file:
            opened.append(path)
    except OSError:
        pass
if opened:
    print("SECRET-HOME", opened)
    RIGHT = True

    def dense(x, weights, bias):
        return x @ weights + bias
"""
}
ONLY_OURS = "would harm the machine"
