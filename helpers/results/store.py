"""What has been trained already: one JSON file for each finished run."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

PACKAGES = ("numpy", "scipy", "scikit-learn", "keras", "tensorflow-cpu", "tensorflow")


@dataclass(frozen=True)
class Result:
    """What one run measured: a value of each measure for each seed."""

    seeds: list[int]
    seconds: float  # of the whole run, on the wall
    parameters: int  # of one model
    measures: dict[str, list[float]]


def fingerprint(settings: dict[str, Any]) -> str:
    """Return a hash of everything that decides a run's numbers."""
    text = json.dumps(settings, sort_keys=True, default=list)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Store:
    """A folder of finished runs. A file whose settings have changed since counts as not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str, seeds: list[int]) -> Path:
        """Return where a run's file is."""
        return self.folder / f"{name}-{'-'.join(map(str, seeds))}.json"

    def get(self, name: str, settings: dict[str, Any], seeds: list[int]) -> Result | None:
        """Return a finished run, or None if it is still to do."""
        try:
            kept = json.loads(self.path(name, seeds).read_text(encoding="utf-8"))
            if kept["hash"] == fingerprint(settings):
                return Result(**kept["result"])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # missing, damaged or of an older form: do it again
        return None

    def machine(self, name: str, seeds: list[int]) -> dict[str, Any]:
        """Return on which machine, and with which versions, a finished run was made."""
        return json.loads(self.path(name, seeds).read_text(encoding="utf-8"))["machine"]

    def put(self, name: str, settings: dict[str, Any], result: Result, others: float = 0.0) -> None:
        """Keep a finished run: its file is there whole, or not at all.

        `others` is the share of the machine that other processes took meanwhile: the seconds of
        a run that had to share are too many.
        """
        content = {
            "name": name,
            "hash": fingerprint(settings),
            "settings": settings,
            "result": asdict(result),
            "machine": {**machine(), "others": others},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self.folder, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1, default=list)
                file.write("\n")
            os.replace(part, self.path(name, result.seeds))
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise


class OtherProcesses:
    """Measures the share of all cores' time that other processes take."""

    def __init__(self) -> None:
        self.before = self._now()

    def share(self) -> float:
        """Return the share since this was made."""
        own, busy, total = (now - then for now, then in zip(self._now(), self.before, strict=True))
        return max(0.0, (busy - own) / total) if total else 0.0

    @staticmethod
    def _now() -> tuple[float, float, float]:
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0.0)
        return time.process_time(), sum(times[:8]) - idle, sum(times[:8])


def machine() -> dict[str, Any]:
    """Return what the seconds depend on."""
    usable = getattr(os, "sched_getaffinity", None)
    return {
        "cores": len(usable(0)) if usable else os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
