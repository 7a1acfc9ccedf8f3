"""Where the set-up cannot work, it says why in one line and the next try starts anew."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lacking import lacking

ROOT = Path(__file__).parents[2]
SCRIPT_NEEDS = ("requirements.txt", "requirements-dev.txt", "pyproject.toml", "Makefile", "setup")
TOOLS = ("sh", "make", "cat", "cksum", "df", "awk", "du", "grep", "tail", "uname", "dirname", "rm")
PYTHONS = ("python3", "python3.13", "python3.12", "python3.11")


@pytest.fixture
def course(tmp_path) -> Path:
    """Return a folder with what the set-up reads, and a `bin` beside it that is the whole path."""
    if os.name == "nt" or not shutil.which("make"):
        lacking("make is not installed")
    folder = tmp_path / "course"
    folder.mkdir()
    for name in SCRIPT_NEEDS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or "/nowhere")
    program(tools, "df", "echo header; echo disk 9 9 99000000 1% /")
    program(tools, "uname", "echo Linux x86_64")
    for name in PYTHONS:
        program(tools, name, "exit 127")
    return folder


def program(folder: Path, name: str, script: str) -> None:
    """Put a program that stands in for the real one on the path."""
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!{shutil.which('sh')}\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def make(course: Path, target: str = "lab", **environment: str) -> subprocess.CompletedProcess[str]:
    keep = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    return subprocess.run(
        ["make", target],
        cwd=course,
        env={**keep, "PATH": str(course.parent / "bin"), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def only_line(run: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that the script wrote to stderr; make adds one of its own."""
    assert run.returncode != 0
    lines = [line for line in run.stderr.splitlines() if not line.startswith("make")]
    assert len(lines) == 1, run.stderr
    assert lines[0].startswith("Set-up stopped: ")
    return lines[0]


@pytest.mark.parametrize("target", ["lab", "demo", "doctor", "build", "check", "test", "bench"])
def test_every_command_makes_the_environment_first(course, target):
    assert "none was found" in only_line(make(course, target))


def test_a_python_that_is_too_old_is_named(course):
    program(course.parent / "bin", "python3", "echo 3.10")
    line = only_line(make(course))
    assert "3.11 to 3.13" in line
    assert "python3 is Python 3.10" in line
    assert "PYTHON=" in line
    assert not (course / ".venv").exists()


@pytest.mark.parametrize("version", ["3.10", "3.14", "2.7"])
def test_a_python_asked_for_outside_the_range_is_refused(course, version):
    program(course.parent / "bin", "mypython", f"echo {version}")
    line = only_line(make(course, PYTHON="mypython"))
    assert f"mypython is Python {version}" in line
    assert "3.11 to 3.13" in line


def test_a_python_asked_for_that_is_not_there_is_said_so(course):
    assert "PYTHON=nosuch does not run" in only_line(make(course, PYTHON="nosuch"))


def test_the_first_python_that_fits_is_taken(course):
    """As python3 is too old, python3.13 does not run (as pyenv leaves them), python3.12 fits."""
    tools = course.parent / "bin"
    program(tools, "python3", "echo 3.9")
    program(
        tools, "python3.12", 'case "$1" in -c) echo 3.12 ;; *) echo "Error: stop" ; exit 1 ;; esac'
    )
    run = make(course)
    assert "Making .venv with Python 3.12" in run.stdout
    assert "Error: stop" in only_line(run)


def test_a_disk_without_room_is_found_before_anything_is_downloaded(course):
    program(course.parent / "bin", "df", "echo header; echo disk 9 9 2048000 1% /")
    line = only_line(make(course, PYTHON=sys.executable))
    assert "2000 MB free" in line
    assert not (course / ".venv").exists()


def test_an_intel_mac_is_sent_to_the_launch_links(course):
    program(
        course.parent / "bin", "uname", 'case "$1" in -s) echo Darwin ;; *) echo x86_64 ;; esac'
    )
    assert "Intel" in only_line(make(course, PYTHON=sys.executable))


def test_a_python_without_venv_is_told_what_to_install(course):
    script = (
        'case "$1" in -c) echo 3.12 ;; '
        "*) echo 'because ensurepip is not available.  On Debian/Ubuntu'; exit 1 ;; esac"
    )
    program(course.parent / "bin", "python3", script)
    assert "apt install python3-venv" in only_line(make(course))


def test_without_a_network_it_says_so_and_the_next_try_installs_anew(course):
    offline = {
        "PYTHON": sys.executable,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",  # where nothing listens
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "1",
    }
    for _ in range(2):
        run = make(course, **offline)
        assert "no network?" in only_line(run)
        assert "Installing the packages" in run.stdout
        assert not list((course / ".venv").glob("installed-*"))


def test_a_disk_that_fills_up_while_pip_installs_is_said_so(course):
    """A pip that fails as the real one does on a full disk stands in for .venv's."""
    program(
        course.parent / "bin",
        "python3",
        'case "$*" in *"-c "*) echo 3.12 ;; *" pip "*--version*) ;;\n'
        "*' install '*) echo 'ERROR: Could not install packages due to an OSError: "
        "[Errno 28] No space left on device' >&2; exit 1 ;;\n"
        "*) echo unexpected; exit 1 ;; esac",
    )
    (course / ".venv" / "bin").mkdir(parents=True)
    (course / ".venv" / "bin" / "python").symlink_to(course.parent / "bin" / "python3")
    assert "the disk is full" in only_line(make(course))
    assert not list((course / ".venv").glob("installed-*"))


def test_what_is_installed_already_is_left_alone_until_the_pins_change(course):
    tools = course.parent / "bin"
    log = course.parent / "calls"
    program(
        tools,
        "python3",
        f'echo "$*" >>"{log}"\ncase "$*" in *"-c "*) echo 3.12 ;; esac',
    )
    (course / ".venv" / "bin").mkdir(parents=True)
    (course / ".venv" / "bin" / "python").symlink_to(tools / "python3")
    program(course / ".venv" / "bin", "course", 'echo "course $*"')

    def installs(target: str) -> int:
        log.write_text("")
        run = make(course, target)
        assert run.returncode == 0, run.stderr
        assert run.stdout.endswith(f"course {target}\n")
        return log.read_text().count(" install ")

    assert installs("lab") == 2  # the pins, then the course itself
    assert installs("lab") == 0
    (course / "requirements.txt").touch()
    assert installs("doctor") == 0
    assert installs("test") == 2  # the larger set
    assert installs("test") == installs("lab") == 0
    with (course / "requirements-dev.txt").open("a") as file:
        file.write("more==1\n")
    assert installs("lab") == 0
    assert installs("check") == 2
    with (course / "requirements.txt").open("a") as file:
        file.write("more==1\n")
    assert installs("lab") == 2
