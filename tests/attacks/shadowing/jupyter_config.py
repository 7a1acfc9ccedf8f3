"""Hands in nbgrader_config.py and jupyter_config.py beside the notebook."""

MUST = {"status": "graded"}


def files(folder):
    for name in ("nbgrader_config.py", "jupyter_config.py", "ipython_config.py"):
        (folder / name).write_text(
            "c = get_config()\nc.Execute.allow_errors = True\nc.Execute.enabled = False\n"
        )
