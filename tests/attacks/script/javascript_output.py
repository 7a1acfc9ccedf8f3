"""Displays JavaScript."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": "from IPython.display import Javascript, display\ndisplay(Javascript('attacked()'))\n"
}
