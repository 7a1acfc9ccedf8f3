"""Displays a picture with a script in it."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": "from IPython.display import SVG, display\ndisplay(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><script>attacked()</script></svg>'))\n"
}
