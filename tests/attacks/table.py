"""The table of all attacks, stock nbgrader against ours: ``python -m tests.attacks.table``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.attacks import attack, ours
from tests.attacks.attack import HERE
from tests.attacks.runs import Runs, run

TABLE = HERE / "TABLE.md"
HEAD = """# Attacks on grading

Measured, never edited by hand: `python -m tests.attacks.table` writes it. Each attack is a file
`<family>/<name>.py`, which says what it hands in and what it must get. What is called "ours" is
`course grade`, and nbgrader's own commands with this course's `nbgrader_config.py`.
The attacker's code is wrong: where points are left, they are those of tasks that were answered
right, or a person has to mark an answer. Seven points can be had.

"""


def text(runs: Runs) -> str:
    """Return the table as Markdown."""
    lines = [HEAD + summary(runs), "", "| attack | what it tries | stock nbgrader 0.9.6 | ours |"]
    lines.append("|---|---|---|---|")
    for each in runs.attacks:
        got = ours.shown(runs.ours, each)
        name = f"{each.family}/{each.name}"
        tries = each.tries.replace("|", "\\|")
        lines.append(f"| `{name}` | {tries} | {runs.stock[each.student]} | {got} |")
    return "\n".join(lines) + "\n"


def rows(written: str) -> dict[str, tuple[str, str]]:
    """Return what a table says of each attack: stock nbgrader's column and ours."""
    lines = [line.split(" | ") for line in written.splitlines() if line.startswith("| `")]
    return {line[0][3:-1]: (line[-2], line[-1].removesuffix(" |")) for line in lines}


def summary(runs: Runs) -> str:
    """Return the sentence with the numbers."""
    ran = [what for what in runs.stock.values() if not what.startswith("not run")]
    real = sum(what != "harmless" for what in ran)
    held = sum(ours.holds(runs.ours, each) for each in runs.attacks)
    return (
        f"Of {len(runs.attacks)} attacks, {held} are held. Stock nbgrader was attacked with "
        f"{len(ran)} of them, of which {real} did something."
    )


def main() -> None:
    """Attack, and write the table."""
    with tempfile.TemporaryDirectory() as folder:
        runs = run(Path(folder), attack.load())
    TABLE.write_text(text(runs), encoding="utf-8")
    print(summary(runs), f"{runs.ours.seconds} s for ours.")
    print(*runs.ours.problems, sep="\n")
    sys.exit(bool(runs.ours.problems))


if __name__ == "__main__":
    main()
