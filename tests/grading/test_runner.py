"""`course grade` with real kernels: stopped at any moment, on a cluster, into PostgreSQL."""

import contextlib
import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from helpers.course import cli
from helpers.course.errors import CourseError
from helpers.grading import pools, workers
from helpers.grading.checker import Job, Result
from helpers.grading.classroom import Classroom
from helpers.grading.verdicts import Status, Verdict
from tests.grading import exercise
from tests.grading.small_class import ASSIGNMENT, copied, hand_in, released, rows, small_class
from tests.lacking import lacking

pytestmark = pytest.mark.xdist_group("runner")

RIGHT = {"double": "def double(x):\n    return 2 * x", "halve": "def halve(x):\n    return x / 2"}
DIES = "import os\ndef halve(x):\n    os._exit(0)"
# The status and the points of test_double, test_double_hidden, test_halve and explain.
EXPECTED = {
    "ada": (Status.GRADED, [1, 2, 1, None]),
    "bea": (Status.GRADED, [1, 0, 1, 0]),
    "cy": (Status.GRADED, [1, 2, 0, None]),
    "dan": (Status.DIED, [1, 2, 0, 0]),
    "eve": (Status.MALFORMED, [0, 0, 0, 0]),
    "fay": (Status.MISSING, [0, 0, 0, 0]),
    "gus": (Status.GRADED, [0, 0, 0, 0]),
    "hal": (Status.GRADED, [1, 2, 1, None]),
}


def the_class(room: Classroom) -> None:
    """Have everybody hand in."""
    blank = released(room)

    def answered(**texts: str) -> bytes:
        return exercise.pack(exercise.answered(blank, **texts))

    work = {
        "ada": answered(**RIGHT, explain="It grows."),
        "bea": answered(double="def double(x):\n    return 4", halve=RIGHT["halve"]),
        "cy": answered(double=RIGHT["double"], explain="It shrinks."),
        "dan": answered(double=RIGHT["double"], halve=DIES),
        "eve": b"no notebook",
        "fay": None,
        "gus": answered(),
        "hal": answered(**RIGHT, explain="It does."),
    }
    hand_in(room, work)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "helpers.course", *arguments]


def course_command(room: Classroom, *arguments: str, code: int = 0) -> str:
    """Run a `course` command in a course, in this process, and return what it prints."""
    with contextlib.chdir(room.root):
        run = CliRunner().invoke(cli.app, arguments, env={"COLUMNS": "120"})
    assert run.exit_code == code, f"{run.output}\n{run.exception!r}"
    return run.output


def verdicts(room: Classroom) -> dict[str, Verdict]:
    """Return the verdicts that are written down."""
    return {
        path.stem: Verdict.from_json(path.read_text(encoding="utf-8"))
        for path in sorted((room.root / "verdicts" / ASSIGNMENT).glob("*.json"))
    }


def summary(room: Classroom) -> dict[str, tuple[Status, list[float | None]]]:
    """Return everyone's status and points."""
    return {
        student: (it.status, [cell.points for cell in it.cells])
        for student, it in verdicts(room).items()
    }


