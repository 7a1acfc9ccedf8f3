"""Tags the test cells `raises-exception`, so that an error counts as expected."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        cell["metadata"]["tags"] = ["raises-exception"]
