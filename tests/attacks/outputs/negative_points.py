"""Takes its points down, and the maximum with them, by a negative number."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": "from IPython import get_ipython\nget_ipython()._showtraceback = lambda *args: print(-3)\n"
}
