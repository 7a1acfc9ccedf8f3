"""Collecting what students hand in: the time of receipt counts, and nobody hands in for another.

`nbgrader_config.py` names what is here. Stock nbgrader believes the time that a submission itself
states, follows links out of it, and stops for everyone at one file that it cannot read.
"""

from __future__ import annotations

import contextlib
import datetime
import fnmatch
import lzma
import os
import re
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import check_mode, parse_utc
from traitlets import List, Unicode

from helpers.grading.jobs import TIMESTAMP
from helpers.grading.limits import MIB

try:
    import pwd
except ImportError:  # Windows, where nbgrader has no exchange either
    pwd = None  # type: ignore[assignment]

NAME = re.compile(r"\w[\w.@ +'-]{0,127}")  # of a student: never "..", a path or an option
MAX_FILES = 1000  # of one submission
MAX_DEPTH = 3  # of archives in archives: a class's, a student's, and one that they zipped twice
MAX_BYTES = 256 * MIB  # of one submission
MAX_RATIO = 20  # or so much more than a whole class's archive; notebooks shrink to a tenth
UNREADABLE = (
    OSError,
    ValueError,
    RuntimeError,  # needs a password
    NotImplementedError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)
TIME = re.compile(r"(\d{4})\D?(\d\d)\D?(\d\d)(?:\D?(\d\d)\D?(\d\d)(?:\D?(\d\d))?)?")


