"""What `course doctor` looks at: whether this machine is ready for the course."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psutil
from packaging.requirements import Requirement
from rich.console import Console
from rich.table import Table
from rich.text import Text

from helpers.course import layout
from helpers.course.errors import CourseError

if TYPE_CHECKING:
    from helpers.datasets import DatasetInfo

Status = Literal["pass", "warn", "fail"]

PYTHONS = ((3, 11), (3, 13))  # oldest and newest that requirements.txt was made for
GIB = 2**30
MEMORY_WANTED = 2 * GIB  # a lecture stays under 1 GiB; the browser and JupyterLab need the rest
DISK_WANTED = 1 * GIB  # the full data sets, the demo class, a term of submissions
SECONDS = 120  # for a program we start; importing TensorFlow from a cold disk takes half a minute
SERVER_EXTENSIONS = ("formgrader", "validate_assignment", "assignment_list", "course_list")
INSTALL = (
    "make lab"
    if os.name != "nt"
    else "python -m pip install -r requirements.txt, then python -m pip install --no-deps -e ."
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        What was looked at.
    status : {"pass", "warn", "fail"}
        ``warn``: part of the course works less well or not at all; ``fail``: the course does not.
    found : str
        What there is.
    advice : str
        What to do about it; empty where nothing needs to be done.
    """

    name: str
    status: Status
    found: str
    advice: str = ""


def diagnose(root: Path | None = None) -> list[Finding]:
    """Look at everything; this takes some ten seconds, most of it TensorFlow's start.

    Parameters
    ----------
    root : Path, optional
        The course folder; by default the one that we are in, if any.
    """
    if root is None:
        try:
            root = layout.find_root()
        except CourseError:
            root = None
    checks: list[tuple[str, Callable[[], Finding | list[Finding]]]] = [
        ("Python", check_python),
        ("packages", lambda: check_packages(root)),
        ("TensorFlow", check_tensorflow),
        ("JupyterLab and nbgrader", check_jupyter),
        ("data", check_data),
        ("sandbox", check_sandbox),
        ("memory", check_memory),
        ("cores", check_cores),
        ("disk", lambda: check_disk(root or Path.cwd())),
        ("git", check_git),
    ]
    findings: list[Finding] = []
    for name, check in checks:
        try:
            result = check()
        except Exception as error:  # a doctor who faints helps nobody: go on with the rest
            result = Finding(name, "fail", f"could not be looked at: {_line(error)}", INSTALL)
        findings += result if isinstance(result, list) else [result]
    return findings


def render(findings: list[Finding], console: Console | None = None) -> None:
    """Print findings as a table, and how many there are of each kind."""
    console = console or Console()
    styles = {"pass": "green", "warn": "yellow", "fail": "bold red"}
    table = Table("", "what", "found", title="How this machine is set up")
    for finding in findings:
        # As Text: what other programs said is shown as it is, square brackets too.
        found = Text(finding.found)
        if finding.advice:
            found.append(f"\n→ {finding.advice}", styles[finding.status])
        status = Text(finding.status, styles[finding.status])
        table.add_row(status, Text(finding.name), found)
    console.print(table)
    count = {status: sum(it.status == status for it in findings) for status in styles}
    console.print(f"{count['pass']} pass, {count['warn']} warn, {count['fail']} fail")


def check_python(version: tuple[int, int] | None = None) -> Finding:
    """Tell whether Python is one that the pins were made for."""
    version = version or (sys.version_info.major, sys.version_info.minor)
    oldest, newest = (".".join(map(str, it)) for it in PYTHONS)
    found = f"{version[0]}.{version[1]} in {sys.prefix}"
    if PYTHONS[0] <= version <= PYTHONS[1]:
        return Finding("Python", "pass", found)
    return Finding(
        "Python",
        "fail",
        found,
        f"The course needs {oldest} to {newest}: PYTHON=python3.12 make lab",
    )


def pins(requirements: str) -> dict[str, str]:
    """Return the versions that a requirements file pins on this system, by package name."""
    result = {}
    for line in requirements.splitlines():
        if not line.strip() or line.lstrip().startswith(("#", "-")):
            continue
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            (specifier,) = requirement.specifier
            result[requirement.name] = specifier.version
    return result


