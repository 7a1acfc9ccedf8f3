"""Where submissions are graded: processes on this machine, or on others. One code path for both.

A pool hands jobs to a `concurrent.futures.Executor`, a few at a time, and survives it: a worker
that dies is replaced, and what it was working on is graded again.
"""

from __future__ import annotations

import concurrent.futures
import itertools
import logging
import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import Any

from helpers.course.errors import CourseError
from helpers.grading import hashes, workers
from helpers.grading.checker import Job, Result

AHEAD = 2  # jobs given out per worker: one that it works on, one that waits
SECONDS_TO_ANSWER = 10
SECONDS_TO_START = 120  # for the first worker to be there and to import what it needs


class Pool:
    """Workers that grade.

    Parameters
    ----------
    make : callable
        Returns the executor; called again when the executor broke.
    size : callable
        Returns how many workers there are, now.
    deaths : tuple of exception types
        What a job raises whose worker died.
    here : bool
        Whether the workers use this machine's Python and packages.
    """

    def __init__(
        self,
        make: Callable[[], Executor],
        size: Callable[[], int],
        deaths: tuple[type[BaseException], ...] = (BrokenExecutor,),
        here: bool = True,
    ) -> None:
        self._make, self._size, self._deaths, self._here = make, size, deaths, here
        self._executor: Executor | None = None  # made when there is work

    def environment(self) -> str:
        """Return the hash of what is installed where the workers are.

        Raises
        ------
        CourseError
            If no worker answers.
        """
        if self._here:
            return hashes.environment()
        future = self._submit(hashes.environment)
        try:
            return future.result(SECONDS_TO_START)
        except (TimeoutError, CancelledError, BrokenExecutor):
            raise CourseError(
                f"No worker answers within {SECONDS_TO_START} s. Are there any, and is the same "
                "version of this course installed there?"
            ) from None

    def grade(
        self, jobs: Iterable[Job], task: Callable[[Job], Result] = workers.grade
    ) -> Iterator[list[Result]]:
        """Grade jobs, and give the results as they come, in any order.

        Jobs are taken from `jobs` only when there is a worker for them, so that memory is bounded
        by the workers and not by the class. When a worker dies, it is not known whose work was its
        end: every job that was given out is graded again, each alone. One that is a worker's end
        again is not graded; nobody else's work suffers.

        Parameters
        ----------
        jobs : iterable of Job
        task : callable
            What the workers do; for tests.
        """
        waiting, suspects = iter(jobs), deque[Job]()
        given: dict[Future[Result], Job] = {}
        try:
            while True:
                alone = bool(suspects)
                if alone:
                    job = suspects.popleft()
                    given[self._submit(task, job)] = job
                else:
                    most = AHEAD * max(1, self._size())
                    for job in itertools.islice(waiting, max(0, most - len(given))):
                        given[self._submit(task, job)] = job
                if not given:
                    return
                done, _ = concurrent.futures.wait(
                    given, return_when=concurrent.futures.FIRST_COMPLETED
                )
                if any(isinstance(_error(future), self._deaths) for future in done):
                    done, _ = concurrent.futures.wait(given)
                results = []
                for future in done:
                    job = given.pop(future)
                    if not isinstance(error := _error(future), self._deaths):
                        results.append(future.result())
                    elif alone:
                        why = f"The process that graded it ended twice. {error}"
                        results.append(workers.not_graded(job, why))
                    else:
                        suspects.append(job)
                if results:
                    yield results
        except CancelledError:
            raise CourseError(
                "The workers are gone. Start again: what is finished is not graded again."
            ) from None
        finally:
            for future in given:
                future.cancel()

    def close(self, now: bool = False) -> None:
        """Let the workers go, at once or when they are done."""
        if self._executor is None:
            return
        if now and hasattr(self._executor, "_flags"):  # loky's way to end what runs
            self._executor.shutdown(wait=False, kill_workers=True)  # type: ignore[call-arg]
        else:
            self._executor.shutdown(wait=not now)

    def _submit(self, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        try:
            if self._executor is not None:
                return self._executor.submit(task, *arguments)
        except BrokenExecutor:
            pass
        self._executor = self._make()
        return self._executor.submit(task, *arguments)


def _error(future: Future[Any]) -> BaseException | None:
    return None if future.cancelled() else future.exception()


def local(count: int = 0) -> Pool:
    """Return a pool of processes on this machine; 0 for one per processor."""
    count = count or os.cpu_count() or 1
    # A worker whose memory grew is replaced, which is what we want and nothing to worry about.
    warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given")
    return Pool(lambda: workers.local_pool(count), lambda: count)


def cluster(address: str) -> Pool:
    """Return a pool of the workers of a Dask cluster.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://host:8786``.

    Raises
    ------
    CourseError
        If it does not answer, or `distributed` is not installed.
    """
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise CourseError(
            "--scheduler needs the package `distributed`. Install it in the course's folder: "
            "python -m pip install -e '.[cluster]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong, we say
    try:
        client = Client(address, timeout=SECONDS_TO_ANSWER)
    except (OSError, TimeoutError, ValueError) as error:
        raise CourseError(f"No scheduler answers at {address}: {error or 'time-out'}") from None
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
    except TimeoutError:
        client.close()
        raise CourseError(f"The scheduler at {address} has no workers yet.") from None
    return Pool(
        lambda: client.get_executor(pure=False),
        lambda: len(client.nthreads()),
        (BrokenExecutor, KilledWorker),
        here=False,
    )
