"""What a verdict depends on, as SHA-256: equal hashes, equal verdict."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

import helpers
from helpers.grading import checker
from helpers.grading.checker import Job, Result

# Of the package `helpers`, what runs while a submission is graded, and what only runs before or
# afterwards. Who adds a module and forgets it here has everything graded once more, no worse.
PARTS = ("*.py", "data/*", "grading/*.py")
AROUND = ["bank", "classroom", "feedback", "gradebook", "plugins", "pools", "proof"]
AROUND += ["receipt", "records", "replay", "runner", "summary"]


def of(job: Job) -> dict[str, str]:
    """Return the hashes of a job, and of this machine's environment.

    Returns
    -------
    dict of str
        Of the "submission", the "tests", the "environment" and the "settings".
    """
    files = [(name, job.files[name]) for name in sorted(job.files)]
    settings = {"limits": asdict(job.limits), "seed": checker.SEED}
    return {
        "submission": _digest(
            [("notebook", job.submission)] if job.submission is not None else [], files
        ),
        "tests": _digest([("source", job.source.encode())]),
        "environment": environment(),
        "settings": _digest([("settings", json.dumps(settings, sort_keys=True).encode())]),
    }


@functools.cache
def environment() -> str:
    """Return the hash of this Python, its packages' versions and the graders' code and data."""
    packages = {
        f"{found.name}=={found.version}".lower()
        for found in importlib.metadata.distributions()
        if found.name
    }
    folder = Path(helpers.__file__).parent
    paths = {path for part in PARTS for path in folder.glob(part) if path.is_file()}
    paths -= {folder / "grading" / f"{name}.py" for name in AROUND}
    return _digest(
        [("python", sys.version.encode()), ("machine", platform.machine().encode())],
        [("packages", "\n".join(sorted(packages)).encode())],
        ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in sorted(paths)),
    )


def added(result: Result, job: Job, notebook: NotebookNode | None = None) -> Result:
    """Return a result whose verdict, in the graded notebook too, has its job's hashes."""
    result.verdict.hashes = of(job)
    notebook = notebook or nbformat.reads(result.notebook, as_version=4)
    text = checker.finished(notebook, result.verdict)
    # A student's text may hold half a character, which no file can.
    return replace(result, notebook=text.encode("utf-8", "replace").decode())


def _digest(*groups: Iterable[tuple[str, bytes]]) -> str:
    """Return the hash of named contents; no other names and contents give the same one."""
    total = hashlib.sha256()
    for group in groups:
        for name, content in group:
            total.update(hashlib.sha256(name.encode()).digest())
            total.update(hashlib.sha256(content).digest())
        total.update(b"end of group")
    return total.hexdigest()
