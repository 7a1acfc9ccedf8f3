"""`course regrade`: grading again comes to the same, and whatever does not is reported."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from helpers.course.errors import CourseError
from helpers.grading import replay, runner, workers
from helpers.grading.checker import Job, Result
from helpers.grading.classroom import Classroom
from helpers.grading.verdicts import CellVerdict, Status, Verdict
from tests.grading import exercise
from tests.grading.small_class import ASSIGNMENT, hand_in, released, small_class
from tests.grading.test_runner import RIGHT, course_command, verdicts

pytestmark = pytest.mark.xdist_group("runner")


@pytest.fixture(scope="module")
def room(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """Return a course with three graded submissions."""
    room = small_class(tmp_path_factory, "replay", course)
    right = exercise.pack(exercise.answered(released(room), **RIGHT))
    hand_in(room, {"ada": right, "bea": None, "cy": b"no notebook"})
    course_command(room, "grade", ASSIGNMENT, "--workers", "1")
    return room


def test_the_same_and_not_the_same(room: Classroom) -> None:
    """A replay writes nothing down, and names every cell that came to something else."""
    before = verdicts(room)
    said = course_command(room, "regrade", ASSIGNMENT, "--verify", "--workers", "1")
    assert "3 graded again: every status and every point as before" in said
    file = room.root / "verdicts" / ASSIGNMENT / "ada.json"
    text = file.read_text(encoding="utf-8")
    data = json.loads(text)
    data["cells"][1]["points"] = 0.5
    data["hashes"]["tests"] = "another"
    file.write_text(json.dumps(data), encoding="utf-8")
    said = course_command(room, "regrade", ASSIGNMENT, "--verify", "--workers", "1", code=1)
    assert "test_double_hidden" in said and "0.5" in said and "2.0" in said and "tests" in said
    assert "test_halve" not in said
    assert json.loads(file.read_text(encoding="utf-8")) == data
    course_command(room, "regrade", ASSIGNMENT, "--student", "ada", "--workers", "1")
    now = verdicts(room)
    assert now["ada"].cells == before["ada"].cells
    assert now["ada"].hashes == before["ada"].hashes
    assert (now["bea"], now["cy"]) == (before["bea"], before["cy"])


def test_differences() -> None:
    """Every cell that differs is named, with what has changed since."""
    cells = [CellVerdict("one", 1.0, 1.0, "passed"), CellVerdict("two", None, 1.0, "to mark")]
    before = Verdict(ASSIGNMENT, "ada", cells=cells, hashes={"submission": "a", "tests": "b"})
    assert replay.differences(before, before) == []
    changed = [CellVerdict("one", 0.0, 1.0, "failed"), CellVerdict("three", 1.0, 1.0, "passed")]
    now = Verdict(ASSIGNMENT, "ada", Status.DIED, changed, hashes={"submission": "a", "tests": "c"})
    found = replay.differences(before, now)
    assert [(it.where, it.before, it.now) for it in found] == [
        ("status", "graded", "kernel died"),
        ("one", "1.0", "0.0"),
        ("two", "to mark", "no such cell"),
        ("three", "no such cell", "1.0"),
    ]
    assert {it.changed for it in found} == {"tests"}


class Here:
    """A pool that grades nothing, in this process."""

    def grade(self, jobs: Iterable[Job]) -> Iterator[list[Result]]:
        for job in jobs:
            yield [workers.not_graded(job, "no kernel here")]


def test_a_sample_is_drawn(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sample each time, no larger than asked for, of those who have a verdict."""
    monkeypatch.chdir(room.root)
    work = runner.Class(room.root, ASSIGNMENT)
    students = [*work.students(), "nobody"]
    assert [it.student for it in replay.choose(work, students, None)] == ["ada", "bea", "cy"]
    drawn = replay.choose(work, students, 2)
    assert len(drawn) == 2 and drawn == replay.choose(work, students, 2)
    with pytest.raises(CourseError, match="no verdicts"):
        replay.choose(work, ["nobody"], None)
    seen: list[Verdict] = []
    found = replay.verify(work, Here(), drawn, seen.append)  # type: ignore[arg-type]
    assert {it.student for it in found} == {it.student for it in drawn}
    assert len(seen) == 2
