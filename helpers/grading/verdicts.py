"""What grading a submission came to: one typed status, and the points of every graded cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How the grading of a submission ended. Points earned are kept whatever the status."""

    GRADED = "graded"
    RESTORED = "graded, locked cells restored"
    TIMED_OUT = "graded with time-outs"
    OUT_OF_MEMORY = "out of memory"
    FLOODED = "too much output"
    DIED = "kernel died"
    MALFORMED = "malformed"
    MISSING = "missing"
    NOT_GRADED = "not graded"  # our fault, never the student's: grade again


SENTENCES = {
    Status.GRADED: "Your work was graded.",
    Status.RESTORED: (
        "Your work was graded. Something in the notebook that is not yours to change was changed; "
        "it was put back first."
    ),
    Status.TIMED_OUT: (
        "Some of your code took longer than it may, perhaps in a loop that never ends, and was "
        "stopped. The rest was graded."
    ),
    Status.OUT_OF_MEMORY: (
        "Some of your code asked for more memory than it may have, and was stopped. The rest was "
        "graded."
    ),
    Status.FLOODED: (
        "Some of your code printed more than anyone can read, and was stopped. The rest was graded."
    ),
    Status.DIED: (
        "Some of your code ended Python itself (by exit, a signal or a crash). It was started "
        "again without that code, and the rest was graded."
    ),
    Status.MALFORMED: (
        "The file that you handed in is not a notebook that can be read. Save it in JupyterLab, "
        "check that it opens, and hand it in again."
    ),
    Status.MISSING: "There is no notebook of this assignment in what you handed in.",
    Status.NOT_GRADED: (
        "Your work could not be graded for a reason that is not yours. Your instructor has been "
        "told."
    ),
}


@dataclass
class CellVerdict:
    """What became of one graded cell.

    Attributes
    ----------
    name : str
        The cell's `grade_id`.
    points : float or None
        None where a person has to mark it.
    maximum : float
    outcome : {"passed", "failed", "not run", "to mark", "no answer"}
    message : str
        Why it failed, in the check's own words; empty otherwise.
    hidden : bool
        Whether it failed inside hidden tests, so that no code may be shown.
    student_traceback : str
        Where the student's own code raised, if it did; only lines of the student's own cells.
    """

    name: str
    points: float | None
    maximum: float
    outcome: str
    message: str = ""
    hidden: bool = False
    student_traceback: str = ""


@dataclass
class Verdict:
    """What grading one submission came to; plain data, so that it can be stored and compared.

    Attributes
    ----------
    assignment, student : str
    status : Status
    cells : list of CellVerdict
        Every graded cell of the assignment, in its order.
    untouched : list of str
        Solution cells and answers that are blank or as they were released.
    details : list of str
        What happened besides, a sentence each: cells put back, files left out, restarts.
    sandbox : str
        ``"bubblewrap"`` or ``"unsandboxed"``.
    hashes : dict of str
        SHA-256 of the submission, the tests, the environment and the settings.
    seed : int
    seconds : float
        Wall time; `overhead_seconds` is what of it was neither the kernel's start nor its code.
    peak_mib : float
        Most memory that the student's kernel held.
    """

    assignment: str
    student: str
    status: Status = Status.GRADED
    cells: list[CellVerdict] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    sandbox: str = "unsandboxed"
    hashes: dict[str, str] = field(default_factory=dict)
    seed: int = 0
    seconds: float = 0.0
    overhead_seconds: float = 0.0
    peak_mib: float = 0.0

    @property
    def sentence(self) -> str:
        """What the status means, as the student reads it."""
        return SENTENCES[self.status]

    @property
    def points(self) -> float:
        """The points earned so far; what a person has to mark counts nothing yet."""
        return sum(cell.points or 0.0 for cell in self.cells)

    def to_json(self) -> str:
        """Return the verdict as JSON text."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        """Make a verdict from `to_json`'s text."""
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Verdict:
        """Make a verdict from plain data, as in a graded notebook's metadata."""
        cells = [CellVerdict(**cell) for cell in data["cells"]]
        return cls(**{**data, "status": Status(data["status"]), "cells": cells})
