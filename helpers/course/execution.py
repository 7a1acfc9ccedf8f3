"""Run notebooks in a kernel of their own, with a clock and an eye on memory."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from helpers.course.errors import CourseError
from helpers.course.notebooks import METADATA, describe

SAMPLING_SECONDS = 0.05


@dataclass(frozen=True)
class Run:
    """What a notebook cost: wall seconds, and the most memory its kernel held, in bytes."""

    seconds: float
    peak_bytes: int


def data_environment(root: Path, data: str) -> dict[str, str]:
    """Return the environment for a kernel that works on the sample, or on the full data.

    Parameters
    ----------
    data : {"sample", "full"}
        For ``"full"``, the folder named by COURSE_FULL_DATA, laid out as Keras keeps its own, is
        copied to ``build/keras`` once; without it, Keras' cache must have the data.
    """
    environment = dict(os.environ, COURSE_DATA=data)
    given = os.environ.get("COURSE_FULL_DATA")
    if data == "full" and given:
        if not Path(given, "datasets").is_dir():
            raise CourseError(f"COURSE_FULL_DATA={given} has no folder 'datasets' in it.")
        home = root / "build" / "keras"
        if not home.is_dir():  # a copy: Keras writes into its folder, and may delete from it
            part = home.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(given, part, copy_function=shutil.copyfile)
            for copied in [part, *part.rglob("*/")]:  # the original may be read-only
                copied.chmod(0o755)
            part.rename(home)
        environment["KERAS_HOME"] = str(home)
    return environment


def execute(
    notebook: NotebookNode,
    folder: Path,
    environment: dict[str, str] | None = None,
    on_cell: Callable[[int], None] | None = None,
    timeout: int = 300,
) -> Run:
    """Run all cells of a notebook in place, and measure.

    Parameters
    ----------
    notebook : NotebookNode
        Gets the outputs.
    folder : Path
        The kernel's working directory.
    environment : dict, optional
        The kernel's environment; the caller's by default.
    on_cell : callable, optional
        Called with the index of each cell that has run.
    timeout : int
        Seconds that one cell may take.

    Raises
    ------
    CourseError
        If a cell fails or takes too long; the text names the cell.
    """
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        on_cell_executed=lambda cell, cell_index, execute_reply: on_cell and on_cell(cell_index),
    )
    memory = _MemoryWatch(client)
    start = time.perf_counter()
    memory.start()
    try:
        client.execute(env=environment if environment is not None else dict(os.environ))
    except CellExecutionError as error:
        raise CourseError(_failure(notebook, str(error))) from None
    except CellTimeoutError as error:
        raise CourseError(f"A cell ran for more than {timeout} s. {error}") from None
    finally:
        memory.stop()
    seconds = time.perf_counter() - start
    for key, value in METADATA.items():
        notebook.metadata[key] = value  # the kernel wrote its exact Python version there
    return Run(seconds, memory.peak)


def _failure(notebook: NotebookNode, text: str) -> str:
    failed = next(
        (
            cell
            for cell in notebook.cells
            if any(output.output_type == "error" for output in cell.get("outputs", ()))
        ),
        None,
    )
    name = describe(failed) if failed is not None else "unknown"
    return f"The cell “{name}” failed:\n{text}"


class _MemoryWatch(threading.Thread):
    """Sample the memory of a client's kernel and of its children."""

    def __init__(self, client: NotebookClient) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._client = client
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(SAMPLING_SECONDS):
            provisioner = getattr(self._client.km, "provisioner", None)
            pid = getattr(provisioner, "pid", None)
            if not pid:
                continue
            try:
                kernel = psutil.Process(pid)
                family = [kernel, *kernel.children(recursive=True)]
                self.peak = max(self.peak, sum(process.memory_info().rss for process in family))
            except psutil.Error:  # ended between two looks
                continue

    def stop(self) -> None:
        self._done.set()
        self.join()
