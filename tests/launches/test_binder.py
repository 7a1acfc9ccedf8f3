"""Binder builds the course with conda: repo2docker itself says so, without building."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.lacking import lacking

ROOT = Path(__file__).parents[2]
BUILT_BY_BINDER = ("environment.yml", "requirements.txt", "pyproject.toml")


def dockerfile(folder: Path) -> str:
    """Return what ``jupyter-repo2docker --no-build`` would have built; no engine is needed."""
    program = Path(sys.executable).with_name("jupyter-repo2docker")
    if not program.is_file():
        lacking("jupyter-repo2docker is not installed (make test installs it)")
    # As on Binder: an ordinary user, not whoever runs the tests. No engine can be reached.
    options = ["--no-build", "--user-id", "1000", "--user-name", "jovyan"]
    run = subprocess.run(
        [program, *options, "."],
        cwd=folder,
        env={**os.environ, "DOCKER_HOST": "tcp://127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def built() -> str:
    return dockerfile(ROOT)


def order(text: str, *patterns: str) -> list[int]:
    """Return where each pattern first occurs; all have to."""
    places = []
    for pattern in patterns:
        match = re.search(pattern, text, re.MULTILINE)
        assert match, f"{pattern!r} is not in the Dockerfile:\n{text}"
        places.append(match.start())
    return places


REPOSITORY_COPIED = r"^COPY --chown=1000:1000 src/ \$\{REPO_DIR\}/$"
CONDA_UPDATES = r'env update -p \$\{NB_PYTHON_PREFIX\} --file "environment\.yml"'


def test_the_conda_build_is_picked(built):
    from repo2docker.app import Repo2Docker
    from repo2docker.buildpacks import CondaBuildPack

    # The same question that `--no-build` asked, in repo2docker's own order of preference.
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        picked = next(pack for pack in Repo2Docker().buildpacks if pack(None).detect())
    finally:
        os.chdir(here)
    assert picked is CondaBuildPack
    order(built, CONDA_UPDATES)


def test_pins_and_package_are_there_before_conda_installs_them(built):
    copied, updated = order(built, REPOSITORY_COPIED, CONDA_UPDATES)
    assert copied < updated
    for name in BUILT_BY_BINDER:  # what a clone has: there, and not left out of the repository
        assert (ROOT / name).is_file()
        if (ROOT / ".git").exists():
            ignored = subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT, check=False)
            assert ignored.returncode == 1, f"{name} is ignored by git"


def test_conda_brings_python_and_pip_and_the_pins_bring_the_rest():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    python, pip, packages = environment["dependencies"]
    assert re.fullmatch(r"python=3\.1[123]", python)
    assert pip == "pip"
    assert packages == {"pip": ["-r requirements.txt", "-e ."]}


def test_binder_starts_from_environment_ymls_python(built):
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    version = environment["dependencies"][0].partition("=")[2]
    # repo2docker copies its own environment.py-3.12-linux-64.lock, under an escaped name.
    assert f"environment.py-{version}-linux" in built.replace("-2e", ".").replace("-2d", "-")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_are_exact_and_name_no_address(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    if name == "requirements-dev.txt":
        assert lines.pop(0) == "-r requirements.txt"
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; .+)?", line), line


def test_pins_take_tensorflows_cpu_build_on_linux_x86_64_and_one_build_everywhere():
    from packaging.requirements import Requirement

    pins = [
        Requirement(line)
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith("tensorflow")
    ]
    for system, machine, wanted in [
        ("linux", "x86_64", "tensorflow-cpu"),
        ("linux", "aarch64", "tensorflow"),
        ("darwin", "arm64", "tensorflow"),
        ("win32", "AMD64", "tensorflow"),
    ]:
        place = {"sys_platform": system, "platform_machine": machine}
        chosen = [pin.name for pin in pins if pin.marker and pin.marker.evaluate(place)]
        assert chosen == [wanted]


def test_without_environment_yml_another_build_would_be_picked(tmp_path):
    """What the first test finds depends on the file: it can fail."""
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    assert not re.search(CONDA_UPDATES, dockerfile(tmp_path))


def test_without_local_requirements_the_repository_would_come_too_late(tmp_path):
    """What the second test finds depends on environment.yml's pip section: it can fail."""
    text = (ROOT / "environment.yml").read_text(encoding="utf-8").split("  - pip:")[0]
    (tmp_path / "environment.yml").write_text(text, encoding="utf-8")
    copied, updated = order(dockerfile(tmp_path), REPOSITORY_COPIED, CONDA_UPDATES)
    assert updated < copied
