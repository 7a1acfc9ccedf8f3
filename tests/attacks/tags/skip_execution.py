"""Tags the test cells `skip-execution`, so that nothing is run and nothing fails."""

from tests.attacks.attack import tests

MUST = {"status": "graded, locked cells restored"}


def tamper(notebook):
    for cell in tests(notebook):
        cell["metadata"]["tags"] = ["skip-execution"]