def check_packages(root: Path | None) -> Finding:
    """Compare what is installed with requirements.txt."""
    if root is None or not (root / "requirements.txt").is_file():
        return Finding(
            "packages",
            "warn",
            "no requirements.txt here to compare with",
            "Run this in the course's folder.",
        )
    wanted = pins((root / "requirements.txt").read_text(encoding="utf-8"))
    missing, other = [], []
    for name, version in wanted.items():
        installed = _version(name)
        if installed is None:
            missing.append(name)
        elif installed != version:
            other.append(f"{name} {installed} instead of {version}")
    if missing:
        found = f"{len(missing)} of {len(wanted)} missing: {_some(missing)}"
        return Finding("packages", "fail", found, f"Install them: {INSTALL}")
    if other:
        found = f"{len(other)} of {len(wanted)} in another version: {_some(other)}"
        advice = f"Most things will work. For the versions the course was tested with: {INSTALL}"
        return Finding("packages", "warn", found, advice)
    return Finding("packages", "pass", f"all {len(wanted)} in the versions of requirements.txt")


def check_tensorflow() -> Finding:
    """Import TensorFlow in another process, because on some machines that ends the process."""
    code = (
        "import tensorflow as tf; gpus = len(tf.config.list_physical_devices('GPU'));"
        "print('version', tf.__version__, 'with Keras', tf.keras.__version__, 'and', gpus, 'GPUs')"
    )
    run = _run([sys.executable, "-c", code], TF_CPP_MIN_LOG_LEVEL="3")
    if run.returncode == 0:
        words = run.stdout.split("version ")[-1].replace(" and 0 GPUs", ", on the processor")
        return Finding("TensorFlow", "pass", words.strip())
    if run.returncode < 0 or "AVX" in run.stderr:
        return Finding(
            "TensorFlow",
            "fail",
            f"ends while it starts (signal {-run.returncode})",
            "Its builds need a processor with AVX. Without one, open a lecture on GitHub and use "
            "the badge at its top: Binder and Colab run it for you.",
        )
    return Finding("TensorFlow", "fail", _last(run.stderr), f"Install it anew: {INSTALL}")


def check_jupyter() -> list[Finding]:
    """Tell whether JupyterLab and nbgrader are there, and whether one shows the other."""
    lab, nbgrader = _version("jupyterlab"), _version("nbgrader")
    findings = [
        Finding("JupyterLab", "pass", lab)
        if lab
        else Finding("JupyterLab", "fail", "not installed", f"Install it: {INSTALL}")
    ]
    if not nbgrader:
        return [*findings, Finding("nbgrader", "fail", "not installed", f"Install it: {INSTALL}")]
    findings.append(Finding("nbgrader", "pass", nbgrader))
    if lab:
        jupyter = [sys.executable, "-m", "jupyter"]
        front = _run([*jupyter, "labextension", "list"])
        back = _run([*jupyter, "server", "extension", "list"])
        findings.append(judge_extensions(front.stdout + front.stderr, back.stdout + back.stderr))
    return findings


def judge_extensions(lab_listing: str, server_listing: str) -> Finding:
    """Judge nbgrader's extensions from what Jupyter's two listings say."""
    lab_listing, server_listing = _plain(lab_listing), _plain(server_listing)
    off = []
    if not re.search(r"@jupyter/nbgrader v\S+ enabled\s+OK", lab_listing):
        off.append("the JupyterLab panels")
    for name in SERVER_EXTENSIONS:
        module = re.escape(f"nbgrader.server_extensions.{name}")
        lines = re.findall(rf"^\s*{module}\s+(.*)$", server_listing, re.MULTILINE)
        if not any("enabled" in line for line in lines) or not any("OK" in line for line in lines):
            off.append(name)
    if off:
        return Finding(
            "nbgrader in JupyterLab",
            "warn",
            f"not enabled: {', '.join(off)}",
            "jupyter labextension enable @jupyter/nbgrader && "
            "jupyter server extension enable --sys-prefix --py nbgrader",
        )
    return Finding("nbgrader in JupyterLab", "pass", "Validate, Formgrader and the lists enabled")


