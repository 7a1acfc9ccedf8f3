"""The watchdog: looks at what a submission's processes use, and ends them when it is too much."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from helpers.grading.limits import MIB, Limits
from helpers.grading.sandbox import most_threads

SECONDS = 0.1  # between two looks
FOLDER_SECONDS = 1.0  # between two looks at a folder without a size of its own


@dataclass
class Usage:
    """What a tree of processes uses at one moment.

    Attributes
    ----------
    processes, threads : int
    bytes : int
        Resident memory; pages that several processes share may count for each.
    cpu_seconds : float
        Processor time of the process that used most.
    """

    processes: int = 0
    threads: int = 0
    bytes: int = 0
    cpu_seconds: float = 0.0


class Namespace:
    """The processes of a sandbox, read from its own ``/proc``: all of them, and no others.

    Parameters
    ----------
    bwrap : int
        The process of bubblewrap that we started. Its child is the sandbox's first process.

    Attributes
    ----------
    init : psutil.Process or None
        The sandbox's first process; when it is killed, the system kills all the others.
    """

    def __init__(self, bwrap: int) -> None:
        self.bwrap = bwrap
        self.init: psutil.Process | None = None
        self._proc: int | None = None

    def usage(self, most: int) -> Usage:
        """Return what the sandbox's processes use; nothing before it is set up.

        Of more than `most` processes only the number is told: by the time that thousands were
        read, there would be thousands more.
        """
        if not self._open():
            return Usage()
        pids = self._pids()
        if len(pids) > most:
            return Usage(processes=len(pids))
        total = Usage()
        for pid in pids:
            try:
                fields = self._read(f"{pid}/stat").rsplit(") ", 1)[1].split()
                resident = int(self._read(f"{pid}/statm").split()[1]) * _PAGE
            except (OSError, IndexError):
                continue  # it ended meanwhile
            total.processes += 1
            total.threads += int(fields[17])
            total.bytes += resident
            total.cpu_seconds = max(total.cpu_seconds, (int(fields[11]) + int(fields[12])) / _TICKS)
        return total

    def exact_bytes(self, most: int) -> int:
        """Return the resident memory, with shared pages counted once.

        This is slow. It stops early if there are more than `most` processes meanwhile.
        """
        total = 0
        for pid in self._pids() if self._open() else []:
            if len(self._pids()) > most:
                break
            total += self._proportional(pid)
        return total

    def kill(self) -> None:
        """Kill the first process, and so all of them; bubblewrap itself then ends too."""
        if self.init is not None:
            with contextlib.suppress(psutil.Error):
                self.init.kill()

    def gone(self) -> bool:
        """Tell whether none is left."""
        # As a zombie it only waits for somebody to read its exit code; the others ended before it.
        return self.init is None or not _runs(self.init)

    def close(self) -> None:
        """Let go of the sandbox's ``/proc``."""
        proc, self._proc = self._proc, None
        if proc is not None:
            os.close(proc)

    def _open(self) -> bool:
        if self._proc is not None:
            return True
        try:
            children = Path(f"/proc/{self.bwrap}/task/{self.bwrap}/children").read_text().split()
            self.init = psutil.Process(int(children[0]))
            proc = os.open(f"/proc/{self.init.pid}/root/proc", os.O_RDONLY | os.O_DIRECTORY)
        except (OSError, IndexError, psutil.Error):
            return False
        if os.fstat(proc).st_dev == os.stat("/proc").st_dev:  # not yet in its own file system
            os.close(proc)
            return False
        self._proc = proc
        return True

    def _pids(self) -> list[str]:
        try:
            # The first is bubblewrap's own, which collects orphans.
            return [it for it in os.listdir(self._proc) if it.isdigit() and it != "1"]
        except OSError:
            return []

    def _read(self, name: str) -> str:
        file = os.open(name, os.O_RDONLY, dir_fd=self._proc)
        try:
            return os.read(file, 4096).decode(errors="replace")
        finally:
            os.close(file)

    def _proportional(self, pid: str) -> int:
        try:
            for line in self._read(f"{pid}/smaps_rollup").splitlines():
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
            return 0
        except OSError:
            return 0


