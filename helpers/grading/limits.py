"""What a submission may use while it is graded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from helpers.course.errors import CourseError

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits on one submission; an assignment may have its own (see `nbgrader_config.py`).

    Attributes
    ----------
    memory_mib : int
        Resident memory of the student's kernel and everything it starts, in MiB.
    processes : int
        How many processes the kernel may have, itself included.
    folder_mib : int
        Size of the private writable folder, in MiB; no file can be larger.
    cpu_seconds : int
        Processor time of each process.
    cell_seconds, call_seconds : int
        Wall time of one of the student's cells, and of one call by a check.
    test_seconds, total_seconds : int
        Wall time of one graded cell with all its calls, and of the whole submission.
    output_kib : int
        Output of one cell that is kept for the feedback, in KiB.
    flood_mib : int
        Output of one cell at which it is stopped, in MiB.
    message_mib : int
        Largest argument list or result that passes between the two sides, in MiB.
    restarts : int
        How often the kernel is started again after it died or had to be killed.
    """

    memory_mib: int = 2048
    processes: int = 32
    folder_mib: int = 128
    cpu_seconds: int = 600
    cell_seconds: int = 60
    call_seconds: int = 30
    test_seconds: int = 120
    total_seconds: int = 600
    output_kib: int = 64
    flood_mib: int = 16
    message_mib: int = 64
    restarts: int = 20

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Limits:
        """Make limits from settings by name, the defaults for the rest.

        Raises
        ------
        CourseError
            If there is no such limit, or it is not a positive whole number.
        """
        known = [field.name for field in fields(cls)]
        for name, value in settings.items():
            if name not in known:
                raise CourseError(f"There is no limit {name!r}; there are {', '.join(known)}.")
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise CourseError(f"The limit {name} must be a whole number above 0: {value!r}.")
        return cls(**settings)
