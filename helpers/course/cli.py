"""The `course` command: what students, instructors and authors run."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from helpers.course import layout
from helpers.course.errors import CourseError

if TYPE_CHECKING:
    from helpers.course import execution
    from helpers.course.demo import Result
    from helpers.grading import pools, runner

app = typer.Typer(
    help="Neural networks in Python: open, build, check and grade the course.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()
errors = Console(stderr=True)

Names = Annotated[
    list[str] | None, typer.Argument(help="Lectures by name, such as 01_tensors; all by default.")
]


def main() -> None:
    """Run the command; what a person can put right is said in a sentence, not a traceback."""
    try:
        app()
    except CourseError as error:
        errors.print(f"[bold red]course:[/] {escape(str(error))}")
        sys.exit(1)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _chosen(root: Path, names: list[str] | None) -> list[str]:
    from helpers.course import syllabus

    known = list(syllabus.load(root))
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise CourseError(f"there is no lecture {unknown[0]!r}; there are {', '.join(known)}")
    return names or known


@app.command()
def lab() -> None:
    """Open the course in JupyterLab."""
    from helpers.grading.classroom import with_scripts

    root = layout.find_root()
    arguments = [sys.executable, "-m", "jupyter", "lab", f"--notebook-dir={root}"]
    # JupyterLab's version is pinned, and the course works offline: it asks about no news.
    settings = [str(root / "setup" / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    environment = with_scripts() | {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, settings))}
    os.chdir(root)  # nbgrader reads nbgrader_config.py from here
    try:
        os.execve(sys.executable, arguments, environment)
    except OSError as error:
        raise CourseError(f"JupyterLab did not start: {error}. Try `course doctor`.") from None


class Made(StrEnum):
    """What `course build` makes for each lecture."""

    lecture = "lecture"
    exercise = "exercise"


@app.command()
def build(
    names: Names = None,
    only: Annotated[
        Made | None,
        typer.Option(help="Make only this; both by default. An exercise needs no data."),
    ] = None,
) -> None:
    """Make lectures and exercises from their text sources: run, release, refresh README."""
    from helpers.course import build as builder

    root = layout.find_root()
    chosen = _chosen(root, names)
    builder.refresh_headers(root)
    table = Table("notebook", "seconds", "peak MiB", title="Built")
    for name in chosen:
        if only is not Made.exercise:
            run = _build_lecture(root, name)
            peak = f"{run.peak_bytes / 2**20:.0f}"
            table.add_row(f"lectures/{name}.ipynb", f"{run.seconds:.0f}", peak)
        if only is not Made.lecture:
            with console.status(f"{name}: releasing the exercise"):
                builder.assignment(root, name)
            table.add_row(f"exercises/{name}/{name}.ipynb", "", "")
    console.print(table)


def _build_lecture(root: Path, name: str) -> execution.Run:
    from helpers.course import build as builder
    from helpers.course import notebooks

    cells = len(notebooks.read_source(layout.lecture_source(root, name)).cells)
    with _progress() as progress:
        task = progress.add_task(f"{name}: running the lecture", total=cells)

        def advance(index: int) -> None:
            progress.update(task, completed=index + 1)

        return builder.lecture(root, name, on_cell=advance)


@app.command()
def check(names: Names = None) -> None:
    """Find notebooks that drifted from their sources, and whatever breaks the course's rules."""
    from helpers.course import build as builder
    from helpers.course import lint_assignments, lint_lectures, syllabus

    root = layout.find_root()
    chosen = _chosen(root, names)
    lectures = syllabus.load(root)
    with _progress() as progress:
        task = progress.add_task("checking", total=2 * len(chosen))
        drifts = builder.drifts(root, chosen, on_file=lambda name: progress.advance(task))
        problems = []
        for name in chosen:
            problems += lint_lectures.findings(root, lectures[name])
            problems += lint_assignments.findings(root, lectures[name])
            progress.advance(task)
    for drift in drifts:
        console.print(f"[red]drift[/] {drift.path.relative_to(root)}: {escape(drift.where)}")
    for problem in problems:
        place = problem.path.relative_to(root)
        console.print(f"[red]lint[/] {place}: {escape(problem.where)}: {escape(problem.problem)}")
    if drifts or problems:
        console.print(
            f"{len(drifts)} drifted, {len(problems)} lint findings. "
            "`course build NAME` makes the notebooks anew."
        )
        raise typer.Exit(1)
    console.print(f"{len(chosen)} lectures and their exercises are as their sources say.")


