"""Everything that must hold before a change lands, as one list of steps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers.course import bench, execution, notebooks

IGNORE_OUTPUT = "nbval-ignore-output"
FULL_DATA = "full-data"  # the tag of cells whose output is compared on the full data only


@dataclass(frozen=True)
class Step:
    """A command that must end with exit code 0, and the environment it runs in."""

    name: str
    command: list[str]
    environment: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    name: str
    passed: bool
    seconds: float


def steps(root: Path) -> list[Step]:
    """Return the steps, quick ones first."""
    python = sys.executable
    environment = dict(os.environ)
    sources = ["helpers", "tests", "lectures", "solutions", "nbgrader_config.py"]
    sample = {**environment, "COURSE_DATA": "sample"}
    result = [
        Step("lint", [python, "-m", "ruff", "check", *sources], environment),
        Step("format", [python, "-m", "ruff", "format", "--check", *sources], environment),
        Step("types", [python, "-m", "mypy"], environment),
        Step("drift and lint of notebooks", [python, "-m", "helpers.course", "check"], environment),
        # Two at a time; tests that share something costly are marked as one group.
        Step("tests", [python, "-m", "pytest", "tests", "-n2", "--dist=loadgroup"], sample),
    ]
    for data in bench.kinds(root):
        folder = prepare_lectures(root, data)
        command = [python, "-m", "pytest", "--nbval", "--nbval-current-env", str(folder)]
        command += ["--nbval-cell-timeout=300", "-q", "-p", "no:cacheprovider"]
        command += ["-n2", "--dist=loadscope"]  # two notebooks at a time
        kind = execution.data_environment(root, data)
        result.append(Step(f"lectures on the {data} data", command, kind))
    return result


def prepare_lectures(root: Path, data: str) -> Path:
    """Copy the built lectures to ``build/nbval/<data>`` for nbval to run and compare.

    On the sample, outputs that are only right for the full data are run and not compared.
    """
    folder = root / "build" / "nbval" / data
    shutil.rmtree(folder, ignore_errors=True)
    for path in sorted((root / "lectures").glob("*.ipynb")):
        notebook = notebooks.read(path)
        for cell in notebook.cells:
            tags = cell.metadata.get("tags", [])
            if data == "sample" and FULL_DATA in tags:
                cell.metadata["tags"] = [*tags, IGNORE_OUTPUT]
        notebooks.write(notebook, folder / path.name)
    return folder


def run(root: Path, only: list[Step], on_start: Callable[[Step], None]) -> Iterator[Outcome]:
    """Run the steps one after the other; a failed one does not stop the rest."""
    for step in only:
        on_start(step)
        start = time.perf_counter()
        code = subprocess.run(step.command, cwd=root, env=step.environment, check=False).returncode
        yield Outcome(step.name, code == 0, time.perf_counter() - start)
