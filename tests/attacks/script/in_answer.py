"""Writes a script into a Markdown answer."""

MUST = {"status": "graded"}
ANSWERS = {"why": "Because.\n\n<script>attacked()</script>\n\n<img src=x onerror='attacked()'>\n"}
