"""Collecting: the time of receipt counts, and nobody hands in for another; by nbgrader itself."""

import getpass
import io
import os
import re
import stat
import tarfile
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpers.grading import receipt
from helpers.grading.classroom import Classroom
from helpers.grading.jobs import read_time
from tests.grading.small_class import ASSIGNMENT, small_class

ME = getpass.getuser()
OURS = """
c.ExchangeFactory.collect = "helpers.grading.receipt.Collect"
c.ZipCollectApp.extractor_plugin = "helpers.grading.receipt.Extract"
c.ZipCollectApp.collector_plugin = "helpers.grading.receipt.OuterName"
"""
WHEN = "2026-01-15-22-13-44"  # nbgrader alone cannot read this
NOTEBOOK = f"{ASSIGNMENT}.ipynb"


@pytest.fixture(scope="module")
def empty_room(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """Return a course in which the assignment is released and nobody has handed in."""
    return small_class(tmp_path_factory, "receipt", course, OURS)


@pytest.fixture
def room(empty_room: Classroom) -> Classroom:
    """Return the course without what earlier tests handed in."""
    for name in ("submitted", "downloaded", "exchange"):
        receipt.shutil.rmtree(empty_room.root / name, ignore_errors=True)
    return empty_room


def packed(files: Mapping[str, str | bytes], **modes: int) -> bytes:
    """Return a zip with these files; `link=...` makes a symbolic link of that name."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = modes.get(name, 0o100644) << 16
            archive.writestr(info, text, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def download(room: Classroom, files: Mapping[str, bytes]) -> str:
    """Lay out a platform's download, have nbgrader collect it, and return what it says."""
    folder = room.root / "downloaded" / ASSIGNMENT / "archive"
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return room.nbgrader("zip_collect", ASSIGNMENT, "--force")


def collected(room: Classroom) -> dict[str, dict[str, str]]:
    """Return every student's files and what is in them."""
    return {
        folder.parent.name: {
            path.name: path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(folder.iterdir())
        }
        for folder in sorted((room.root / "submitted").glob(f"*/{ASSIGNMENT}"))
    }


def test_zip_collect_believes_the_platform_alone(room: Classroom) -> None:
    """Names within a student's own archive say neither whose it is nor when it came."""
    forged = f"victim_attempt_2020-01-01-00-00-00_{ASSIGNMENT}.ipynb"
    inner = packed({forged: "inner"})
    said = download(
        room,
        {
            f"victim_attempt_{WHEN}_{ASSIGNMENT}.ipynb": b"the victim's own",
            f"mallory_attempt_{WHEN}_homework.zip": packed(
                {
                    NOTEBOOK: "mallory's own",
                    forged: "forged",
                    f"deep/{forged}": "forged",
                    "timestamp.txt": "2020-01-01 00:00:00 UTC",
                    f"deep/{NOTEBOOK}": "another of that name",
                    "more.zip": inner,
                }
            ),
        },
    )
    got = collected(room)
    assert set(got) == {"victim", "mallory"}
    assert got["victim"] == {
        NOTEBOOK: "the victim's own",
        "timestamp.txt": "2026-01-15 22:13:44",
    }
    assert got["mallory"][NOTEBOOK] == "mallory's own"
    assert got["mallory"]["timestamp.txt"] == "2026-01-15 22:13:44"
    assert "another of that name" in said


def test_zip_collect_stops_at_nothing(room: Classroom) -> None:
    """Broken, huge, linking and climbing archives cost their owners, and nobody else."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as archive:
        link = tarfile.TarInfo(NOTEBOOK)
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        climbing = tarfile.TarInfo("../../escaped.ipynb")
        climbing.size = 2
        archive.addfile(climbing, io.BytesIO(b"{}"))
        plain = tarfile.TarInfo(f"work/{NOTEBOOK}")
        plain.size = 2
        archive.addfile(plain, io.BytesIO(b"{}"))
    name = f"attempt_{WHEN}_{ASSIGNMENT}"
    said = download(
        room,
        {
            f"ada_{name}.ipynb": b"honest",
            f"broken_{name}.zip": b"PK no zip",
            f"notar_{name}.tar.gz": b"\x1f\x8b no tar",
            f"bomb_{name}.zip": packed({NOTEBOOK: b"0" * (receipt.MAX_BYTES + 1)}),
            f"link_{name}.zip": packed({NOTEBOOK: "/etc/passwd"}, **{NOTEBOOK: 0o120777}),
            f"locked_{name}.zip": packed({NOTEBOOK: "mine"}, **{NOTEBOOK: 0o100000}),
            f"climb_{name}.zip": packed({f"../../{NOTEBOOK}": "out", f"a/{NOTEBOOK}": "mine"}),
            f"tar_{name}.tar.gz": tar.getvalue(),
            f".._{name}.ipynb": b"a student called ..",
            f"night_attempt_2026-99-99_{ASSIGNMENT}.ipynb": b"no such day",
        },
    )
    got = collected(room)
    assert {student: files[NOTEBOOK] for student, files in got.items()} == {
        "ada": "honest",
        "locked": "mine",
        "climb": "mine",
        "tar": "{}",
        "night": "no such day",
    }
    assert "timestamp.txt" not in got["night"]
    assert not list(room.root.rglob("escaped.ipynb"))
    assert not (room.root / ASSIGNMENT).exists()
    assert said.count("cannot be unpacked") == 2


def test_zip_collect_a_whole_class(room: Classroom) -> None:
    """A class's archive has to be named by the instructor; folders by student are understood."""
    name = f"attempt_{WHEN}_{ASSIGNMENT}"
    own = packed({f"victim_{name}.ipynb": "forged", NOTEBOOK: "bea's own"})
    everyone = packed({f"ada_{name}.ipynb": "ada's own", f"bea_{name}.zip": own})
    assert "does not say whose it is" in download(room, {"submissions.zip": everyone})
    assert collected(room) == {}
    config = room.root / "nbgrader_config.py"
    before = config.read_text(encoding="utf-8")
    try:
        config.write_text(before + "\nc.OuterName.class_archives = ['submissions*']\n")
        download(room, {})
        assert {student: files[NOTEBOOK] for student, files in collected(room).items()} == {
            "ada": "ada's own",
            "bea": "bea's own",
        }
        folders = r"c.OuterName.named_regexp = r'.*/(?P<student_id>\w+)_\d+_file_/(?P<file_id>\w+)'"
        config.write_text(before + f"\n{folders}\n")
        receipt.shutil.rmtree(room.root / "downloaded")
        download(room, {f"week 1/ada_1_file_/x/eve_2_file_/{NOTEBOOK}": b"ada's own"})
        assert "eve" not in collected(room)
        assert collected(room)["ada"][NOTEBOOK] == "ada's own"
    finally:
        config.write_text(before)


def test_zip_collect_from_moodle_as_the_page_for_teachers_says(
    room: Classroom, course: Path
) -> None:
    page = (course / "docs" / "teaching.md").read_text(encoding="utf-8")
    (setting,) = re.findall(
        r"^c\.FileNameCollectorPlugin\.named_regexp = \(.*?^\)", page, re.M | re.S
    )
    config = room.root / "nbgrader_config.py"
    before = config.read_text(encoding="utf-8")
    forged = "Eve_99_assignsubmission_file_"
    try:
        config.write_text(f"{before}\n{setting}\n", encoding="utf-8")
        folders = ("Ada Lovelace_12345_assignsubmission_file_", "Bob_7_assignsubmission_file")
        download(room, {f"{folder}/{NOTEBOOK}": folder.encode() for folder in folders})
        got = {student: files[NOTEBOOK] for student, files in collected(room).items()}
        assert got == {"12345": folders[0], "7": folders[1]}
        download(room, {f"{folders[1]}/{forged}/{NOTEBOOK}": b"forged"})
        assert set(collected(room)) == {"12345", "7"}
    finally:
        config.write_text(before, encoding="utf-8")


def submit(room: Classroom, name: str, text: str = "{}") -> Path:
    """Put a submission into the exchange, as a student's own hands can."""
    folder = room.root / "exchange" / "neural_networks" / "inbound" / name
    folder.mkdir(parents=True)
    (folder / NOTEBOOK).write_text(text, encoding="utf-8")
    (folder / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC", encoding="utf-8")
    return folder


def received(room: Classroom, student: str) -> datetime:
    """Return the time of receipt as it was written down."""
    found = read_time(room.root / "submitted" / student / ASSIGNMENT)
    assert found is not None
    return found.replace(tzinfo=UTC)


@pytest.mark.skipif(os.name == "nt", reason="nbgrader's exchange needs Unix")
def test_collect_writes_down_when_it_was_received(room: Classroom) -> None:
    """Neither the name nor `timestamp.txt` nor a file time puts the clock back."""
    start = datetime.now(UTC) - timedelta(seconds=2)
    early = submit(room, f"{ME}+{ASSIGNMENT}+2099-01-01 00:00:00.0 UTC+abc", "first")
    time.sleep(0.05)
    late = submit(room, f"{ME}+{ASSIGNMENT}+2020-01-01 00:00:00.0 UTC+xyz", "last")
    os.utime(late, (0, 0))
    room.nbgrader("collect", ASSIGNMENT)
    first = received(room, ME)
    assert start <= first <= datetime.now(UTC)
    assert collected(room)[ME][NOTEBOOK] == "last"
    # What is changed after it was handed in was handed in when it was changed.
    (early / NOTEBOOK).write_text("changed", encoding="utf-8")
    os.utime(early / NOTEBOOK, (0, 0))
    room.nbgrader("collect", ASSIGNMENT, "--update")
    assert collected(room)[ME][NOTEBOOK] == "changed"
    assert received(room, ME) > first


@pytest.mark.skipif(os.name == "nt", reason="nbgrader's exchange needs Unix")
def test_collect_takes_plain_files_of_their_owner_alone(room: Classroom) -> None:
    """Links, pipes and forged names are left; one submission stops nobody's collection."""
    mine = submit(room, f"{ME}+{ASSIGNMENT}+2026-01-01 00:00:00.0 UTC+abc")
    (mine / "passwords.ipynb").symlink_to("/etc/passwd")
    (mine / "folder").symlink_to("/etc")
    os.mkfifo(mine / "pipe.ipynb")
    forged = submit(room, f"victim+{ASSIGNMENT}+2026-01-01 00:00:00.0 UTC+abc")
    for name in (f"..+{ASSIGNMENT}+2026-01-01+a", f"x+{ASSIGNMENT}+no time at all"):
        submit(room, name)
    (forged.parent / f"eve+{ASSIGNMENT}+2026-01-01+a").symlink_to(mine)
    said = room.nbgrader("collect", ASSIGNMENT)
    assert {student: set(files) for student, files in collected(room).items()} == {
        ME: {NOTEBOOK, "timestamp.txt"}
    }
    assert "victim" in said and "passwords.ipynb" in said and "pipe.ipynb" in said
    assert not (room.root / ASSIGNMENT).exists()


def test_nobody_swaps_a_file_while_it_is_copied(tmp_path: Path) -> None:
    """A file is judged by what was opened, and a huge one is not copied."""
    source = tmp_path / "source"
    (source / "below").mkdir(parents=True)
    (source / "below" / "small.txt").write_text("small")
    (source / "huge.txt").write_text("x" * 100)
    os.symlink("/etc/passwd", source / "link.txt")
    left_out = receipt.copy_plain(source, tmp_path / "target", 50)
    assert sorted(left_out) == ["huge.txt", "link.txt"]
    found = [path for path in (tmp_path / "target").rglob("*") if path.is_file()]
    assert [path.name for path in found] == ["small.txt"]
    assert stat.S_ISREG(found[0].lstat().st_mode)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-15-22-13-44", "2026-01-15 22:13:44 UTC"),
        ("2026-01-15-10-00-00", "2026-01-15 10:00:00 UTC"),
        ("2026-01-15", "2026-01-15 00:00:00 UTC"),
        ("20260115221344", "2026-01-15 22:13:44 UTC"),
        ("2026-13-45", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_times_in_names(text: str, expected: str | None) -> None:
    assert receipt.read_time(text) == expected


def test_times_in_names_have_a_zone() -> None:
    assert receipt.read_time("2026-01-15-22-13-44", "Europe/Berlin") == "2026-01-15 21:13:44 UTC"
