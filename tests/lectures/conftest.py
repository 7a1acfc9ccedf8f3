"""What the tests of lectures share."""

from pathlib import Path

import pytest

from tests.lectures.source import Lecture


@pytest.fixture(scope="module")
def lecture(request: pytest.FixtureRequest, course: Path) -> Lecture:
    """Return the lecture that a test module is named after: 02_x for test_02_x.py."""
    return Lecture(course, request.path.stem.removeprefix("test_"))