@pytest.fixture(scope="module")
def fresh(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """Return a course in which everybody has handed in and nothing is graded."""
    room = small_class(tmp_path_factory, "fresh", course)
    the_class(room)
    return room


@pytest.fixture(scope="module")
def graded(fresh: Classroom, tmp_path_factory: pytest.TempPathFactory) -> tuple[Classroom, str]:
    """Return the course after an unbroken run, and what the run printed."""
    room = copied(fresh, tmp_path_factory.mktemp("graded") / "course")
    grade = command("grade", ASSIGNMENT, "--workers", "2")
    run = subprocess.run(grade, cwd=room.root, capture_output=True, text=True, check=True)
    assert not run.stderr
    return room, run.stdout


def test_everyone_gets_a_status_and_points(graded: tuple[Classroom, str]) -> None:
    """Verdicts, gradebook, graded notebooks, CSV and summary say the same."""
    room, said = graded
    assert summary(room) == EXPECTED
    gradebook = rows(room)
    for student, (status, points) in EXPECTED.items():
        assert [row["auto"] for row in gradebook[student]["grades"].values()] == points
        assert str(gradebook[student]["timestamp"]) == "2026-01-15 10:00:00"
        folder = room.root / "autograded" / student / ASSIGNMENT
        notebook = json.loads((folder / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8"))
        verdict = notebook["metadata"]["course"]["verdict"]
        assert (verdict["status"], verdict["student"]) == (status.value, student)
        assert set(verdict["hashes"]) == {"submission", "tests", "environment", "settings"}
        assert (folder / "timestamp.txt").is_file()
        assert status.value in said
    assert "8 graded in" in said and "0 were finished before" in said
    with (room.root / f"grades_{ASSIGNMENT}.csv").open(encoding="utf-8") as file:
        table = {row["student"]: row for row in csv.DictReader(file)}
    assert table["ada"]["points"] == "4" and table["ada"]["to_mark"] == "1"
    assert table["dan"]["status"] == "kernel died" and table["dan"]["test_halve"] == "0"


def test_what_is_finished_is_not_graded_again(
    fresh: Classroom, graded: tuple[Classroom, str], tmp_path: Path
) -> None:
    """Only what changed is; a gradebook that was lost is written again."""
    room = copied(graded[0], tmp_path / "course", "gradebook.db")
    before = verdicts(room)
    source = released(room)
    shutil.copy(fresh.root / "gradebook.db", room.root)  # a gradebook as it was before
    hand_in(room, {"gus": exercise.pack(exercise.answered(source, **RIGHT))})
    said = course_command(room, "grade", ASSIGNMENT, "--workers", "1")
    assert "1 graded in" in said and "7 were finished before" in said
    now = verdicts(room)
    assert now.pop("gus").points == 4
    del before["gus"]
    assert now == before
    expected = rows(graded[0])
    got = rows(room)
    assert got.pop("gus") != expected.pop("gus")
    assert got == expected


def test_feedback_is_made_by_nbgrader(graded: tuple[Classroom, str]) -> None:
    """The next step, `nbgrader generate_feedback`, finds all it needs."""
    room, _ = graded
    room.nbgrader("generate_feedback", ASSIGNMENT)
    pages = {path.parts[-3] for path in (room.root / "feedback").glob("*/*/*.html")}
    assert pages == set(EXPECTED)


def interrupted(room: Classroom, after: int, wait: float, how: signal.Signals) -> int:
    """Start grading, stop it, see that all it started goes with it; return its exit code.

    Parameters
    ----------
    room : Classroom
    after : int
        How many verdicts there have to be, so that each run gets a little further.
    wait : float
        Seconds to wait then.
    how : signal.Signals
    """
    folder = room.root / "verdicts" / ASSIGNMENT
    with subprocess.Popen(
        command("grade", ASSIGNMENT, "--workers", "2"),
        cwd=room.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 60
        while len(list(folder.glob("*.json"))) < after and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(wait)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(how)
        process.wait(timeout=30)
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not [it for it in alive if it.is_running() and it.status() != psutil.STATUS_ZOMBIE]
    return process.returncode


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_stopped_and_killed_five_times_and_resumed(
    fresh: Classroom, graded: tuple[Classroom, str], tmp_path: Path
) -> None:
    """Killed at random moments and started again, it ends with the same gradebook."""
    room = copied(fresh, tmp_path / "course")
    # Started in the background, a shell's commands ignore Ctrl-C, and so would what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    assert interrupted(room, 1, 0, signal.SIGINT) == 130
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # pytest shows it if this fails
    draw = random.Random(seed)

    def finished() -> dict[str, str]:
        folder = room.root / "verdicts" / ASSIGNMENT
        return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}

    before = finished()
    for number in range(5):
        interrupted(room, number + 2, draw.uniform(0, 1), signal.SIGKILL)
        assert before.items() <= finished().items(), "something finished was graded again"
        before = finished()
    course_command(room, "grade", ASSIGNMENT, "--workers", "2")
    assert before.items() <= finished().items()
    assert summary(room) == EXPECTED
    assert rows(room) == rows(graded[0])
    assert not list(room.root.rglob("*.part"))


def deadly(job: Job) -> Result:
    """Grade like a worker that one submission kills."""
    if job.student == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.2)
    return workers.not_graded(job, "survived")


def check_deaths(pool: pools.Pool, count: int, room: Classroom) -> None:
    """Have a submission kill its workers, and see what becomes of the others."""
    source = (room.root / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    students = ["a", "b", "deadly", "c", "d", "e"]
    taken = []

    def jobs() -> Iterator[Job]:
        for student in students:
            taken.append(student)
            yield Job(ASSIGNMENT, student, source, b"{}")

    results = pool.grade(jobs(), task=deadly)
    found = {it.verdict.student: it.verdict for it in next(results)}
    assert len(taken) <= pools.AHEAD * count  # no more than the workers need
    found |= {it.verdict.student: it.verdict for part in results for it in part}
    assert set(found) == set(students)
    assert "ended twice" in found.pop("deadly").details[0]
    assert {it.details[0] for it in found.values()} == {"survived"}


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_dying_worker_costs_nobody_else(fresh: Classroom) -> None:
    pool = pools.local(1)
    check_deaths(pool, 1, fresh)
    pool.close(now=True)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Iterator[str]:
    """Start a Dask scheduler and two worker processes, and return the scheduler's address."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    environment = dict(
        os.environ,
        PYTHONPATH=str(course),
        DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0",
    )
    here = ["--host", "127.0.0.1", "--scheduler-file", str(file)]
    with contextlib.ExitStack() as stack:
        for arguments in (
            ["scheduler", "--port", "0", "--no-dashboard"],
            ["worker", "--nworkers", "2", "--nthreads", "1", "--no-dashboard"],
        ):
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, *here],
                cwd=folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            deadline = time.monotonic() + 60
            while not file.exists() and time.monotonic() < deadline:
                time.sleep(0.1)
        yield json.loads(file.read_text(encoding="utf-8"))["address"]


def test_the_same_class_on_a_cluster(
    fresh: Classroom, graded: tuple[Classroom, str], scheduler: str, tmp_path: Path
) -> None:
    """A Dask scheduler with two workers gives the same gradebook."""
    room = copied(fresh, tmp_path / "course")
    course_command(room, "grade", ASSIGNMENT, "--scheduler", scheduler)
    assert summary(room) == EXPECTED
    assert rows(room) == rows(graded[0])
    said = course_command(room, "grade", ASSIGNMENT, "--scheduler", scheduler)
    assert "0 graded in" in said


def test_a_dying_worker_of_a_cluster_costs_nobody_else(fresh: Classroom, scheduler: str) -> None:
    pool = pools.cluster(scheduler)
    check_deaths(pool, 2, fresh)
    pool.close()


def test_no_scheduler_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(pools, "SECONDS_TO_ANSWER", 1)
    with pytest.raises(CourseError, match="No scheduler answers at"):
        pools.cluster("tcp://127.0.0.1:1")


@pytest.fixture
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a PostgreSQL server of our own on a socket, and return a database's address."""
    pytest.importorskip("psycopg")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("pg_ctl")
    if not programs and not found:
        lacking("PostgreSQL is not installed (on Debian: apt install postgresql)")
    where = programs[-1] if programs else Path(str(found)).parent
    # The server refuses to run as root, and its socket's path must be short.
    user = "postgres" if os.getuid() == 0 else None
    with short_folder() as folder:
        if user:
            shutil.chown(folder, user)

        def run(*arguments: str) -> None:
            subprocess.run(arguments, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

        data = str(folder / "data")
        options = f"-c listen_addresses= -k {folder} -F"
        run(str(where / "initdb"), "-D", data, "-U", "grader", "-A", "trust", "-E", "UTF8")
        start = (str(where / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"))
        run(*start, "-o", options, "start")
        try:
            run(str(where / "createdb"), "-h", str(folder), "-U", "grader", "grades")
            yield f"postgresql+psycopg://grader@/grades?host={folder}"
        finally:
            run(*start, "-m", "immediate", "stop")


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def test_the_same_class_into_postgresql(
    graded: tuple[Classroom, str], postgresql: str, tmp_path: Path
) -> None:
    """Another database gets the same rows; of those already graded, and of those graded now."""
    room = copied(graded[0], tmp_path / "course", "gradebook.db")
    for student in ("ada", "fay", "bea"):
        (room.root / "verdicts" / ASSIGNMENT / f"{student}.json").unlink()
    with (room.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {postgresql!r}\n")
    room.nbgrader("generate_assignment", ASSIGNMENT, "--force")
    said = course_command(room, "grade", ASSIGNMENT, "--workers", "2")
    assert "3 graded in" in said and "5 were finished before" in said
    assert summary(room) == EXPECTED
    assert rows(room, postgresql) == rows(graded[0])
    assert not (room.root / "gradebook.db").exists()
