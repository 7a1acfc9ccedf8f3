"""`course grade`: grade everyone's work, many at once, so that it can be stopped at any moment.

Workers give back results; this process alone writes. Of each submission it writes the graded
notebook, then the gradebook's rows, then the verdict: a submission that has a verdict is finished,
and is only graded again when something that the verdict depends on has changed.
"""

from __future__ import annotations

import datetime
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from helpers.course.errors import CourseError
from helpers.grading import hashes, sandbox
from helpers.grading.checker import Job, Result
from helpers.grading.classroom import with_scripts
from helpers.grading.gradebook import Writer
from helpers.grading.jobs import Grading
from helpers.grading.pools import Pool
from helpers.grading.records import Records
from helpers.grading.verdicts import Status, Verdict

CONFIG = "nbgrader_config.py"
BATCH = 100  # verdicts in one transaction, where there are many at once
SECONDS_TO_UNLOCK = 60  # how long somebody else may be writing to the gradebook


class ConfiguredApp(NbGrader):
    """Reads `nbgrader_config.py` as nbgrader's own commands do."""

    name = "course-grade"
    description = "Reads nbgrader's configuration"
    raise_config_file_errors = True


class Class:
    """An assignment's submissions in a course folder.

    Parameters
    ----------
    folder : Path
        The folder with `nbgrader_config.py`; nbgrader's commands run in it, and so must we.
    assignment : str
    require_sandbox : bool
        Whether to refuse to grade without a sandbox, whatever the configuration says.

    Raises
    ------
    CourseError
        If there is no such folder or assignment, or a setting makes no sense.
    """

    def __init__(self, folder: Path, assignment: str, require_sandbox: bool = False) -> None:
        app = configured(folder)
        self.assignment = assignment
        self.course = app.coursedir
        self.grading = Grading(parent=app)
        self.grading.require_sandbox |= require_sandbox
        self.records = Records(self.course, assignment)
        self._penalties = AssignLatePenalties(parent=app)
        self._penalties.init_plugin()
        source = self.grading.path(self.course, self.course.source_directory, ".", assignment)
        if not (source / f"{assignment}.ipynb").is_file():
            raise CourseError(f"There is no assignment {assignment!r}: {source} has no notebook.")

    def students(self, only: str | None = None) -> list[str]:
        """Return who handed something in.

        Raises
        ------
        CourseError
            If nobody did, or `only` did not.
        """
        found = self.records.students()
        if only is not None and only not in found:
            raise CourseError(f"{only} has handed in nothing for {self.assignment}.")
        if not found:
            course = self.course
            place = course.format_path(course.submitted_directory, "*", self.assignment)
            raise CourseError(f"Nobody has handed in {self.assignment}: there is no {place}.")
        return found if only is None else [only]

    def job(self, student: str) -> Job:
        """Return what a worker needs to grade a student's work."""
        return self.grading.job(self.course, self.assignment, student)

    def received(self, students: Iterable[str]) -> dict[str, datetime.datetime | None]:
        """Return when each student's work was received."""
        return {
            student: self.grading.received(self.course, self.assignment, student)
            for student in students
        }

    def finished(self, job: Job, environment: str) -> Verdict | None:
        """Return the verdict on a job, if there is one and nothing has changed since."""
        verdict = self.records.load(job.student)
        if verdict is None or verdict.status is Status.NOT_GRADED:
            return None
        ran = verdict.status not in (Status.MALFORMED, Status.MISSING)
        if job.require_sandbox and ran and verdict.sandbox == "unsandboxed":
            return None
        current = {**hashes.of(job), "environment": environment}
        same = verdict.hashes == current and self.records.complete(job.student)
        return verdict if same else None

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """Open the gradebook.

        Raises
        ------
        CourseError
            If it cannot be reached or written to, now or later.
        """
        course = self.course
        os.environ.update(with_scripts())  # a new gradebook is made with `alembic`
        try:
            gradebook = Gradebook(course.db_url, course.course_id)
        except (SQLAlchemyError, ImportError) as error:
            raise _unwritable(course.db_url, error) from None
        try:
            with gradebook:
                plugin = self._penalties.plugin_inst
                yield Writer(gradebook, self.assignment, plugin.late_submission_penalty)
        except SQLAlchemyError as error:
            raise _unwritable(course.db_url, error) from None

    def store(self, writer: Writer, results: list[Result]) -> None:
        """Write results: notebooks, then the gradebook's rows, then the verdicts."""
        verdicts = [result.verdict for result in results]
        for result in results:
            self.records.save_notebook(result.verdict.student, result.notebook)
        _patiently(writer, verdicts, self.received(verdict.student for verdict in verdicts))
        for verdict in verdicts:
            self.records.save(verdict)


