"""Writing verdicts into nbgrader's gradebook; no kernel runs here."""

import random
import re
import sqlite3
import time
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from helpers.course.errors import CourseError
from helpers.grading import checker, hashes, runner, sandbox, summary
from helpers.grading.classroom import Classroom
from helpers.grading.verdicts import CellVerdict, Status, Verdict
from tests.grading.small_class import ASSIGNMENT, copied, hand_in, rows, small_class

MANY = 1000
PENALTY = 'c.LateSubmissionPlugin.penalty_method = "zero"\n'


@pytest.fixture(scope="module")
def room(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """Return a course in which the assignment is released."""
    return small_class(tmp_path_factory, "gradebook", course, PENALTY)


@pytest.fixture
def work(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> runner.Class:
    """Return the assignment's submissions, of whom there are none."""
    monkeypatch.chdir(room.root)
    return runner.Class(room.root, ASSIGNMENT)


def verdict_on(student: str, *points: float | None, **more: object) -> Verdict:
    """Return a verdict with points for each cell, the written answer to be marked."""
    names = {"test_double": 1.0, "test_double_hidden": 2.0, "test_halve": 1.0, "explain": 2.0}
    given = [*points, *[None] * (len(names) - len(points))]
    cells = [
        CellVerdict(name, value, names[name], "passed")
        for name, value in zip(names, given, strict=True)
    ]
    return Verdict(ASSIGNMENT, student, cells=cells, **more)  # type: ignore[arg-type]


def result(work: runner.Class, verdict: Verdict) -> checker.Result:
    """Return a result with the assignment's source for a graded notebook."""
    notebook = nbformat.reads(work.job(verdict.student).source, as_version=4)
    return checker.Result(verdict, checker.finished(notebook, verdict))


def grade_of(room: Classroom, student: str, cell: str) -> dict[str, object]:
    """Return one row of the gradebook."""
    return rows(room)[student]["grades"][cell]


def test_a_persons_marks_stay(room: Classroom, work: runner.Class) -> None:
    """Marks are kept; they are to be looked at again only if the work was graded again."""
    with work.writer() as writer:
        writer.write([verdict_on("marked", 1.0, 2.0, 0.0)])
    with Gradebook(work.course.db_url, work.course.course_id) as gradebook:
        grade = gradebook.find_grade("explain", ASSIGNMENT, ASSIGNMENT, "marked")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    expected = {"auto": None, "manual": 1.5, "needs": False}
    with work.writer() as writer:
        writer.write([verdict_on("marked", 1.0, 2.0, 0.0)], again=True)
        assert grade_of(room, "marked", "explain") == expected
        writer.write([verdict_on("marked", 1.0, 2.0, 1.0)])
    assert grade_of(room, "marked", "explain") == {**expected, "needs": True}


def test_blank_answers_get_nbgraders_comment(room: Classroom, work: runner.Class) -> None:
    with work.writer() as writer:
        writer.write([verdict_on("blank", 0.0, 0.0, 0.0, 0.0, untouched=["double", "explain"])])
        assert rows(room)["blank"]["comments"] == {
            "double": "No response.",
            "halve": None,
            "explain": "No response.",
        }
        writer.write([verdict_on("blank", 1.0, 2.0, 0.0, untouched=[])])
    assert set(rows(room)["blank"]["comments"].values()) == {None}


def test_late_work_is_judged_by_nbgraders_plugin(room: Classroom, work: runner.Class) -> None:
    """The plug-in that the configuration names says what lateness costs; never more than all."""
    due = datetime(2026, 1, 15, 12)
    with Gradebook(work.course.db_url, work.course.course_id) as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=due)
    received = {"early": datetime(2026, 1, 15, 11), "late": datetime(2026, 1, 15, 13)}
    try:
        with work.writer() as writer:
            writer.write([verdict_on(name, 1.0, 2.0, 0.0) for name in received], received)
        assert rows(room)["early"]["penalty"] is None
        assert rows(room)["late"]["penalty"] == 3.0
        assert rows(room)["late"]["timestamp"] == received["late"]
    finally:
        with Gradebook(work.course.db_url, work.course.course_id) as gradebook:
            gradebook.update_or_create_assignment(ASSIGNMENT, duedate=None)


def test_all_of_a_batch_or_nothing(room: Classroom, work: runner.Class) -> None:
    """A verdict that does not fit the gradebook leaves nothing behind, and says what to do."""
    wrong = Verdict(ASSIGNMENT, "wrong", cells=[CellVerdict("other", 1.0, 1.0, "passed")])
    with work.writer() as writer:
        with pytest.raises(CourseError, match="generate_assignment"):
            writer.write([verdict_on("right", 1.0), wrong])
        assert not {"right", "wrong"} & rows(room).keys()
        writer.write([verdict_on("right", 1.0)])
    assert "right" in rows(room)


def commands(error: pytest.ExceptionInfo[CourseError]) -> list[list[str]]:
    """Return the commands of nbgrader that an error names."""
    return [found.split() for found in re.findall(r"`nbgrader (.+?)`", str(error.value))]


def test_what_an_error_says_to_do_helps(
    room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a clone, where exercises are there and no gradebook is; and after a change of cells."""
    clone = copied(room, tmp_path / "course", "gradebook.db")
    monkeypatch.chdir(clone.root)
    work = runner.Class(clone.root, ASSIGNMENT)
    with pytest.raises(CourseError, match="does not know") as caught, work.writer():
        pass
    for command in commands(caught):
        clone.nbgrader(*command)
    with work.writer() as writer:
        writer.write([verdict_on("ada", 1.0)])

    source = clone.root / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('"test_halve"', '"test_half"'), encoding="utf-8")
    verdict = verdict_on("ada", 1.0)
    verdict.cells[2].name = "test_half"
    with pytest.raises(CourseError, match="other cells") as caught, work.writer() as writer:
        writer.write([verdict])
    generate, remove = commands(caught)
    with pytest.raises(CourseError, match="submissions associated"):
        clone.nbgrader(*generate)
    clone.nbgrader(*remove)
    clone.nbgrader(*generate)
    with work.writer() as writer:
        writer.write([verdict])
    assert set(rows(clone)["ada"]["grades"]) == {it.name for it in verdict.cells}


def test_what_can_go_wrong_is_said_in_a_line(
    room: Classroom, work: runner.Class, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(CourseError, match="no course"):
        runner.Class(tmp_path, ASSIGNMENT)
    with pytest.raises(CourseError, match="no assignment '99_none'"):
        runner.Class(room.root, "99_none")
    with pytest.raises(CourseError, match="Nobody has handed in"):
        work.students()
    hand_in(room, {"ada": None})
    with pytest.raises(CourseError, match="eve has handed in nothing"):
        work.students("eve")
    assert work.students() == ["ada"]
    for address, reason in {
        "sqlite:////no/such/folder/gradebook.db": "unable to open",
        "postgresql+psycopg://me:secret@127.0.0.1:1/grades": "(?i)refused",
        "nonsense": "makes no sense",
    }.items():
        monkeypatch.setattr(work.course, "db_url", address)
        with pytest.raises(CourseError, match=reason) as caught, work.writer():
            pass
        assert "secret" not in str(caught.value) and "\n" not in str(caught.value)
    monkeypatch.setattr(sandbox, "available", lambda: "bubblewrap is not installed")
    assert runner.check_sandbox(False) == "bubblewrap is not installed"
    with pytest.raises(sandbox.SandboxMissing, match="not installed"):
        runner.check_sandbox(True)


def test_a_locked_gradebook_is_waited_for(
    room: Classroom, work: runner.Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may be writing; if they do not stop, we say so and nothing is half done."""
    file = room.root / "gradebook.db"
    monkeypatch.setattr(work.course, "db_url", f"sqlite:///{file}?timeout=0.1")
    monkeypatch.setattr(runner, "SECONDS_TO_UNLOCK", 0)
    other = sqlite3.connect(file)
    verdict = verdict_on("patient", 1.0)
    with work.writer() as writer:
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(runner.time, "sleep", lambda seconds: other.rollback())
        monkeypatch.setattr(runner, "SECONDS_TO_UNLOCK", 60)
        work.store(writer, [result(work, verdict)])
    assert "patient" in rows(room)
    monkeypatch.setattr(runner, "SECONDS_TO_UNLOCK", -1)
    with pytest.raises(CourseError, match="locked"), work.writer() as writer:
        other.execute("BEGIN IMMEDIATE")
        work.store(writer, [result(work, verdict_on("unlucky", 1.0))])
    other.close()
    assert work.records.load("unlucky") is None


def test_no_text_of_a_student_stops_the_writing(
    room: Classroom, work: runner.Class, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a character is written as a question mark, and a terminal gets no commands."""
    hand_in(room, {"odd": b"{}"})
    verdict = verdict_on("odd", 0.0, status=Status.DIED, details=["In the cell `\x1b[2J\ud800`"])
    verdict.cells[0].message = "Expected 4, got '\ud800'"
    ready = hashes.added(result(work, verdict), work.job("odd"))
    with work.writer() as writer:
        work.store(writer, [ready])
    assert work.records.load("odd") == verdict
    summary.render(Console(), [verdict], 1, 1.0)
    assert "In the cell `?[2J?`" in capsys.readouterr().out


def test_only_one_process_writes(work: runner.Class) -> None:
    with (
        work.records.locked(),
        pytest.raises(CourseError, match="another process"),
        work.records.locked(),
    ):
        pass


def test_a_verdict_holds_while_nothing_changes(
    room: Classroom, work: runner.Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finished is what has a verdict on the same work, tests, environment and settings."""
    hand_in(room, {"ada": b"{}"})
    job = work.job("ada")
    here = hashes.environment()
    verdict = verdict_on("ada", 1.0, hashes=hashes.of(job), sandbox="unsandboxed")
    work.records.save(verdict)
    assert work.finished(job, here) is None  # the notebook is not there
    work.records.save_notebook("ada", "{}")
    assert work.finished(job, here) == verdict
    assert work.finished(job, "another environment") is None
    hand_in(room, {"ada": b"{ }"})
    assert work.finished(work.job("ada"), here) is None
    hand_in(room, {"ada": b"{}"})
    work.grading.limits = {ASSIGNMENT: {"cell_seconds": 7}}
    assert work.finished(work.job("ada"), here) is None
    work.grading.limits = {}
    assert work.finished(work.job("ada"), here) == verdict
    work.grading.require_sandbox = True
    assert work.finished(work.job("ada"), here) is None
    work.grading.require_sandbox = False
    verdict.status = Status.NOT_GRADED
    work.records.save(verdict)
    assert work.finished(work.job("ada"), here) is None
    work.records.folder.joinpath("ada.json").write_text("{")
    assert work.finished(work.job("ada"), here) is None


def test_a_thousand_results(room: Classroom, work: runner.Class) -> None:
    """Many results are written in little time, and writing them twice changes nothing."""
    random.seed(0)
    verdicts = [
        verdict_on(f"s{number:04}", *(random.choice([0.0, 1.0]) for _ in range(3)))
        for number in range(MANY)
    ]
    start = time.perf_counter()
    with work.writer() as writer:
        for part in range(0, MANY, runner.BATCH):
            writer.write(verdicts[part : part + runner.BATCH])
    seconds = time.perf_counter() - start
    before = rows(room)
    assert before.keys() >= {verdict.student for verdict in verdicts}
    for verdict in verdicts[:10]:
        written = before[verdict.student]["grades"]
        assert {name: row["auto"] for name, row in written.items()} == {
            cell.name: cell.points for cell in verdict.cells
        }
        assert written["explain"]["needs"] and not written["test_halve"]["needs"]
    start = time.perf_counter()
    with work.writer() as writer:
        writer.write(verdicts, again=True)
    again = time.perf_counter() - start
    assert rows(room) == before
    start = time.perf_counter()
    with work.writer() as writer:
        for number in range(0, 100, 2):  # as results come: a few at once
            work.store(writer, [result(work, it) for it in verdicts[number : number + 2]])
    stored = 10 * (time.perf_counter() - start)
    assert rows(room) == before
    print(f"\n{MANY} results: new {seconds:.1f} s, again {again:.1f} s, by twos {stored:.1f} s")
