"""A course to attack: an assignment, its gradebook, two honest students, what must not change."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter
from nbgrader.api import Gradebook, MissingEntry

from helpers.course import notebooks
from helpers.grading.classroom import with_scripts
from helpers.grading.runner import configured
from tests.attacks import attack
from tests.attacks.attack import ASSIGNMENT, Attack

ROOT = Path(__file__).parents[2]
FIRST, LAST = "amy", "zoe"  # nbgrader grades them first and last
SECRETS = {
    "SECRET-SOLUTION": "the model solution",
    "SECRET-HIDDEN": "hidden tests",
    "SECRET-ENVIRONMENT": "an environment variable",
    "SECRET-CLASSMATE": "a classmate's work",
    "SECRET-HOME": "a file at home",
    "SECRET-CONFIG": "the configuration",
}
SCRIPT = re.compile(r"<[^<>]*\battacked\(\)|<script[^>]*>[^<]*attacked\(\)")
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "neural_networks"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.Execute.timeout = 5
c.Execute.startup_timeout = 60
note = "SECRET-CONFIG"
"""
LIMITS = """
note = "SECRET-CONFIG"
c.Grading.require_sandbox = True
c.Grading.limits = {"*": {
    "memory_mib": 600, "processes": 16, "folder_mib": 32, "cpu_seconds": 30, "cell_seconds": 4,
    "call_seconds": 3, "test_seconds": 5, "total_seconds": 60, "flood_mib": 2, "message_mib": 32,
    "restarts": 2,
}}
"""


OURS = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8") + LIMITS


@dataclass(frozen=True)
class Classroom:
    """A folder with a course in it.

    Attributes
    ----------
    root : Path
        Holds `course` (nbgrader's folder) and `home` (the instructor's).
    """

    root: Path

    @classmethod
    def create(cls, root: Path) -> Classroom:
        """Make a course with an empty gradebook, by nbgrader's own commands."""
        room = cls(root)
        source = room.course / "solutions" / ASSIGNMENT
        source.mkdir(parents=True)
        notebook = notebooks.read_source(attack.SOURCE)
        nbformat.write(notebook, source / f"{ASSIGNMENT}.ipynb")
        (room.course / "nbgrader_config.py").write_text(STOCK)
        (room.home / ".ssh").mkdir(parents=True)
        (room.home / ".ssh" / "id_rsa").write_text("SECRET-HOME\n")
        subprocess.run(
            [sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT, "--create"],
            cwd=room.course,
            env=room.environment(),
            check=True,
            capture_output=True,
        )
        return room

    @property
    def course(self) -> Path:
        """The folder in which nbgrader's commands run."""
        return self.root / "course"

    @property
    def home(self) -> Path:
        """The instructor's home."""
        return self.root / "home"

    def environment(self) -> dict[str, str]:
        """Return the instructor's environment variables."""
        variables = {
            "HOME": str(self.home),
            "COURSE_TOKEN": "SECRET-ENVIRONMENT",
            "PYTHONPATH": str(ROOT),
        }
        return {**with_scripts(), **variables}

    def copy(self, root: Path, config: str | None = None) -> Classroom:
        """Return a course of its own like this one."""
        shutil.copytree(self.root, root, symlinks=True)
        room = Classroom(root)
        if config:
            (room.course / "nbgrader_config.py").write_text(config)
        return room

    def hand_in(self, attacks: list[Attack], port: int) -> None:
        """Have honest students and attackers hand in."""
        release = attack.release()
        places = {
            "@COURSE@": str(self.course),
            "@HOME@": str(self.home),
            "@PORT@": str(port),
            "@MARK@": self.mark,
        }
        for student in (FIRST, LAST):
            answers = {**attack.RIGHT, "why": "SECRET-CLASSMATE"}
            folder = self.course / "submitted" / student / ASSIGNMENT
            folder.mkdir(parents=True)
            text = json.dumps(attack.answered(release, answers))
            (folder / f"{ASSIGNMENT}.ipynb").write_text(text)
        for each in attacks:
            each.write(self.course / "submitted" / each.student / ASSIGNMENT, release, places)

    @property
    def mark(self) -> str:
        """What the command line of a process holds that an attack leaves behind."""
        return "left-behind-" + hashlib.sha256(str(self.root).encode()).hexdigest()[:12]

    def points(self, student: str) -> dict[str, float | None] | None:
        """Return the gradebook's points of a student; None without an entry."""
        url = f"sqlite:///{self.course / 'gradebook.db'}"
        with Gradebook(url, "neural_networks") as gradebook:
            try:
                notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
            except MissingEntry:
                return None
            return {
                grade.name: None
                if grade.needs_manual_grade and grade.manual_score is None
                else float(grade.score)
                for grade in notebook.grades
            }

    def hashes(self) -> dict[str, str]:
        """Return what is in every file that grading has no business to change."""
        kept = ("course/nbgrader_config.py", "course/solutions", "course/exercises", "home")
        honest = [f"course/submitted/{student}" for student in (FIRST, LAST)]
        return {
            str(path.relative_to(self.root)): _hash(path)
            for place in (*kept, *honest)
            for path in _files(self.root / place)
        }

    def scripts(self, student: str) -> list[str]:
        """Return the scripts of a student's that an instructor's browser would run.

        Formgrader converts the graded notebook to HTML, with the course's configuration.
        """
        path = self.course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        try:
            page, _ = HTMLExporter(config=configured(self.course).config).from_filename(str(path))
        except Exception:  # of any kind: there is no page
            return []
        return SCRIPT.findall(page)

    def secrets(self, student: str) -> list[str]:
        """Return what a student's graded notebook prints that no student may read."""
        folder = self.course / "autograded" / student / ASSIGNMENT
        try:
            notebook = json.loads((folder / f"{ASSIGNMENT}.ipynb").read_text())
        except (OSError, ValueError):
            return []
        printed = json.dumps([cell.get("outputs", []) for cell in notebook["cells"]])
        return [what for secret, what in SECRETS.items() if secret in printed]


def _files(place: Path) -> list[Path]:
    ignored = {".cache", ".local", ".ipython", ".config", ".jupyter", ".matplotlib", "__pycache__"}
    if place.is_file():
        return [place]
    found = []
    for folder, folders, names in os.walk(place):
        folders[:] = [name for name in folders if name not in ignored]
        found += [Path(folder, name) for name in names]
    return sorted(found)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "gone"


def report(path: Path) -> dict[str, Any]:
    """Return what `inside` wrote down."""
    return json.loads(path.read_text())