@dataclass(frozen=True)
class Outcome:
    """What a run came to: everyone's verdict, and how many of them are new."""

    verdicts: list[Verdict]
    new: int


def configured(folder: Path) -> Any:
    """Return an nbgrader application with a folder's configuration."""
    if not (folder / CONFIG).is_file():
        raise CourseError(f"{folder} is no course: there is no {CONFIG} in it.")
    app = ConfiguredApp(log_level=logging.WARNING)
    try:
        app.initialize([], root=str(folder))
    except Exception as error:  # of any kind: the file is Python
        raise CourseError(f"{folder / CONFIG} cannot be read: {error}") from None
    return app


def grade(
    work: Class,
    pool: Pool,
    students: list[str],
    on_verdict: Callable[[Verdict], None] = lambda verdict: None,
    anew: bool = False,
) -> Outcome:
    """Grade students' work and write everything down.

    Parameters
    ----------
    work : Class
    pool : Pool
    students : list of str
    on_verdict : callable
        Called with each verdict once it is written down.
    anew : bool
        Whether to grade again what is finished.

    Returns
    -------
    Outcome
    """
    verdicts: dict[str, Verdict] = {}

    def done(new: list[Verdict]) -> None:
        for verdict in new:
            verdicts[verdict.student] = verdict
            on_verdict(verdict)

    with work.records.locked(), work.writer() as writer:
        finished = [] if anew else _finished(work, pool, students)
        # The gradebook may be another one than last time.
        for start in range(0, len(finished), BATCH):
            part = finished[start : start + BATCH]
            _patiently(writer, part, work.received(it.student for it in part), again=True)
            done(part)
        left = (work.job(student) for student in students if student not in verdicts)
        for results in pool.grade(left):
            work.store(writer, results)
            done([result.verdict for result in results])
    return Outcome([verdicts[student] for student in students], len(students) - len(finished))


def _finished(work: Class, pool: Pool, students: list[str]) -> list[Verdict]:
    """Return the verdicts that still hold."""
    if not any(work.records.load(student) for student in students):
        return []
    environment = pool.environment()
    found = (work.finished(work.job(student), environment) for student in students)
    return [verdict for verdict in found if verdict]


def _patiently(
    writer: Writer,
    verdicts: list[Verdict],
    received: dict[str, datetime.datetime | None],
    again: bool = False,
) -> None:
    """Write to the gradebook, which somebody else may be writing to at the moment.

    Then it is locked, or a student's row that we make is there by now.
    """
    deadline = time.monotonic() + SECONDS_TO_UNLOCK
    while True:
        try:
            return writer.write(verdicts, received, again=again)
        except (OperationalError, InterfaceError, IntegrityError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def check_sandbox(required: bool) -> str | None:
    """Return why there is no sandbox on this machine, if so.

    Raises
    ------
    SandboxMissing
        If there has to be one.
    """
    reason = sandbox.available()
    if reason and required:
        raise sandbox.SandboxMissing(f"No submission is run without a sandbox. {reason}")
    return reason


def _unwritable(url: str, error: Exception) -> CourseError:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return CourseError(f"The gradebook {_shown(url)} cannot be used: {reason}")


def _shown(url: str) -> str:
    """Return a database's address without its password."""
    try:
        return sqlalchemy.engine.make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "(its address, c.CourseDirectory.db_url, makes no sense)"