class Tree:
    """A process and its descendants, where there is no sandbox.

    A process that detaches itself leaves the tree. Those that were seen are remembered, the others
    are known by their home folder, unless they take care to hide: only a sandbox is sure.

    Parameters
    ----------
    pid : int
        The first process.
    home : str
        The home folder that its environment names, and no other's.
    """

    def __init__(self, pid: int, home: str) -> None:
        self.home = home
        self.seen: dict[int, psutil.Process] = {}
        self._find(pid)

    def _find(self, pid: int) -> None:
        with contextlib.suppress(psutil.Error):
            self.seen[pid] = psutil.Process(pid)

    def usage(self, most: int = 0) -> Usage:
        """Return what the processes use that were ever seen and are still there."""
        for process in list(self.seen.values()):
            with contextlib.suppress(psutil.Error):
                for child in process.children(recursive=True):
                    self.seen.setdefault(child.pid, child)
        total = Usage()
        for pid, process in list(self.seen.items()):
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    total.threads += process.num_threads()
                    total.bytes += process.memory_info().rss
                total.processes += 1
                total.cpu_seconds = max(total.cpu_seconds, times.user + times.system)
            except psutil.Error:
                self.seen.pop(pid, None)
        return total

    def exact_bytes(self, most: int) -> int:
        """Return the resident memory, with shared pages counted once where the system can."""
        total = 0
        for process in list(self.seen.values()):
            with contextlib.suppress(psutil.Error, AttributeError):
                full = process.memory_full_info()
                total += getattr(full, "pss", None) or full.uss
        return total

    def kill(self) -> None:
        """Kill whatever was seen and is still there."""
        self.usage()  # the latest children too
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get("HOME") == self.home:
                    self.seen.setdefault(process.pid, process)
        for process in list(self.seen.values()):
            with contextlib.suppress(psutil.Error):
                process.kill()  # psutil makes sure that the number was not given to another

    def gone(self) -> bool:
        """Tell whether none is left."""
        return not any(_runs(process) for process in list(self.seen.values()))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


class Watchdog(threading.Thread):
    """Looks at a kernel's processes until they end, and kills them when they use too much.

    Parameters
    ----------
    processes : Namespace or Tree
    limits : Limits
    kill : callable
        Ends all of them.
    alive : callable
        Tells whether the first process is still there.
    sockets : Path
        A folder that may hold sockets and the one file that `allowed` names, nothing else.
    allowed : list of str
        Names in `sockets` that are ours.
    home : Path, optional
        A folder that may not grow over `limits.folder_mib`, where no file system sees to that.

    Attributes
    ----------
    reason : str or None
        Why the kernel was killed: "memory", "processes", "cpu" or "folder".
    peak_bytes : int
        Most resident memory that was seen.
    """

    def __init__(
        self,
        processes: Namespace | Tree,
        limits: Limits,
        kill: Callable[[], None],
        alive: Callable[[], bool],
        *,
        sockets: Path,
        allowed: Iterable[str] = (),
        home: Path | None = None,
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self.processes, self.limits = processes, limits
        self.reason: str | None = None
        self.peak_bytes = 0
        self._kill, self._alive = kill, alive
        self._sockets, self._allowed, self._home = sockets, frozenset(allowed), home
        self._next_home = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        """Look, until the kernel has ended or `stop` is called."""
        while self._alive():
            reason = self.look()
            if reason:
                self.reason = self.reason or reason
                self._kill()  # again at the next look, should something still be there
            if self._ended.wait(SECONDS):
                break

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        if self.is_alive() and threading.current_thread() is not self:
            self.join(timeout=5)

    def look(self) -> str | None:
        """Return which limit is exceeded now, if any."""
        usage = self.processes.usage(self.limits.processes)
        if usage.processes > self.limits.processes:
            return "processes"
        memory = usage.bytes
        if memory > self.limits.memory_mib * MIB and usage.processes > 1:
            memory = self.processes.exact_bytes(self.limits.processes)
        self.peak_bytes = max(self.peak_bytes, memory)
        if memory > self.limits.memory_mib * MIB:
            return "memory"
        if usage.threads > most_threads(self.limits):
            return "processes"
        if usage.cpu_seconds > self.limits.cpu_seconds:
            return "cpu"
        return "folder" if self._overfull() else None

    def _overfull(self) -> bool:
        if not _only_sockets(self._sockets, self._allowed):
            return True
        if self._home is None or time.monotonic() < self._next_home:
            return False
        self._next_home = time.monotonic() + FOLDER_SECONDS
        return folder_bytes(self._home) > self.limits.folder_mib * MIB


def _only_sockets(folder: Path, allowed: frozenset[str]) -> bool:
    """Tell whether a folder holds only sockets, few of them, and what is allowed.

    The folder lies on our disk: it is no place to fill, or for links that lead us elsewhere.
    """
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count > 16:
                    return False
                kind = entry.stat(follow_symlinks=False).st_mode
                if entry.name not in allowed and not stat.S_ISSOCK(kind):
                    return False
    except OSError:
        pass  # a socket that was just replaced
    return True


def folder_bytes(folder: Path) -> int:
    """Return the size of all files in a folder."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total


_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
