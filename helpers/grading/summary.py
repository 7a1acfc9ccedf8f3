"""What a run of `course grade` came to, as a table and as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from statistics import fmean

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from helpers.grading import records
from helpers.grading.verdicts import Status, Verdict

FINE = (Status.GRADED, Status.RESTORED)
MOST = 20  # names in a list; the CSV has everyone


def to_mark(verdict: Verdict) -> list[str]:
    """Return the cells that a person has to mark."""
    return [cell.name for cell in verdict.cells if cell.points is None]


def maximum(verdict: Verdict) -> float:
    """Return the most points that the assignment gives."""
    return sum(cell.maximum for cell in verdict.cells)


def render(console: Console, verdicts: list[Verdict], new: int, seconds: float) -> None:
    """Print how many submissions ended how, and who needs attention.

    Parameters
    ----------
    console : Console
    verdicts : list of Verdict
        At least one.
    new : int
        How many of them were graded just now.
    seconds : float
        How long that took.
    """
    table = Table("status", title=verdicts[0].assignment)
    for heading in ("submissions", "points, mean", "of", "seconds, mean", "to mark by hand"):
        table.add_column(heading, justify="right")
    counts = Counter(verdict.status for verdict in verdicts)
    for status in Status:
        if counts[status]:
            table.add_row(status.value, *_row([it for it in verdicts if it.status is status]))
    if len(counts) > 1:
        table.add_section()
        table.add_row("all", *_row(verdicts))
    console.print(table)
    strange = [verdict for verdict in verdicts if verdict.status not in FINE]
    for verdict in strange[:MOST]:
        why = verdict.details[-1] if verdict.details else verdict.sentence
        student = escape(verdict.student)
        console.print(f"[yellow]{verdict.status}[/] {student}: {escape(_line(why))}")
    if len(strange) > MOST:
        console.print(f"... and {len(strange) - MOST} more that need attention.")
    open_air = sum(it.sandbox == "unsandboxed" for it in verdicts if it.seconds and it.peak_mib)
    if open_air:
        console.print(f"[yellow]{open_air} ran without a sandbox[/]: see `course doctor`.")
    each = f", {seconds / new:.1f} s each" if new else ""
    console.print(
        f"{new} graded in {seconds:.0f} s{each}; {len(verdicts) - new} were finished before."
    )


def save(path: Path, verdicts: list[Verdict]) -> None:
    """Write a line for each submission, with the points of every cell."""
    cells = {cell.name: None for verdict in verdicts for cell in verdict.cells}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    about = ["student", "status", "points", "maximum", "to_mark", "seconds", "peak_mib", "sandbox"]
    writer.writerow([*about, *cells])
    for verdict in verdicts:
        points = {cell.name: cell.points for cell in verdict.cells}
        row = [
            _harmless(verdict.student),
            verdict.status.value,
            f"{verdict.points:g}",
            f"{maximum(verdict):g}",
            str(len(to_mark(verdict))),
            f"{verdict.seconds:.1f}",
            f"{verdict.peak_mib:.0f}",
            verdict.sandbox,
        ]
        writer.writerow(row + [_points(points.get(name)) for name in cells])
    records.write(path, text.getvalue().encode(), 0o644)


def _row(verdicts: list[Verdict]) -> list[str]:
    return [
        str(len(verdicts)),
        f"{fmean(verdict.points for verdict in verdicts):.1f}",
        f"{maximum(verdicts[0]):g}",
        f"{fmean(verdict.seconds for verdict in verdicts):.1f}",
        str(sum(bool(to_mark(verdict)) for verdict in verdicts) or ""),
    ]


def _points(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _line(text: str) -> str:
    """Return the last line of a text, which of a traceback is the one that says most.

    A student's text may be in it, so that nothing is left in it that a terminal obeys.
    """
    line = (text.strip().splitlines() or [""])[-1][:200]
    return "".join(sign if sign.isprintable() else "?" for sign in line)


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
