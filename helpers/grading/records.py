"""What grading leaves in the course's folder: verdicts, and graded notebooks as nbgrader has them.

Every file is written whole or not at all, so that a run can be killed at any moment.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from helpers.course.errors import CourseError
from helpers.grading.jobs import SECRET, TIMESTAMP, read_file, read_time
from helpers.grading.verdicts import Verdict

FOLDER = "verdicts"
MAX_BYTES = 4096  # of nbgrader's own small files in a submission


class Records:
    """The files of one assignment.

    Parameters
    ----------
    course : CourseDirectory
        nbgrader's idea of where things are.
    assignment : str
    """

    def __init__(self, course: CourseDirectory, assignment: str) -> None:
        self.course = course
        self.assignment = assignment
        self.folder = Path(course.root, FOLDER, assignment)

    def students(self) -> list[str]:
        """Return who handed something in, be it an empty folder, by name."""
        course = self.course
        pattern = course.format_path(
            course.submitted_directory, "(?P<student_id>[^/]+)", self.assignment, escape=True
        )
        excluded = course.student_id_exclude.split(",")
        found = []
        everyone = Path(course.format_path(course.submitted_directory, "*", self.assignment))
        for folder in Path(everyone.anchor).glob(str(everyone.relative_to(everyone.anchor))):
            match = re.fullmatch(pattern, str(folder))
            if match and folder.is_dir() and not folder.is_symlink():
                found.append(match["student_id"])
        return sorted(student for student in found if student not in excluded)

    def load(self, student: str) -> Verdict | None:
        """Return a student's verdict; None if there is none, or it cannot be read."""
        try:
            return Verdict.from_json(self._path(student).read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, verdict: Verdict) -> None:
        """Write a verdict: from now on the submission counts as finished."""
        write(self._path(verdict.student), verdict.to_json().encode() + b"\n", 0o644)

    def save_notebook(self, student: str, notebook: str) -> None:
        """Write a graded notebook where Formgrader and `generate_feedback` look for it."""
        target = self._graded(student)
        mode = int(str(Autograde(self.course, parent=self.course.parent).permissions), 8)
        # As nbgrader does, copy the time of receipt, and what the exchange finds feedback by.
        for name in (TIMESTAMP, SECRET):
            data, _ = read_file(self._submitted(student) / name, MAX_BYTES)
            if data is None or (name == TIMESTAMP and read_time(self._submitted(student)) is None):
                (target / name).unlink(missing_ok=True)
            else:
                write(target / name, data, mode)
        write(target / f"{self.assignment}.ipynb", notebook.encode(), mode)

    def complete(self, student: str) -> bool:
        """Return whether the graded notebook is there."""
        return (self._graded(student) / f"{self.assignment}.ipynb").is_file()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process from writing meanwhile.

        Raises
        ------
        CourseError
            If there is one already.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            try:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except ImportError:  # Windows: see that you start it once
                pass
            except OSError:
                raise CourseError(
                    f"{self.assignment} is being graded by another process already. Wait for it."
                ) from None
            yield

    def _path(self, student: str) -> Path:
        return self.folder / f"{student}.json"

    def _submitted(self, student: str) -> Path:
        course = self.course
        return Path(course.format_path(course.submitted_directory, student, self.assignment))

    def _graded(self, student: str) -> Path:
        course = self.course
        return Path(course.format_path(course.autograded_directory, student, self.assignment))


def write(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        os.chmod(part, mode)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
