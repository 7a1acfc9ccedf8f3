"""Makes `nbgrader autograde` and Formgrader's button grade safely, through nbgrader's own settings.

`nbgrader_config.py` names what is here. nbgrader converts a submission twice: once to sanitise it,
once to run it. The first time, `GradeSubmission` grades it; the second, `SaveVerdict` writes the
points down.
"""

from __future__ import annotations

import os
import shutil
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from helpers.grading import workers
from helpers.grading.checker import Job, Result
from helpers.grading.gradebook import Writer
from helpers.grading.jobs import SECRET, TIMESTAMP, Grading, quarantine, read_time
from helpers.grading.records import Records
from helpers.grading.verdicts import Verdict


class SubmissionExporter(NotebookExporter):
    """Hands a file on without reading it: whatever it is, nobody else's grading stops at it."""

    def from_filename(  # type: ignore[override]
        self, filename: str, resources: Any = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook whose path is all that the preprocessors are told."""
        resources = resources or {}
        name = os.path.splitext(os.path.basename(filename))[0]
        resources["metadata"] = {"name": name, "path": os.path.dirname(filename)}
        resources["path"] = filename
        return self.from_notebook_node(nbformat.v4.new_notebook(), resources=resources, **kwargs)


class GradeSubmission(NbGraderPreprocessor):
    """Grades a submission, and gives the graded notebook in its place."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Grade the submission that `resources` speaks of; `nb` is empty."""
        about = resources["nbgrader"]
        course = self.parent.parent.coursedir  # the converter's, through the exporter
        job = Grading(parent=self).job(course, about["assignment"], about["student"])
        result = grade(job)
        self.log.info("%s: %s", job.student, result.verdict.status.value)
        return nbformat.reads(result.notebook, as_version=4), resources


class SaveVerdict(NbGraderPreprocessor):
    """Writes a graded notebook's verdict into the gradebook."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write the points of the graded notebook that `resources` speaks of; `nb` is empty."""
        graded = nbformat.read(resources["path"], as_version=4)
        verdict = Verdict.from_dict(graded.metadata["course"]["verdict"])
        course = self.parent.parent.coursedir
        with Gradebook(resources["nbgrader"]["db_url"], course.course_id) as gradebook:
            Writer(gradebook, verdict.assignment).write([verdict])
        Records(course, verdict.assignment).save(verdict)
        return graded, resources


def set_aside(assignment: str, student: str, notebooks: list[str]) -> None:
    """Move what nobody asked for out of a submission, before nbgrader copies it on.

    nbgrader follows links and copies every file into the graded folder and from there into the
    feedback, and it believes a broken `timestamp.txt` enough to stop. Called by nbgrader as
    ``c.Autograde.pre_convert_hook``.
    """
    for folder in {Path(notebook).parent for notebook in notebooks}:
        expected = {Path(notebook).name for notebook in notebooks}
        for entry in sorted(folder.iterdir()):
            plain = entry.is_file() and not entry.is_symlink()
            wanted = entry.name in {*expected, SECRET} or (
                entry.name == TIMESTAMP and read_time(folder) is not None
            )
            if not (plain and wanted):
                target = quarantine(folder) / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(entry, target)


def grade(job: Job) -> Result:
    """Grade a submission in a process of its own, a second time if that process dies."""
    for _ in range(2):
        try:
            return workers.local_pool().submit(workers.grade, job).result()
        except BrokenExecutor as error:
            why = str(error)
    return workers.not_graded(job, f"The process that graded it ended twice. {why}")
