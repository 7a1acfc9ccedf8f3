"""The doctor names what is wrong, and what to do about it."""

import io
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from helpers.course import doctor
from helpers.course.doctor import GIB, Finding
from helpers.grading import sandbox

LAB = "\x1b[32m  @jupyter/nbgrader v0.9.6 \x1b[32menabled\x1b[0m \x1b[32mOK\x1b[0m\n"
SERVER = "".join(
    f"    nbgrader.server_extensions.{name} \x1b[32menabled\x1b[0m\n"
    f"    - Validating nbgrader.server_extensions.{name}...\n"
    f"      nbgrader.server_extensions.{name}  \x1b[32mOK\x1b[0m\n"
    for name in doctor.SERVER_EXTENSIONS
)


class Info(NamedTuple):
    name: str
    source: str
    path: Path | None
    size: int
    note: str


@pytest.mark.parametrize(
    ("version", "status"),
    [((3, 10), "fail"), ((3, 11), "pass"), ((3, 13), "pass"), ((3, 14), "fail"), ((2, 7), "fail")],
)
def test_python_outside_the_range_fails(version, status):
    finding = doctor.check_python(version)
    assert finding.status == status
    assert bool(finding.advice) == (status == "fail")


def test_the_range_is_pyprojects():
    pyproject = Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8")
    (oldest, newest) = doctor.PYTHONS
    limit = f"{newest[0]}.{newest[1] + 1}"
    assert f'requires-python = ">={oldest[0]}.{oldest[1]},<{limit}"' in pyproject


def test_pins_reads_versions_and_skips_other_systems():
    text = (
        "-r other.txt\n# note\n\nnumpy==2.4.6\n"
        "nowhere==1.0 ; sys_platform == 'plan9'\nyes==3.0 ; python_version >= '3'\n"
    )
    assert doctor.pins(text) == {"numpy": "2.4.6", "yes": "3.0"}


def write_pins(folder, **versions):
    text = "".join(f"{name}=={version}\n" for name, version in versions.items())
    (folder / "requirements.txt").write_text(text, encoding="utf-8")


def test_a_missing_package_fails_and_is_named(tmp_path):
    write_pins(tmp_path, numpy=metadata.version("numpy"), nosuchpackage="1.0")
    finding = doctor.check_packages(tmp_path)
    assert finding.status == "fail"
    assert "nosuchpackage" in finding.found
    assert "numpy" not in finding.found
    assert doctor.INSTALL in finding.advice


def test_another_version_warns_with_both(tmp_path):
    write_pins(tmp_path, numpy="0.0.1")
    finding = doctor.check_packages(tmp_path)
    assert finding.status == "warn"
    assert f"numpy {metadata.version('numpy')} instead of 0.0.1" in finding.found


def test_the_right_versions_pass(tmp_path):
    write_pins(tmp_path, numpy=metadata.version("numpy"))
    assert doctor.check_packages(tmp_path).status == "pass"


def test_outside_the_course_packages_are_not_judged(tmp_path):
    assert doctor.check_packages(None).status == "warn"
    assert doctor.check_packages(tmp_path).status == "warn"


def answering(monkeypatch, code, out="", err=""):
    """Let every program that the doctor starts end like this."""

    def run(command, **environment):
        return subprocess.CompletedProcess(command, code, out, err)

    monkeypatch.setattr(doctor, "_run", run)


def test_tensorflow_that_does_not_import_fails_with_the_reason(monkeypatch):
    answering(monkeypatch, 1, err="Traceback\n  ...\nImportError: DLL load failed\n\n")
    finding = doctor.check_tensorflow()
    assert (finding.status, finding.found) == ("fail", "ImportError: DLL load failed")


def test_tensorflow_that_kills_the_process_is_the_processors_fault(monkeypatch):
    answering(monkeypatch, -4)
    finding = doctor.check_tensorflow()
    assert finding.status == "fail"
    assert "AVX" in finding.advice


def test_nbgraders_extensions_all_enabled_pass():
    assert doctor.judge_extensions(LAB, SERVER).status == "pass"


@pytest.mark.parametrize(
    ("lab", "server", "named"),
    [
        ("", SERVER, "JupyterLab panels"),
        (LAB.replace("enabled", "disabled"), SERVER, "JupyterLab panels"),
        (LAB, SERVER.replace("formgrader", "other"), "formgrader"),
        (LAB, SERVER.replace("validate_assignment \x1b[32menabled", "validate_assignment disabled"),
         "validate_assignment"),
        (LAB, SERVER.replace("course_list  \x1b[32mOK", "course_list  X is not importable"),
         "course_list"),
    ],
)  # fmt: skip
def test_an_extension_that_is_off_is_named(lab, server, named):
    finding = doctor.judge_extensions(lab, server)
    assert finding.status == "warn"
    assert finding.found == f"not enabled: {named}" or finding.found.endswith(f"the {named}")
    assert "enable" in finding.advice