class Collect(ExchangeCollect):
    """Collects from nbgrader's exchange: ``c.ExchangeFactory.collect``.

    A submission in the exchange belongs to the student: its name, its `timestamp.txt` and every
    file time but one are theirs to set, and they may still change it. What nobody can set is when
    the system last saw a change; that is the time of receipt. (It starts anew where an exchange is
    copied to another disk: collect first.)
    """

    def init_src(self) -> None:
        """Find each student's newest submission, or the newest that came in time."""
        if not self.coursedir.course_id:
            self.fail("No course id specified. Re-run with --course flag.")
        self.course_path = os.path.join(self.root, self.coursedir.course_id)
        self.inbound_path = os.path.join(self.course_path, "inbound")
        if not check_mode(self.inbound_path, read=True, execute=True):
            self.fail(f"Not there, or not to be read: {self.inbound_path}")
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                due = gradebook.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                due = None
        by_student = defaultdict(list)
        for record in self._records():
            by_student[record["username"]].append(record)
        self.src_records = []
        for records in by_student.values():
            records.sort(key=lambda record: record["timestamp"], reverse=True)
            in_time = [it for it in records if due is not None and it["timestamp"] <= due]
            wanted = in_time if self.before_duedate and in_time else records
            self.src_records.append(wanted[0])

    def _records(self) -> Iterator[dict[str, Any]]:
        """Find the folders that are submissions of this assignment."""
        form = re.compile(
            rf"(?P<student>.+)\+{re.escape(self.coursedir.assignment_id)}\+[^+]*(\+[^+]*)?"
        )
        for entry in sorted(os.scandir(self.inbound_path), key=lambda entry: entry.name):
            match = form.fullmatch(entry.name)
            if not match or not fnmatch.fnmatchcase(match["student"], self.coursedir.student_id):
                continue
            if not NAME.fullmatch(match["student"]) or not entry.is_dir(follow_symlinks=False):
                self.log.warning("Not a submission, and left alone: %r", entry.name)
            elif self._owned(entry, match["student"]):
                received = changed(Path(entry.path))
                record = {"username": match["student"], "filename": entry.name}
                yield {**record, "timestamp": received}

    def _owned(self, entry: os.DirEntry[str], student: str) -> bool:
        """Return whether a folder belongs to whom it names; anybody could make one."""
        if not self.check_owner or pwd is None:
            return True
        number = entry.stat(follow_symlinks=False).st_uid
        try:
            owner = pwd.getpwuid(number).pw_name
        except KeyError:
            owner = f"user number {number}"
        if owner != student:
            self.log.error(
                "Not collected: %r names %s, but %s handed it in. Where students' names are not "
                "their users' names, set c.ExchangeCollect.check_owner = False.",
                entry.name,
                student,
                owner,
            )
        return owner == student

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy plain files alone, and write down when they were received."""
        most = min(self.coursedir.max_dir_size * 1000, MAX_BYTES)
        with tempfile.TemporaryDirectory() as folder:
            clean = Path(folder, "submission")
            try:
                for name in copy_plain(Path(src), clean, most):
                    self.log.warning("Not collected from %r: %r", os.path.basename(src), name)
            except OSError as error:  # what could be read counts; nobody else has to wait
                self.log.error("Not all could be read of %s: %s", src, error)
            (clean / TIMESTAMP).unlink(missing_ok=True)
            super().do_copy(str(clean), dest, log)
        # Only now: what was changed while it was copied was changed now.
        text = changed(Path(src)).isoformat(" ", "microseconds")
        Path(dest, TIMESTAMP).write_text(text + " UTC", encoding="utf-8")


def changed(folder: Path) -> datetime.datetime:
    """Return when a folder or anything in it was last changed, by the system's clock, in UTC."""
    newest = folder.lstat().st_ctime_ns
    for _, folders, files, number in os.fwalk(folder, follow_symlinks=False):
        for name in (*folders, *files):
            with contextlib.suppress(OSError):
                found = os.stat(name, dir_fd=number, follow_symlinks=False)
                newest = max(newest, found.st_ctime_ns)
    seconds, rest = divmod(newest, 10**9)
    time = datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)
    return time.replace(microsecond=rest // 1000)


def copy_plain(source: Path, target: Path, most: int) -> list[str]:
    """Copy a stranger's folder: plain files in it, never links, pipes or devices.

    Parameters
    ----------
    source, target : Path
    most : int
        Bytes in all.

    Returns
    -------
    list of str
        What was left out.
    """
    left_out = []
    target.mkdir(parents=True)
    number_of_files = 0
    for root, folders, files, number in os.fwalk(source, follow_symlinks=False):
        here = target / os.path.relpath(root, source)
        here.mkdir(exist_ok=True)
        links = [name for name in folders if stat.S_ISLNK(_mode(name, number))]
        left_out += links
        for name in sorted(files):
            number_of_files += 1
            size = None
            if number_of_files <= MAX_FILES:
                size = _copy_file(name, number, here / name, most)
            if size is None:
                left_out.append(name)
            else:
                most -= size
    return left_out


def _mode(name: str, folder: int) -> int:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        return 0


def _copy_file(name: str, folder: int, target: Path, most: int) -> int | None:
    """Copy one file, whatever it is replaced with meanwhile; return its size, None if left out."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        number = os.open(name, flags, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(number, "rb") as file:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most:
            return None
        return _write(file, target, most)


def _write(file: IO[bytes], target: Path, most: int) -> int | None:
    """Write at most `most` bytes to a file, or none of it; return how many there were."""
    size = 0
    with target.open("wb") as copy:
        while piece := file.read(MIB):
            size += len(piece)
            if size > most:
                break
            copy.write(piece)
    if size > most:
        target.unlink()
        return None
    return size


class Extract(ExtractorPlugin):
    """Unpacks a learning platform's download: ``c.ZipCollectApp.extractor_plugin``.

    Plain files alone, within bounds; an archive that cannot be read stops nobody else's.
    """

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack what is in one folder into another."""
        for root, _, names in os.walk(archive_path):
            target = Path(extracted_path, os.path.relpath(root, archive_path))
            target.mkdir(parents=True, exist_ok=True)
            for name in sorted(names):
                path = Path(root, name)
                if not path.is_file():
                    self.log.warning("Not a file, and left out: %s", path)
                elif path.suffix in self.zip_ext:
                    self._unpack(path, target / stem(path.name))
                else:
                    shutil.copyfile(path, target / name)

    def _unpack(self, archive: Path, target: Path) -> None:
        """Unpack an archive, and the archives in it."""
        budget = Budget.of(archive)
        waiting = deque([(archive, target, 1)])
        while waiting:
            path, place, depth = waiting.popleft()
            place = free(place)
            self.log.info("Unpacking %s", path)
            try:
                for problem in unpack(path, place, budget):
                    self.log.warning("Left out of %s: %s", path, problem)
            except UNREADABLE as error:
                self.log.error("%s cannot be unpacked: %s", path, error)
            for inner in sorted(place.rglob("*")) if depth < MAX_DEPTH else []:
                if inner.suffix in self.zip_ext and inner.is_file():
                    waiting.append((inner, inner.with_name(stem(inner.name)), depth + 1))


@dataclass
class Budget:
    """How much may still come out of an archive, with all the archives in it."""

    size: int
    files: int

    @classmethod
    def of(cls, archive: Path) -> Budget:
        """Return what is plenty for an archive of this size."""
        size = archive.stat().st_size
        return cls(max(MAX_BYTES, MAX_RATIO * size), max(MAX_FILES, size // 1024))


def stem(name: str) -> str:
    """Return an archive's name without what says that it is one."""
    return re.sub(r"(\.tar)?\.\w+$", "", name) or "archive"


def free(path: Path) -> Path:
    """Return a path at which there is nothing yet."""
    while path.exists():
        path = path.with_name(path.name + "_")
    return path


def unpack(archive: Path, target: Path, budget: Budget) -> list[str]:
    """Unpack the plain files of a stranger's archive; return what was left out, and why."""
    target.mkdir(parents=True, exist_ok=True)
    problems = []
    for name, member in _members(archive):
        parts = [part for part in name.split("/") if part not in ("", ".")]
        place = target.joinpath(*parts)
        budget.files -= 1
        if budget.files < 0:
            problems.append("everything after so many files")
            break
        if not parts or ".." in parts or "\\" in name or "\0" in name or name.startswith("/"):
            problems.append(f"{name!r}, which would lie elsewhere")
        elif member is None or place.exists():
            problems.append(f"{name!r}, no plain file, or there twice")
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            with member as file:
                size = _write(file, place, budget.size)
            budget.size -= size or 0
            if size is None:
                problems.append(f"{name!r}, too large")
    return problems


def _members(archive: Path) -> Iterator[tuple[str, IO[bytes] | None]]:
    """Give what is in an archive, folders left out; None for what is no plain file."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                kind = stat.S_IFMT(info.external_attr >> 16)
                if not info.is_dir():
                    plain = kind in (0, stat.S_IFREG)
                    yield info.filename, opened.open(info) if plain else None
    else:
        with tarfile.open(archive) as tar:
            for member in tar:
                if not member.isdir():
                    yield member.name, tar.extractfile(member) if member.isreg() else None


class OuterName(FileNameCollectorPlugin):
    """Takes student and time from the platform's names: ``c.ZipCollectApp.collector_plugin``.

    What is inside a student's archive is named by the student. So of the path of an unpacked file,
    the outermost name that `named_regexp` matches says whose it is, and nothing further in does.
    """

    class_archives = List(
        Unicode(),
        help="Names, without their ending, of archives in which the platform packs a whole class: "
        "['submissions*']. No student may be able to choose a name like it.",
    ).tag(config=True)
    timezone = Unicode("UTC", help="Of the times in the platform's file names.").tag(config=True)

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """Tell whose file it is, which one, and when it was handed in; None to leave it out."""
        path = Path(submitted_file)
        if path.suffix not in self.valid_ext or path.name.lower() == TIMESTAMP:
            return None
        extracted, archive = (self._folder(step) for step in ("extracted", "archive"))
        parts = path.relative_to(extracted).parts
        for index, part in enumerate(parts):
            if found := self._named(part, path.name):
                outermost = extracted.joinpath(*parts[: index + 1])
                return self._info(found, path, outermost)
            unpacked_by_us = archive.joinpath(*parts[: index + 1]).is_dir()
            by_platform = any(fnmatch.fnmatchcase(part, name) for name in self.class_archives)
            if not (unpacked_by_us or by_platform):
                break
        self.log.error(
            "Not collected, because its name does not say whose it is: %s. If %r holds the whole "
            "class's work, unpack it there, or name it in c.OuterName.class_archives.",
            submitted_file,
            parts[0],
        )
        return None

    def _folder(self, step: str) -> Path:
        app = self.parent
        return Path(app._format_collect_path(getattr(app, f"{step}_directory")))

    def _named(self, outer: str, name: str) -> dict[str, str] | None:
        """Match a name, alone or as the folder of a file; the student has to be in the name."""
        for text in (f"/{outer}", f"/{outer}/{name}"):
            match = re.match(self.named_regexp, text)
            if match and match.start("student_id") <= len(outer):
                return {key: value for key, value in match.groupdict().items() if value}
        return None

    def _info(self, found: dict[str, str], path: Path, outermost: Path) -> dict[str, str] | None:
        """Return what nbgrader wants to know of a file, within a student's own archive or not."""
        student = found.get("student_id", "")
        if not NAME.fullmatch(student):
            self.log.error("Not collected, because %r is no student's name: %s", student, path)
            return None
        info = {"student_id": student, "file_id": found.get("file_id", path.stem)}
        if path != outermost:
            info["file_id"] = path.stem
            if path != first(outermost, path.name):
                self.log.warning("Left out, because there is another of that name: %s", path)
                return None
        time = read_time(found.get("timestamp", ""), self.timezone)
        if time:
            info["timestamp"] = time
        elif "timestamp" in found:
            self.log.warning("The time in its name makes no sense, and is unknown: %s", path)
        return info


def first(folder: Path, name: str) -> Path:
    """Return the file of that name that is nearest to the top of a folder."""
    found = [path for path in folder.rglob("*") if path.name == name and path.is_file()]
    return min(found, key=lambda path: (len(path.parts), path))


def read_time(text: str, timezone: str = "UTC") -> str | None:
    """Return a time as a platform writes it into file names, in UTC; None if it is none.

    nbgrader takes the seconds in ``2026-01-15-22-13-44`` for a time zone, and stops.
    """
    try:
        if match := TIME.fullmatch(text):
            year, month, day, hour, minute, second = map(int, match.groups(default="0"))
            time = datetime.datetime(year, month, day, hour, minute, second)
        else:
            time = parse_utc(text)
        zone = ZoneInfo(timezone)
        return time.replace(tzinfo=zone).astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except Exception:  # of any kind: dateutil tries very hard to understand what it is given
        return None