@app.command()
def demo(
    folder: Annotated[
        Path | None, typer.Option(help="Scratch folder; build/demo by default.")
    ] = None,
    names: Names = None,
) -> None:
    """Grade an invented class of nine, and compare every grade with what it should be."""
    from helpers.course import demo as demonstration

    root = layout.find_root()
    folder = (folder or root / "build" / "demo").resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / "nbgrader_config.py").exists():
        raise CourseError(f"{folder} has other files in it; name an empty or a new folder.")
    with console.status("starting") as status:
        results = demonstration.run(root, folder, _chosen(root, names), status.update)
    demonstration.save(results, folder / "results.json")
    for assignment in sorted({result.assignment for result in results}):
        console.print(_grades(assignment, [it for it in results if it.assignment == assignment]))
    console.print(f"Feedback pages: {folder / 'feedback'}")
    console.print(f"Grades as CSV: {folder / 'grades.csv'}")
    wrong = [result for result in results if not result.right]
    if wrong:
        errors.print(
            f"[bold red]{len(wrong)} of {len(results)} grades are not what they should be.[/]"
        )
        raise typer.Exit(1)
    console.print(f"All {len(results)} grades are what they should be.")


def _grades(assignment: str, results: list[Result]) -> Table:
    """Return the gradebook of one assignment, beside what every grade should be."""
    table = Table(title=assignment)
    table.add_column("student", min_width=20)
    for heading in ("expected", "got", "of", "by hand"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for it in sorted(results, key=lambda it: it.student):
        numbers = (_points(value) for value in (it.expected, it.got, it.maximum))
        verdict = "[green]right[/]" if it.right else "[bold red]WRONG[/]"
        table.add_row(it.student, *numbers, str(it.to_mark or ""), verdict)
    return table


def _points(value: float | None) -> str:
    return "not graded" if value is None else f"{value:g}"


Assignment = Annotated[str, typer.Argument(help="The assignment, such as 01_tensors.")]
Workers = Annotated[
    int,
    typer.Option(
        help="How many to grade at once; 0: c.Grading.workers, or one per processor. "
        "Each may take 2 GiB (memory_mib).",
        min=0,
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Grade on the workers of this Dask scheduler, such as tcp://host:8786."),
]
RequireSandbox = Annotated[
    bool, typer.Option("--require-sandbox", help="Refuse to grade without a sandbox.")
]
Student = Annotated[str | None, typer.Option(help="Grade only this student.")]


class Measured(StrEnum):
    """What `course bench` can measure."""

    notebooks = "notebooks"
    grading = "grading"


@app.command()
def grade(
    assignment: Assignment,
    workers: Workers = 0,
    scheduler: Scheduler = None,
    require_sandbox: RequireSandbox = False,
    student: Student = None,
) -> None:
    """Grade everyone's work, many at once. Stop and start it as you like: nothing is done twice."""
    _grade(assignment, workers, scheduler, require_sandbox, student, anew=False)


@app.command()
def regrade(
    assignment: Assignment,
    workers: Workers = 0,
    scheduler: Scheduler = None,
    require_sandbox: RequireSandbox = False,
    student: Student = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Write nothing; compare with the first grading.")
    ] = False,
    sample: Annotated[
        int | None,
        typer.Option(
            help="With --verify: only this many submissions, the same ones each time; "
            "all by default.",
            min=1,
        ),
    ] = None,
) -> None:
    """Grade again what is finished; with --verify, only to see whether it comes to the same."""
    if not verify:
        if sample is not None:
            raise CourseError("--sample works only with --verify. Add --verify, or leave it out.")
        return _grade(assignment, workers, scheduler, require_sandbox, student, anew=True)
    from helpers.grading import replay

    with _class(assignment, workers, scheduler, require_sandbox) as (work, pool):
        before = replay.choose(work, work.students(student), sample)
        with _progress() as progress:
            task = progress.add_task(f"{assignment}: grading again", total=len(before))
            found = replay.verify(work, pool, before, lambda verdict: progress.advance(task))
    if not found:
        console.print(f"{len(before)} graded again: every status and every point as before.")
        return
    table = Table(title="Not as before")
    for heading in ("student", "where", "before", "now", "changed since"):
        table.add_column(heading, overflow="fold")
    for item in found:
        row = (item.student, item.where, item.before, item.now, item.changed)
        table.add_row(*(escape(text) for text in row))
    console.print(table)
    raise typer.Exit(1)


@contextmanager
def _class(
    assignment: str, workers: int, scheduler: str | None, require_sandbox: bool
) -> Iterator[tuple[runner.Class, pools.Pool]]:
    """Open an assignment's submissions, and the workers; Ctrl-C stops them at once."""
    from helpers.grading import pools, runner

    work = runner.Class(Path.cwd(), assignment, require_sandbox)
    if scheduler is None:
        reason = runner.check_sandbox(work.grading.require_sandbox)
        if reason:
            console.print(f"[yellow]Without a sandbox, within limits alone.[/] {escape(reason)}")
    work.students()  # see that there is work before there are workers
    pool = pools.cluster(scheduler) if scheduler else pools.local(workers or work.grading.workers)
    try:
        yield work, pool
    except KeyboardInterrupt:
        pool.close(now=True)
        console.print("Stopped. Start again to go on: what is finished is not graded again.")
        raise typer.Exit(130) from None
    except BaseException:
        pool.close(now=True)
        raise
    pool.close()


def _grade(
    assignment: str,
    workers: int,
    scheduler: str | None,
    require_sandbox: bool,
    student: str | None,
    anew: bool,
) -> None:
    from helpers.grading import runner, summary
    from helpers.grading.verdicts import Status

    start = time.perf_counter()
    with _class(assignment, workers, scheduler, require_sandbox) as (work, pool):
        students = work.students(student)
        with _progress() as progress:
            task = progress.add_task(f"{assignment}: grading", total=len(students))
            outcome = runner.grade(
                work, pool, students, lambda verdict: progress.advance(task), anew
            )
    seconds = time.perf_counter() - start
    summary.render(console, outcome.verdicts, outcome.new, seconds)
    if student is None:
        path = Path.cwd() / f"grades_{assignment}.csv"
        summary.save(path, outcome.verdicts)
        console.print(f"As CSV: {path.name}. Gradebook, Formgrader and feedback have them too.")
    if any(verdict.status is Status.NOT_GRADED for verdict in outcome.verdicts):
        raise typer.Exit(1)


@app.command()
def results(
    only: Annotated[
        list[str] | None,
        typer.Option(help="Train only this result, such as s4-500; may be given several times."),
    ] = None,
) -> None:
    """Train the headline results of the lecture decks on the full data, and write RESULTS.md."""
    from helpers.results import runs

    root = layout.find_root()
    store = runs.prepare(root)
    studies = runs.choose(only or ())
    planned = runs.plan(store, studies)
    try:
        with _progress() as progress:
            task = progress.add_task("loading the data", total=runs.ticks(planned))
            runs.carry_out(
                store,
                planned,
                lambda label: progress.update(task, description=label),
                lambda: progress.advance(task),
            )
    except KeyboardInterrupt:
        console.print("Stopped. Start again to go on: what is finished is not trained again.")
        raise typer.Exit(130) from None
    table = Table("trained", "nets", "test", "seconds a net", title="Results")
    for row in runs.overview(store, studies):
        table.add_row(*row)
    console.print(table)
    if runs.write_report(root, store):
        console.print("RESULTS.md is written.")
    else:
        console.print("RESULTS.md is written when everything is trained: `course results`.")


@app.command()
def bench(
    names: Names = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Where to write JSON.")] = None,
    only: Annotated[
        Measured | None,
        typer.Option(help="Measure only this. If lectures are named, only notebooks are measured."),
    ] = None,
) -> None:
    """Measure every notebook's seconds and peak memory, then what grading a class takes."""
    root = layout.find_root()
    json_file = json_file or root / "build" / "bench.json"
    only = only or (Measured.notebooks if names else None)
    good = True
    if only is not Measured.grading:
        good &= _bench_notebooks(root, _chosen(root, names), json_file)
    if only is not Measured.notebooks:
        good &= _bench_grading(root, json_file)
    console.print(f"As JSON: {json_file}")
    if not good:
        raise typer.Exit(1)


def _bench_notebooks(root: Path, names: list[str], json_file: Path) -> bool:
    from helpers.course import bench as benchmark

    kinds = benchmark.kinds(root)
    if "full" not in kinds:
        console.print("The full data are not here: measuring on the sample alone.")
    budget = f"{benchmark.BUDGET_SECONDS} s and {benchmark.BUDGET_BYTES // 2**20} MiB"
    table = Table(title=f"Cost of each notebook; the budget is {budget}")
    table.add_column("notebook", overflow="fold")
    table.add_column("data")
    for heading in ("s", "MiB", "machine"):
        table.add_column(heading, justify="right")
    table.add_column("", no_wrap=True)
    measured = []
    with console.status("starting") as status:
        for item in benchmark.run(root, names, kinds, status.update):
            measured.append(item)
    paces = benchmark.paces(measured)
    for item, pace in zip(measured, paces, strict=True):
        table.add_row(
            item.notebook,
            item.data,
            f"{item.seconds:.1f}",
            f"{item.peak_bytes / 2**20:.0f}",
            f"{pace:.2f}×",
            "[green]within[/]" if item.within_budget else "[bold red]OVER[/]",
        )
    console.print(table)
    console.print("machine: what a fixed loop took around the run, against its shortest time here.")
    if max(paces, default=1) > benchmark.AT_REST:
        console.print("It was not always at rest: seconds beside a high figure are too many.")
    benchmark.save(json_file, notebooks=benchmark.rows(measured))
    return all(item.within_budget for item in measured)


def _bench_grading(root: Path, json_file: Path) -> bool:
    from helpers.course import bench as benchmark
    from helpers.course import bench_grading

    table = Table(title="Cost of grading", show_lines=True)
    table.add_column("what")
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("target", no_wrap=True)
    table.add_column("", no_wrap=True)
    measured = []
    with console.status("starting") as status:
        for item in bench_grading.run(root, status.update):
            measured.append(item)
            mark = "[green]within[/]" if item.within else "[bold red]MISSED[/]"
            what = escape(item.name)
            if item.other is not None and item.ratio is not None:
                beside = f"{item.ratio:.2f}× of {item.other:.4g} {item.unit}".rstrip()
                what += f"\n[dim]{beside}: {escape(item.against)}[/]"
            verdict = mark if item.target else ""
            table.add_row(what, f"{item.value:.4g} {item.unit}", item.target, verdict)
    console.print(table)
    for item in measured:
        if not item.within:
            console.print(
                *(f"{escape(item.name)}: {escape(note)}" for note in item.notes), sep="\n"
            )
    benchmark.save(json_file, grading=[item.row() for item in measured])
    return all(item.within for item in measured)


@app.command()
def doctor() -> None:
    """Look at what is installed, which data and sandbox there are, and say what to do."""
    from helpers.course import doctor as examination

    findings = examination.diagnose()
    examination.render(findings)
    if any(finding.status == "fail" for finding in findings):
        raise typer.Exit(1)


@app.command()
def test(
    only: Annotated[str, typer.Option(help="Run only the steps whose name has this in it.")] = "",
) -> None:
    """Run every test: lint, format, types, drift, tests, lectures."""
    from helpers.course import testing

    root = layout.find_root()
    known = testing.steps(root)
    steps = [step for step in known if only in step.name]
    if not steps:
        names = ", ".join(step.name for step in known)
        raise CourseError(f"no step has {only!r} in its name; there are {names}")
    outcomes = list(
        testing.run(root, steps, lambda step: console.rule(f"[bold]{step.name}", align="left"))
    )
    table = Table("step", "result", "seconds", title="Tests")
    for outcome in outcomes:
        result = "[green]passed[/]" if outcome.passed else "[bold red]FAILED[/]"
        table.add_row(outcome.name, result, f"{outcome.seconds:.0f}")
    console.print(table)
    counts = sorted((root / "build" / "bank").glob("*.json"))
    if counts:
        console.print(_bank_table(counts))
    failed = sum(not outcome.passed for outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    if failed:
        raise typer.Exit(1)


def _bank_table(files: list[Path]) -> Table:
    table = Table(
        "assignment", "answers", "right", "wrong", "false accepts", "false rejects", title="Bank"
    )
    for file in files:
        row = json.loads(file.read_text(encoding="utf-8"))
        columns = ("answers", "right", "wrong", "false_accepts", "false_rejects")
        table.add_row(file.stem, *(str(row[column]) for column in columns))
    return table
