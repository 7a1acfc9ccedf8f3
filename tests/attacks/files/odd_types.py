"""Has numbers, nulls and lists where texts and cells should be."""

import json

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    notebook["metadata"] = [1, None]
    notebook["cells"][1:1] = [
        None,
        7,
        [],
        {"cell_type": 5, "source": {"a": 1}},
        {"source": [1, "pass"]},
    ]
    notebook["cells"][0]["source"] = float("nan")
    for cell in notebook["cells"]:
        if isinstance(cell, dict) and cell.get("metadata", {}).get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] = {"a": []}
    return json.dumps(notebook).encode()
