"""The course as nbgrader sees it."""

import os
from contextlib import suppress
from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader defines it when it reads this file)

c.CourseDirectory.course_id = "neural_networks"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# The text sources and their settings stay with the authors: only notebooks are released.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "__pycache__",
    ".pytest_cache",
    "*.pyc",
    "*.py",
    "*.toml",
]

# `nbgrader generate_assignment` otherwise skips what is released already, and a clone comes with
# every exercise released: then the gradebook would never hear of them. Formgrader's button makes
# them anew in any case.
c.GenerateAssignment.force = True

# Where assignments are released to and handed in. nbgrader's own default needs an administrator;
# on a shared server, set NBGRADER_EXCHANGE to a folder that every student can write to, for the
# students too (docs/teaching.md).
c.Exchange.root = os.environ.get(
    "NBGRADER_EXCHANGE", str(Path.home() / ".local" / "share" / "nbgrader" / "exchange")
)

# Formgrader offers to release an assignment only where the exchange is there.
with suppress(OSError):
    Path(c.Exchange.root).mkdir(parents=True, exist_ok=True)

# The names of files for `nbgrader zip_collect`: student, time and notebook. In
# downloaded/01_tensors/archive/ it finds ada_attempt_2026-01-15-10-00-00_01_tensors.ipynb.
# Change it to what your platform hands you; docs/teaching.md has an example for Moodle.
c.FileNameCollectorPlugin.named_regexp = (
    r".*[/\\](?P<student_id>[\w.@-]+?)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>\w+)"
)

# The time of receipt is what the system says, not what was handed in, and the names that count are
# those that your platform gave: a student's own archive hands in for nobody else. A zip of a whole
# class must be named, as c.OuterName.class_archives = ["submissions*"], or unpacked first.
c.ExchangeFactory.collect = "helpers.grading.receipt.Collect"
c.ZipCollectApp.extractor_plugin = "helpers.grading.receipt.Extract"
c.ZipCollectApp.collector_plugin = "helpers.grading.receipt.OuterName"

# Safe grading: `nbgrader autograde` and Formgrader's button rebuild a submission from its source,
# run it in a sandbox and judge it in another process. See helpers/grading/.
c.Autograde.exporter_class = "helpers.grading.plugins.SubmissionExporter"
c.Autograde.sanitize_preprocessors = ["helpers.grading.plugins.GradeSubmission"]
c.Autograde.autograde_preprocessors = [
    "helpers.grading.plugins.SaveVerdict",
    "nbgrader.preprocessors.AssignLatePenalties",
]
c.Autograde.pre_convert_hook = "helpers.grading.plugins.set_aside"

# What a submission may use. '*' is for all assignments; helpers/grading/limits.py has the defaults.
# c.Grading.limits = {"*": {"memory_mib": 2048}, "05_keras": {"cell_seconds": 120}}
# Refuse to grade where bubblewrap is missing, rather than grade within limits alone:
# c.Grading.require_sandbox = True

# Feedback pages without hidden tests, and without anything that runs in the student's browser.
c.GenerateFeedback.preprocessors = ["helpers.grading.feedback.Feedback"]
c.GenerateFeedback.exporter_class = "helpers.grading.feedback.FeedbackExporter"
c.GenerateFeedback.post_convert_hook = "helpers.grading.feedback.pages_only"
