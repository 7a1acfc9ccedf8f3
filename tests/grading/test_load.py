"""A class with many attackers in it is graded without anybody's help, and everyone rightly.

`course bench` does the same with 300 students.
"""

from pathlib import Path

import pytest

from helpers.grading import sandbox
from tests.grading import load

pytestmark = [
    pytest.mark.xdist_group("runner"),  # they take both processors
    pytest.mark.skipif(sandbox.available() is not None, reason=str(sandbox.available())),
]
STUDENTS = 24
ATTACKERS = len(load.KINDS)  # one of each kind


def test_everyone_in_a_class_with_attackers_gets_what_is_due(tmp_path: Path) -> None:
    outcome = load.grade(tmp_path / "room", STUDENTS, ATTACKERS)
    assert outcome.wrong == []
    assert sum(outcome.statuses.values()) == STUDENTS
    assert len(outcome.statuses) >= 7, outcome.statuses