@pytest.mark.parametrize(
    ("info", "status", "said"),
    [
        (Info("mnist", "full (keras cache)", Path("/k/mnist.npz"), 9, ""), "pass", "mnist.npz"),
        (
            Info("mnist", "sample", Path("/s"), 9, "a is not in Keras' cache; 5,000 of the 70,000"),
            "pass",
            "sample: 5,000 of the 70,000",
        ),
        (
            Info("mnist", "sample", Path("/s"), 9, "a in Keras' cache is damaged; 5,000 images"),
            "warn",
            "damaged",
        ),
        (Info("mnist", "missing", None, 0, "a is not in Keras' cache"), "fail", "not in Keras'"),
        (Info("novels", "full (course)", Path("/n"), 9, "six novels"), "pass", "six novels"),
    ],
)
def test_data_are_judged_by_their_source(info, status, said):
    finding = doctor.judge_data(info)
    assert finding.status == status
    assert said in finding.found
    assert "mnist" in finding.name or "novels" in finding.name
    if status != "pass":
        assert finding.advice


def test_every_data_set_is_reported(monkeypatch):
    monkeypatch.setenv("COURSE_DATA", "sample")
    names = [finding.name for finding in doctor.check_data()]
    assert {"data: mnist", "data: fashion_mnist", "data: imdb"} <= set(names)
    assert all(finding.status == "pass" for finding in doctor.check_data())


def test_a_sandbox_that_is_not_there_warns(monkeypatch):
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    finding = doctor.check_sandbox()
    assert finding.status == "warn"
    assert "bubblewrap" in finding.advice


def test_a_sandbox_that_does_not_work_warns_with_its_own_words(monkeypatch):
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/usr/bin/bwrap")
    monkeypatch.setattr(sandbox, "available", lambda: "bwrap: No permissions to create namespaces")
    finding = doctor.check_sandbox()
    assert finding.status == "warn"
    assert "No permissions" in finding.found


def test_other_systems_have_no_sandbox(monkeypatch):
    monkeypatch.setattr(doctor.platform, "system", lambda: "Darwin")
    finding = doctor.check_sandbox()
    assert (finding.status, finding.found) == ("warn", "none on Darwin")


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (doctor.check_memory(2 * GIB), "pass"),
        (doctor.check_memory(2 * GIB - 1), "warn"),
        (doctor.check_cores(2), "pass"),
        (doctor.check_cores(1), "warn"),
        (doctor.check_disk(Path("."), GIB), "pass"),
        (doctor.check_disk(Path("."), GIB - 1), "warn"),
        (doctor.check_disk(Path("."), GIB // 8), "fail"),
    ],
)
def test_the_machines_size_is_judged_at_its_limits(finding, status):
    assert finding.status == status
    assert bool(finding.advice) == (status != "pass")


def test_a_containers_limit_counts(tmp_path):
    (tmp_path / "memory.max").write_text("3000\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert doctor._container_memory(tmp_path) == 2000
    (tmp_path / "memory.max").write_text("max\n")
    assert doctor._container_memory(tmp_path) == sys.maxsize
    assert doctor._container_memory(tmp_path / "none") == sys.maxsize


def test_a_program_that_is_not_there_or_hangs_is_a_failed_run(monkeypatch):
    assert doctor._run(["/nowhere/program"]).returncode == 1
    monkeypatch.setattr(doctor, "SECONDS", 0.2)
    run = doctor._run([sys.executable, "-c", "import time; time.sleep(30)"])
    assert run.returncode == 1
    assert "TimeoutExpired" in run.stderr


def test_a_check_that_breaks_is_a_finding_and_the_rest_goes_on(monkeypatch):
    def broken():
        raise RuntimeError("no\nidea")

    for name in ("check_tensorflow", "check_jupyter"):
        monkeypatch.setattr(doctor, name, lambda: Finding("quick", "pass", ""))
    monkeypatch.setattr(doctor, "check_git", broken)
    findings = doctor.diagnose(Path(__file__).parents[2])
    (git,) = [finding for finding in findings if finding.name == "git"]
    assert git.status == "fail"
    assert git.found == "could not be looked at: RuntimeError: no idea"
    names = {finding.name for finding in findings}
    assert {"Python", "packages", "data: mnist", "sandbox", "memory", "cores", "disk"} <= names


def test_render_shows_every_finding_and_counts_them():
    console = Console(record=True, width=120, file=io.StringIO())
    findings = [
        Finding("one", "pass", "all [red]right"),
        Finding("two", "warn", "so [so]", "mend it"),
        Finding("three", "fail", "broken", "buy a new one"),
    ]
    doctor.render(findings, console)
    text = console.export_text()
    assert "all [red]right" in text and "so [so]" in text
    assert "mend it" in text and "buy a new one" in text
    assert "1 pass, 1 warn, 1 fail" in text
