"""Grade one submission: the student's cells in a kernel of their own, the tests here.

Test cells run in this process, in a namespace that the student's code never sees. A name that a
solution cell should define is fetched from the student's kernel before each test: data as data,
everything else as a proxy that asks the kernel. A kernel that dies is started again without the
cell that killed it, so that the points of other tasks are kept.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import io
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

from helpers.course.notebooks import grade_id
from helpers.grading.feedback import sanitise
from helpers.grading.limits import Limits
from helpers.grading.protocol import ProtocolError
from helpers.grading.proxies import Connection
from helpers.grading.rebuild import Rebuilt, rebuild
from helpers.grading.student import Interrupted, KernelGone, StudentKernel
from helpers.grading.verdicts import CellVerdict, Status, Verdict

BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
SEED = 0
ALARM_SPARE_SECONDS = 15  # calls end by their own clock before
# Both sides draw the same numbers each time a submission is graded.
SEED_CELL = f"""
import random, sys
random.seed({SEED})
if "numpy" in sys.modules: sys.modules["numpy"].random.seed({SEED})
if "keras" in sys.modules: sys.modules["keras"].utils.set_random_seed({SEED})
del random, sys
"""
# The worst thing that happened names the submission's status.
GRAVITY = [
    Status.GRADED,
    Status.RESTORED,
    Status.TIMED_OUT,
    Status.DIED,
    Status.FLOODED,
    Status.OUT_OF_MEMORY,
]
NOT_WRITTEN = "This is not written yet: the cell still raises NotImplementedError."
NO_KERNEL = "Not run: the code before it ended Python too often."
NO_TIME = "Not run: the time for the whole notebook was used up."


@dataclass(frozen=True)
class Job:
    """All that is needed to grade one submission, so that it can be sent to another machine.

    Attributes
    ----------
    assignment, student : str
    source : str
        The assignment's notebook with its solutions and hidden tests, as JSON.
    submission : bytes or None
        What was handed in; None where there is no notebook.
    limits : Limits
    require_sandbox : bool
    files : mapping of str to bytes
        What the assignment lays beside the notebook.
    notes : tuple of str
        What is known of the submission already, as sentences for the student.
    """

    assignment: str
    student: str
    source: str
    submission: bytes | None
    limits: Limits = field(default_factory=Limits)
    require_sandbox: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """A verdict, and the graded notebook as JSON."""

    verdict: Verdict
    notebook: str


class CannotGrade(Exception):
    """Something on our side keeps a submission from being graded."""


class CellAborted(BaseException):
    """Ends a test cell from within a call; no `except Exception` of a test may catch it."""


def grade(job: Job) -> Result:
    """Grade a submission; every submission ends in a verdict with a status and points.

    Raises
    ------
    SandboxMissing
        If there has to be a sandbox and there is none.
    """
    start = time.perf_counter()
    source = nbformat.reads(job.source, as_version=4)
    verdict = Verdict(job.assignment, job.student, details=list(job.notes), seed=SEED)
    if job.submission is None:
        rebuilt = Rebuilt(rebuild(source, b"").notebook, [], Status.MISSING)
    else:
        rebuilt = rebuild(source, job.submission)
    work = 0.0
    verdict.status = rebuilt.status
    verdict.details += rebuilt.details
    verdict.untouched = [
        name(cell) for cell in rebuilt.notebook.cells if cell.metadata["course"].get("untouched")
    ]
    if rebuilt.status in (Status.MALFORMED, Status.MISSING):
        for cell in graded_cells(rebuilt.notebook):
            verdict.cells.append(CellVerdict(name(cell), 0.0, points(cell), "no answer"))
    else:
        work = Grading(job, source, rebuilt.notebook, verdict).run()
    verdict.seconds = time.perf_counter() - start
    verdict.overhead_seconds = max(0.0, verdict.seconds - work)
    return Result(verdict, finished(rebuilt.notebook, verdict))


def finished(notebook: NotebookNode, verdict: Verdict) -> str:
    """Return the graded notebook as JSON, with the verdict in its metadata."""
    sanitise(notebook)
    notebook.metadata["course"] = {"verdict": json.loads(verdict.to_json())}
    return readable(nbformat.writes(notebook), most=None)


class Grading:
    """One submission while it is graded."""

    def __init__(
        self, job: Job, source: NotebookNode, notebook: NotebookNode, verdict: Verdict
    ) -> None:
        self.notebook = notebook
        self.verdict = verdict
        self.limits = job.limits
        self.namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        self.kernel = StudentKernel(job.limits, job.require_sandbox, job.files)
        self.connection = Connection(self._ask, self.namespace)
        self.solution_names = solution_names(source)
        self.deadline = time.perf_counter() + job.limits.total_seconds
        self.test_deadline = self.deadline
        self._ran: list[str] = []  # the cells that a new kernel has to run again
        self._theirs = False  # whether any of the student's own code has run
        self._starts = 0
        self._seconds = {"cells": 0.0, "calls": 0.0, "tests": 0.0}

    def run(self) -> float:
        """Go through the notebook in order, and fill in the verdict.

        Returns
        -------
        float
            Seconds for the kernel's start, the notebook's code and the tests: no overhead.
        """
        try:
            with clean_process():
                self._run_cells()
        finally:
            self.kernel.stop()
        self.verdict.sandbox = "bubblewrap" if self.kernel.sandboxed else "unsandboxed"
        self.verdict.peak_mib = round(self.kernel.peak_bytes / 2**20, 1)
        own = self._seconds["calls"] - self.connection.student_seconds
        self.namespace.clear()
        del self.connection  # it holds us, and what is frozen in a circle stays for good
        return self.kernel.start_seconds + self._seconds["cells"] + self._seconds["tests"] - own

    def _run_cells(self) -> None:
        for cell in self.notebook.cells:
            role = cell.metadata["course"]["role"]
            if role == "answer":
                self.verdict.cells.append(self._answer(cell))
            elif role == "test":
                self.verdict.cells.append(self._test(cell))
            elif cell.cell_type == "code":
                if role not in ("solution", "extra"):
                    self._prepare(cell)
                if cell.source.strip():
                    self._student_cell(cell, seeded=role not in ("solution", "extra"))

    def _prepare(self, cell: NotebookNode) -> None:
        """Run one of the assignment's own cells here, as it will run in the student's kernel."""
        code = compile(cell.source, "<set-up>", "exec")
        if names_in(code) & self.solution_names:
            return  # it shows what the student's code does
        try:
            with self._timed("tests"), contextlib.redirect_stdout(io.StringIO()):
                exec(code, self.namespace)
                exec(SEED_CELL, dict(self.namespace))
        except Exception as error:
            raise CannotGrade(f"The assignment's cell `{name(cell)}` fails: {error}") from error
        spare_imports()

    def _student_cell(self, cell: NotebookNode, seeded: bool) -> None:
        """Run a cell in the student's kernel, and keep what it printed and drew."""
        self._theirs = self._theirs or not seeded
        label = readable(f"the cell `{name(cell) or cell.source.strip().splitlines()[0][:40]}`")
        try:
            self._ready()
            with self._timed("cells"):
                cell.outputs = self.kernel.run(cell.source).outputs
                if seeded:
                    failed = any(output.output_type == "error" for output in cell.outputs)
                    if failed and not self._theirs:
                        raise CannotGrade(f"In {label} of the assignment: {cell.outputs[-1]}")
                    self.kernel.run(SEED_CELL)
        except Interrupted as stopped:
            self._note(stopped.status, f"In {label} your code {stopped}.")
        except KernelGone as gone:
            if seeded and not self._theirs:
                raise CannotGrade(f"In {label} of the assignment the kernel {gone}.") from None
            self._note(gone.status, f"In {label} your code {gone}.")
            return  # and is not run again
        except CellAborted:
            return
        self._ran.append(cell.source)

    def _test(self, cell: NotebookNode) -> CellVerdict:
        """Run a test cell here, and return its points."""
        result = CellVerdict(name(cell), 0.0, points(cell), "failed")
        self.connection.where = ""
        self.test_deadline = min(self.deadline, time.perf_counter() + self.limits.test_seconds)
        try:
            code = compile(cell.source, f"<{result.name}>", "exec")
            self._fetch(code)
            quiet = contextlib.redirect_stdout(io.StringIO())
            with self._timed("tests"), quiet, alarm(self.limits.test_seconds):
                exec(code, self.namespace)
        except CellAborted as aborted:
            result.outcome = "failed" if self._starts else "not run"
            result.message = str(aborted)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever a test or a student's result leads to
            result.message = readable(message(error))
            result.hidden = fails_hidden(error, cell.source, f"<{result.name}>")
            if raised_by_student(error):
                result.student_traceback = readable(self.connection.where)
        else:
            result.points, result.outcome = result.maximum, "passed"
        cell.outputs = [] if result.outcome == "passed" else [error_output(result.message)]
        return result

    def _answer(self, cell: NotebookNode) -> CellVerdict:
        if cell.metadata["course"].get("untouched"):
            return CellVerdict(name(cell), 0.0, points(cell), "no answer")
        return CellVerdict(name(cell), None, points(cell), "to mark")

    def _fetch(self, code: CodeType) -> None:
        """Get what the student's notebook has under the names that a test uses."""
        wanted = self.solution_names & names_in(code)
        for old in wanted:
            self.namespace.pop(old, None)
        try:
            self.namespace.update(self.connection.fetch(wanted))
        except ProtocolError as error:
            raise CellAborted(f"What your notebook defines cannot be read: {error}.") from None

    def _ask(self, frames: list[bytes]) -> list[bytes]:
        """Send a request of the connection's to the kernel, within the limits."""
        try:
            self._ready()
            left = self.test_deadline - time.perf_counter()
            if left <= 0:
                raise Interrupted(
                    Status.TIMED_OUT, f"took longer than {self.limits.test_seconds} s in all"
                )
            with self._timed("calls"):
                return self.kernel.ask(frames, min(self.limits.call_seconds, left))
        except (Interrupted, KernelGone) as stopped:
            self._note(stopped.status, f"In a check your code {stopped}.")
            raise CellAborted(f"Your code {stopped}.") from None

    def _ready(self) -> None:
        """See that there is a kernel, and that what was defined so far is defined in it."""
        if time.perf_counter() > self.deadline:
            self._note(Status.TIMED_OUT, NO_TIME)
            raise CellAborted(NO_TIME)
        if self.kernel.running:
            return
        if self._starts > self.limits.restarts:
            raise CellAborted(NO_KERNEL)
        self._starts += 1
        self.kernel.start()
        self.connection.forget()
        with self._timed("cells"):
            self.kernel.run(SEED_CELL)
            for source in list(self._ran):
                try:
                    with contextlib.suppress(Interrupted):
                        self.kernel.run(source)
                except KernelGone as gone:  # this time: once more, without it
                    self._note(gone.status, f"Run again, your code {gone}.")
                    self._ran.remove(source)
                    break
        if not self.kernel.running:
            self._ready()

    def _note(self, status: Status, sentence: str) -> None:
        if GRAVITY.index(status) > GRAVITY.index(self.verdict.status):
            self.verdict.status = status
        if sentence not in self.verdict.details:
            self.verdict.details.append(sentence)

    @contextlib.contextmanager
    def _timed(self, kind: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[kind] += time.perf_counter() - start


@contextlib.contextmanager
def clean_process() -> Iterator[None]:
    """Give each submission the same start in this process, and leave nothing behind."""
    here, environment = os.getcwd(), dict(os.environ)
    os.environ.update(COURSE_DATA="sample", MPLBACKEND="Agg")
    random.seed(SEED)
    np.random.seed(SEED)
    errors = np.geterr()
    try:
        yield
    finally:
        np.seterr(**errors)
        os.chdir(here)
        os.environ.clear()
        os.environ.update(environment)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
        if "keras" in sys.modules:
            sys.modules["keras"].backend.clear_session(free_memory=False)
        gc.collect()


def spare_imports() -> None:
    """Leave what has been imported for good out of all later collections: it is much, and stays."""
    if "keras" in sys.modules and not gc.get_freeze_count():
        gc.freeze()


def graded_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that give points."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]


def name(cell: NotebookNode) -> str:
    """Return a cell's `grade_id`, or nothing."""
    return grade_id(cell) or ""


def points(cell: NotebookNode) -> float:
    """Return the most points that a cell can give."""
    return float(cell.metadata["nbgrader"]["points"])


def solution_names(source: NotebookNode) -> set[str]:
    """Return the names that the assignment's solution cells define."""
    found: set[str] = set()
    for cell in source.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            for statement in ast.parse(cell.source).body:
                found |= defined_names(statement)
    return found


def defined_names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement at the top of a cell defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return set()
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def names_in(code: CodeType) -> set[str]:
    """Return the global names that code uses, those in its functions too."""
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*(names_in(part) for part in inner))


