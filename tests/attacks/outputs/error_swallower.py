"""Has IPython show errors as nothing, with a custom exception handler."""

MUST = {"status": "graded"}
ANSWERS = {
    "dense": """
get_ipython().set_custom_exc((BaseException,), lambda *args, **more: None)
dense = None
"""
}
