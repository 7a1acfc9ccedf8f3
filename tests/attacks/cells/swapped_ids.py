"""Swaps the names of a test that is passed and one that is not."""

from tests.attacks.attack import RIGHT, cell

MUST = {
    "status": "graded, locked cells restored",
    "points": {"test_counter": 1.0, "test_counter_hidden": 1.0},
}
ANSWERS = {"counter": RIGHT["counter"]}


def tamper(notebook):
    poor, rich = cell(notebook, "test_counter"), cell(notebook, "test_dense_hidden")
    poor["metadata"], rich["metadata"] = rich["metadata"], poor["metadata"]