def message(error: BaseException) -> str:
    """Return why a test failed, in words for the student."""
    if isinstance(error, NotImplementedError):
        return NOT_WRITTEN
    if isinstance(error, AssertionError):
        return str(error) or "A check in this cell does not hold."
    if isinstance(error, ProtocolError):
        return f"What your code returned cannot be read: {error}."
    kind = next(c for c in type(error).__mro__ if c.__module__ == "builtins").__name__
    return f"{kind}: {error}"


def readable(text: str, most: int | None = 4000) -> str:
    """Return a stranger's text without half characters, which cannot be written, and cut."""
    cut = text if most is None or len(text) <= most else text[:most] + " ..."
    return cut.encode("utf-8", "replace").decode("utf-8")


@contextlib.contextmanager
def alarm(seconds: int) -> Iterator[None]:
    """Abort a test cell that takes too long on this side, as with data made to be slow."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):  # a thread of a cluster's; Windows
        yield
        return

    def ring(*_: Any) -> None:
        raise CellAborted(f"What your code returned could not be judged within {seconds} s.")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds + ALARM_SPARE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def raised_by_student(error: BaseException | None) -> bool:
    """Return whether an error, or what it was raised for, came from the student's code."""
    while error is not None:
        if getattr(error, "from_student", False):
            return True
        error = error.__cause__ or error.__context__
    return False


def fails_hidden(error: BaseException, source: str, filename: str) -> bool:
    """Return whether a test failed between the marks of hidden tests."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    before = source.splitlines()[:line]
    opened = [number for number, text in enumerate(before) if text.strip() == BEGIN_HIDDEN]
    closed = [number for number, text in enumerate(before) if text.strip() == END_HIDDEN]
    return bool(opened) and (not closed or closed[-1] < opened[-1])


def error_output(text: str) -> NotebookNode:
    """Return a test's message as the output of its cell."""
    return nbformat.v4.new_output("error", ename="Failed", evalue=text, traceback=[text])
