"""From what a student handed in to a job that a worker can grade; the course's settings for it."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from traitlets import Bool, Dict, Integer
from traitlets.config import LoggingConfigurable

from helpers.course.errors import CourseError
from helpers.grading.checker import Job
from helpers.grading.limits import MIB, Limits
from helpers.grading.rebuild import MAX_BYTES

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # nbgrader's exchange finds a student's feedback by it
QUARANTINE = ".quarantine"  # in a student's folder: files that nobody asked for


class Grading(LoggingConfigurable):
    """How submissions are graded; set in `nbgrader_config.py` as ``c.Grading.<name>``."""

    limits = Dict(
        help="Limits by assignment, '*' for all: {'05_keras': {'cell_seconds': 120}}. "
        "helpers/grading/limits.py says which there are."
    ).tag(config=True)
    submitted_files = Dict(
        help="Files that students hand in beside the notebook, by assignment: "
        "{'09_text': ['stopwords.txt']}. No others are looked at."
    ).tag(config=True)
    require_sandbox = Bool(
        False, help="Whether to refuse to grade where bubblewrap is missing."
    ).tag(config=True)
    workers = Integer(
        0, help="How many submissions are graded at once by `course grade`; 0: one per core."
    ).tag(config=True)

    def limits_of(self, assignment: str) -> Limits:
        """Return the limits on submissions of an assignment."""
        return Limits.of({**self.limits.get("*", {}), **self.limits.get(assignment, {})})

    def job(self, course: CourseDirectory, assignment: str, student: str) -> Job:
        """Read what a student handed in.

        Parameters
        ----------
        course : CourseDirectory
            nbgrader's idea of where things are; relative to the working directory.
        assignment, student : str

        Raises
        ------
        CourseError
            If the assignment has no source, or a setting makes no sense.
        """
        source = self.path(course, course.source_directory, ".", assignment)
        notebook = source / f"{assignment}.ipynb"
        if not notebook.is_file():
            raise CourseError(f"{notebook}: the assignment's source is not there.")
        folder = self.path(course, course.submitted_directory, student, assignment)
        submission, notes = read_file(folder / notebook.name, MAX_BYTES)
        files = {}
        limit = self.limits_of(assignment).folder_mib * MIB // 2
        for name in self.submitted_files.get(assignment, []):
            data, more = read_file(folder / name, limit)
            notes += more
            if data is not None:
                files[name] = data
        notes += left_out(folder, {notebook.name, TIMESTAMP, SECRET, *files})
        return Job(
            assignment=assignment,
            student=student,
            source=notebook.read_text(encoding="utf-8"),
            submission=submission,
            limits=self.limits_of(assignment),
            require_sandbox=self.require_sandbox,
            files=files,
            notes=tuple(notes),
        )

    def received(
        self, course: CourseDirectory, assignment: str, student: str
    ) -> datetime.datetime | None:
        """Return when a submission was received, in UTC, as whoever collected it wrote down."""
        return read_time(self.path(course, course.submitted_directory, student, assignment))

    def path(self, course: CourseDirectory, directory: str, student: str, assignment: str) -> Path:
        """Return one of nbgrader's folders of a student and an assignment."""
        return Path(course.format_path(directory, student, assignment))


def read_file(path: Path, most: int) -> tuple[bytes | None, list[str]]:
    """Read a plain file of a stranger's; a link, a pipe or a huge file is not opened.

    Returns
    -------
    bytes or None
        None if there is nothing to read. One byte more than `most` of a file that is too large,
        so that whoever reads on sees it.
    list of str
        What was wrong, a sentence each.
    """
    try:
        kind = path.lstat().st_mode
    except OSError:
        return None, []
    if not stat.S_ISREG(kind):
        return None, [f"`{path.name}` is a link or no plain file, and was not opened."]
    try:
        with path.open("rb") as file:
            return file.read(most + 1), []
    except OSError as error:
        return None, [f"`{path.name}` cannot be read ({error.strerror})."]


def read_time(folder: Path) -> datetime.datetime | None:
    """Return the time in a folder's `timestamp.txt`; None if there is none that makes sense."""
    data, _ = read_file(folder / TIMESTAMP, 100)
    try:
        return parse_utc(data.decode().strip()) if data else None
    except Exception:  # of any kind: dateutil tries very hard to understand what it is given
        return None


def left_out(folder: Path, expected: set[str]) -> list[str]:
    """Return a sentence that names what a student handed in besides, if anything."""
    names = set(names_in(folder)) - expected
    more = sorted(names | set(names_in(quarantine(folder))))
    if not more:
        return []
    shown = ", ".join(f"`{ascii(name)[1:-1][:60]}`" for name in more[:5])
    return [f"Not part of this assignment, and left out: {shown}."]


def quarantine(folder: Path) -> Path:
    """Return where files that nobody asked for are moved to."""
    return folder.parent / QUARANTINE / folder.name


def names_in(folder: Path) -> list[str]:
    """Return the names of what is in a folder; hidden files are no one's business."""
    try:
        return [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")]
    except OSError:
        return []
