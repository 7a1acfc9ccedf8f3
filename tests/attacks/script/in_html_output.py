"""Displays HTML with a script."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": "from IPython.display import HTML, display\ndisplay(HTML('<script>attacked()</script><b onclick=\"attacked()\">x</b>'))\n"
}
