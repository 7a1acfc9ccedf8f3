"""Hands in a right notebook of format 3, as IPython 2 wrote it."""

MUST = {"status": "graded"}
OTHERS = "right"


def tamper(notebook):
    import json

    import nbformat

    node = nbformat.from_dict(notebook)
    return nbformat.writes(nbformat.convert(node, 3), version=3).encode() or json.dumps({}).encode()