def check_data() -> list[Finding]:
    """Say for every data set whether it is here in full, or which part of it."""
    from helpers import datasets

    return [judge_data(info) for info in datasets.describe()]


def judge_data(info: DatasetInfo) -> Finding:
    """Judge one data set by where it would come from."""
    name = f"data: {info.name}"
    what = info.note.split("; ")[-1]  # what is wrong, if anything, stands before what it holds
    if info.source == "missing":
        advice = (
            "COURSE_DATA=full forbids the sample: connect to the network, or unset COURSE_DATA."
        )
        return Finding(name, "fail", info.note, advice)
    if "damaged" in info.note:
        advice = "It is fetched again when a lecture needs it; until then the sample stands in."
        return Finding(name, "warn", info.note, advice)
    if info.source == "sample" and what != info.note:
        found = f"sample: {what}; with a network, a lecture that needs all of it fetches it"
        return Finding(name, "pass", found)
    if what:
        return Finding(name, "pass", f"{info.source}: {what}")
    return Finding(name, "pass", f"{info.source}: {info.path}")


def check_sandbox() -> Finding:
    """Tell whether bubblewrap works, which keeps students' code away from the grader's files."""
    from helpers.grading import sandbox

    careful = "Until then, grade only what comes from people you trust."
    if platform.system() != "Linux":
        return Finding(
            "sandbox",
            "warn",
            f"none on {platform.system()}",
            "Grading others' code: do it on Linux, where bubblewrap can be had. " + careful,
        )
    program = sandbox.find_bwrap()
    if program is None:
        return Finding(
            "sandbox",
            "warn",
            "bubblewrap is not installed",
            f"Only needed for grading: sudo apt install bubblewrap. {careful}",
        )
    reason = sandbox.available()
    if reason:
        return Finding("sandbox", "warn", reason, f"Only needed for grading. {careful}")
    return Finding("sandbox", "pass", f"{_last(_run([program, '--version']).stdout)} works")


def check_memory(free: int | None = None) -> Finding:
    """Tell whether a lecture, JupyterLab and a browser fit into the free memory."""
    if free is None:
        free = min(psutil.virtual_memory().available, _container_memory())
    found = f"{free / GIB:.1f} GiB free"
    if free >= MEMORY_WANTED:
        return Finding("memory", "pass", found)
    return Finding(
        "memory",
        "warn",
        found,
        "A lecture takes up to 1 GiB: close other programs and shut down kernels you do not use.",
    )


def check_cores(cores: int | None = None) -> Finding:
    """Tell how many processors this process may use."""
    if cores is None:
        usable = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
        cores = len(usable(0)) if usable else os.cpu_count() or 1
    if cores >= 2:
        return Finding("cores", "pass", str(cores))
    return Finding("cores", "warn", "1", "All works, but training takes about twice as long.")


def check_disk(folder: Path, free: int | None = None) -> Finding:
    """Tell whether data, submissions and feedback fit on the disk."""
    if free is None:
        free = shutil.disk_usage(folder).free
    found = f"{free / GIB:.1f} GiB free"
    if free >= DISK_WANTED:
        return Finding("disk", "pass", found)
    status: Status = "warn" if free >= DISK_WANTED // 4 else "fail"
    return Finding("disk", status, found, "Make room: a full disk loses notebooks when they save.")


def check_git() -> Finding:
    """Tell whether git is there."""
    program = shutil.which("git")
    if program is None:
        return Finding("git", "warn", "not installed", "Needed to fetch updates of the course.")
    return Finding("git", "pass", _last(_run([program, "--version"]).stdout))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _container_memory(groups: Path = Path("/sys/fs/cgroup")) -> int:
    """Return what a container's limit leaves, where there is one (on Binder: 1 to 2 GiB)."""
    try:
        limit = int((groups / "memory.max").read_text())
        used = int((groups / "memory.current").read_text())
    except (OSError, ValueError):  # no such limit, or "max"
        return sys.maxsize
    return max(0, limit - used)


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", _line(error))


def _plain(text: str) -> str:
    """Return text without the colours that programs print."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _last(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in _plain(text).splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _some(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
