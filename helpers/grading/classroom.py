"""A scratch course in which nbgrader's own commands release, collect and grade."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from helpers.course.errors import CourseError

COURSE_ID = "neural_networks"
AS_IT_COMES = """
for name in ("Autograde", "GenerateFeedback", "ExchangeFactory", "ZipCollectApp"):
    c.pop(name, None)
# Importing TensorFlow alone takes several seconds on a busy machine; 30 would be close.
c.Execute.timeout = 120
"""


def with_scripts() -> dict[str, str]:
    """Return the environment with this Python's commands on the path: nbgrader calls `alembic`."""
    scripts = str(Path(sys.executable).parent)
    return dict(os.environ, PATH=os.pathsep.join([scripts, os.environ.get("PATH", "")]))


@dataclass(frozen=True)
class Classroom:
    """A folder with the course's assignments, a gradebook and the work of its students.

    Attributes
    ----------
    root : Path
        The folder; nbgrader's commands run in it.
    """

    root: Path

    @classmethod
    def create(
        cls, root: Path, course: Path, assignments: list[str], as_it_comes: bool = False
    ) -> Classroom:
        """Make the folder anew, with the course's configuration and the assignments' sources.

        Parameters
        ----------
        root, course : Path
            The folder, and where the configuration and the sources are.
        assignments : list of str
        as_it_comes : bool
            Whether nbgrader grades as it comes, without what makes it safe: to compare.
        """
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        shutil.copy(course / "nbgrader_config.py", root)
        if as_it_comes:
            with (root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
                config.write(AS_IT_COMES)
        for name in assignments:
            target = root / "solutions" / name
            target.mkdir(parents=True)
            shutil.copy(course / "solutions" / name / f"{name}.ipynb", target)
        return cls(root)

    def nbgrader(
        self, *arguments: str, on_line: Callable[[str], None] | None = None, check: bool = True
    ) -> str:
        """Run an nbgrader command here, and return what it said.

        Parameters
        ----------
        *arguments : str
            The command and its options.
        on_line : callable, optional
            Called with each line as it comes, for progress.
        check : bool
            Whether an exit code other than 0 is an error.

        Raises
        ------
        CourseError
            If the command fails; the text ends with its last lines.
        """
        command = [sys.executable, "-m", "nbgrader", *arguments]
        environment = dict(with_scripts(), NBGRADER_EXCHANGE=str(self.root / "exchange"))
        lines = []
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                if on_line:
                    on_line(line)
        if check and process.returncode:
            raise CourseError(f"`nbgrader {' '.join(arguments)}` failed:\n{''.join(lines[-15:])}")
        return "".join(lines)

    def release(self, assignment: str) -> Path:
        """Generate the student version of an assignment, and return its notebook."""
        self.nbgrader("generate_assignment", assignment, "--create", "--force")
        return self.root / "exercises" / assignment / f"{assignment}.ipynb"

    def hand_in(self, assignment: str, work: Mapping[str, str]) -> None:
        """Collect each student's notebook (its text), as downloaded from a learning platform."""
        archive = self.root / "downloaded" / assignment / "archive"
        archive.mkdir(parents=True, exist_ok=True)
        for student, text in work.items():
            name = f"{student}_attempt_2026-01-15-10-00-00_{assignment}.ipynb"
            (archive / name).write_text(text, encoding="utf-8")
        self.nbgrader("zip_collect", assignment, "--force")

    def autograde(self, assignment: str, on_line: Callable[[str], None] | None = None) -> str:
        """Autograde everyone's work; one that cannot be graded does not stop the others."""
        return self.nbgrader("autograde", assignment, "--force", on_line=on_line, check=False)

    def grade(self, assignment: str, workers: int = 2) -> str:
        """Grade everyone's work with `course grade`, several submissions at once."""
        command = [sys.executable, "-m", "helpers.course", "grade", assignment]
        done = subprocess.run(
            [*command, f"--workers={workers}"],
            cwd=self.root,
            env=with_scripts(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            last = (done.stdout + done.stderr).splitlines()[-15:]
            raise CourseError("\n".join([f"`course grade {assignment}` failed:", *last]))
        return done.stdout

    def points(self, assignment: str) -> dict[str, dict[str, float | None]]:
        """Return the points of each student's graded cells; None where a person has to mark it.

        A student whose work could not be graded has no cells.
        """
        result: dict[str, dict[str, float | None]] = {}
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", COURSE_ID) as gradebook:
            for student in sorted(path.name for path in (self.root / "submitted").iterdir()):
                result[student] = {}
                try:
                    notebook = gradebook.find_submission_notebook(assignment, assignment, student)
                except MissingEntry:
                    continue
                if not (self.root / "autograded" / student / assignment).is_dir():
                    continue
                for grade in notebook.grades:
                    manual = grade.needs_manual_grade and grade.manual_score is None
                    result[student][grade.name] = None if manual else grade.score
        return result
