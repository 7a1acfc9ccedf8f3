"""Write verdicts into nbgrader's gradebook: everything of a submission in one transaction."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)

from helpers.course.errors import CourseError
from helpers.grading.verdicts import Verdict

NO_RESPONSE = "No response."  # nbgrader's own words

# What a student loses for handing in late: from name, score and seconds late; None for nothing.
Penalty = Callable[[str, float, float], float | None]


class Writer:
    """Writes the verdicts of one assignment.

    Parameters
    ----------
    gradebook : Gradebook
        Open, on SQLite or PostgreSQL.
    assignment : str
    penalty : callable, optional
        As `late_submission_penalty` of nbgrader's plug-ins; left out, penalties stay as they are.

    Raises
    ------
    CourseError
        If the gradebook does not know the assignment.
    """

    def __init__(
        self, gradebook: Gradebook, assignment: str, penalty: Penalty | None = None
    ) -> None:
        self._db = gradebook.db
        self._penalty = penalty
        self._assignment = assignment
        try:
            notebook = gradebook.find_notebook(assignment, assignment)
        except MissingEntry:
            raise CourseError(
                f"The gradebook does not know {assignment}. "
                f"Run `nbgrader generate_assignment {assignment} --force` first."
            ) from None
        # Plain values, because rows are read again after each transaction.
        self._assignment_id, self._notebook_id = notebook.assignment_id, notebook.id
        self._graded = {cell.id: cell.name for cell in notebook.grade_cells}
        self._solutions = {cell.id: cell.name for cell in notebook.solution_cells}
        self._tasks = {cell.id: cell.name for cell in notebook.task_cells}

    def write(
        self,
        verdicts: Iterable[Verdict],
        received: Mapping[str, datetime.datetime | None] | None = None,
        *,
        again: bool = False,
    ) -> None:
        """Write verdicts, all of them or none.

        Parameters
        ----------
        verdicts : iterable of Verdict
        received : mapping, optional
            When each student's work was received, in UTC; unknown where it is left out.
        again : bool
            Whether they may have been written before: then what a person has marked since counts
            as marked. Otherwise a person is asked to look at it once more, as nbgrader does.

        Raises
        ------
        CourseError
            If the gradebook has other cells than a verdict.
        """
        try:
            for verdict in verdicts:
                self._write(verdict, (received or {}).get(verdict.student), again)
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    def _write(self, verdict: Verdict, received: datetime.datetime | None, again: bool) -> None:
        points = {cell.name: cell.points for cell in verdict.cells}
        if points.keys() != set(self._graded.values()):
            raise CourseError(
                f"The gradebook has other cells than the source of {self._assignment}. "
                f"Run `nbgrader generate_assignment {self._assignment} --force` and grade again. "
                "If it refuses, because cells were added or removed after work was graded, run "
                f"`nbgrader db assignment remove {self._assignment} --force` before it: this "
                "deletes the assignment's grades, those given by hand too."
            )
        submission = self._find(verdict.student) or self._submit(verdict.student)
        if received is not None:
            submission.timestamp = received
        notebook = next(row for row in submission.notebooks if row.notebook_id == self._notebook_id)
        for grade in notebook.grades:
            grade.auto_score = points.get(self._graded.get(grade.cell_id, ""))
            marked = grade.manual_score is not None
            if not (again and marked):
                grade.needs_manual_grade = grade.auto_score is None or marked
        for comment in notebook.comments:
            untouched = self._solutions.get(comment.cell_id) in verdict.untouched
            comment.auto_comment = NO_RESPONSE if untouched else None
        if self._penalty is not None:
            notebook.late_submission_penalty = self._late(submission, notebook, verdict.student)

    def _late(
        self, submission: SubmittedAssignment, notebook: SubmittedNotebook, student: str
    ) -> float | None:
        """Return the penalty, between nothing and the whole score."""
        self._db.flush()
        seconds = submission.total_seconds_late
        if seconds <= 0 or self._penalty is None:
            return None
        self._db.refresh(notebook, ["score"])  # the database adds up
        penalty = self._penalty(student, notebook.score, seconds)
        return None if penalty is None else max(0.0, min(penalty, notebook.score))

    def _find(self, student: str) -> SubmittedAssignment | None:
        return (
            self._db.query(SubmittedAssignment)
            .filter_by(assignment_id=self._assignment_id, student_id=student)
            .one_or_none()
        )

    def _submit(self, student_id: str) -> SubmittedAssignment:
        """Make the rows of a submission, one for each cell, as nbgrader does on its own."""
        student = self._db.get(Student, student_id) or Student(id=student_id)
        submission = SubmittedAssignment(assignment_id=self._assignment_id, student=student)
        notebook = SubmittedNotebook(notebook_id=self._notebook_id, assignment=submission)
        for cell_id in (*self._graded, *self._tasks):
            Grade(cell_id=cell_id, notebook=notebook)
        for cell_id in (*self._solutions, *self._tasks):
            Comment(cell_id=cell_id, notebook=notebook)
        self._db.add(submission)
        return submission
