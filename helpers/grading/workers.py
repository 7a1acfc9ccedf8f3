"""Processes that grade: each is a checker, and grades one submission after the other."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import threading
import time
import traceback

import loky
import nbformat
import psutil

from helpers.grading import checker, hashes
from helpers.grading.checker import Job, Result
from helpers.grading.rebuild import rebuild
from helpers.grading.sandbox import SandboxMissing
from helpers.grading.verdicts import CellVerdict, Status, Verdict

IDLE_SECONDS = 60
SPARE_BYTES = 4 * 2**30  # importing TensorFlow takes 2 GiB of addresses, little of it memory
SPARE_SECONDS = 120  # beyond a submission's own limit, before its worker is taken to hang
ONE_AT_A_TIME = threading.Lock()  # a cluster's worker may have threads; a checker has none to spare


def local_pool(workers: int = 1) -> loky.ProcessPoolExecutor:
    """Return a pool of fresh processes on this machine.

    One that is there already is used again. Its processes end when there was nothing to do for a
    while, and one that dies is replaced. (The standard library's pool would run the main module
    again in each process, and that of ``python -m nbgrader`` is not made for it.)
    """
    return loky.get_reusable_executor(workers, timeout=IDLE_SECONDS, initializer=prepare)


def prepare() -> None:
    """Make this process a worker: Ctrl-C is for whoever gives out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["MPLBACKEND"] = "Agg"
    os.environ["COURSE_DATA"] = "sample"
    threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()


def end_with(parent: int) -> None:
    """End this process once its parent is gone, be it killed: nobody waits for the result."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def grade(job: Job) -> Result:
    """Grade a submission in this process; what goes wrong on our side ends in a verdict, too.

    Raises
    ------
    SandboxMissing
        If there has to be a sandbox and there is none: no submission can be graded here.
    """
    with ONE_AT_A_TIME:
        # A worker that hangs in spite of all limits ends itself; its job is given to another.
        faulthandler.dump_traceback_later(job.limits.total_seconds + SPARE_SECONDS, exit=True)
        limit_memory()
        try:
            return hashes.added(checker.grade(job), job)
        except SandboxMissing:
            raise
        except Exception:
            return not_graded(job, traceback.format_exc(limit=-4), job.submission or b"")
        finally:
            faulthandler.cancel_dump_traceback_later()


def limit_memory() -> None:
    """Keep this process from taking the whole machine, whatever a submission's results do to it."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limits
        import resource

        now = psutil.Process().memory_info().vms
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (now + SPARE_BYTES, hard))


def not_graded(job: Job, why: str, text: bytes = b"") -> Result:
    """Return the result of a submission that our side could not grade: a person has to look.

    Parameters
    ----------
    job : Job
    why : str
    text : bytes
        The submission, if this process may look into it: it may have been another's end.
    """
    source = nbformat.reads(job.source, as_version=4)
    notebook = rebuild(source, text).notebook
    verdict = Verdict(job.assignment, job.student, Status.NOT_GRADED, details=[why])
    for cell in checker.graded_cells(notebook):
        found = CellVerdict(checker.name(cell), None, checker.points(cell), "not run")
        verdict.cells.append(found)
    return hashes.added(Result(verdict, ""), job, notebook)
