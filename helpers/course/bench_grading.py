"""Measure what grading costs, beside stock nbgrader on the same class in the same run."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil
from jupyter_client.manager import start_new_kernel

from helpers.course import execution, layout, notebooks
from helpers.course.errors import CourseError
from helpers.grading import bank, checker, limits, records, runner, student
from helpers.grading.classroom import Classroom
from helpers.grading.verdicts import CellVerdict, Verdict

ASSIGNMENT = "05_keras"
WORKERS = 2
CLASS = 24
RESULTS = 1000
LOAD, ATTACKERS = 300, 60
REPEATS = 3
MOST_SECONDS = 1200  # for the load: the machine may be busy
SAMPLING_SECONDS = 0.2
OnStep = Callable[[str], None]
Points = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Sizes:
    """How much is measured; smaller to try."""

    students: int = CLASS
    results: int = RESULTS
    load: int = LOAD
    attackers: int = ATTACKERS


@dataclass(frozen=True)
class Figure:
    """One measurement.

    Attributes
    ----------
    name, unit : str
    value : float
    other : float, optional
        What it is compared with, which `against` names.
    against : str
    at_least, at_most : float, optional
        What is aimed at: for the ratio of the two where there are two, for the value otherwise.
    notes : list of str
        What was counted.
    """

    name: str
    unit: str
    value: float
    other: float | None = None
    against: str = ""
    at_least: float | None = None
    at_most: float | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of what it is compared with."""
        return self.value / self.other if self.other else None

    @property
    def target(self) -> str:
        """What is aimed at, in words."""
        sign = "×" if self.other is not None else ""
        if self.at_least is not None:
            return f"at least {self.at_least:g}{sign}"
        return "" if self.at_most is None else f"at most {self.at_most:g}{sign}"

    @property
    def within(self) -> bool:
        """Whether it is as aimed at."""
        judged = self.value if self.other is None else self.ratio
        if judged is None:
            return self.at_least is None and self.at_most is None
        enough = self.at_least is None or judged >= self.at_least
        return enough and (self.at_most is None or judged <= self.at_most)

    def row(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {**asdict(self), "ratio": self.ratio, "within": self.within}


@dataclass(frozen=True)
class Graded:
    """A class after it was graded: what it took, and which cells have other points than due."""

    seconds: float
    peak_bytes: int
    wrong: list[str]
    verdicts: list[Verdict]


def run(root: Path, on_step: OnStep, sizes: Sizes | None = None) -> Iterator[Figure]:
    """Measure everything, one after the other.

    Parameters
    ----------
    root : Path
        The course.
    on_step : callable
        Told what happens next.
    sizes : Sizes, optional
    """
    sizes = sizes or Sizes()
    with tempfile.TemporaryDirectory() as scratch, _environment(COURSE_DATA="sample"):
        folder = Path(scratch)
        yield from _class(root, folder, sizes.students, on_step)
        on_step("starting kernels")
        yield _kernel_starts()
        on_step("the model solution alone")
        yield _alone(root, folder)
        on_step(f"writing {sizes.results} results to the gradebook")
        yield from _results(root, folder, sizes.results)
        on_step(f"{sizes.load} small submissions, {sizes.attackers} of them attacks")
        yield from _load(root, folder, sizes.load, sizes.attackers)


def _class(root: Path, folder: Path, students: int, on_step: OnStep) -> Iterator[Figure]:
    """Grade a class, half of it first, with `course grade`, and all of it with stock nbgrader."""
    what = f"submissions of {ASSIGNMENT}"
    work, due = class_work(root, folder / "release", students)
    half = dict(list(work.items())[: students // 2])
    # The first run is the one that finds the disk's cache cold; it is not compared in time.
    on_step(f"{len(half)} {what}, `course grade`")
    few = _grade(root, folder / "few", half, due, stock=False)
    on_step(f"{students} {what}, stock `nbgrader autograde`")
    stock = _grade(root, folder / "stock", work, due, stock=True)
    on_step(f"{students} {what}, `course grade --workers {WORKERS}`")
    ours = _grade(root, folder / "ours", work, due, stock=False)

    each = f"seconds a submission, {students} of {ASSIGNMENT}"
    against = "stock nbgrader autograde"
    yield Figure(each, "s", ours.seconds / students, stock.seconds / students, against)
    yield Figure(
        f"submissions a minute, `course grade --workers {WORKERS}`",
        "",
        60 * students / ours.seconds,
        60 * students / stock.seconds,
        against,
        at_least=1.8,
    )
    what = "cells with other points than due"
    yield Figure(what, "", len(ours.wrong), at_most=0, notes=ours.wrong)
    yield Figure(f"{what}, {against}", "", len(stock.wrong), notes=stock.wrong)
    overhead = [verdict.overhead_seconds for verdict in ours.verdicts]
    yield Figure("overhead a submission, mean", "s", statistics.fmean(overhead), at_most=0.5)
    yield Figure("overhead a submission, largest", "s", max(overhead), at_most=0.5)
    busy = sum(verdict.seconds for verdict in ours.verdicts)
    outside = (WORKERS * ours.seconds - busy) / students
    yield Figure("a worker's time between submissions and at the start, for each", "s", outside)
    yield Figure(
        f"peak memory, graders and kernels, {students} submissions",
        "MiB",
        ours.peak_bytes / 2**20,
        few.peak_bytes / 2**20,
        f"{len(half)} submissions",
        at_most=1.2,
    )
    own, others = ours.peak_bytes / 2**20, stock.peak_bytes / 2**20
    yield Figure("peak memory", "MiB", own, others, against + ", one at a time")


def class_work(root: Path, folder: Path, students: int) -> tuple[dict[str, str], Points]:
    """Return what a class hands in, and the points due: model solutions among the bank's answers.

    Parameters
    ----------
    root : Path
        The course.
    folder : Path
        For a scratch course.
    students : int
    """
    released = notebooks.read(Classroom.create(folder, root, [ASSIGNMENT]).release(ASSIGNMENT))
    solved = notebooks.read_source(layout.solution_source(root, ASSIGNMENT))
    tasks = bank.tasks(solved)
    rows = bank.pack(bank.read(root / "tests" / "submissions" / ASSIGNMENT, tasks))
    model = {str(notebooks.grade_id(cell)): cell.source for cell in solved.cells}
    full = {
        cell: points for task in tasks if not task.written for cell, points in task.points.items()
    }
    work, due = {}, {}
    for number in range(students):
        name = f"student{number:03}"
        if number % 4 == 0:
            texts, due[name] = model, full
        else:
            row = rows[number % len(rows)]
            texts = {**model, **{task: answer.source for task, answer in row.items()}}
            due[name] = dict(full)
            for answer in row.values():
                due[name].update(answer.points)
        work[name] = nbformat.writes(bank.fill(released, texts))
    return work, due


def _grade(root: Path, folder: Path, work: Mapping[str, str], due: Points, stock: bool) -> Graded:
    classroom = Classroom.create(folder, root, [ASSIGNMENT], as_it_comes=stock)
    classroom.release(ASSIGNMENT)
    classroom.hand_in(ASSIGNMENT, work)
    start = time.perf_counter()
    with _peak() as peak:
        if stock:
            classroom.autograde(ASSIGNMENT)
        else:
            classroom.grade(ASSIGNMENT, WORKERS)
    seconds = time.perf_counter() - start
    got = classroom.points(ASSIGNMENT)
    wrong = [
        f"{name}: {cell}: {got.get(name, {}).get(cell)} points for {points:g}"
        for name in work
        for cell, points in due[name].items()
        if got.get(name, {}).get(cell) != points
    ]
    verdicts = [
        Verdict.from_json(path.read_text(encoding="utf-8"))
        for path in (folder / records.FOLDER / ASSIGNMENT).glob("*.json")
    ]
    return Graded(seconds, peak[0], wrong, verdicts)


def _kernel_starts() -> Figure:
    """Start kernels, in the sandbox and as nbgrader does, in turn."""
    sandboxed, bare = [], []
    for _ in range(REPEATS):
        kernel = student.StudentKernel(limits.Limits())
        try:
            kernel.start()
        finally:
            kernel.stop()
        sandboxed.append(kernel.start_seconds)
        start = time.perf_counter()
        manager, client = start_new_kernel(extra_arguments=["--IPKernelApp.log_level=ERROR"])
        bare.append(time.perf_counter() - start)
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    name = "start of a student's kernel in the sandbox, with NumPy"
    middle, others = statistics.median(sandboxed), statistics.median(bare)
    return Figure(name, "s", middle, others, "a bare kernel, without")


def _alone(root: Path, folder: Path) -> Figure:
    """Grade the model solution in a warm worker, and run the same notebook bare, in turn."""
    source = notebooks.read_source(layout.solution_source(root, ASSIGNMENT))
    text = nbformat.writes(source)
    job = checker.Job(ASSIGNMENT, "student", text, text.encode())
    checker.grade(job)  # imports what the tests need, as the first submission of a worker does
    graded, bare = [], []
    for _ in range(REPEATS):
        start = time.perf_counter()
        checker.grade(job)
        graded.append(time.perf_counter() - start)
        bare.append(execution.execute(copy.deepcopy(source), folder).seconds)
    name = "one model solution, sandbox, judge and all, in a worker that is warm"
    middle, others = statistics.median(graded), statistics.median(bare)
    return Figure(name, "s", middle, others, "the same cells in a bare kernel")


def _results(root: Path, folder: Path, count: int) -> Iterator[Figure]:
    """Write made-up results: to the gradebook, as many at once as `course grade`; then one by one.

    One by one, everything is written: the graded notebook, the gradebook's rows, the verdict.
    """
    classroom = Classroom.create(folder / "results", root, [ASSIGNMENT])
    classroom.release(ASSIGNMENT)
    drawn = random.Random(0)
    with contextlib.chdir(classroom.root):  # nbgrader's own idea of where a course is
        work = runner.Class(classroom.root, ASSIGNMENT)
        source = nbformat.reads(work.job("").source, as_version=4)
        verdicts = []
        for number in range(count):
            verdict = Verdict(ASSIGNMENT, f"student{number:04}")
            for cell in checker.graded_cells(source):
                most = checker.points(cell)
                points = drawn.choice([0.0, most])
                verdict.cells.append(CellVerdict(checker.name(cell), points, most, "passed"))
            verdicts.append(verdict)
        start = time.perf_counter()
        with work.writer() as writer:
            for first in range(0, count, runner.BATCH):
                writer.write(verdicts[first : first + runner.BATCH])
        seconds = time.perf_counter() - start
        yield Figure(f"{count} results into the gradebook", "s", seconds, at_most=30)

        notebook = checker.finished(source, verdicts[0])
        start = time.perf_counter()
        with work.writer() as writer:
            for verdict in verdicts:
                work.store(writer, [checker.Result(verdict, notebook)])
        seconds = time.perf_counter() - start
    yield Figure("the same one by one, with notebooks and verdicts as files", "s", seconds)


def _load(root: Path, folder: Path, students: int, attackers: int) -> Iterator[Figure]:
    """Grade a class with attackers in it; the attacks are the test suite's."""
    command = [sys.executable, "-m", "tests.grading.load", str(students), str(attackers)]
    try:
        done = subprocess.run(
            [*command, str(folder / "load")],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise CourseError(f"The class with attackers failed:\n{error.stderr[-2000:]}") from None
    except subprocess.TimeoutExpired:
        raise CourseError(f"The class with attackers took over {MOST_SECONDS} s.") from None
    found = json.loads(done.stdout)
    what = f"{students} small submissions, {attackers} of them attacks"
    yield Figure(f"{what}: seconds a submission", "s", found["seconds"] / students)
    wrong = found["wrong"]
    yield Figure(f"{what}: not as due", "", len(wrong), at_most=0, notes=wrong)


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set environment variables for a while."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _peak() -> Iterator[list[int]]:
    """Note the most memory that this process's children hold together, meanwhile.

    Pages that several of them share count for each, so that it is never less than it says.
    """
    most, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLING_SECONDS):
            total = 0
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):  # ended between two looks
                    total += process.memory_info().rss
            most[0] = max(most[0], total)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()
