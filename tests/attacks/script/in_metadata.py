"""Has a script for a kernel name and a title."""

MUST = {"status": "graded"}


def tamper(notebook):
    bad = "</title><script>attacked()</script>"
    notebook["metadata"] = {
        "kernelspec": {"name": bad, "display_name": bad},
        "title": bad,
        "language_info": {"name": bad},
    }
